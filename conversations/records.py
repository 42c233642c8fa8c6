"""Plain records that pass between the store, the worker and the stages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from conversations.messages import Receipt, Role, SecureKind

BOT, CLOSED = "bot", "closed"


@dataclass(frozen=True, slots=True)
class Lease:
    """Who claims and for how many seconds."""

    owner: str
    seconds: float


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to store; `body` is encrypted."""

    channel: str
    identity: str
    event_id: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class LiveChoice:
    """A choice of the latest turn of the bot, with the payload it stands for."""

    id: str
    title: str
    payload: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Consent:
    """The answer to a version of the privacy notice, and what waits for one."""

    version: int | None = None
    answer: str | None = None
    held: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NewConsent:
    """What a turn changes of the consent; no `answer` when it only asked."""

    version: int
    answer: str | None
    held: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it was when its event was claimed."""

    id: str
    channel: str
    identity: str
    owner: str
    awaiting: SecureKind | None
    awaiting_until: datetime | None
    consent: Consent = Consent()


@dataclass(frozen=True, slots=True)
class Claim:
    """An event to run, with all it needs; `epoch` fences the write at its end."""

    conversation: Conversation
    epoch: int
    lease_owner: str
    inbox_id: int
    channel: str
    event_id: str
    body: bytes = field(repr=False)
    attempts: int
    received_at: datetime
    started_at: datetime
    choices: tuple[LiveChoice, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a batch: receipts in its order and what may run at once."""

    receipts: tuple[Receipt, ...]
    claims: tuple[Claim, ...]
    waiting: bool


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row for the transcript; `reply` is JSON without payloads."""

    role: Role
    text: str = field(repr=False)
    reply: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Awaited:
    """The secure input the conversation waits for from now on; no kind means none."""

    kind: SecureKind | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything one turn writes. None for `choices` and `awaited` leaves them as they are."""

    rows: tuple[NewRow, ...]
    choices: tuple[LiveChoice, ...] | None
    awaited: Awaited | None
    delivered: bool
    error: str | None = None
    consent: NewConsent | None = None

    def owner_kept(self, kept: bool) -> Outcome:
        """Leave out what the bot says when the conversation changed hands meanwhile."""
        if kept:
            return self
        said = tuple(row for row in self.rows if row.role == "user")
        return replace(self, rows=said, choices=None)


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A row of the transcript as stored."""

    seq: int
    role: Role
    message_id: str
    at: datetime
    text: str = field(repr=False)
    reply: str | None = field(repr=False)
    done: bool
    owner: str
