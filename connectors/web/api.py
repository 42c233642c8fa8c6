"""The web contract: sessions, messages and the stream, over the conversation core."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import structlog
from aiohttp import hdrs, web

from connectors.settings import Settings
from connectors.web.access import Access, cookie_name
from connectors.web.assets import asset_routes
from connectors.web.bodies import read_json, read_message
from connectors.web.demo import Demo, demo_routes
from connectors.web.documents import Documents
from connectors.web.full_notice import notice_routes
from connectors.web.handouts import Print, handout_routes
from connectors.web.ids import CHANNEL, client_id, event_id
from connectors.web.limits import Buckets
from connectors.web.problems import Problem, messages, problem_documents, quiet_broken_http
from connectors.web.security import (
    SETTINGS,
    add_headers,
    caller,
    check_origin,
    is_https,
    preflight,
)
from connectors.web.sessions import Mode, Session, Sessions, csrf_of
from connectors.web.sse import Lines, follow
from connectors.web.uploads import Uploads
from conversations.errors import UnknownConversation
from conversations.messages import Capabilities, Inbound
from conversations.service import Conversations

log = structlog.get_logger(__name__)

CAPABILITIES = Capabilities(attachments=True)
Health = Callable[[], Awaitable[Mapping[str, Any]]]
_MODES: tuple[Mode, ...] = ("cookie", "bearer")


class WebConnector:
    """The web channel over one conversation core."""

    name = CHANNEL
    capabilities = CAPABILITIES

    def __init__(
        self,
        core: Conversations,
        settings: Settings,
        *,
        demo: Demo | None = None,
        health: Health | None = None,
        handouts: Mapping[str, Print] | None = None,
    ) -> None:
        self._core = core
        self._settings = settings
        self._demo = demo
        self._health = health
        self._handouts = handouts or {}
        self._sessions = Sessions(
            settings.database_url, settings.session_idle, settings.session_max
        )
        self._access = Access(self._sessions)
        self._lines = Lines(settings.max_streams)
        self._messages = Buckets(settings.message_burst, settings.messages_per_second)
        self._uploads = Uploads(core, settings, self._access, self._sessions)
        self._documents = Documents(core, settings, self._access)
        self._opened = Buckets(settings.session_burst, settings.sessions_per_second)

    def application(self) -> web.Application:
        """Build the application; it opens and closes its own session store, not the core."""
        quiet_broken_http()
        app = web.Application(
            middlewares=[problem_documents, preflight], client_max_size=self._settings.max_body
        )
        app[SETTINGS] = self._settings
        app.on_response_prepare.append(add_headers)
        app.on_shutdown.append(self._close_lines)
        app.cleanup_ctx.append(self._store)
        app.add_routes(
            [
                web.post("/api/session", self._open),
                web.get("/api/session", self._look),
                web.delete("/api/session", self._end),
                web.post("/api/messages", self._say),
                web.post("/api/files", self._uploads.receive),
                web.get("/api/events", self._events),
                web.get("/api/privacy", self._privacy),
                web.get("/health", self._report),
                *self._documents.routes(),
                *handout_routes(self._handouts),
                *notice_routes(),
                *asset_routes(page=self._demo is not None),
                *(demo_routes(self._demo, self._access) if self._demo else ()),
            ]
        )
        return app

    async def _store(self, app: web.Application) -> AsyncIterator[None]:
        await self._sessions.start()
        yield
        await self._sessions.stop()

    async def _close_lines(self, app: web.Application) -> None:
        self._lines.stop()

    async def _open(self, request: web.Request) -> web.Response:
        """Open a session under an id nobody chose; the caller's session of before ends."""
        wait = self._opened.take(caller(request))
        if wait:
            raise Problem(429, "too_fast", retry_after=wait)
        data = await read_json(request, self._settings)
        mode, greet = data.pop("mode", None), data.pop("greet", False)
        if mode not in _MODES or not isinstance(greet, bool) or data:
            raise Problem(422, "wrong_shape")
        check_origin(request, cookie=mode == "cookie")
        older = await self._access.older(request)
        if older is not None:
            await self._finish(older)
        identity = secrets.token_urlsafe(18)
        conversation = await self._core.open(CHANNEL, identity)
        token = await self._sessions.create(mode, identity, conversation)
        if greet:
            event = event_id(str(uuid.uuid4()), conversation)
            await self._core.accept([Inbound(CHANNEL, identity, event, "start")])
        return self._opened_response(request, mode, token, conversation)

    def _opened_response(
        self, request: web.Request, mode: Mode, token: str, conversation: str
    ) -> web.Response:
        body = {"conversation": conversation}
        if mode == "bearer":
            return web.json_response({**body, "token": token}, status=201)
        response = web.json_response({**body, "csrf": csrf_of(token)}, status=201)
        response.set_cookie(
            cookie_name(request),
            token,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=is_https(request),
            max_age=self._settings.session_max,
        )
        return response

    async def _look(self, request: web.Request) -> web.Response:
        """Tell what a page that was reloaded needs to go on."""
        session = await self._access.session(request)
        body = {
            "conversation": session.conversation,
            "owner": await self._core.owner(session.conversation),
        }
        if session.mode == "cookie":
            body["csrf"] = self._access.csrf(request)
        return web.json_response(body)

    async def _end(self, request: web.Request) -> web.Response:
        """Close the conversation and forget the session."""
        session = await self._access.session(request)
        await self._finish(session)
        response = web.Response(status=204)
        if session.mode == "cookie":
            response.del_cookie(cookie_name(request), path="/", secure=is_https(request))
        return response

    async def _finish(self, session: Session) -> None:
        await self._sessions.end(session)
        self._lines.end(session.key)
        with suppress(UnknownConversation):
            await self._core.reset(session.conversation)

    async def _say(self, request: web.Request) -> web.Response:
        """Accept one message; it is stored when this answers."""
        session = await self._access.session(request)
        wait = self._messages.take(session.key)
        if wait:
            raise Problem(429, "too_fast", retry_after=wait)
        said = read_message(await read_json(request, self._settings), self._settings)
        if await self._core.owner(session.conversation) == "closed":
            raise Problem(409, "closed")
        event = Inbound(
            CHANNEL,
            session.identity,
            event_id(said.id, session.conversation),
            said.kind,
            text=said.text,
            choice=said.choice,
            secure_kind=said.secure_kind,
        )
        (receipt,) = await self._core.accept([event])
        await self._sessions.touch(session)
        return web.json_response({"message_id": client_id(receipt.message_id)}, status=202)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Stream the conversation from the last entry the client has."""
        session = await self._access.session(request)
        after = _after(request)
        response = web.StreamResponse(
            headers={
                hdrs.CONTENT_TYPE: "text/event-stream; charset=utf-8",
                "X-Accel-Buffering": "no",
            }
        )
        async with self._lines.line(session.key) as line:
            await response.prepare(request)
            # A reader that went away resumes on a new stream.
            with suppress(ConnectionResetError):
                await follow(
                    response, self._core, session.conversation, after, line, self._settings
                )
        return response

    async def _privacy(self, request: web.Request) -> web.Response:
        """Give the short privacy notice."""
        return web.json_response(messages()["privacy"])

    async def _report(self, request: web.Request) -> web.Response:
        """Say whether the channel can work, and what is wrong when not."""
        try:
            found = dict(await self._health()) if self._health else {"status": "ok"}
        except Exception as error:
            log.error("health_failed", error=type(error).__name__)
            found = {"status": "failing", "wrong": "conversations", "error": type(error).__name__}
        status = 200 if found.get("status") == "ok" else 503
        return web.json_response({**found, "streams": len(self._lines)}, status=status)


def _after(request: web.Request) -> int:
    """Read where to go on from; anything that is no number means from the start."""
    given = request.headers.get("Last-Event-ID") or request.query.get("after") or "0"
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 15 else 0


def create_app(
    conversations: Conversations,
    settings: Settings,
    *,
    demo: Demo | None = None,
    health: Health | None = None,
    handouts: Mapping[str, Print] | None = None,
) -> web.Application:
    """Build the web channel's application. `demo` turns on the demo page and its endpoints."""
    connector = WebConnector(conversations, settings, demo=demo, health=health, handouts=handouts)
    return connector.application()
