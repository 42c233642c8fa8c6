"""Handle each endpoint: read the request, run the work in one session, write the answer."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import identity, places, schemas, vault
from accounts.errors import (
    Invalid,
    Malformed,
    NotFound,
    NotVerified,
    UnsupportedMediaType,
)
from accounts.idempotency import Stored, once
from accounts.models import VerifiedSession
from accounts.runtime import Runtime
from accounts.sender import LogSender
from accounts.service import Answers

RUNTIME = web.AppKey("runtime", Runtime)

M = TypeVar("M", bound=BaseModel)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def json_response(model: BaseModel, status: int = 200) -> web.Response:
    """Write a model as JSON."""
    return web.Response(
        text=model.model_dump_json(), status=status, content_type="application/json"
    )


async def read_body(request: web.Request, model: type[M]) -> M:
    """Read a JSON body, or raise Malformed or Invalid."""
    if request.content_type != "application/json":
        raise UnsupportedMediaType
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as error:
        malformed = any(item["type"] == "json_invalid" for item in error.errors())
        raise (Malformed if malformed else Invalid) from None


def read_query(request: web.Request, model: type[M]) -> M:
    """Read the query, or raise Invalid."""
    try:
        return model.model_validate(dict(request.query))
    except ValidationError:
        raise Invalid from None


async def write(
    request: web.Request,
    body: BaseModel,
    run: Callable[[AsyncSession], Awaitable[BaseModel]],
    status: int = 200,
) -> web.Response:
    """Run a write in one transaction, once per Idempotency-Key."""
    runtime = request.app[RUNTIME]
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= 200 and key.isascii()):
        raise Invalid
    async with runtime.database.write() as session:

        async def answer() -> Stored:
            return Stored(status, (await run(session)).model_dump_json())

        if key is None:
            stored = await answer()
        else:
            stored = await once(
                session, runtime.keys, key, request.path, body, runtime.clock(), answer
            )
    return web.Response(text=stored.body, status=stored.status, content_type="application/json")


async def put_vault(request: web.Request) -> web.Response:
    """Hide values."""
    runtime, body = request.app[RUNTIME], await read_body(request, schemas.VaultRequest)

    async def run(session: AsyncSession) -> BaseModel:
        now = runtime.clock()
        tokens = await vault.put(session, runtime.keys, body.conversation, body.items, now)
        return schemas.Tokens(tokens=tokens)

    return await write(request, body, run)


async def put_sealed(request: web.Request) -> web.Response:
    """Keep a reply encrypted."""
    runtime, body = request.app[RUNTIME], await read_body(request, schemas.SealRequest)

    async def run(session: AsyncSession) -> BaseModel:
        now, ttl = runtime.clock(), timedelta(seconds=body.ttl)
        token = await vault.seal(session, runtime.keys, body.conversation, body.content, ttl, now)
        await identity.note_revealed(session, body.conversation, now)
        return schemas.SealedToken(token=token)

    return await write(request, body, run, status=201)


async def open_sealed(request: web.Request) -> web.Response:
    """Open sealed replies of a conversation."""
    runtime, body = request.app[RUNTIME], await read_body(request, schemas.OpenRequest)
    async with runtime.database.read() as session:
        contents = await vault.open_sealed(
            session, runtime.keys, body.conversation, body.tokens, runtime.clock()
        )
    return json_response(schemas.Opened(contents=contents))


async def send_code(
    request: web.Request,
    body: BaseModel,
    issue: Callable[[AsyncSession, datetime], Awaitable[identity.Outgoing | None]],
) -> web.Response:
    """Issue a code once and send it after its row is committed; nobody may get none."""
    runtime = request.app[RUNTIME]
    outgoing: list[identity.Outgoing] = []

    async def run(session: AsyncSession) -> BaseModel:
        issued = await issue(session, runtime.clock())
        outgoing.extend([issued] if issued else [])
        return schemas.Started(expires_in=int(identity.CODE_TTL.total_seconds()))

    response = await write(request, body, run, status=202)
    for issued in outgoing:
        runtime.send(issued)
    return response


async def start_identity(request: web.Request) -> web.Response:
    """Send a code; the answer says nothing about whether the person exists."""
    runtime, body = request.app[RUNTIME], await read_body(request, schemas.StartRequest)
    keys = runtime.keys
    who = body.conversation, body.identity
    return await send_code(
        request,
        body,
        lambda session, now: identity.start(
            session, keys, *who, body.nss, body.purpose, now, runtime.policy
        ),
    )


async def verify_identity(request: web.Request) -> web.Response:
    """Try a code."""
    runtime, body = request.app[RUNTIME], await read_body(request, schemas.VerifyRequest)

    async def run(session: AsyncSession) -> BaseModel:
        return await identity.verify(
            session, runtime.keys, body.conversation, body.identity, body.code, runtime.clock()
        )

    return await write(request, body, run)


async def get_session(request: web.Request) -> web.Response:
    """Tell the level of a conversation."""
    runtime, query = request.app[RUNTIME], read_query(request, schemas.SessionQuery)
    async with runtime.database.read() as session:
        state = await identity.state(
            session, runtime.keys, query.conversation, query.identity, runtime.clock()
        )
    return json_response(state)


async def end_session(request: web.Request) -> web.Response:
    """End a session and forget what the conversation left."""
    runtime, query = request.app[RUNTIME], read_query(request, schemas.ConversationQuery)
    async with runtime.database.write() as session:
        await identity.end(session, query.conversation, runtime.clock())
    return web.Response(status=204)


def caller(request: web.Request) -> tuple[str, str]:
    """Return the conversation and the channel identity a personal call is made for."""
    conversation = request.headers.get("X-Conversation", "")
    who = request.headers.get("X-Identity", "")
    if not (conversation.isascii() and who.isascii()):
        raise NotVerified
    return conversation, who


async def _end_if_anothers(
    runtime: Runtime, session: AsyncSession, conversation: str, who: str
) -> None:
    """End a session whose channel identity is no longer the one that opened it."""
    if await identity.is_anothers(session, runtime.keys, conversation, who):
        await session.rollback()
        async with runtime.database.write() as writing:
            await identity.end(writing, conversation, runtime.clock())


async def in_session(
    request: web.Request,
    ask: Callable[[AsyncSession, VerifiedSession], Awaitable[BaseModel]],
) -> web.Response:
    """Answer about the person of the verified session; using a session keeps it alive."""
    runtime, now = request.app[RUNTIME], request.app[RUNTIME].clock()
    conversation, who = caller(request)
    async with runtime.database.read() as session:
        try:
            live = await identity.live_session(session, runtime.keys, conversation, who, now)
        except NotVerified:
            await _end_if_anothers(runtime, session, conversation, who)
            raise
        answer = await ask(session, live)
    if identity.needs_touch(live, now):
        async with runtime.database.write() as session:
            await identity.touch(session, conversation, now)
    return json_response(answer)


async def personal(
    request: web.Request, ask: Callable[[Answers], Awaitable[BaseModel]]
) -> web.Response:
    """Answer one question about the person of the verified session."""
    runtime = request.app[RUNTIME]
    return await in_session(
        request,
        lambda session, live: ask(Answers(session, runtime.keys, live.person_id, runtime.today())),
    )


def about(ask: Callable[[Answers], Awaitable[BaseModel]]) -> Handler:
    """Serve one personal answer."""

    async def handler(request: web.Request) -> web.Response:
        return await personal(request, ask)

    return handler


def page(ask: Callable[[Answers, int], Awaitable[BaseModel]]) -> Handler:
    """Serve one personal list, as long as the query asks."""

    async def handler(request: web.Request) -> web.Response:
        limit = read_query(request, schemas.PageQuery).limit
        return await personal(request, lambda answers: ask(answers, limit))

    return handler


async def get_places(request: web.Request) -> web.Response:
    """Tell where the person is in each guide."""
    return await in_session(request, lambda session, live: places.listed(session, live.person_id))


async def put_place(request: web.Request) -> web.Response:
    """Keep or forget the step of one guide; walking through a guide keeps a session alive."""
    runtime, (conversation, who) = request.app[RUNTIME], caller(request)
    body, now = await read_body(request, places.PlaceRequest), runtime.clock()

    async with runtime.database.write() as session:
        live = await identity.live_session(session, runtime.keys, conversation, who, now)
        if identity.needs_touch(live, now):
            await identity.touch(session, conversation, now)
        return json_response(await places.keep(session, live.person_id, body, now))


async def get_demo_people(request: web.Request) -> web.Response:
    """Tell the demo people."""
    showcase = read_query(request, schemas.DemoQuery).showcase
    return json_response(await request.app[RUNTIME].demo_people(showcase))


async def get_demo_code(request: web.Request) -> web.Response:
    """Tell the code just issued to a conversation."""
    runtime = request.app[RUNTIME]
    conversation = read_query(request, schemas.ConversationQuery).conversation
    await runtime.sent()
    code = runtime.sender.last(conversation) if isinstance(runtime.sender, LogSender) else None
    if code is None:
        raise NotFound
    return json_response(schemas.DemoCode(code=code))


async def get_health(request: web.Request) -> web.Response:
    """Tell whether the database answers."""
    runtime = request.app[RUNTIME]
    try:
        await runtime.database.ping()
    except Exception:
        failing = schemas.Health(status="failing", database="failing", demo=runtime.settings.demo)
        return json_response(failing, status=503)
    return json_response(schemas.Health(status="ok", database="ok", demo=runtime.settings.demo))
