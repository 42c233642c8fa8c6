"""Give a person all that is kept of them, or delete it: the rights of access and cancellation.

Tables are found by their keys, so one that is added later takes part without being named here.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Select, Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import audit
from accounts.audit import Kind, Trail
from accounts.corrections import RECEIVED
from accounts.crypto import KeyRing, Undecipherable
from accounts.errors import NotFound
from accounts.identifiers import compact
from accounts.identity import account_indexes, person_field
from accounts.models import (
    AuditEntry,
    Base,
    CorrectionRequest,
    Credit,
    Evidence,
    OneTimeCode,
    Person,
    SealedContent,
    VaultCounter,
    VaultEntry,
)
from accounts.sealed import BY_TABLE

_HIDDEN = "[cifrado]"
# Proofs of a moment, about nothing the person asked to see.
_NOT_EXPORTED = {"one_time_codes", "verified_sessions"}


class Pending(Exception):
    """Something the person asked for is still undecided: deleting now would drop it."""


@dataclass(frozen=True)
class Found:
    """A person and the conversations they proved to be theirs."""

    id: int
    subject: str
    conversations: tuple[str, ...]


@dataclass(frozen=True)
class Erased:
    """How many rows went, by table, and the hash of what they held."""

    rows: Mapping[str, int]
    digest: str


async def find(session: AsyncSession, keys: KeyRing, trail: Trail, nss: str) -> Found:
    """Find a person by NSS, or raise NotFound."""
    person = await session.scalar(
        select(Person.id).where(Person.nss_index.in_(account_indexes(keys, compact(nss))))
    )
    if person is None:
        raise NotFound
    subjects = trail.subjects(person)
    actors = await session.scalars(
        select(AuditEntry.actor)
        .where(AuditEntry.subject.in_(subjects), AuditEntry.kind == Kind.VERIFIED.value)
        .distinct()
        .order_by(AuditEntry.actor)
    )
    return Found(person, subjects[0].hex(), tuple(actors))


async def export(
    session: AsyncSession, keys: KeyRing, trail: Trail, found: Found, actor: str, now: datetime
) -> dict[str, Any]:
    """Return every row about a person, encrypted columns opened, and note that it was given."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for table, rows in _rows_of(found.id):
        if table.name not in _NOT_EXPORTED:
            kept = (await session.execute(rows)).mappings().all()
            tables[table.name] = [_opened(keys, table.name, row) for row in kept]
    entries = await session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject.in_(trail.subjects(found.id)))
        .order_by(AuditEntry.seq)
    )
    tables["audit_entries"] = [
        {"at": one.at.isoformat(), "kind": one.kind, **audit.details(one)} for one in entries
    ]
    audit.record(session, Kind.EXPORTED, found.id, actor, now)
    return tables


async def refuse_while_pending(session: AsyncSession, found: Found) -> None:
    """Raise Pending when something the person asked for is undecided."""
    undecided = select(func.count()).where(
        CorrectionRequest.person_id == found.id, CorrectionRequest.state == RECEIVED
    )
    if await session.scalar(undecided):
        raise Pending


async def erase(
    session: AsyncSession,
    keys: KeyRing,
    found: Found,
    actor: str,
    now: datetime,
) -> Erased:
    """Delete every row about a person and note that it was done."""
    digest, rows = hashlib.sha256(), {}
    for table, query in _rows_of(found.id):
        kept = (await session.execute(query)).mappings().all()
        rows[table.name] = len(kept)
        digest.update(json.dumps([dict(row) for row in kept], default=_plain).encode())
    person = await session.get_one(Person, found.id)
    nss = keys.decrypt(person.nss, person_field(person.id, "nss"))
    await session.execute(
        delete(OneTimeCode).where(OneTimeCode.account_index.in_(account_indexes(keys, nss)))
    )
    for kept_for in (VaultEntry, VaultCounter, SealedContent, Evidence):
        await session.execute(
            delete(kept_for).where(kept_for.conversation.in_(found.conversations))
        )
    await session.execute(delete(Person).where(Person.id == found.id))
    for table, query in _rows_of(found.id):
        if (await session.execute(query)).first() is not None:
            raise RuntimeError(f"{table.name} keeps rows of a person who is gone")
    audit.record(session, Kind.ERASED, found.id, actor, now, rows=sum(rows.values()))
    return Erased(rows, digest.hexdigest())


def _rows_of(person: int) -> list[tuple[Table, Select[Any]]]:
    """Select a person's rows from each table that belongs to people or to their credits."""
    credits = select(Credit.id).where(Credit.person_id == person)
    found: list[tuple[Table, Select[Any]]] = []
    for table in Base.metadata.sorted_tables:
        if table is Person.__table__:
            found.append((table, select(table).where(table.c.id == person)))
            continue
        for key in _keys_of(table):
            owner, column = key.column.table.name, key.parent
            if owner == "people":
                found.append((table, select(table).where(column == person)))
            elif owner == "credits":
                found.append((table, select(table).where(column.in_(credits))))
    return found


def _keys_of(table: Table) -> list[ForeignKey]:
    owners = {"people", "credits"}
    keys = [key for key in table.foreign_keys if key.column.table.name in owners]
    # A table with both is the person's own already.
    return sorted(keys, key=lambda key: key.column.table.name != "people")[:1]


def _opened(keys: KeyRing, table: str, row: Mapping[Any, Any]) -> dict[str, Any]:
    opened: dict[str, Any] = {}
    for name, value in row.items():
        known = BY_TABLE.get(table)
        if not isinstance(value, bytes):
            opened[name] = _plain(value)
        elif not name.endswith("_index"):
            try:
                opened[name] = keys.decrypt(value, known.context(row, name)) if known else _HIDDEN
            except Undecipherable:
                opened[name] = _HIDDEN
    return opened


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value.hex() if isinstance(value, bytes) else value
