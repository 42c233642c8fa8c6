"""Export, erase and expire what was said, each as a function over one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, select, update

from conversations.models import choices, consents, conversations, inbox, outbox, transcript

CHATS_KEPT = timedelta(days=90)
# As long as a provider may deliver the same event again.
EVENTS_KEPT = timedelta(days=30)
_OPEN = "new"
# What hangs from a conversation, in the order it may go.
_PARTS = (choices, outbox, transcript, inbox, consents)


def export(link: Connection, wanted: Sequence[str]) -> list[dict[str, Any]]:
    """Return conversations with their transcript and the answers to the privacy notice."""
    found = link.execute(
        select(conversations.c.id, conversations.c.channel, conversations.c.created_at)
        .where(conversations.c.id.in_(wanted))
        .order_by(conversations.c.created_at)
    )
    return [
        {
            "channel": row.channel,
            "began": row.created_at.isoformat(),
            "said": [
                {"at": said.at.isoformat(), "by": said.role, "text": said.text}
                for said in link.execute(
                    select(transcript.c.at, transcript.c.role, transcript.c.text)
                    .where(transcript.c.conversation == row.id)
                    .order_by(transcript.c.seq)
                )
            ],
            "notice": [
                {"at": given.at.isoformat(), "version": given.version, "answer": given.answer}
                for given in link.execute(
                    select(consents)
                    .where(consents.c.conversation == row.id)
                    .order_by(consents.c.at)
                )
            ],
        }
        for row in found.all()
    ]


def erase(link: Connection, wanted: Sequence[str]) -> dict[str, int]:
    """Delete conversations and all that hangs from them; return the rows by table."""
    gone = {
        part.name: link.execute(delete(part).where(part.c.conversation.in_(wanted))).rowcount
        for part in _PARTS
    }
    removed = link.execute(delete(conversations).where(conversations.c.id.in_(wanted))).rowcount
    return gone | {conversations.name: removed}


def purge(link: Connection, now: datetime) -> int:
    """Delete what was said too long ago and conversations nothing is left of."""
    before = now - CHATS_KEPT
    old = select(transcript.c.seq).where(
        transcript.c.conversation == outbox.c.conversation,
        transcript.c.seq == outbox.c.seq,
        transcript.c.at < before,
    )
    removed = link.execute(delete(outbox).where(exists(old))).rowcount
    removed += link.execute(delete(transcript).where(transcript.c.at < before)).rowcount
    removed += link.execute(
        delete(inbox).where(inbox.c.state != _OPEN, inbox.c.received_at < now - EVENTS_KEPT)
    ).rowcount
    empty = _empty(before)
    link.execute(delete(choices).where(choices.c.conversation.in_(empty)))
    link.execute(delete(outbox).where(outbox.c.conversation.in_(empty)))
    link.execute(delete(consents).where(consents.c.conversation.in_(empty)))
    removed += link.execute(delete(conversations).where(conversations.c.id.in_(empty))).rowcount
    # What waited for an answer to the notice that never came.
    link.execute(
        update(conversations)
        .where(
            conversations.c.consent_held.is_not(None),
            ~exists(
                select(transcript.c.seq).where(
                    transcript.c.conversation == conversations.c.id,
                    transcript.c.at >= now - timedelta(days=1),
                )
            ),
        )
        .values(consent_held=None)
    )
    return removed


def _empty(before: datetime) -> Select[Any]:
    said = select(transcript.c.seq).where(transcript.c.conversation == conversations.c.id)
    open_events = select(inbox.c.id).where(inbox.c.conversation == conversations.c.id)
    return select(conversations.c.id).where(
        conversations.c.created_at < before, ~exists(said), ~exists(open_events)
    )
