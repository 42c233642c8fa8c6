"""The widget inside another site, with a token instead of a cookie."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from aiohttp import web
from web_browser import Browsing, bubbles, opened, say
from web_peers import FakeDemo, gateway

pytestmark = pytest.mark.browser


async def test_another_site_embeds_it_with_one_tag(tmp_path: Path, browsing: Browsing) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    listed, evil = f"http://localhost:{port}", f"http://127.0.0.1:{port}"
    async with gateway(tmp_path, demo=FakeDemo(), allowed_origins=(listed,)) as at:
        csp = (
            f"default-src 'none'; script-src {at.url}; connect-src {at.url}; "
            f"style-src {at.url}; require-trusted-types-for 'script'"
        )
        runner = await _host(port, at.url, csp)
        page = await browsing.page()
        await page.goto(listed)
        await opened(page)
        await say(page, "tarjeta", "Próximo pago")
        assert await page.context.cookies() == []
        before = await bubbles(page)()
        await at.down()
        await at.up()
        await say(page, "uno tras el corte", "Respuesta a uno tras el corte")
        await page.reload()
        await page.get_by_text("Respuesta a uno tras el corte").wait_for()
        assert (await bubbles(page)())[: len(before)] == before
        assert [p for p in browsing.problems if "ERR_" not in p] == []
        assert await page.evaluate("violations") == []
        other = await browsing.page()
        await other.goto(evil)
        await other.get_by_role("button", name="Abrir chat").click()
        await other.get_by_text("El chat no está disponible").wait_for()
        assert any("CORS" in problem for problem in browsing.problems)
        await runner.cleanup()


async def _host(port: int, chat: str, csp: str) -> web.AppRunner:
    async def page(request: web.Request) -> web.Response:
        tag = f'<script src="{chat}/widget.js" defer></script>'
        html = f'<!doctype html><html lang="es"><title>x</title>{tag}'
        return web.Response(
            text=html, content_type="text/html", headers={"Content-Security-Policy": csp}
        )

    async def nothing(request: web.Request) -> web.Response:
        return web.Response(status=204)

    app = web.Application()
    app.add_routes([web.get("/", page), web.get("/favicon.ico", nothing)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
    return runner
