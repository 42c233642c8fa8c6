"""Wake-ups inside the process: who waits for news of a conversation, and who is typing.

Hints only: whoever is woken reads the database, and whoever is not polls it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_TYPING_SECONDS = 15.0


@dataclass(frozen=True, eq=False, slots=True)
class Waiter:
    """Somebody who waits for entries above a sequence number."""

    after: int
    news: asyncio.Future[None]


class Hub:
    """Waiters and typing of every conversation of this process."""

    def __init__(self) -> None:
        self._waiters: dict[str, set[Waiter]] = {}
        self._typing: dict[str, float] = {}

    def typing(self, conversation: str) -> bool:
        """Tell whether an answer is on its way; a forgotten mark fades by itself."""
        return self._typing.get(conversation, 0.0) > time.monotonic()

    def set_typing(self, conversation: str, on: bool) -> None:
        """Mark that an answer is on its way, or no more."""
        before = self.typing(conversation)
        if on:
            self._typing[conversation] = time.monotonic() + _TYPING_SECONDS
        else:
            self._typing.pop(conversation, None)
        if before != on:
            self.wake(conversation)

    def wake(self, conversation: str) -> None:
        """Wake everybody who waits for this conversation."""
        for waiter in self._waiters.get(conversation, ()):
            if not waiter.news.done():
                waiter.news.set_result(None)

    @contextmanager
    def waiting(self, conversation: str, after: int) -> Iterator[Waiter]:
        """Register a waiter before it looks, so that nothing falls between look and wait."""
        waiter = Waiter(after, asyncio.get_running_loop().create_future())
        self._waiters.setdefault(conversation, set()).add(waiter)
        try:
            yield waiter
        finally:
            waiters = self._waiters[conversation]
            waiters.discard(waiter)
            if not waiters:
                del self._waiters[conversation]

    def watched(self) -> dict[str, int]:
        """Give the conversations somebody waits for, with the lowest number seen."""
        return {
            conversation: min(waiter.after for waiter in waiters)
            for conversation, waiters in self._waiters.items()
        }
