"""The stream of a conversation over a real server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
from web_http import LIMIT, entries, events, message, open_bearer
from web_peers import Gateway, gateway


async def test_messages_are_answered_in_order_and_resumed_without_loss(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    url = f"{web_gateway.url}/api/messages"
    sent = [message(text=f"uno {n}") for n in range(5)]
    for body in sent:
        response = await http.post(url, json=body, headers=headers)
        assert (await response.json()) == {"message_id": body["id"]}
    found = await entries(http, web_gateway, headers, until=10)
    assert [e["seq"] for e in found] == list(range(1, 11))
    answers = [e for e in found if e["role"] == "bot"]
    assert [e["message_id"] for e in answers] == [body["id"] for body in sent]
    assert [e["text"] for e in answers] == [f"Respuesta a uno {n}" for n in range(5)]
    assert all(e["done"] for e in answers)
    rest = await entries(http, web_gateway, headers, until=10, after=7)
    assert [e["seq"] for e in rest] == [8, 9, 10]


async def test_a_fourth_stream_closes_the_oldest(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    url = f"{web_gateway.url}/api/events"
    streams = [await http.get(url, headers=headers) for _ in range(4)]
    async with asyncio.timeout(LIMIT):
        closed = [data async for name, data in events(streams[0]) if name == "closed"]
    assert closed == [{"reason": "limit"}]
    report = await (await http.get(f"{web_gateway.url}/health")).json()
    assert report == {"status": "ok", "streams": 3}
    for stream in streams:
        stream.close()


async def test_streams_ping_and_close_in_time(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with gateway(tmp_path, ping_seconds=0.05, stream_seconds=0.4) as at:
        headers = await open_bearer(http, at)
        async with asyncio.timeout(LIMIT):
            stream = await http.get(f"{at.url}/api/events", headers=headers)
            text = await stream.text()
        assert text.count(": ping") >= 3
        assert text.startswith("retry: ")
        assert text.endswith('event: closed\ndata: {"reason": "time"}\n\n')
        assert stream.headers["Cache-Control"] == "no-store"
        assert stream.headers["X-Accel-Buffering"] == "no"


async def test_typing_is_told(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    headers = await open_bearer(http, web_gateway)
    web_gateway.brain.gate.clear()
    await http.post(f"{web_gateway.url}/api/messages", json=message(text="uno"), headers=headers)
    seen: list[Any] = []
    async with asyncio.timeout(LIMIT):
        async with http.get(f"{web_gateway.url}/api/events", headers=headers) as stream:
            async for name, data in events(stream):
                seen.append(data.get("on", name))
                if data == {"on": True}:
                    web_gateway.brain.gate.set()
                if data == {"on": False}:
                    break
    assert True in seen
    assert seen[-1] is False


async def test_shutdown_closes_streams_at_once(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with gateway(tmp_path) as at:
        headers = await open_bearer(http, at)
        stream = await http.get(f"{at.url}/api/events", headers=headers)
        loop = asyncio.get_running_loop()
        start = loop.time()
        await at.down()
        assert loop.time() - start < 1
        assert (await stream.text()).endswith('data: {"reason": "shutdown"}\n\n')
