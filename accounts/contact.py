"""Change the contact on file: a fresh code to the old one allows it, a code to the new one does it.

The new contact never gets a code that proves identity until it is on file: the code sent to it
only says that whoever is changing it can read it.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import audit, identity, requests, vault
from accounts.crypto import KeyRing
from accounts.db import serialize
from accounts.errors import BadEmail, BadPhone, ContactCooling, LevelTooLow, UnknownToken
from accounts.identifiers import compact
from accounts.models import ContactChange, Person, VerifiedSession
from accounts.schemas import Conversation, Identity, Model, Request, Token
from accounts.sender import Contact

Channel = Literal["phone", "email"]

COOL_DOWN = timedelta(hours=24)
TTL = timedelta(minutes=10)
MAX_TRIES = 5
MAX_BEGUN = 3
_WINDOW = timedelta(hours=1)

_DIGITS = 10
# No area code of Mexico begins with 0 or 1.
_PHONE = re.compile(r"[2-9]\d{9}")
_COUNTRY = re.compile(r"^\+?52(?:1(?=\d{10}$))?(?=\d{10}$)")
_EMAIL = re.compile(
    r"[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_%+-])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)
_MAX_EMAIL = 254


class ContactBody(Request):
    """Who changes the contact, and the token of the new telephone or e-mail."""

    conversation: Conversation
    identity: Identity
    value: Token


class ConfirmBody(Request):
    """The code that came to the new contact."""

    conversation: Conversation
    identity: Identity
    code: Token


class ContactStarted(Model):
    """A change that waits for the code sent to the new contact."""

    channel: Channel
    expires_in: int


class ContactConfirmed(Model):
    """What became of a change; `folio` only when applied, `tries_left` only when wrong."""

    status: Literal["applied", "wrong", "expired", "locked"]
    channel: Channel | None = None
    folio: str | None = None
    tries_left: int | None = Field(default=None, ge=1)


def clean_phone(text: str) -> str:
    """Return a telephone of Mexico as ``+52`` and ten digits, or raise BadPhone."""
    number = _COUNTRY.sub("", re.sub(r"[()/]", "", compact(text)))
    if not _PHONE.fullmatch(number) or len(set(number)) == 1:
        raise BadPhone
    return f"+52{number}"


def clean_email(text: str) -> str:
    """Return an e-mail in lower case, or raise BadEmail."""
    address = text.strip().lower()
    if len(address) > _MAX_EMAIL or ".." in address or not _EMAIL.fullmatch(address):
        raise BadEmail
    return address


_KINDS: Mapping[str, tuple[Channel, Callable[[str], str]]] = {
    "TELEFONO": ("phone", clean_phone),
    "CORREO": ("email", clean_email),
}


def _value_context(change_id: str) -> str:
    return f"contact_changes/value/{change_id}"


def _code_context(change_id: str) -> str:
    return f"contact_changes/code/{change_id}"


async def begin(
    session: AsyncSession, keys: KeyRing, body: ContactBody, now: datetime
) -> tuple[ContactStarted, identity.Outgoing]:
    """Keep a new contact and give the code to send to it; LevelTooLow without a fresh session."""
    live = await _session(session, keys, body.conversation, body.identity, now)
    if not identity.is_fresh(live, now):
        raise LevelTooLow
    kind = body.value.strip("⟦⟧").partition(":")[0]
    if kind not in _KINDS:
        raise UnknownToken
    channel, clean = _KINDS[kind]
    value = clean(await vault.redeem(session, keys, body.conversation, body.value, kind, now))
    await serialize(session, f"contact:{live.person_id}")
    await _within_limits(session, live.person_id, now)
    await session.execute(
        update(ContactChange)
        .where(ContactChange.person_id == live.person_id, ContactChange.closed_at.is_(None))
        .values(closed_at=now)
    )
    change_id = secrets.token_urlsafe(16)
    code = f"{secrets.randbelow(10**identity.CODE_DIGITS):0{identity.CODE_DIGITS}d}"
    session.add(
        ContactChange(
            id=change_id,
            person_id=live.person_id,
            conversation=body.conversation,
            identity_index=live.identity_index,
            channel=channel,
            value=keys.encrypt(value, _value_context(change_id)),
            mac=keys.index(code, _code_context(change_id)),
            tries=0,
            created_at=now,
            expires_at=now + TTL,
        )
    )
    audit.changed(session, live.person_id, live.conversation, now, "contact", "begin")
    started = ContactStarted(channel=channel, expires_in=int(TTL.total_seconds()))
    return started, identity.Outgoing(body.conversation, Contact(channel, value), code)


async def _session(
    session: AsyncSession, keys: KeyRing, conversation: str, who: str, now: datetime
) -> VerifiedSession:
    try:
        return await identity.live_session(session, keys, conversation, who, now)
    except identity.NotVerified:
        raise LevelTooLow from None


async def _within_limits(session: AsyncSession, person_id: int, now: datetime) -> None:
    person = await session.get_one(Person, person_id)
    changed = person.contact_changed_at
    begun = await session.scalar(
        select(func.count()).where(
            ContactChange.person_id == person_id, ContactChange.created_at > now - _WINDOW
        )
    )
    if (changed and now - changed < COOL_DOWN) or (begun or 0) >= MAX_BEGUN:
        raise ContactCooling


async def confirm(
    session: AsyncSession, keys: KeyRing, body: ConfirmBody, now: datetime
) -> ContactConfirmed:
    """Try the code that came to the new contact; a try is counted before it is compared."""
    live = await _session(session, keys, body.conversation, body.identity, now)
    try:
        given = await vault.redeem(session, keys, body.conversation, body.code, "CODIGO", now)
    except UnknownToken:
        return ContactConfirmed(status="expired")
    tried = await session.scalar(
        update(ContactChange)
        .where(
            ContactChange.person_id == live.person_id,
            ContactChange.conversation == body.conversation,
            ContactChange.closed_at.is_(None),
            ContactChange.expires_at > now,
            ContactChange.tries < MAX_TRIES,
        )
        .values(tries=ContactChange.tries + 1)
        .returning(ContactChange)
        .execution_options(synchronize_session=False)
    )
    if tried is None:
        return ContactConfirmed(status="expired")
    if not keys.matches(compact(given), _code_context(tried.id), tried.mac):
        left = MAX_TRIES - tried.tries
        return ContactConfirmed(status="wrong", tries_left=left) if left else _locked(tried, now)
    return await _applied(session, keys, live, tried, now)


def _locked(change: ContactChange, now: datetime) -> ContactConfirmed:
    change.closed_at = now
    return ContactConfirmed(status="locked")


async def _applied(
    session: AsyncSession,
    keys: KeyRing,
    live: VerifiedSession,
    change: ContactChange,
    now: datetime,
) -> ContactConfirmed:
    channel: Channel = "phone" if change.channel == "phone" else "email"
    person = await session.get_one(Person, change.person_id)
    value = keys.decrypt(change.value, _value_context(change.id))
    sealed = keys.encrypt(value, identity.person_field(person.id, channel))
    setattr(person, channel, sealed)
    person.contact_changed_at = now
    change.closed_at = now
    folio = await requests.opened(session, person.id, "contacto", now, subject=channel)
    audit.changed(session, person.id, live.conversation, now, "contact", "apply")
    return ContactConfirmed(status="applied", channel=channel, folio=folio)
