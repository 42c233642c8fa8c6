"""The page of the full privacy notice."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from aiohttp import web

from conversations.consent import Notice, notice

_STYLE = "/notice.css"
_CSS = Path(__file__).parent / "widget" / "notice.css"


def notice_routes() -> Iterator[web.RouteDef]:
    """Build the routes of the page and of its style."""
    page, style = _page(notice()), _CSS.read_text(encoding="utf-8")

    async def serve_page(request: web.Request) -> web.Response:
        """Serve the notice."""
        return web.Response(text=page, content_type="text/html", charset="utf-8")

    async def serve_style(request: web.Request) -> web.Response:
        """Serve the style of the notice."""
        return web.Response(text=style, content_type="text/css", charset="utf-8")

    yield web.get(notice().path, serve_page)
    yield web.get(_STYLE, serve_style)


def _page(shown: Notice) -> str:
    parts = "".join(
        f"<section><h2>{escape(part.title)}</h2><p>{escape(part.text)}</p></section>"
        for part in shown.sections
    )
    return (
        '<!doctype html><html lang="es-MX"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(shown.title)}</title><link rel="stylesheet" href="{_STYLE}"></head>'
        f"<body><main><h1>{escape(shown.title)}</h1><p>{escape(shown.lead)}</p>{parts}"
        f"<p>Versión {shown.version}</p></main></body></html>"
    )
