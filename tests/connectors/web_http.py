"""Calls the web contract as a plain HTTP client."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from web_peers import Gateway

LIMIT = 10


async def open_cookie(http: aiohttp.ClientSession, at: Gateway, greet: bool = False) -> str:
    async with http.post(
        f"{at.url}/api/session", json={"mode": "cookie", "greet": greet}
    ) as response:
        assert response.status == 201
        return (await response.json())["csrf"]


async def open_bearer(http: aiohttp.ClientSession, at: Gateway) -> dict[str, str]:
    async with http.post(f"{at.url}/api/session", json={"mode": "bearer"}) as response:
        assert response.status == 201
        return {"Authorization": f"Bearer {(await response.json())['token']}"}


def message(**part: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), **part}


async def events(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, Any]]:
    pending = b""
    async for chunk in response.content.iter_any():
        *blocks, pending = (pending + chunk).split(b"\n\n")
        for block in blocks:
            fields = dict(
                line.split(": ", 1) for line in block.decode().split("\n") if line[0] != ":"
            )
            if "data" in fields:
                yield fields["event"], json.loads(fields["data"])


async def entries(
    http: aiohttp.ClientSession, at: Gateway, headers: dict[str, str], until: int, after: int = 0
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(LIMIT):
        async with http.get(
            f"{at.url}/api/events", headers={**headers, "Last-Event-ID": str(after)}
        ) as response:
            assert response.status == 200, await response.text()
            async for name, data in events(response):
                if name == "entry":
                    found.append(data)
                    if data["seq"] >= until:
                        break
    return found


async def problem(response: aiohttp.ClientResponse, status: int, kind: str) -> dict[str, Any]:
    assert response.status == status, await response.text()
    assert response.content_type == "application/problem+json"
    body = await response.json(content_type=None)
    assert body["status"] == status
    assert body["type"] == kind
    assert body["detail"].endswith((".", "?"))
    return body
