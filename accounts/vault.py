"""Hide values and seal replies per conversation; only this package ever sees them again."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts.crypto import KeyRing
from accounts.db import serialize, upsert
from accounts.errors import UnknownToken
from accounts.models import DocumentLink, Evidence, SealedContent, VaultCounter, VaultEntry
from accounts.schemas import VaultItem

TTL = timedelta(minutes=30)
TTL_BY_KIND = {"CODIGO": timedelta(minutes=10)}
_SEALED = "SELLADO"


def _aad(conversation: str, kind: str) -> str:
    return f"vault/{kind}/{conversation}"


def _sealed_aad(conversation: str) -> str:
    return f"sealed/{conversation}"


async def put(
    session: AsyncSession,
    keys: KeyRing,
    conversation: str,
    items: Sequence[VaultItem],
    now: datetime,
) -> list[str]:
    """Hide values and return their tokens; the same value gets the same token."""
    await serialize(session, f"vault:{conversation}")
    return [await _put_one(session, keys, conversation, item, now) for item in items]


async def _put_one(
    session: AsyncSession, keys: KeyRing, conversation: str, item: VaultItem, now: datetime
) -> str:
    aad = _aad(conversation, item.kind)
    expires_at = now + TTL_BY_KIND.get(item.kind, TTL)
    entry = await session.scalar(
        select(VaultEntry).where(
            VaultEntry.conversation == conversation,
            VaultEntry.kind == item.kind,
            VaultEntry.value_index.in_(keys.indexes(item.value, aad)),
        )
    )
    if entry:
        entry.expires_at = expires_at
        return f"⟦{item.kind}:{entry.number}⟧"
    number = await _next_number(session, conversation, item.kind, now)
    session.add(
        VaultEntry(
            conversation=conversation,
            kind=item.kind,
            number=number,
            value=keys.encrypt(item.value, aad),
            value_index=keys.index(item.value, aad),
            expires_at=expires_at,
        )
    )
    return f"⟦{item.kind}:{number}⟧"


async def _next_number(session: AsyncSession, conversation: str, kind: str, now: datetime) -> int:
    insert = upsert(session, VaultCounter).values(
        conversation=conversation, kind=kind, last=1, used_at=now
    )
    result = await session.execute(
        insert.on_conflict_do_update(
            index_elements=["conversation", "kind"],
            set_={"last": VaultCounter.last + 1, "used_at": now},
        ).returning(VaultCounter.last)
    )
    return result.scalar_one()


async def redeem(
    session: AsyncSession, keys: KeyRing, conversation: str, token: str, kind: str, now: datetime
) -> str:
    """Return the value behind a conversation's token of one kind, or raise UnknownToken."""
    name, _, number = token.strip("⟦⟧").partition(":")
    if name != kind or not (number.isascii() and number.isdigit() and len(number) < 10):
        raise UnknownToken
    entry = await session.get(VaultEntry, (conversation, kind, int(number)))
    if entry is None or entry.expires_at <= now:
        raise UnknownToken
    return keys.decrypt(entry.value, _aad(conversation, kind))


async def seal(
    session: AsyncSession,
    keys: KeyRing,
    conversation: str,
    content: Any,
    ttl: timedelta,
    now: datetime,
) -> str:
    """Keep any JSON encrypted and return the token that stands for it."""
    identifier = secrets.token_urlsafe(16)
    session.add(
        SealedContent(
            id=identifier,
            conversation=conversation,
            content=keys.encrypt(
                json.dumps(content, ensure_ascii=False), _sealed_aad(conversation)
            ),
            expires_at=now + ttl,
        )
    )
    return f"⟦{_SEALED}:{identifier}⟧"


async def open_sealed(
    session: AsyncSession, keys: KeyRing, conversation: str, tokens: Sequence[str], now: datetime
) -> dict[str, Any]:
    """Return each token's content, or None when it expired, is unknown or is another's."""
    by_id = {token.strip("⟦⟧").removeprefix(f"{_SEALED}:"): token for token in tokens}
    rows = await session.scalars(
        select(SealedContent).where(
            SealedContent.id.in_(by_id),
            SealedContent.conversation == conversation,
            SealedContent.expires_at > now,
        )
    )
    aad = _sealed_aad(conversation)
    opened = {by_id[row.id]: json.loads(keys.decrypt(row.content, aad)) for row in rows}
    return {token: opened.get(token) for token in tokens}


async def forget(session: AsyncSession, conversation: str) -> None:
    """Drop what a conversation hid, sealed, sent or may fetch; numbers are never given again."""
    for table in (VaultEntry, SealedContent, Evidence, DocumentLink):
        await session.execute(delete(table).where(table.conversation == conversation))
