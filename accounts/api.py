"""Build the account service's web application: authentication, problems, log, life cycle."""

import asyncio
import contextlib
import hmac
import time
import traceback
from collections.abc import AsyncIterator

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from accounts import openapi
from accounts.errors import (
    AccountsError,
    FileRefused,
    Invalid,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    Unauthorized,
    Unavailable,
)
from accounts.handlers import RUNTIME, Handler
from accounts.messages import message
from accounts.person_routes import PERSON_ROUTES
from accounts.routes import DEMO_ROUTES, DOCUMENT_ROUTES, GUIDE_ROUTES, HEALTH, ROUTES
from accounts.runtime import Clock, Runtime, utc_now
from accounts.schemas import Problem
from accounts.sender import CodeSender
from accounts.settings import Settings

log = structlog.get_logger(__name__)

_MAX_BODY = 256 * 1024
_BY_STATUS: dict[int, type[AccountsError]] = {
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
}


def problem(error: AccountsError) -> web.Response:
    """Write an error as a problem document."""
    document = Problem(
        type=error.type,
        title=message("titles", error.type),
        status=error.status,
        detail=message("details", error.type),
        reason=error.reason if isinstance(error, FileRefused) else None,
    )
    return web.Response(
        text=document.model_dump_json(exclude_none=True),
        status=error.status,
        content_type="application/problem+json",
    )


def _where(error: BaseException) -> list[str]:
    """Say where an error came from without its text, which may carry values."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]


@web.middleware
async def _report(request: web.Request, handler: Handler) -> web.StreamResponse:
    started = time.perf_counter()
    response = await _answer(request, handler)
    resource = request.match_info.route.resource
    log.debug(
        "request",
        method=request.method,
        route=resource.canonical if resource else "unknown",
        status=response.status,
        ms=round((time.perf_counter() - started) * 1000, 1),
    )
    return response


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except AccountsError as error:
        if error.status >= 500:
            log.error("failed", error=type(error).__name__, where=_where(error))
        return problem(error)
    except web.HTTPException as error:
        response = problem(_BY_STATUS.get(error.status, Invalid)())
        if allow := error.headers.get("Allow"):
            response.headers["Allow"] = allow
        return response
    except (OperationalError, InterfaceError, PoolTimeout, OSError) as error:
        log.error("database_unavailable", error=type(error).__name__, where=_where(error))
        return problem(Unavailable())
    except Exception as error:
        log.error("failed", error=type(error).__name__, where=_where(error))
        return problem(AccountsError())


def _authenticate(token: str) -> Middleware:
    expected = f"Bearer {token}".encode()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode(errors="replace")
        if request.path != HEALTH.path and not hmac.compare_digest(given, expected):
            raise Unauthorized
        return await handler(request)

    return middleware


async def _live(app: web.Application) -> AsyncIterator[None]:
    runtime = app[RUNTIME]
    try:
        await runtime.start()
        keeper = asyncio.create_task(runtime.keep_house())
        yield
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper
    finally:
        await runtime.stop()


def create_app(
    settings: Settings, *, clock: Clock = utc_now, sender: CodeSender | None = None
) -> web.Application:
    """Build the application; its database is migrated, and in the demo filled, as it starts."""
    kept = ROUTES + PERSON_ROUTES + GUIDE_ROUTES + DOCUMENT_ROUTES
    routes = kept + (DEMO_ROUTES if settings.demo else ())
    described = openapi.document(routes)

    async def get_openapi(request: web.Request) -> web.Response:
        return web.json_response(described)

    app = web.Application(
        client_max_size=_MAX_BODY,
        middlewares=[_report, _authenticate(settings.service_token.get_secret_value())],
    )
    app[RUNTIME] = Runtime(settings, clock, sender)
    app.cleanup_ctx.append(_live)
    for route in routes:
        app.router.add_route(route.method, route.path, route.handler)
    app.router.add_get("/openapi.json", get_openapi)
    return app
