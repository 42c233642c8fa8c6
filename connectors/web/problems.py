"""Every refusal as a problem document (RFC 9457) with a sentence the person can read."""

from __future__ import annotations

import logging
import secrets
from functools import cache
from pathlib import Path
from typing import Any

import structlog
import yaml
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from conversations.errors import ConversationsError, Overloaded, UnknownConversation

log = structlog.get_logger(__name__)

_BY_STATUS = {404: "not_found", 405: "not_allowed", 413: "too_big", 415: "not_json"}
_BY_ERROR: tuple[tuple[type[ConversationsError], int, str, int | None], ...] = (
    (Overloaded, 503, "busy", 5),
    (UnknownConversation, 401, "no_session", None),
)


@cache
def messages() -> dict[str, Any]:
    """Load the sentences of the web channel."""
    text = Path(__file__).with_name("messages.yml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


class Problem(Exception):
    """Refuse a call. `name` is a key of messages.yml; `retry_after` is in seconds."""

    def __init__(
        self, status: int, name: str, retry_after: int | None = None, **values: object
    ) -> None:
        super().__init__(name)
        self.status = status
        self.name = name
        self.retry_after = retry_after
        self.values = values

    def response(self, **more: str) -> web.Response:
        """Write the problem document."""
        said = messages()["problems"][self.name]
        body = {
            "type": self.name.replace("_", "-"),
            "title": said["title"],
            "status": self.status,
            "detail": said["detail"].format(**self.values),
            **more,
        }
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return web.json_response(
            body, status=self.status, headers=headers, content_type="application/problem+json"
        )


@web.middleware
async def problem_documents(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every exception into a problem document; log the unexpected ones under a folio."""
    try:
        return await handler(request)
    except Problem as problem:
        return problem.response()
    except web.HTTPException as error:
        if error.status < 400:
            raise
        refused = Problem(error.status, _BY_STATUS.get(error.status, "bad_request")).response()
        if "Allow" in error.headers:
            refused.headers["Allow"] = error.headers["Allow"]
        return refused
    except ConnectionResetError:
        raise
    except ConversationsError as error:
        for kind, status, name, retry_after in _BY_ERROR:
            if isinstance(error, kind):
                return Problem(status, name, retry_after).response()
        return _unexpected(request, error)
    except Exception as error:
        return _unexpected(request, error)


def _unexpected(request: web.Request, error: Exception) -> web.Response:
    folio = secrets.token_hex(4)
    resource = request.match_info.route.resource
    log.error(
        "web_call_failed",
        folio=folio,
        method=request.method,
        route=resource.canonical if resource else None,
        error=type(error).__name__,
        exc_info=error,
    )
    return Problem(500, "unavailable").response(folio=folio)


class _NotHttp(logging.Filter):
    """Drop the server's tracebacks about bytes that are not HTTP: the caller already got a 400."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        return not isinstance(error, HttpProcessingError)


def quiet_broken_http() -> None:
    """Keep broken HTTP out of the server's log."""
    server = logging.getLogger("aiohttp.server")
    if not any(isinstance(known, _NotHttp) for known in server.filters):
        server.addFilter(_NotHttp())
