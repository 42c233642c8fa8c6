"""One person's conversation over the web channel, timed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterable, Sequence
from typing import Any, TypeVar

from bench import scripts
from bench.processes import BenchFailed
from connectors.web.client import Entry, WebClient, WebClientError

Measured = TypeVar("Measured")


async def in_time(measuring: Awaitable[Measured], seconds: float) -> Measured:
    """Wait for a measurement; raise ``BenchFailed`` when it takes longer or a turn is lost."""
    try:
        async with asyncio.timeout(seconds):
            return await measuring
    except TimeoutError:
        raise BenchFailed(f"did not end within {seconds:.0f} s: the machine is busy") from None
    except WebClientError as error:
        raise BenchFailed(f"a turn was lost: {error}") from error


async def identify(client: WebClient, nss: str) -> None:
    """Prove who the person is; raise ``BenchFailed`` when the assistant does not accept it."""
    entries: Sequence[dict[str, Any]] = []
    for line in scripts.lines("identity"):
        code = await client.demo_code() if "{codigo}" in line else None
        entries = await client.say(line.replace("{nss}", nss).replace("{codigo}", code or ""))
    if not any("$" in entry["text"] for entry in entries):
        raise BenchFailed("the identity of a demo person was not accepted")


async def timed(client: WebClient, text: str) -> float:
    """Send a text; return the seconds from the POST to the entry that completes its turn."""
    return (await answered(client, text))[0]


async def answered(client: WebClient, text: str) -> tuple[float, Sequence[Entry]]:
    """Send a text; return its seconds, as ``timed``, and what was answered."""
    began = time.perf_counter()
    entries = await client.turn(await client.send(text=text))
    took = time.perf_counter() - began
    if not entries or any(entry["role"] != "bot" for entry in entries):
        raise BenchFailed(f"the turn of {text!r} failed")
    return took, entries


async def converse(client: WebClient, texts: Iterable[str]) -> list[float]:
    """Send texts one after another; return the seconds of each turn."""
    return [await timed(client, text) for text in texts]
