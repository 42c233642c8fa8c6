"""Who may call and from where: response headers, exact CORS, origin checks."""

from __future__ import annotations

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from connectors.settings import Settings
from connectors.web.problems import Problem

SETTINGS = web.AppKey("settings", Settings)

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_CORS = {
    hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST, DELETE",
    hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "authorization, content-type, last-event-id",
    hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: "retry-after",
    hdrs.ACCESS_CONTROL_MAX_AGE: "600",
}


def is_https(request: web.Request) -> bool:
    """Tell whether people reach us by https, also behind a proxy."""
    return request.secure or request.app[SETTINGS].public_url.startswith("https://")


def is_own(request: web.Request, origin: str) -> bool:
    """Tell whether an origin is the one this request was sent to."""
    own = request.app[SETTINGS].public_url or f"{request.scheme}://{request.host}"
    return origin.lower() == own.lower()


def caller(request: web.Request) -> str:
    """Name the caller's address, for rate limits only."""
    if request.app[SETTINGS].trust_proxy:
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if last:
            return last
    return request.remote or "?"


def check_origin(request: web.Request, cookie: bool) -> None:
    """Refuse other sites: all of them with a cookie, those not on the list with a token."""
    origin = request.headers.get(hdrs.ORIGIN)
    listed = origin is not None and origin.lower() in request.app[SETTINGS].allowed_origins
    if origin is not None and not is_own(request, origin) and (cookie or not listed):
        raise Problem(403, "forbidden")
    if cookie and request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        raise Problem(403, "forbidden")


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add the security headers to every response, and CORS ones for a site on the list."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if is_https(request):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    origin = request.headers.get(hdrs.ORIGIN, "").lower()
    if origin and request.path.startswith("/api/"):
        response.headers.add(hdrs.VARY, hdrs.ORIGIN)
        if origin in request.app[SETTINGS].allowed_origins:
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = request.headers[hdrs.ORIGIN]
            response.headers.update(_CORS)


@web.middleware
async def preflight(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer CORS preflights; `add_headers` says whether the site may go on."""
    if (
        request.method == hdrs.METH_OPTIONS
        and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
    ):
        return web.Response(status=204)
    return await handler(request)
