"""Write down who did what to whom, so that a changed, removed or moved line is found out.

Each entry carries a keyed HMAC over itself and the one before; the newest and the oldest are
anchored under a seal of their own. No entry holds a personal datum: a person is the HMAC of an
internal number, and details are short codes.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Literal

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts.crypto import derive_key
from accounts.db import PENDING, serialize
from accounts.models import AuditEntry, AuditHead

log = structlog.get_logger(__name__)

SYSTEM = "system"
KEPT = timedelta(days=5 * 366)
"""Five years, leap days included."""
_START = bytes(32)
_SPOILT = bytes(32)
_LOCK = "audit"
_HEAD = 1
_BATCH = 1000
_COUNTS = 10**9
# Opaque ids are made at random, so any run of digits may be in one.
_ACTOR = re.compile(r"[!-~]{1,128}")
_DETAIL = re.compile(r"(?!.*\d{6})[\w.:-]{1,64}", re.ASCII)


class Kind(StrEnum):
    """What can be written down."""

    CODE_SENT = "code_sent"
    CODE_WITHHELD = "code_withheld"
    CODE_WRONG = "code_wrong"
    CODE_LOCKED = "code_locked"
    VERIFIED = "verified"
    SESSION_ENDED = "session_ended"
    REVEALED = "revealed"
    DATA_CHANGED = "data_changed"
    DOCUMENT_ISSUED = "document_issued"
    CONSENT = "consent"
    EXPORTED = "exported"
    ERASED = "erased"
    PURGED = "purged"
    KEYS_ROTATED = "keys_rotated"


@dataclass(frozen=True)
class _Event:
    kind: Kind
    person: int | None
    actor: str
    at: datetime
    detail: str


def record(
    session: AsyncSession,
    kind: Kind,
    person: int | None,
    actor: str,
    at: datetime,
    **detail: str | int | None,
) -> None:
    """Write an entry together with the transaction of `session`, one of `Database.write()`.

    `person` is the internal id, `actor` the opaque id of a conversation or who ran a command.
    Details are short codes and counts; ValueError when one could be a personal datum.
    """
    kept = {name: value for name, value in sorted(detail.items()) if value is not None}
    if not _ACTOR.fullmatch(actor) or not all(map(_harmless, kept.values())):
        raise ValueError("an audit entry holds short codes only")
    session.info[PENDING].append(_Event(kind, person, actor, at, json.dumps(kept)))


def changed(
    session: AsyncSession, person: int, conversation: str, at: datetime, what: str, did: str
) -> None:
    """Write down that a person changed something of theirs from a conversation."""
    record(session, Kind.DATA_CHANGED, person, conversation, at, what=what, did=did)


def _harmless(value: str | int) -> bool:
    """Tell codes and counts from what may identify somebody: a phone has ten digits."""
    if isinstance(value, int):
        return abs(value) < _COUNTS
    return _DETAIL.fullmatch(value) is not None


@dataclass(frozen=True)
class Verdict:
    """What the verifier found; `seq` is where the chain breaks, `anchor` its newest link."""

    entries: int
    anchor: str
    problem: Literal["changed", "missing", "cut", "head", "anchor"] | None = None
    seq: int | None = None


class Trail:
    """Append to the chain and verify it with keys that live outside the database."""

    def __init__(self, masters: Sequence[bytes]) -> None:
        """Take the 32-byte master keys: the first writes, all verify."""
        self._keys = [derive_key(master, b"accounts/audit") for master in masters]

    def subjects(self, person: int) -> list[bytes]:
        """Give what stands for a person with every key, the writing one first."""
        return self._macs("subject", person)

    async def append(self, session: AsyncSession, events: Sequence[_Event]) -> None:
        """Chain events, last in their transaction: the lock on the head is held till it ends."""
        await serialize(session, _LOCK)
        head = await session.get(AuditHead, _HEAD, populate_existing=True)
        whole = head is not None and self._sealed(head)
        if head is None:
            newest = await session.scalar(
                select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)
            )
            whole = newest is None
            seq, mac = (newest.seq, newest.mac) if newest else (0, _START)
            head = AuditHead(id=_HEAD, seq=seq, mac=mac, base_seq=0, base_mac=_START)
            session.add(head)
        for event in events:
            subject = None if event.person is None else self.subjects(event.person)[0]
            entry = AuditEntry(
                seq=head.seq + 1,
                at=event.at,
                kind=event.kind.value,
                subject=subject,
                actor=event.actor,
                detail=event.detail,
            )
            entry.mac = self._link(head.mac, entry)[0]
            session.add(entry)
            head.seq, head.mac = entry.seq, entry.mac
        if not whole:
            log.error("audit_broken", seq=head.seq)
        # A spoilt seal stays spoilt: sealing it anew would cover up what was done to the chain.
        head.seal = self._ends(head)[0] if whole else _SPOILT

    async def verify(self, session: AsyncSession, anchor: str | None = None) -> Verdict:
        """Walk the chain; with an `anchor` of an earlier verdict, tell whether it is in it."""
        head = await session.get(AuditHead, _HEAD, populate_existing=True)
        if head is None:
            count = await session.scalar(select(func.count()).select_from(AuditEntry)) or 0
            lost = bool(count) or (anchor is not None and not anchor.startswith("0:"))
            return Verdict(count, _anchor(0, _START), "head" if lost else None)
        seq, mac = head.base_seq, head.base_mac
        wanted = int(anchor.partition(":")[0]) if anchor else 0
        met = wanted < seq or _anchor(seq, mac) == anchor
        rows = await session.stream_scalars(
            select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=_BATCH)
        )
        async for entry in rows:
            if entry.seq != seq + 1:
                return Verdict(seq - head.base_seq, _anchor(seq, mac), "missing", seq + 1)
            if not _same(entry.mac, self._link(mac, entry)):
                return Verdict(seq - head.base_seq, _anchor(seq, mac), "changed", entry.seq)
            seq, mac = entry.seq, entry.mac
            met = met or (seq == wanted and _anchor(seq, mac) == anchor)
        verdict = Verdict(seq - head.base_seq, _anchor(seq, mac))
        if not self._sealed(head):
            return Verdict(verdict.entries, verdict.anchor, "head", head.seq)
        if (head.seq, head.mac) != (seq, mac):
            return Verdict(verdict.entries, verdict.anchor, "cut", seq + 1)
        if anchor is not None and not met:
            return Verdict(verdict.entries, verdict.anchor, "anchor")
        return verdict

    async def purge(self, session: AsyncSession, before: datetime) -> int:
        """Drop the entries older than a moment, from the oldest on, and move the anchor."""
        oldest = await session.scalar(select(AuditEntry.at).order_by(AuditEntry.seq).limit(1))
        if oldest is None or oldest >= before:
            return 0
        await serialize(session, _LOCK)
        head = await session.get(AuditHead, _HEAD, populate_existing=True)
        if head is None or not self._sealed(head):
            return 0
        kept = select(func.min(AuditEntry.seq)).where(AuditEntry.at >= before)
        first = await session.scalar(kept) or head.seq + 1
        last = await session.get(AuditEntry, first - 1)
        if last is None:
            return 0
        removed = last.seq - head.base_seq
        head.base_seq, head.base_mac = last.seq, last.mac
        head.seal = self._ends(head)[0]
        await session.execute(delete(AuditEntry).where(AuditEntry.seq < first))
        return removed

    def _macs(self, *parts: object) -> list[bytes]:
        text = json.dumps(parts, separators=(",", ":")).encode()
        return [hmac.new(key, text, hashlib.sha256).digest() for key in self._keys]

    def _link(self, before: bytes, entry: AuditEntry) -> list[bytes]:
        return self._macs(
            "entry",
            before.hex(),
            entry.seq,
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.kind,
            entry.subject.hex() if entry.subject else None,
            entry.actor,
            entry.detail,
        )

    def _ends(self, head: AuditHead) -> list[bytes]:
        return self._macs("head", head.seq, head.mac.hex(), head.base_seq, head.base_mac.hex())

    def _sealed(self, head: AuditHead) -> bool:
        return _same(head.seal, self._ends(head))


def _same(given: bytes, expected: Sequence[bytes]) -> bool:
    return any(hmac.compare_digest(given, one) for one in expected)


def _anchor(seq: int, mac: bytes) -> str:
    return f"{seq}:{mac.hex()}"


def details(entry: AuditEntry) -> Mapping[str, str | int]:
    """Read the details of an entry."""
    found: Mapping[str, str | int] = json.loads(entry.detail)
    return found
