"""Which session a request belongs to, and what it must prove to use it."""

from __future__ import annotations

import hmac

from aiohttp import hdrs, web

from connectors.web.problems import Problem
from connectors.web.security import check_origin, is_https
from connectors.web.sessions import Mode, Session, Sessions, csrf_of

_BEARER = "bearer "


def cookie_name(request: web.Request) -> str:
    """Name the cookie; the __Host- prefix is only possible on https."""
    return "__Host-chat" if is_https(request) else "chat"


def _credentials(request: web.Request) -> tuple[Mode, str]:
    header = request.headers.get(hdrs.AUTHORIZATION, "")
    if header[: len(_BEARER)].lower() == _BEARER:
        return "bearer", header[len(_BEARER) :].strip()
    return "cookie", request.cookies.get(cookie_name(request), "")


class Access:
    """Finds sessions by cookie or token."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def session(self, request: web.Request) -> Session:
        """Find the caller's session, or raise Problem 401 or 403."""
        mode, token = _credentials(request)
        check_origin(request, cookie=mode == "cookie")
        found = await self._sessions.find(token, mode) if token else None
        if found is None:
            raise Problem(401, "no_session")
        writes = request.method not in {hdrs.METH_GET, hdrs.METH_HEAD}
        if writes and mode == "cookie":
            given = request.headers.get("X-CSRF", "").encode("utf-8", "replace")
            if not hmac.compare_digest(given, csrf_of(token).encode()):
                raise Problem(403, "forbidden")
        return found

    def csrf(self, request: web.Request) -> str:
        """Give the value a cookie session repeats in X-CSRF."""
        return csrf_of(_credentials(request)[1])

    async def older(self, request: web.Request) -> Session | None:
        """Find the session a caller already has when it asks for a new one."""
        mode, token = _credentials(request)
        return await self._sessions.find(token, mode) if token else None
