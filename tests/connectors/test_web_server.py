"""The files, the demo, health and broken HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from web_http import LIMIT, open_bearer, problem
from web_peers import Gateway, gateway

from connectors.web.api import WebConnector


async def test_unknown_addresses_and_methods(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    await problem(await http.get(f"{web_gateway.url}/nada"), 404, "not-found")
    response = await http.put(f"{web_gateway.url}/api/messages")
    await problem(response, 405, "not-allowed")
    assert response.headers["Allow"] == "POST"
    for path in ("/chat/../../../settings.py", "/chat/..%2f..%2fapi.py"):
        assert (await http.get(web_gateway.url + path)).status == 404


async def test_every_answer_has_the_security_headers(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    for path in ("/", "/widget.js", "/api/session", "/nada", "/demo/people"):
        headers = (await http.get(web_gateway.url + path)).headers
        assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


async def test_health_says_what_is_wrong(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    async def broken() -> dict[str, object]:
        raise OSError("disk")

    connector = WebConnector(web_gateway.core, web_gateway.settings, health=broken)
    async with TestClient(TestServer(connector.application())) as client:
        response = await client.get("/health")
        assert response.status == 503
        assert (await response.json())["wrong"] == "conversations"


async def test_files_are_revalidated(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    first = await http.get(f"{web_gateway.url}/chat/element.js")
    assert first.content_type == "text/javascript"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = await http.get(
        f"{web_gateway.url}/chat/element.js", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status == 304


async def test_the_demo_is_only_there_in_demo_mode(
    tmp_path: Path, web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    people = await (await http.get(f"{web_gateway.url}/demo/people")).json()
    assert people["people"][0].keys() == {"name", "situation", "nss"}
    await problem(await http.get(f"{web_gateway.url}/demo/code"), 401, "no-session")
    headers = await open_bearer(http, web_gateway)
    code = await http.get(f"{web_gateway.url}/demo/code", headers=headers)
    assert await code.json() == {"code": "482913"}
    folder = tmp_path / "otro"
    folder.mkdir()
    async with gateway(folder) as plain:
        for path in ("/demo/people", "/demo/code", "/page.js"):
            await problem(await http.get(plain.url + path), 404, "not-found")
        assert (await http.get(plain.url)).status == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"HOLA\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nBad Header\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"POST /api/messages HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
async def test_broken_http_leaves_no_trace_in_the_log(
    web_gateway: Gateway, raw: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    reader, writer = await asyncio.open_connection("127.0.0.1", web_gateway.port)
    writer.write(raw)
    await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
    async with asyncio.timeout(LIMIT):
        answer = await reader.read()
    writer.close()
    assert b"Traceback" not in answer
    if answer:
        assert answer.split(b" ")[1].startswith(b"4")
    assert [r for r in caplog.records if r.exc_info] == []


async def test_an_unexpected_error_shows_a_folio_and_no_more(
    web_gateway: Gateway, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> str:
        raise RuntimeError("secreto")

    monkeypatch.setattr(web_gateway.core, "open", broken)
    response = await http.post(f"{web_gateway.url}/api/session", json={"mode": "bearer"})
    body = await problem(response, 500, "unavailable")
    assert len(body["folio"]) == 8
    assert "secreto" not in json.dumps(body)
