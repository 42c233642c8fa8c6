"""Repository functions of conversations and transcripts, each run inside one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Connection,
    delete,
    func,
    literal_column,
    select,
    update,
)

from conversations import statements
from conversations.errors import LeaseLost
from conversations.models import choices, conversations, inbox
from conversations.records import (
    BOT,
    CLOSED,
    StoredEntry,
)


def find_open(link: Connection, channel: str, identity: str) -> str | None:
    """Find the open conversation of an identity."""
    return link.scalar(statements.FIND_OPEN, {"channel": channel, "identity": identity})


def open_conversation(link: Connection, channel: str, identity: str, now: datetime) -> str:
    """Give the open conversation of an identity, a new one when there is none."""
    found = find_open(link, channel, identity)
    if found is not None:
        return found
    link.execute(
        statements.ADD_CONVERSATION[link.dialect.name],
        {
            "id": "c_" + secrets.token_urlsafe(16),
            "channel": channel,
            "identity": identity,
            "owner": BOT,
            "next_seq": 1,
            "created_at": now,
            "lease_epoch": 0,
        },
    )
    made = find_open(link, channel, identity)
    if made is None:
        raise LeaseLost("the conversation was closed while it was opened")
    return made


def close_conversation(link: Connection, conversation: str, now: datetime) -> bool:
    """Close a conversation for good; False when it is unknown."""
    link.execute(delete(choices).where(choices.c.conversation == conversation))
    closed = link.execute(
        update(conversations)
        .where(conversations.c.id == conversation)
        .values(
            owner=CLOSED,
            awaiting=None,
            awaiting_until=None,
            closed_at=func.coalesce(conversations.c.closed_at, now),
        )
    )
    return closed.rowcount == 1


def owner_of(link: Connection, conversation: str) -> str | None:
    """Tell who owns a conversation."""
    return link.scalar(select(conversations.c.owner).where(conversations.c.id == conversation))


def last_seqs(link: Connection, wanted: Sequence[str]) -> dict[str, int]:
    """Give the newest sequence number of each conversation."""
    rows = link.execute(statements.LAST_SEQS, {"wanted": wanted})
    return {row.id: row.next_seq - 1 for row in rows}


def entries(link: Connection, conversation: str, after: int, limit: int) -> list[StoredEntry]:
    """Read the transcript above a sequence number, in order."""
    rows = link.execute(
        statements.ENTRIES, {"conversation": conversation, "after": after, "most": limit}
    )
    return [StoredEntry(*row) for row in rows]


def backlog(link: Connection) -> dict[str, int]:
    """Count what is open and what is dead, for the health report."""
    return {
        name: link.scalar(select(func.count()).where(inbox.c.state == literal_column(value))) or 0
        for name, value in (("open", "'new'"), ("dead", "'dead'"))
    }
