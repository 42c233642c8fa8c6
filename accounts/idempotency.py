"""Answer a repeated write with the first answer instead of doing it again."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts.crypto import KeyRing
from accounts.db import serialize
from accounts.errors import KeyReused
from accounts.models import IdempotencyKey

TTL = timedelta(hours=24)
_KEY = "idempotency/key"
_REQUEST = "idempotency/request"


def _body_context(name: bytes) -> str:
    return f"idempotency/body/{name.hex()}"


@dataclass(frozen=True)
class Stored:
    """An answer as it goes on the wire."""

    status: int
    body: str


async def once(
    session: AsyncSession,
    keys: KeyRing,
    key: str,
    route: str,
    request: BaseModel,
    now: datetime,
    run: Callable[[], Awaitable[Stored]],
) -> Stored:
    """Run a write and keep its answer in the same transaction, or give the answer kept.

    Raise KeyReused when the key came before with another request.
    """
    await serialize(session, f"idempotency:{key}")
    text = json.dumps([route, request.model_dump(mode="json")], sort_keys=True)
    kept = await session.scalar(
        select(IdempotencyKey).where(
            IdempotencyKey.key.in_(keys.indexes(key, _KEY)), IdempotencyKey.expires_at > now
        )
    )
    if kept:
        if not keys.matches(text, _REQUEST, kept.request):
            raise KeyReused
        return Stored(kept.status, keys.decrypt(kept.body, _body_context(kept.key)))
    name = keys.index(key, _KEY)
    await session.execute(delete(IdempotencyKey).where(IdempotencyKey.key == name))
    answer = await run()
    session.add(
        IdempotencyKey(
            key=name,
            request=keys.index(text, _REQUEST),
            status=answer.status,
            body=keys.encrypt(answer.body, _body_context(name)),
            expires_at=now + TTL,
        )
    )
    return answer
