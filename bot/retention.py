"""Erase and expire conversations in Rasa's tracker store, without loading Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

KEPT = timedelta(days=90)
"""As long as a chat is kept."""

_EVENTS = sa.table("events", sa.column("id"), sa.column("sender_id"), sa.column("timestamp"))
_TURNS = sa.table("turns", sa.column("sender_id"), sa.column("event_id"))


def erase(link: sa.Connection, conversations: Sequence[str]) -> dict[str, int]:
    """Delete the trackers of conversations; return the rows by table."""
    if not _made(link):
        return {}
    return {
        table.name: link.execute(
            sa.delete(table).where(table.c.sender_id.in_(conversations))
        ).rowcount
        for table in (_TURNS, _EVENTS)
    }


def purge(link: sa.Connection, now: datetime) -> int:
    """Delete the trackers of conversations nothing happened in for too long."""
    if not _made(link):
        return 0
    before = (now - KEPT).timestamp()
    old = (
        sa.select(_EVENTS.c.sender_id)
        .group_by(_EVENTS.c.sender_id)
        .having(sa.func.max(_EVENTS.c.timestamp) < before)
    )
    # Listed first: the turns are told by the events that go with them.
    silent = list(link.scalars(old))
    return sum(erase(link, silent).values()) if silent else 0


def _made(link: sa.Connection) -> bool:
    return {"events", "turns"} <= set(sa.inspect(link).get_table_names())
