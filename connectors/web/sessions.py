"""Web sessions in a small database of their own; a token is stored only as its hash.

The CSRF value is derived from the session token, so it needs no column and no memory.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import BigInteger, Index, String, delete, event, or_, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Mode = Literal["cookie", "bearer"]
_MODES: tuple[Mode, ...] = ("cookie", "bearer")
_TOUCH_EVERY = 60
# How long a session that was found is believed without asking the database: another replica's
# sign-out takes at most this long to be noticed here.
_REMEMBERED_SECONDS = 5.0
_REMEMBERED_SESSIONS = 10_000


class _Base(DeclarativeBase):
    pass


class _Row(_Base):
    __tablename__ = "web_sessions"
    __table_args__ = (Index("ix_web_sessions_seen", "seen_at"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    mode: Mapped[str] = mapped_column(String(6))
    identity: Mapped[str] = mapped_column(String(64))
    conversation: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True, slots=True)
class Session:
    """One browser or client. `key` names it inside the process and is not the token."""

    key: str
    mode: Mode
    identity: str
    conversation: str


def csrf_of(token: str) -> str:
    """Derive the value a cookie session must repeat in X-CSRF."""
    digest = hmac.new(token.encode(), b"chat-csrf", hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Sessions:
    """Creates, finds and ends sessions. `idle` and `longest` are seconds."""

    def __init__(
        self, url: str, idle: int, longest: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._engine = _engine(url)
        self._idle = idle
        self._longest = longest
        self._clock = clock
        self._remembered: OrderedDict[tuple[str, Mode], tuple[float, Session]] = OrderedDict()
        self._touched: dict[str, float] = {}

    async def start(self) -> None:
        """Create the table when it is not there and forget what expired."""
        async with self._engine.begin() as connection:
            await connection.run_sync(_Base.metadata.create_all)
        await self.purge()

    async def stop(self) -> None:
        """Close the database."""
        await self._engine.dispose()

    async def create(self, mode: Mode, identity: str, conversation: str) -> str:
        """Store a new session and return its token, which is not kept anywhere."""
        token = secrets.token_urlsafe(32)
        now = int(self._clock())
        row = {
            "token_hash": _hash(token),
            "mode": mode,
            "identity": identity,
            "conversation": conversation,
            "created_at": now,
            "seen_at": now,
        }
        async with self._engine.begin() as connection:
            await connection.execute(_Row.__table__.insert(), row)  # type: ignore[attr-defined]
        return token

    async def find(self, token: str, mode: Mode) -> Session | None:
        """Find a session that is still alive."""
        now, key = self._clock(), _hash(token)
        until, kept = self._remembered.get((key, mode), (0.0, None))
        if kept is not None and now < until:
            return kept
        query = select(_Row.token_hash, _Row.identity, _Row.conversation).where(
            _Row.token_hash == key,
            _Row.mode == mode,
            _Row.seen_at > now - self._idle,
            _Row.created_at > now - self._longest,
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            self._forget(key)
            return None
        found = Session(key, mode, row.identity, row.conversation)
        self._remembered[key, mode] = (now + _REMEMBERED_SECONDS, found)
        while len(self._remembered) > _REMEMBERED_SESSIONS:
            (oldest, _mode), _found = self._remembered.popitem(last=False)
            self._touched.pop(oldest, None)
        return found

    def _forget(self, key: str) -> None:
        for mode in _MODES:
            self._remembered.pop((key, mode), None)
        self._touched.pop(key, None)

    async def touch(self, session: Session) -> None:
        """Note that the person did something, to the minute."""
        now = int(self._clock())
        if now - self._touched.get(session.key, 0) < _TOUCH_EVERY:
            return
        self._touched[session.key] = now
        change = (
            update(_Row)
            .where(_Row.token_hash == session.key, _Row.seen_at <= now - _TOUCH_EVERY)
            .values(seen_at=now)
        )
        async with self._engine.begin() as connection:
            await connection.execute(change)

    async def end(self, session: Session) -> None:
        """Forget one session."""
        self._forget(session.key)
        async with self._engine.begin() as connection:
            await connection.execute(delete(_Row).where(_Row.token_hash == session.key))

    async def purge(self) -> int:
        """Forget the sessions that expired and return how many."""
        now = self._clock()
        expired = or_(_Row.seen_at <= now - self._idle, _Row.created_at <= now - self._longest)
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(_Row).where(expired))).rowcount


def _engine(url: str) -> AsyncEngine:
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(address)
    if address.get_backend_name() == "sqlite":

        @event.listens_for(engine.sync_engine, "connect")
        def _pragmas(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

    return engine
