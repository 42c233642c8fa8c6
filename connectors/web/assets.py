"""The files of the widget and of the demo page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

_HERE = Path(__file__).parent / "widget"
_KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_PAGE = {"/": "page.html", "/page.css": "page.css", "/page.js": "page.js"}
# Other sites load the widget's files, its modules by CORS; they hold nothing of anybody.
_EMBEDDED = {
    hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def asset_routes(page: bool) -> Iterator[web.RouteDef]:
    """Build the routes of the widget and, in demo mode, of the page around it."""
    widget = ["widget.js", "widget.css", *(f"chat/{part.name}" for part in _HERE.glob("chat/*"))]
    for name in widget:
        yield web.get(f"/{name}", _serve(_HERE / name, _EMBEDDED))
    yield web.get("/verify.css", _serve(_HERE / "verify.css", {}))
    yield web.get("/favicon.ico", _serve(_HERE / "icon.svg", _EMBEDDED))
    pages = _PAGE if page else {"/": "plain.html"}
    for path, name in pages.items():
        yield web.get(path, _serve(_HERE / name, {}))


def _serve(path: Path, extra: dict[str, str]) -> Handler:
    body = path.read_bytes()
    tag = hashlib.sha256(body).hexdigest()[:16]
    headers = {**extra, hdrs.CACHE_CONTROL: "no-cache", hdrs.ETAG: f'"{tag}"'}

    async def serve(request: web.Request) -> web.Response:
        """Serve one file, or say that the copy the browser has is still good."""
        known = request.if_none_match or ()
        if any(etag.value == tag for etag in known):
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=body, headers=headers, content_type=_KINDS[path.suffix], charset="utf-8"
        )

    return serve
