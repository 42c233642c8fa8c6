"""The statements every turn runs, built once.

Building a statement costs more than running it, and a turn runs a dozen.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    Select,
    Update,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from conversations.models import Utc, choices, conversations, inbox, outbox, transcript

# A literal, not a parameter: the partial indices are used only when the planner sees the value.
IS_OPEN = inbox.c.state == literal_column("'new'")

_THIS: BindParameter[str] = bindparam("conversation")
_NOW = bindparam("now", type_=Utc())
_EVENT = inbox.c.id == bindparam("event")
_UNLEASED = or_(conversations.c.lease_until.is_(None), conversations.c.lease_until <= _NOW)

FIND_OPEN = select(conversations.c.id).where(
    conversations.c.channel == bindparam("channel"),
    conversations.c.identity == bindparam("identity"),
    conversations.c.closed_at.is_(None),
)
NTH_OPEN = (
    select(inbox.c.id)
    .where(IS_OPEN)
    .order_by(inbox.c.id)
    .offset(bindparam("skip"))
    .limit(literal_column("1"))
)
ANY_OPEN = (
    select(inbox.c.id).where(inbox.c.conversation == _THIS, IS_OPEN).limit(literal_column("1"))
)
LIVE_CHOICES = (
    select(choices.c.id, choices.c.title, choices.c.payload)
    .where(choices.c.conversation == _THIS)
    .order_by(choices.c.position)
)
LAST_SEQS = select(conversations.c.id, conversations.c.next_seq).where(
    conversations.c.id.in_(bindparam("wanted", expanding=True))
)
ENTRIES = (
    select(
        transcript.c.seq,
        transcript.c.role,
        transcript.c.message_id,
        transcript.c.at,
        transcript.c.text,
        transcript.c.reply,
        transcript.c.done,
        transcript.c.owner,
    )
    .where(transcript.c.conversation == _THIS, transcript.c.seq > bindparam("after"))
    .order_by(transcript.c.seq)
    .limit(bindparam("most"))
)

LEASE = (
    update(conversations)
    .where(conversations.c.id == _THIS, _UNLEASED)
    .values(
        lease_owner=bindparam("worker"),
        lease_until=bindparam("until"),
        lease_epoch=conversations.c.lease_epoch + 1,
    )
    .returning(
        conversations.c.id,
        conversations.c.channel,
        conversations.c.identity,
        conversations.c.owner,
        conversations.c.awaiting,
        conversations.c.awaiting_until,
        conversations.c.consent_version,
        conversations.c.consent_answer,
        conversations.c.consent_held,
        conversations.c.lease_epoch,
    )
)
TAKE_OLDEST = (
    update(inbox)
    .where(
        inbox.c.id
        == select(func.min(inbox.c.id))
        .where(inbox.c.conversation == bindparam("leased"), IS_OPEN)
        .scalar_subquery(),
        inbox.c.due <= _NOW,
    )
    .values(attempts=inbox.c.attempts + 1, started_at=func.coalesce(inbox.c.started_at, _NOW))
    .returning(
        inbox.c.id,
        inbox.c.channel,
        inbox.c.event_id,
        inbox.c.body,
        inbox.c.attempts,
        inbox.c.received_at,
        inbox.c.started_at,
    )
)
RELEASE = (
    update(conversations)
    .where(conversations.c.id == _THIS, conversations.c.lease_epoch == bindparam("epoch"))
    .values(lease_owner=None, lease_until=None)
)
POSTPONE = (
    update(inbox).where(_EVENT, IS_OPEN).values(due=bindparam("later"), error=bindparam("reason"))
)
GIVE_BACK = update(inbox).where(_EVENT, IS_OPEN).values(attempts=inbox.c.attempts - 1)


def _fence(**more: Any) -> Update:
    """Release a conversation for the worker that still holds it, moving its numbers on."""
    return (
        update(conversations)
        .where(
            conversations.c.id == _THIS,
            conversations.c.lease_epoch == bindparam("epoch"),
            conversations.c.lease_owner == bindparam("worker"),
        )
        .values(
            next_seq=conversations.c.next_seq + bindparam("rows"),
            lease_owner=None,
            lease_until=None,
            **more,
        )
        .returning(conversations.c.next_seq, conversations.c.owner)
    )


FENCE = _fence()
FENCE_AND_AWAIT = _fence(
    awaiting=bindparam("asked"), awaiting_until=bindparam("asked_until", type_=Utc())
)
DONE = update(inbox).where(_EVENT, IS_OPEN).values(state="done", body=None, error=None)
DEAD = update(inbox).where(_EVENT, IS_OPEN).values(state="dead", error=bindparam("reason"))
ADD_ENTRIES = insert(transcript)
ADD_OUTBOX = insert(outbox)
ADD_CHOICES = insert(choices)
DROP_CHOICES = delete(choices).where(choices.c.conversation == _THIS)

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
ADD_CONVERSATION = {
    dialect: new(conversations).on_conflict_do_nothing() for dialect, new in _INSERTS.items()
}
ADD_EVENT = {
    dialect: new(inbox)
    .values(
        channel=bindparam("channel"),
        event_id=bindparam("event_id"),
        conversation=_THIS,
        body=bindparam("body"),
        state="new",
        attempts=0,
        received_at=_NOW,
        due=_NOW,
    )
    .on_conflict_do_nothing()
    .returning(inbox.c.id)
    for dialect, new in _INSERTS.items()
}


def _heads() -> Select[Any]:
    """Select conversations with nothing in flight whose oldest open event is due."""
    earlier = inbox.alias("earlier")
    blocked = (
        select(earlier.c.id)
        .where(
            earlier.c.conversation == inbox.c.conversation,
            earlier.c.state == literal_column("'new'"),
            earlier.c.id < inbox.c.id,
        )
        .exists()
    )
    return (
        select(conversations.c.id)
        .join(inbox, inbox.c.conversation == conversations.c.id)
        .where(IS_OPEN, inbox.c.due <= _NOW, _UNLEASED, ~blocked)
        .order_by(inbox.c.id)
        .limit(bindparam("most"))
    )


DUE = _heads()
DUE_LOCKED = DUE.with_for_update(of=conversations, skip_locked=True)
