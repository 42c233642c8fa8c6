"""One person's conversation over the web channel, timed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from bench import scripts
from bench.processes import BenchFailed
from connectors.web.client import WebClient


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
    began = time.perf_counter()
    entries = await client.turn(await client.send(text=text))
    took = time.perf_counter() - began
    if not entries or any(entry["role"] != "bot" for entry in entries):
        raise BenchFailed(f"the turn of {text!r} failed")
    return took


async def converse(client: WebClient, texts: Iterable[str]) -> list[float]:
    """Send texts one after another; return the seconds of each turn."""
    return [await timed(client, text) for text in texts]
