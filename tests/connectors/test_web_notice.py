"""The full privacy notice is a page anybody can read, and a link of the short one."""

from __future__ import annotations

from pathlib import Path

import aiohttp
from web_peers import gateway

from connectors.web.client import WebClient
from conversations.consent import notice


async def test_the_page_tells_every_section_and_needs_no_session(tmp_path: Path) -> None:
    async with gateway(tmp_path) as at, aiohttp.ClientSession() as http:
        async with http.get(at.url + notice().path) as answer:
            page = await answer.text()
            assert (answer.status, answer.content_type) == (200, "text/html")
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        for part in notice().sections:
            assert part.title in page
            assert part.text in page
        assert f"Versión {notice().version}" in page
        async with http.get(at.url + "/notice.css") as style:
            assert (style.status, style.content_type) == (200, "text/css")


async def test_the_client_takes_the_notice_in_the_same_call(tmp_path: Path) -> None:
    async with gateway(tmp_path, consent=True) as at:
        async with WebClient(at.url) as reader:
            await reader.open()
            [shown] = await reader.say("mi nss es 00159800010, ¿dónde pago?")
            assert shown["reply"]["document"]["url"] == notice().path
            titles = [choice["title"] for choice in shown["reply"]["choices"]]
            assert titles == [notice().accept, notice().refuse]
        async with WebClient(at.url, accepts=True) as taker:
            await taker.open()
            [answer] = await taker.say("mi nss es 00159800010, ¿dónde pago?")
            assert "pago" in answer["text"]
            assert "00159800010" not in str(answer)
