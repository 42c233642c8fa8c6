"""Repository functions of the queue: accept, claim and finish events, each in one transaction.

A conversation is leased while its event runs, so its events run in order; the epoch of the lease
fences the write at the end, so that a worker that lost it cannot write.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, update

from conversations import statements, store
from conversations.errors import LeaseLost, Overloaded
from conversations.messages import Receipt
from conversations.models import conversations
from conversations.records import (
    Accepted,
    Claim,
    Consent,
    Conversation,
    Lease,
    LiveChoice,
    NewEvent,
    NewRow,
    Outcome,
)


def is_overloaded(link: Connection, high_water: int) -> bool:
    """Tell whether as many events as the mark are open."""
    return link.scalar(statements.NTH_OPEN, {"skip": high_water - 1}) is not None


def accept(
    link: Connection,
    events: Sequence[NewEvent],
    now: datetime,
    high_water: int,
    lease: Lease,
    slots: int,
) -> Accepted:
    """Store a batch, and claim what can run at once when the caller has free slots.

    Claiming here saves the usual turn a transaction of its own.
    """
    if is_overloaded(link, high_water):
        raise Overloaded("too many open events")
    receipts: list[Receipt] = []
    fresh: list[str] = []
    for event in events:
        conversation = store.open_conversation(link, event.channel, event.identity, now)
        stored = link.scalar(
            statements.ADD_EVENT[link.dialect.name],
            {
                "channel": event.channel,
                "event_id": event.event_id,
                "conversation": conversation,
                "body": event.body,
                "now": now,
            },
        )
        receipts.append(Receipt(conversation, event.event_id, duplicate=stored is None))
        if stored is not None:
            fresh.append(conversation)
    waiting = len(fresh)
    claims: list[Claim] = []
    # Sorted, so that two processes with overlapping batches lock in the same order.
    for conversation in sorted(set(fresh)):
        if len(claims) >= slots:
            break
        claim = _take(link, conversation, now, lease)
        if claim is not None:
            claims.append(claim)
    return Accepted(tuple(receipts), tuple(claims), waiting > len(claims))


def claim_due(link: Connection, now: datetime, lease: Lease, limit: int) -> list[Claim]:
    """Claim the oldest open event of conversations that have nothing in flight."""
    return [
        claim
        for conversation in link.scalars(statements.DUE_LOCKED, {"now": now, "most": limit}).all()
        if (claim := _take(link, conversation, now, lease)) is not None
    ]


def has_due(link: Connection, now: datetime) -> bool:
    """Tell whether there is something to claim."""
    return link.scalar(statements.DUE, {"now": now, "most": 1}) is not None


def _take(link: Connection, conversation: str, now: datetime, lease: Lease) -> Claim | None:
    """Lease a conversation and take its oldest open event, None when either is not to be had.

    The event is looked up after the lease is locked: what a query saw before may be done by now.
    """
    owned = link.execute(
        statements.LEASE,
        {
            "conversation": conversation,
            "now": now,
            "worker": lease.owner,
            "until": now + timedelta(seconds=lease.seconds),
        },
    ).one_or_none()
    if owned is None:
        return None
    event = link.execute(statements.TAKE_OLDEST, {"leased": conversation, "now": now}).one_or_none()
    if event is None:
        _release(link, conversation, owned.lease_epoch)
        return None
    return _claim(owned, event, lease, _live_choices(link, conversation))


def _claim(owned: Row[Any], event: Row[Any], lease: Lease, live: tuple[LiveChoice, ...]) -> Claim:
    return Claim(
        conversation=Conversation(
            id=owned.id,
            channel=owned.channel,
            identity=owned.identity,
            owner=owned.owner,
            awaiting=owned.awaiting,
            awaiting_until=owned.awaiting_until,
            consent=Consent(owned.consent_version, owned.consent_answer, owned.consent_held),
        ),
        epoch=owned.lease_epoch,
        lease_owner=lease.owner,
        inbox_id=event.id,
        channel=event.channel,
        event_id=event.event_id,
        body=event.body,
        attempts=event.attempts,
        received_at=event.received_at,
        started_at=event.started_at,
        choices=live,
    )


def _live_choices(link: Connection, conversation: str) -> tuple[LiveChoice, ...]:
    rows = link.execute(statements.LIVE_CHOICES, {"conversation": conversation})
    return tuple(LiveChoice(*row) for row in rows)


def _release(link: Connection, conversation: str, epoch: int) -> bool:
    released = link.execute(statements.RELEASE, {"conversation": conversation, "epoch": epoch})
    return released.rowcount == 1


def postpone(link: Connection, claim: Claim, due: datetime, error: str) -> None:
    """Give a claim back to run again later."""
    if not _release(link, claim.conversation.id, claim.epoch):
        raise LeaseLost(claim.conversation.id)
    link.execute(statements.POSTPONE, {"event": claim.inbox_id, "later": due, "reason": error})


def give_back(link: Connection, claim: Claim) -> None:
    """Give a claim back untouched, as if it had not been taken: the process is stopping."""
    if _release(link, claim.conversation.id, claim.epoch):
        link.execute(statements.GIVE_BACK, {"event": claim.inbox_id})


def finish(link: Connection, claim: Claim, outcome: Outcome, now: datetime) -> bool:
    """Write all of a turn at once; True when the conversation has more open events.

    Raises LeaseLost, with nothing written, when somebody else took the conversation over.
    """
    conversation = claim.conversation
    fenced = _fence(link, claim, outcome)
    if fenced is None or not _close(link, claim, outcome.error):
        raise LeaseLost(conversation.id)
    kept = outcome.owner_kept(conversation.owner == fenced.owner)
    if outcome.consent is not None:
        store.write_consent(link, conversation, outcome.consent, now)
    _write_rows(link, claim, kept, fenced.next_seq - len(outcome.rows), now)
    if kept.choices is not None:
        _replace_choices(link, claim, kept.choices)
    return link.scalar(statements.ANY_OPEN, {"conversation": conversation.id}) is not None


def _fence(link: Connection, claim: Claim, outcome: Outcome) -> Row[Any] | None:
    fence = {
        "conversation": claim.conversation.id,
        "epoch": claim.epoch,
        "worker": claim.lease_owner,
        "rows": len(outcome.rows),
    }
    awaited = outcome.awaited
    if awaited is None:
        return link.execute(statements.FENCE, fence).one_or_none()
    asked = {"asked": awaited.kind, "asked_until": awaited.until}
    return link.execute(statements.FENCE_AND_AWAIT, fence | asked).one_or_none()


def _close(link: Connection, claim: Claim, error: str | None) -> bool:
    """Close the event; a dead letter keeps its encrypted body, so that it can be looked into."""
    if error is None:
        return link.execute(statements.DONE, {"event": claim.inbox_id}).rowcount == 1
    buried = link.execute(statements.DEAD, {"event": claim.inbox_id, "reason": error})
    return buried.rowcount == 1


def _write_rows(
    link: Connection, claim: Claim, outcome: Outcome, first: int, now: datetime
) -> None:
    conversation, rows = claim.conversation, outcome.rows
    if not rows:
        return
    link.execute(
        statements.ADD_ENTRIES,
        [
            _transcript_row(claim, row, first + place, now, place == len(rows) - 1)
            for place, row in enumerate(rows)
        ],
    )
    said = [first + place for place, row in enumerate(rows) if row.role != "user"]
    if not said:
        return
    link.execute(
        statements.ADD_OUTBOX,
        [
            {
                "dedupe": f"{conversation.id}:{claim.event_id}:{seq - first}",
                "conversation": conversation.id,
                "seq": seq,
                "channel": conversation.channel,
                "state": "sent" if outcome.delivered else "new",
                "attempts": 0,
                "due": now,
            }
            for seq in said
        ],
    )


def _transcript_row(
    claim: Claim, row: NewRow, seq: int, now: datetime, done: bool
) -> dict[str, Any]:
    return {
        "conversation": claim.conversation.id,
        "seq": seq,
        "role": row.role,
        "message_id": claim.event_id,
        "at": claim.received_at if row.role == "user" else now,
        "text": row.text,
        "reply": row.reply,
        "done": done,
        "owner": claim.conversation.owner,
    }


def _replace_choices(link: Connection, claim: Claim, live: Sequence[LiveChoice]) -> None:
    if claim.choices:
        link.execute(statements.DROP_CHOICES, {"conversation": claim.conversation.id})
    if not live:
        return
    link.execute(
        statements.ADD_CHOICES,
        [
            {
                "conversation": claim.conversation.id,
                "id": choice.id,
                "message_id": claim.event_id,
                "position": place,
                "title": choice.title,
                "payload": choice.payload,
            }
            for place, choice in enumerate(live)
        ],
    )


def void_leases(link: Connection) -> int:
    """Free every conversation: right only where no other process can hold a lease."""
    freed = link.execute(
        update(conversations)
        .where(conversations.c.lease_until.is_not(None))
        .values(lease_owner=None, lease_until=None)
    )
    return freed.rowcount
