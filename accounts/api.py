"""The REST border of the account service: the token, the routes, the problem documents."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import identity, schemas, vault
from accounts.crypto import KeyRing
from accounts.db import Database
from accounts.demo import demo_people_in, seed
from accounts.errors import (
    AccountsError,
    Invalid,
    Malformed,
    MethodNotAllowed,
    NotFound,
    NotVerified,
    TooLarge,
    Unauthorized,
    Unavailable,
)
from accounts.idempotency import Stored, once
from accounts.messages import message
from accounts.openapi import document
from accounts.sender import CodeSender, HttpSender, LogSender
from accounts.service import Answers
from accounts.settings import Settings

log = structlog.get_logger(__name__)

MEXICO_CITY = ZoneInfo("America/Mexico_City")
_MAX_BODY = 256 * 1024
_OPEN_PATHS = ("/health", "/openapi.json")

T = TypeVar("T", bound=BaseModel)
Clock = Callable[[], datetime]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Service:
    """What the routes share: database, keys, sender, clock."""

    settings: Settings
    database: Database
    keys: KeyRing
    sender: CodeSender
    clock: Clock
    sending: set[asyncio.Task[None]]

    def today(self) -> date:
        """Return the date in Mexico City."""
        return self.clock().astimezone(MEXICO_CITY).date()


SERVICE: web.AppKey[Service] = web.AppKey("service", Service)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings, *, clock: Clock = _utc_now) -> web.Application:
    """Return the application; its database is migrated (and in the demo, filled) on start."""
    sender: CodeSender = (
        LogSender()
        if settings.demo
        else HttpSender(
            settings.sender_url or "",
            settings.sender_token.get_secret_value() if settings.sender_token else None,
        )
    )
    service = Service(
        settings, Database(settings.database_url), settings.keyring(), sender, clock, set()
    )
    app = web.Application(middlewares=[_problems, _token], client_max_size=_MAX_BODY)
    app[SERVICE] = service
    app.cleanup_ctx.append(_running)
    app.add_routes(
        [
            web.get("/health", _health),
            web.get("/openapi.json", _openapi),
            web.post("/v1/vault", _writes(schemas.VaultRequest, _vault)),
            web.post("/v1/sealed", _writes(schemas.SealRequest, _seal)),
            web.post("/v1/sealed/open", _open),
            web.post("/v1/identity/start", _writes(schemas.StartRequest, _start)),
            web.post("/v1/identity/verify", _writes(schemas.VerifyRequest, _verify)),
            web.get("/v1/session", _session),
            web.delete("/v1/session", _end),
            web.get("/v1/me", _personal(lambda answers, _page: answers.me())),
            web.get("/v1/me/credit", _personal(lambda answers, _page: answers.credit())),
            web.get(
                "/v1/me/credit/next-payment",
                _personal(lambda answers, _page: answers.next_payment()),
            ),
            web.get(
                "/v1/me/credit/movements",
                _personal(lambda answers, page: answers.movements(page.limit)),
            ),
            web.get("/v1/me/savings", _personal(lambda answers, _page: answers.savings())),
            web.get(
                "/v1/me/savings/movements",
                _personal(lambda answers, page: answers.savings_movements(page.limit)),
            ),
            web.get("/v1/me/points", _personal(lambda answers, _page: answers.points())),
            web.get("/v1/me/application", _personal(lambda answers, _page: answers.application())),
            web.get("/v1/me/notices", _personal(lambda answers, _page: answers.notices())),
        ]
    )
    if settings.demo:
        app.add_routes(
            [web.get("/v1/demo/people", _demo_people), web.get("/v1/demo/code", _demo_code)]
        )
    return app


async def _running(app: web.Application) -> AsyncIterator[None]:
    service = app[SERVICE]
    await service.database.migrate()
    if service.settings.demo:
        await seed(service.database, service.keys, service.today())
    yield
    await asyncio.gather(*service.sending, return_exceptions=True)
    await service.sender.close()
    await service.database.close()


@web.middleware
async def _problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except AccountsError as error:
        return _problem(error)
    except web.HTTPRequestEntityTooLarge:
        return _problem(TooLarge())
    except web.HTTPMethodNotAllowed:
        return _problem(MethodNotAllowed())
    except web.HTTPNotFound:
        return _problem(NotFound())
    except (SQLAlchemyError, OSError) as error:
        log.error("database_failed", error=type(error).__name__)
        return _problem(Unavailable())
    except Exception as error:
        log.exception("request_failed", route=str(request.rel_url.path), error=type(error).__name__)
        return _problem(AccountsError())


@web.middleware
async def _token(request: web.Request, handler: Handler) -> web.StreamResponse:
    expected = f"Bearer {request.app[SERVICE].settings.service_token.get_secret_value()}"
    given = request.headers.get("Authorization", "")
    if request.path not in _OPEN_PATHS and not hmac.compare_digest(
        given.encode(), expected.encode()
    ):
        raise Unauthorized
    return await handler(request)


def _problem(error: AccountsError) -> web.Response:
    body = schemas.Problem(
        type=error.type,
        title=message("titles", error.type),
        status=error.status,
        detail=message("details", error.type),
    )
    return web.Response(
        text=body.model_dump_json(), status=error.status, content_type="application/problem+json"
    )


def _json(model: BaseModel, status: int = 200) -> web.Response:
    return web.Response(
        text=model.model_dump_json(), status=status, content_type="application/json"
    )


async def _body(request: web.Request, shape: type[T]) -> T:
    try:
        raw = json.loads(await request.text())
    except (ValueError, UnicodeDecodeError) as error:
        raise Malformed from error
    return _shaped(shape, raw)


def _shaped(shape: type[T], raw: Any) -> T:
    try:
        return shape.model_validate(raw)
    except ValidationError:
        # The cause is dropped: pydantic's text would carry the rejected values.
        raise Invalid from None


def _query(request: web.Request, shape: type[T]) -> T:
    return _shaped(shape, dict(request.query))


Write = Callable[[Service, AsyncSession, Any], Awaitable[Stored]]


def _writes(shape: type[BaseModel], write: Write) -> Handler:
    """Wrap a write: one transaction, and the first answer again for a repeated key."""

    async def handle(request: web.Request) -> web.Response:
        service, asked = request.app[SERVICE], await _body(request, shape)
        key = request.headers.get("Idempotency-Key")
        async with service.database.write() as session:
            if key:
                answer = await once(
                    session,
                    service.keys,
                    key[:200],
                    request.path,
                    asked,
                    service.clock(),
                    lambda: write(service, session, asked),
                )
            else:
                answer = await write(service, session, asked)
        return web.Response(text=answer.body, status=answer.status, content_type="application/json")

    return handle


def _stored(model: BaseModel, status: int = 200) -> Stored:
    return Stored(status, model.model_dump_json())


async def _vault(service: Service, session: AsyncSession, asked: schemas.VaultRequest) -> Stored:
    tokens = await vault.put(
        session, service.keys, asked.conversation, asked.items, service.clock()
    )
    return _stored(schemas.Tokens(tokens=tokens), 201)


async def _seal(service: Service, session: AsyncSession, asked: schemas.SealRequest) -> Stored:
    token = await vault.seal(
        session,
        service.keys,
        asked.conversation,
        asked.content,
        timedelta(seconds=asked.ttl),
        service.clock(),
    )
    return _stored(schemas.SealedToken(token=token), 201)


async def _start(service: Service, session: AsyncSession, asked: schemas.StartRequest) -> Stored:
    outgoing = await identity.start(
        session,
        service.keys,
        asked.conversation,
        asked.identity,
        asked.nss,
        asked.purpose,
        service.clock(),
    )
    if outgoing is not None:
        # Sent aside, so that an answer about somebody known takes no longer than any other.
        task = asyncio.create_task(_send(service, outgoing))
        service.sending.add(task)
        task.add_done_callback(service.sending.discard)
    expires_in = int(identity.CODE_TTL.total_seconds())
    return _stored(schemas.Started(expires_in=expires_in), 202)


async def _send(service: Service, outgoing: identity.Outgoing) -> None:
    try:
        await service.sender.send(outgoing.conversation, outgoing.contact, outgoing.code)
    except Exception as error:
        log.error("code_not_sent", error=type(error).__name__)


async def _verify(service: Service, session: AsyncSession, asked: schemas.VerifyRequest) -> Stored:
    return _stored(
        await identity.verify(
            session,
            service.keys,
            asked.conversation,
            asked.identity,
            asked.code,
            service.clock(),
        )
    )


async def _open(request: web.Request) -> web.Response:
    service, asked = request.app[SERVICE], await _body(request, schemas.OpenRequest)
    async with service.database.read() as session:
        contents = await vault.open_sealed(
            session, service.keys, asked.conversation, asked.tokens, service.clock()
        )
    return _json(schemas.Opened(contents=contents))


async def _session(request: web.Request) -> web.Response:
    service, asked = request.app[SERVICE], _query(request, schemas.SessionQuery)
    async with service.database.read() as session:
        state = await identity.state(
            session, service.keys, asked.conversation, asked.identity, service.clock()
        )
    return _json(state)


async def _end(request: web.Request) -> web.Response:
    service, asked = request.app[SERVICE], _query(request, schemas.ConversationQuery)
    async with service.database.write() as session:
        await identity.end(session, asked.conversation, service.clock())
    return web.Response(status=204)


Answer = Callable[[Answers, schemas.PageQuery], Awaitable[BaseModel]]


def _personal(answer: Answer) -> Handler:
    """Wrap a personal answer: whose it is comes from the verified session, nothing else."""

    async def handle(request: web.Request) -> web.Response:
        service, page = request.app[SERVICE], _query(request, schemas.PageQuery)
        conversation = request.headers.get("X-Conversation", "")
        who = request.headers.get("X-Identity", "")
        if not conversation or not who:
            raise NotVerified
        now = service.clock()
        async with service.database.read() as session:
            live = await identity.live_session(session, service.keys, conversation, who, now)
            result = await answer(
                Answers(session, service.keys, live.person_id, service.today()), page
            )
        if identity.needs_touch(live, now):
            async with service.database.write() as session:
                await identity.touch(session, conversation, now)
        return _json(result)

    return handle


async def _health(request: web.Request) -> web.Response:
    service = request.app[SERVICE]
    try:
        await service.database.ping()
    except (SQLAlchemyError, OSError):
        body = schemas.Health(status="failing", database="failing", demo=service.settings.demo)
        return _json(body, 503)
    return _json(schemas.Health(status="ok", database="ok", demo=service.settings.demo))


async def _openapi(request: web.Request) -> web.Response:
    return web.json_response(document())


async def _demo_people(request: web.Request) -> web.Response:
    service, asked = request.app[SERVICE], _query(request, schemas.DemoQuery)
    people = await demo_people_in(
        service.database, service.keys, service.today(), showcase=asked.showcase
    )
    return _json(schemas.DemoPeople(as_of=service.today(), people=people))


async def _demo_code(request: web.Request) -> web.Response:
    service, asked = request.app[SERVICE], _query(request, schemas.ConversationQuery)
    assert isinstance(service.sender, LogSender)
    code = service.sender.last(asked.conversation)
    if code is None:
        raise NotFound
    return _json(schemas.DemoCode(code=code))
