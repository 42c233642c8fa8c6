"""Serve the custom actions to the brain, on loopback and with the service token.

rasa-sdk's own server answers an error with the request body and the exception text and
allows any origin; this one runs the same executor and says only what failed.
"""

from __future__ import annotations

import hmac
import logging
from typing import Any

from aiohttp import web
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from bot.actions import services
from bot.settings import BotSettings

logger = logging.getLogger(__name__)

_MAX_BODY = 2 * 1024 * 1024
_EXECUTOR: web.AppKey[ActionExecutor] = web.AppKey("executor", ActionExecutor)


def create_app(settings: BotSettings, package: str = "bot.actions") -> web.Application:
    """Return the action server's application with the actions of a package."""
    executor = ActionExecutor()
    executor.register_package(package)
    expected = f"Bearer {settings.service_token.get_secret_value()}".encode()

    @web.middleware
    async def require_token(request: web.Request, handler: Any) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode()
        if request.path != "/health" and not hmac.compare_digest(given, expected):
            return _problem(401, "unauthorised", "the service token is missing or wrong")
        return await handler(request)

    app = web.Application(middlewares=[require_token], client_max_size=_MAX_BODY)
    app[_EXECUTOR] = executor
    app.on_cleanup.append(_close)
    app.add_routes([web.get("/health", _health), web.post("/webhook", _webhook)])
    return app


async def _close(_app: web.Application) -> None:
    if services.accounts.cache_info().currsize:
        await services.accounts().close()
        services.accounts.cache_clear()


async def _health(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok", "actions": len(request.app[_EXECUTOR].actions)})


async def _webhook(request: web.Request) -> web.Response:
    try:
        call = await request.json()
    except ValueError:
        return _problem(400, "bad_request", "the body is not JSON")
    if not isinstance(call, dict) or not call.get("next_action"):
        return _problem(400, "bad_request", "next_action is missing")
    name = str(call["next_action"])
    try:
        result = await request.app[_EXECUTOR].run(call)
    except ActionNotFoundException:
        return _problem(404, "no_action", f"there is no action {name[:80]!r}")
    except ActionExecutionRejection as error:
        return web.json_response(
            {"error": error.message, "action_name": error.action_name}, status=400
        )
    except Exception as error:
        # The message of an exception may quote what a person wrote.
        logger.exception("action %s failed: %s", name, type(error).__name__)
        return _problem(500, "action_failed", f"{name} failed")
    return web.json_response(result.model_dump() if result else None)


def _problem(status: int, code: str, detail: str) -> web.Response:
    return web.json_response(
        {"type": code, "title": code.replace("_", " "), "status": status, "detail": detail},
        status=status,
        content_type="application/problem+json",
    )


def serve(settings: BotSettings) -> None:
    """Serve actions until SIGTERM."""
    web.run_app(
        create_app(settings),
        host=settings.host,
        port=settings.actions_port,
        print=None,
        access_log=None,
        shutdown_timeout=3,
        handle_signals=True,
    )
