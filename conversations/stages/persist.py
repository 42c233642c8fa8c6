"""Write a turn down, all of it in one transaction."""

from __future__ import annotations

from datetime import UTC, datetime

from conversations import queue
from conversations.db import Database
from conversations.pipeline import Turn
from conversations.records import Outcome


class Persist:
    """Finish the event, or give it back for another try."""

    name = "persist"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, turn: Turn) -> None:
        """Write; raises LeaseLost when the conversation is somebody else's by now."""
        if turn.retry_at is not None:
            error = type(turn.failure).__name__
            await self._database.write(queue.postpone, turn.claim, turn.retry_at, error)
            return
        outcome = Outcome(
            rows=turn.rows,
            choices=turn.choices,
            awaited=turn.awaited,
            delivered=turn.capabilities.pull,
            error=turn.dead,
            consent=turn.consent,
        )
        turn.more = await self._database.write(queue.finish, turn.claim, outcome, datetime.now(UTC))
