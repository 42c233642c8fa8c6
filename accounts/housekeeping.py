"""Delete what has expired: nothing personal outlives its use."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import appointments, places
from accounts.models import (
    ContactChange,
    DocumentLink,
    Evidence,
    GuidePlace,
    IdempotencyKey,
    OneTimeCode,
    RefusedFile,
    SealedContent,
    VaultCounter,
    VaultEntry,
    VerifiedSession,
)

# Codes are kept while they count against the daily limit; counters while a chat may come back.
_CODES_KEPT = timedelta(hours=24)
_COUNTERS_KEPT = timedelta(days=90)
_COUNTS_KEPT = timedelta(days=365)
# A link that is over still says so for a day, with nothing behind it.
_LINKS_KEPT = timedelta(days=1)


async def purge(session: AsyncSession, now: datetime) -> int:
    """Delete expired rows and return how many there were."""
    conditions = (
        (VaultEntry, VaultEntry.expires_at <= now),
        (Evidence, Evidence.expires_at <= now),
        (SealedContent, SealedContent.expires_at <= now),
        (VerifiedSession, VerifiedSession.expires_at <= now),
        (IdempotencyKey, IdempotencyKey.expires_at <= now),
        (ContactChange, ContactChange.expires_at <= now - _CODES_KEPT),
        (OneTimeCode, OneTimeCode.created_at <= now - _CODES_KEPT),
        (DocumentLink, DocumentLink.expires_at <= now - _LINKS_KEPT),
        (GuidePlace, GuidePlace.kept_at <= now - places.KEPT),
        (RefusedFile, RefusedFile.day < (now - _COUNTS_KEPT).date()),
        (VaultCounter, VaultCounter.used_at <= now - _COUNTERS_KEPT),
    )
    await session.execute(
        update(DocumentLink)
        .where(DocumentLink.expires_at <= now, DocumentLink.content.is_not(None))
        .values(content=None)
    )
    await appointments.close_past(session, now)
    removed = 0
    for table, condition in conditions:
        result = await session.execute(delete(table).where(condition))
        removed += cast("CursorResult[Any]", result).rowcount
    return removed
