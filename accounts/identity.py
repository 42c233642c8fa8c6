"""Prove who somebody is: a one-time code to the contact on file opens a short session.

An account that does not exist, has no contact, changed it lately or asked too often takes the
same steps and gets the same answer as any other; its code is simply nobody's.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import audit, vault
from accounts.audit import Kind
from accounts.code_limits import MAX_TRIES, Asked, Policy, allowed
from accounts.crypto import KeyRing
from accounts.db import serialize, upsert
from accounts.errors import NotVerified, UnknownToken
from accounts.identifiers import compact
from accounts.models import OneTimeCode, Person, VaultEntry, VerifiedSession
from accounts.schemas import SessionState, Verification
from accounts.sender import Contact

CODE_DIGITS = 6
CODE_TTL = timedelta(minutes=10)
# A phone that was just changed may be a thief's: it proves nothing for a day.
CONTACT_SETTLES = timedelta(hours=24)
IDLE = timedelta(minutes=10)
ABSOLUTE = timedelta(minutes=30)
FRESH = timedelta(minutes=5)
# Writing every touch would put a disk sync in front of every answer.
_TOUCH_STEP = timedelta(seconds=15)

_ACCOUNT = "nss"
_DESTINATION = "destination"


@dataclass(frozen=True)
class Outgoing:
    """A code to be sent once the transaction is committed."""

    conversation: str
    contact: Contact
    code: str


def account_index(keys: KeyRing, nss: str) -> bytes:
    """Give the index under which a person's NSS is stored."""
    return keys.index(nss, _ACCOUNT)


def account_indexes(keys: KeyRing, nss: str) -> list[bytes]:
    """Give the index of an NSS with every key."""
    return keys.indexes(nss, _ACCOUNT)


def person_field(person_id: int, field: str) -> str:
    """Give the context in which a person's field is encrypted."""
    return f"people/{field}/{person_id}"


def identity_indexes(keys: KeyRing, identity: str) -> list[bytes]:
    """Give the index of a channel identity with every key, the writing one first."""
    return keys.indexes(identity, "identity")


def _code_context(code_id: str, purpose: str) -> str:
    return f"code/{code_id}/{purpose}"


async def start(
    session: AsyncSession,
    keys: KeyRing,
    conversation: str,
    identity: str,
    nss_token: str,
    purpose: str,
    now: datetime,
    policy: Policy,
) -> Outgoing | None:
    """Issue a code for the person behind an NSS token; the caller answers the same either way."""
    nss = compact(await vault.redeem(session, keys, conversation, nss_token, "NSS", now))
    return await _issue(session, keys, conversation, identity, nss, purpose, now, policy)


async def start_again(
    session: AsyncSession,
    keys: KeyRing,
    conversation: str,
    identity: str,
    purpose: str,
    now: datetime,
    policy: Policy,
) -> Outgoing | None:
    """Issue a fresh code for whoever the live session belongs to, or raise NotVerified."""
    live = await live_session(session, keys, conversation, identity, now)
    person = await session.get_one(Person, live.person_id)
    nss = keys.decrypt(person.nss, person_field(person.id, "nss"))
    return await _issue(session, keys, conversation, identity, nss, purpose, now, policy)


async def _issue(
    session: AsyncSession,
    keys: KeyRing,
    conversation: str,
    identity: str,
    nss: str,
    purpose: str,
    now: datetime,
    policy: Policy,
) -> Outgoing | None:
    accounts, callers = account_indexes(keys, nss), identity_indexes(keys, identity)
    await serialize(
        session,
        f"codes:{accounts[0].hex()}",
        f"codes:{callers[0].hex()}",
        f"codes:{conversation}",
    )
    person = await session.scalar(select(Person).where(Person.nss_index.in_(accounts)))
    contact = _contact(keys, person, policy) if person else None
    # Nobody's destination is the account itself, so that its limits are looked up all the same.
    destinations = keys.indexes(contact.address if contact else nss, _DESTINATION)
    await serialize(session, f"codes:{destinations[0].hex()}")
    asked = Asked(conversation, purpose, accounts, callers, destinations)
    verdict = await allowed(session, asked, policy, now)
    settled = person is None or _contact_is_settled(person, now)
    deliverable = verdict == "yes" and contact is not None and settled
    audit.record(
        session,
        Kind.CODE_SENT if deliverable else Kind.CODE_WITHHELD,
        person.id if person else None,
        conversation,
        now,
        purpose=purpose,
    )
    if verdict == "already":
        return None

    mine = OneTimeCode.conversation == conversation
    same_account = OneTimeCode.account_index.in_(accounts)
    await session.execute(
        update(OneTimeCode)
        # Over the limit, somebody else's live code for the account is left alone.
        .where(
            OneTimeCode.closed_at.is_(None),
            or_(mine, same_account) if verdict == "yes" else mine,
        )
        .values(closed_at=now)
    )
    code_id = secrets.token_urlsafe(16)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    session.add(
        OneTimeCode(
            id=code_id,
            conversation=conversation,
            identity_index=callers[0],
            account_index=accounts[0],
            destination_index=destinations[0],
            purpose=purpose,
            person_id=person.id if person and deliverable else None,
            mac=keys.index(code, _code_context(code_id, purpose)),
            counts=verdict == "yes",
            tries=0,
            created_at=now,
            expires_at=now + CODE_TTL,
        )
    )
    return Outgoing(conversation, contact, code) if contact and deliverable else None


def _contact(keys: KeyRing, person: Person, policy: Policy) -> Contact | None:
    for channel in policy.channels:
        value: bytes | None = getattr(person, channel)
        if value:
            return Contact(channel, keys.decrypt(value, person_field(person.id, channel)))
    return None


def _contact_is_settled(person: Person, now: datetime) -> bool:
    changed = person.contact_changed_at
    return changed is None or now - changed >= CONTACT_SETTLES


async def verify(
    session: AsyncSession,
    keys: KeyRing,
    conversation: str,
    identity: str,
    code_token: str,
    now: datetime,
) -> Verification:
    """Try a code against the newest one issued; a try is counted before it is compared."""
    try:
        code = compact(await vault.redeem(session, keys, conversation, code_token, "CODIGO", now))
    except UnknownToken:
        return Verification(status="expired")
    newest = (
        select(OneTimeCode.id)
        .where(
            OneTimeCode.conversation == conversation,
            OneTimeCode.identity_index.in_(identity_indexes(keys, identity)),
        )
        .order_by(OneTimeCode.created_at.desc(), OneTimeCode.closed_at.is_(None).desc())
        .limit(1)
        .scalar_subquery()
    )
    tried = await session.scalar(
        update(OneTimeCode)
        .where(
            OneTimeCode.id == newest,
            OneTimeCode.closed_at.is_(None),
            OneTimeCode.expires_at > now,
            OneTimeCode.tries < MAX_TRIES,
        )
        .values(tries=OneTimeCode.tries + 1)
        .returning(OneTimeCode)
        .execution_options(synchronize_session=False)
    )
    if tried is None:
        current = await session.scalar(select(OneTimeCode).where(OneTimeCode.id == newest))
        live = current is not None and current.closed_at is None and current.expires_at > now
        return Verification(status="locked" if live else "expired")
    right = keys.matches(code, _code_context(tried.id, tried.purpose), tried.mac)
    if not right or tried.person_id is None:
        locked = tried.tries >= MAX_TRIES
        kind = Kind.CODE_LOCKED if locked else Kind.CODE_WRONG
        audit.record(session, kind, tried.person_id, conversation, now, purpose=tried.purpose)
        if locked:
            return Verification(status="locked")
        return Verification(status="wrong", tries_left=MAX_TRIES - tried.tries)
    tried.closed_at = now
    await session.execute(
        delete(VaultEntry).where(
            VaultEntry.conversation == conversation, VaultEntry.kind == "CODIGO"
        )
    )
    await _open_session(session, tried, now)
    audit.record(session, Kind.VERIFIED, tried.person_id, conversation, now, purpose=tried.purpose)
    return Verification(
        status="verified", level=1, first_name=await first_name(session, keys, tried.person_id)
    )


async def _open_session(session: AsyncSession, code: OneTimeCode, now: datetime) -> None:
    values = {
        "identity_index": code.identity_index,
        "person_id": code.person_id,
        "started_at": now,
        "idle_until": now + IDLE,
        "expires_at": now + ABSOLUTE,
    }
    insert = upsert(session, VerifiedSession).values(conversation=code.conversation, **values)
    await session.execute(
        insert.on_conflict_do_update(index_elements=["conversation"], set_=values)
    )


async def first_name(session: AsyncSession, keys: KeyRing, person_id: int) -> str:
    """Return a person's first name."""
    person = await session.get_one(Person, person_id)
    return keys.decrypt(person.first_name, person_field(person.id, "first_name"))


async def live_session(
    session: AsyncSession, keys: KeyRing, conversation: str, identity: str, now: datetime
) -> VerifiedSession:
    """Return the live session of a conversation and identity, or raise NotVerified."""
    found = await session.scalar(
        select(VerifiedSession).where(
            VerifiedSession.conversation == conversation,
            VerifiedSession.identity_index.in_(identity_indexes(keys, identity)),
            VerifiedSession.idle_until > now,
            VerifiedSession.expires_at > now,
        )
    )
    if found is None:
        raise NotVerified
    return found


async def state(
    session: AsyncSession, keys: KeyRing, conversation: str, identity: str, now: datetime
) -> SessionState:
    """Tell the level of a conversation; asking does not keep a session alive."""
    try:
        live = await live_session(session, keys, conversation, identity, now)
    except NotVerified:
        return SessionState(level=0)
    return SessionState(
        level=2 if is_fresh(live, now) else 1,
        first_name=await first_name(session, keys, live.person_id),
        expires_at=min(live.idle_until, live.expires_at),
    )


def is_fresh(live: VerifiedSession, now: datetime) -> bool:
    """Tell whether a session's code is recent enough to change data."""
    return now - live.started_at < FRESH


def needs_touch(live: VerifiedSession, now: datetime) -> bool:
    """Tell whether a session in use should have its idle time extended."""
    return now + IDLE - live.idle_until >= _TOUCH_STEP


async def touch(session: AsyncSession, conversation: str, now: datetime) -> None:
    """Extend the idle time of a live session."""
    await session.execute(
        update(VerifiedSession)
        .where(VerifiedSession.conversation == conversation, VerifiedSession.idle_until > now)
        .values(idle_until=now + IDLE)
    )


async def end(session: AsyncSession, conversation: str, now: datetime) -> None:
    """End a conversation's session and forget its codes, vault and sealed replies."""
    person = await session.scalar(
        delete(VerifiedSession)
        .where(VerifiedSession.conversation == conversation)
        .returning(VerifiedSession.person_id)
    )
    if person is not None:
        audit.record(session, Kind.SESSION_ENDED, person, conversation, now)
    await session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.conversation == conversation, OneTimeCode.closed_at.is_(None))
        .values(closed_at=now)
    )
    await vault.forget(session, conversation)


async def is_anothers(
    session: AsyncSession, keys: KeyRing, conversation: str, identity: str
) -> bool:
    """Tell whether the session of a conversation was opened by another channel identity."""
    found = await session.scalar(
        select(VerifiedSession.conversation).where(
            VerifiedSession.conversation == conversation,
            VerifiedSession.identity_index.not_in(identity_indexes(keys, identity)),
        )
    )
    return found is not None
