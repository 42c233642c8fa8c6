"""Repository functions of conversations and transcripts, each run inside one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)

from conversations import statements
from conversations.errors import LeaseLost
from conversations.models import choices, consents, conversations, inbox
from conversations.records import (
    BOT,
    CLOSED,
    Consent,
    Conversation,
    NewConsent,
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
    _inherit_consent(link, made, channel, identity)
    return made


def _inherit_consent(link: Connection, made: str, channel: str, identity: str) -> None:
    """Keep the answer an identity gave in its conversation before."""
    before = link.execute(
        select(
            conversations.c.consent_version,
            conversations.c.consent_answer,
            conversations.c.consent_at,
        )
        .where(
            conversations.c.channel == channel,
            conversations.c.identity == identity,
            conversations.c.consent_answer.is_not(None),
        )
        .order_by(conversations.c.consent_at.desc())
        .limit(1)
    ).one_or_none()
    if before is not None:
        link.execute(
            update(conversations).where(conversations.c.id == made).values(**before._asdict())
        )


def consent_of(link: Connection, conversation: str) -> tuple[str, Consent]:
    """Tell the owner of a conversation and the answer to the privacy notice."""
    found = link.execute(
        select(
            conversations.c.owner, conversations.c.consent_version, conversations.c.consent_answer
        ).where(conversations.c.id == conversation)
    ).one()
    return found.owner, Consent(found.consent_version, found.consent_answer)


def write_consent(
    link: Connection, conversation: Conversation, new: NewConsent, now: datetime
) -> None:
    """Keep what waits for an answer to the notice, and the answer with its version and time."""
    values: dict[str, Any] = {"consent_held": new.held}
    if new.answer is not None:
        given = {"version": new.version, "answer": new.answer, "at": now}
        values |= {f"consent_{name}": value for name, value in given.items()}
        link.execute(
            insert(consents).values(
                conversation=conversation.id, channel=conversation.channel, **given
            )
        )
    link.execute(
        update(conversations).where(conversations.c.id == conversation.id).values(**values)
    )


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
