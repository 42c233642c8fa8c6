"""Handouts: PDF that anybody may download, such as the list of what a trámite needs."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Mapping

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from connectors.web.problems import Problem

Print = Callable[[str], bytes | None]
"""Return the PDF of a name, None when there is none; it may take a moment."""

_HOUR = "public, max-age=3600"


def handout_routes(handouts: Mapping[str, Print]) -> Iterator[web.RouteDef]:
    """Build a route a kind; each serves /<kind>/<name>.pdf."""
    for kind, printed in handouts.items():
        yield web.get(rf"/{kind}/{{name:[a-z0-9_]{{1,60}}}}.pdf", _serve(kind, printed))


def _serve(kind: str, printed: Print) -> Handler:
    async def serve(request: web.Request) -> web.Response:
        """Serve one handout, or say that the copy the browser has is still good."""
        name = request.match_info["name"]
        body = await asyncio.to_thread(printed, name)
        if body is None:
            raise Problem(404, "not_found")
        tag = hashlib.sha256(body).hexdigest()[:16]
        headers = {hdrs.CACHE_CONTROL: _HOUR, hdrs.ETAG: f'"{tag}"'}
        if any(etag.value == tag for etag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        headers[hdrs.CONTENT_DISPOSITION] = f'inline; filename="{kind}-{name}.pdf"'
        return web.Response(body=body, headers=headers, content_type="application/pdf")

    return serve
