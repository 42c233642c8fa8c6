"""Open the database, migrate it, and hand out reading and writing sessions."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, Protocol

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

_BUSY_MS = 5000
_MIGRATION_LOCK = 7_208_090
PENDING = "audit"
"""Where a writing session holds what its transaction adds to the audit log."""


class Trail(Protocol):
    """Adds to the audit log what a transaction did."""

    async def append(self, session: AsyncSession, events: Any) -> None:
        """Add the events, in order."""


def _tune_sqlite(connection: Any, _record: object) -> None:
    # The driver would open transactions on its own and too late; the "begin" hook does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def create_engine(url: str) -> AsyncEngine:
    """Create an engine; a SQLite file's folder is made, its journal is WAL and syncs fully."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_async_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(parsed, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _tune_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _run_migrations(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATION_LOCK})
    config = Config()
    config.set_main_option("script_location", "accounts:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def migrate(engine: AsyncEngine) -> None:
    """Bring the schema to its newest version; safe when several replicas start at once."""
    async with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        await connection.run_sync(_run_migrations)


def upgrade(url: str) -> None:
    """Bring the schema of a database to its newest version, from synchronous code."""

    async def run() -> None:
        engine = create_engine(url)
        try:
            await migrate(engine)
        finally:
            await engine.dispose()

    asyncio.run(run())


class Database:
    """Hand out sessions: `read()` sees a snapshot, `write()` commits once at the end."""

    def __init__(self, url: str, trail: Trail | None = None) -> None:
        """Prepare the engine; nothing is opened yet. Without a trail nothing can be audited."""
        self.engine = create_engine(url)
        self._trail = trail
        self._writer = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        # SQLite has one writer; waiting here is fair and prompt, its busy handler is neither.
        is_sqlite = self.engine.dialect.name == "sqlite"
        self._turn = asyncio.Lock() if is_sqlite else nullcontext()

    async def migrate(self) -> None:
        """Bring the schema to its newest version."""
        await migrate(self.engine)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open a session for reading."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Open a session whose transaction commits at the end, or rolls back on error."""
        async with (
            self._turn,
            AsyncSession(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            if self._trail is None:
                yield session
                return
            events: list[Any] = []
            session.info[PENDING] = events
            yield session
            if events:
                await self._trail.append(session, events)

    async def ping(self) -> None:
        """Fail when the database does not answer."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))


async def serialize(session: AsyncSession, *keys: str) -> None:
    """Hold a lock on each key until the transaction ends; SQLite's writer already is alone."""
    if session.get_bind().dialect.name != "postgresql":
        return
    # Sorted: two transactions that need the same keys never wait for each other.
    for number in sorted(
        int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True) for key in keys
    ):
        await session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})


def upsert(session: AsyncSession, table: Any) -> sqlite.Insert | postgresql.Insert:
    """Start an INSERT … ON CONFLICT in the dialect of the session's database."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
