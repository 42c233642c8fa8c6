"""The stream of a conversation: entries by sequence number, typing, pings, an orderly end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from connectors.settings import Settings
from connectors.web.ids import entry_json
from conversations.service import Conversations

Reason = Literal["time", "limit", "shutdown", "session"]
_BATCH = 200
_RETRY_MS = 1000
_WRITE_LIMIT = 30


@dataclass(eq=False, slots=True)
class Line:
    """One open stream and why it has to close, once that is decided."""

    reason: Reason | None = None
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def close(self, reason: Reason) -> None:
        """Ask the stream to end now."""
        self.reason = self.reason or reason
        self.closing.set()


class Lines:
    """The open streams of this process, by session. The newest of a session push out the oldest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[str, list[Line]] = {}
        self._stopped = False

    @asynccontextmanager
    async def line(self, session: str) -> AsyncIterator[Line]:
        """Hold a place for one stream."""
        line = Line()
        held = self._open.setdefault(session, [])
        held.append(line)
        for oldest in held[: -self._most]:
            oldest.close("limit")
        if self._stopped:
            line.close("shutdown")
        try:
            yield line
        finally:
            held.remove(line)
            if not held and self._open.get(session) is held:
                del self._open[session]

    def end(self, session: str) -> None:
        """Close the streams of a session that is over."""
        for line in self._open.get(session, ()):
            line.close("session")

    def stop(self) -> None:
        """Close every stream, also those that still come."""
        self._stopped = True
        for held in self._open.values():
            for line in held:
                line.close("shutdown")

    def __len__(self) -> int:
        """Count the open streams."""
        return sum(len(held) for held in self._open.values())


class _Writer:
    """Writes events; a peer that does not read for long is dropped."""

    def __init__(self, response: web.StreamResponse) -> None:
        self._response = response

    async def event(self, name: str, data: dict[str, Any], seq: int | None = None) -> None:
        head = f"event: {name}\n" if seq is None else f"id: {seq}\nevent: {name}\n"
        await self.raw(f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n")

    async def raw(self, text: str) -> None:
        try:
            async with asyncio.timeout(_WRITE_LIMIT):
                await self._response.write(text.encode())
        except TimeoutError:
            raise ConnectionResetError("the peer does not read") from None


async def follow(
    response: web.StreamResponse,
    core: Conversations,
    conversation: str,
    after: int,
    line: Line,
    settings: Settings,
) -> None:
    """Write what follows `after` until the line has to close."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + settings.stream_seconds
    writer = _Writer(response)
    typing = False
    await writer.raw(f"retry: {_RETRY_MS}\n\n")
    while not line.closing.is_set():
        entries = await core.entries(conversation, after, _BATCH)
        for entry in entries:
            await writer.event("entry", entry_json(entry), entry.seq)
            after = entry.seq
        if core.typing(conversation) != typing:
            typing = not typing
            await writer.event("typing", {"on": typing})
        left = deadline - loop.time()
        if left <= 0:
            line.close("time")
        elif len(entries) < _BATCH:
            limit = min(left, settings.ping_seconds)
            if not await _news(core, conversation, after, limit, typing, line):
                await writer.raw(": ping\n\n")
    await writer.event("closed", {"reason": line.reason})


async def _news(
    core: Conversations, conversation: str, after: int, limit: float, typing: bool, line: Line
) -> bool:
    """Wait for something to write or to close; return False when `limit` seconds passed."""
    news = asyncio.ensure_future(core.wait(conversation, after, limit, typing))
    closing = asyncio.ensure_future(line.closing.wait())
    try:
        done, _ = await asyncio.wait({news, closing}, return_when=asyncio.FIRST_COMPLETED)
        return closing in done or news.result()
    finally:
        for task in (news, closing):
            task.cancel()
        await asyncio.gather(news, closing, return_exceptions=True)
