"""Run repository functions as transactions, on SQLite or PostgreSQL.

Repository functions are plain functions over a `Connection`. On SQLite each transaction is one
hop to the thread that owns the only writing connection, so a turn costs a few hops instead of
one per statement; on PostgreSQL the same function runs through the async driver.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, StaticPool

from conversations.errors import Misconfigured

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Connection, P], T]

_BUSY_MS = 10_000
_RETRY_STATES = {"40001", "40P01"}
_RETRIES = 5


class Database(Protocol):
    """Transactions over one database; `shared` when other processes may write to it."""

    shared: bool

    async def open(self) -> None:
        """Connect."""

    async def close(self) -> None:
        """Disconnect; running transactions finish first."""

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in one writing transaction."""

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in one reading transaction."""


def parse(url: str) -> URL:
    """Read a database address and name the driver this package uses for it."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    if backend not in drivers:
        raise Misconfigured(f"CONVERSATIONS_DATABASE_URL: {backend} is not supported")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise Misconfigured("CONVERSATIONS_DATABASE_URL: SQLite needs a file")
    return parsed.set(drivername=drivers[backend])


def connect(url: str, *, alone: bool = True) -> Database:
    """Make the database for an address; not `alone` beside the process that owns the file."""
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDatabase(parsed, alone=alone)
    return PostgresDatabase(parsed)


def upgrade(url: str) -> None:
    """Bring the tables of a database to the newest version. Blocks; safe inside a loop too."""
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _upgrade(parsed)).result()


async def _upgrade(url: URL) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_run_migrations)
    finally:
        await engine.dispose()


def _run_migrations(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7240121)")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


class SqliteDatabase:
    """One file, one owner process, one writing connection in a thread of its own."""

    shared = False

    def __init__(self, url: URL, *, alone: bool = True) -> None:
        """Take the address; nothing is opened yet."""
        self._url = url.set(drivername="sqlite")
        self._alone = alone
        self._lock: int | None = None
        self._writer = _SqliteThread(self._url, "BEGIN IMMEDIATE", "conversations-writer")
        self._reader = _SqliteThread(self._url, "BEGIN", "conversations-reader")

    async def open(self) -> None:
        """Become the owner of the file, unless somebody else is to be, and connect."""
        if self._alone:
            self._own()
        await self._writer.open()
        await self._reader.open()

    def _own(self) -> None:
        path = Path(f"{self._url.database}.lock")
        self._lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise Misconfigured(
                f"{self._url.database} is in use by another process; SQLite serves one only"
            ) from None

    async def close(self) -> None:
        """Finish what runs, disconnect and give the file up."""
        await self._reader.close()
        await self._writer.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in one writing transaction."""
        return await self._writer.run(work, *args, **kwargs)

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function on the reading connection: it never waits for a writer."""
        return await self._reader.run(work, *args, **kwargs)


class _SqliteThread:
    """A connection and the only thread that touches it."""

    def __init__(self, url: URL, begin: str, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._engine: Engine = create_engine(
            url, poolclass=StaticPool, connect_args={"cached_statements": 256}
        )
        self._connection: Connection | None = None
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", lambda link: link.exec_driver_sql(begin))

    async def open(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._open)

    def _open(self) -> None:
        self._connection = self._engine.connect()

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()

    async def run(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def transaction() -> T:
            if self._connection is None:
                raise RuntimeError("the database is not open")
            with self._connection.begin():
                return work(self._connection, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._thread, transaction)


def _prepare(connection: Any, _record: Any) -> None:
    """Set the connection up; the driver's own transactions are off, ours are explicit."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={_BUSY_MS}",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


class PostgresDatabase:
    """A pool of connections to a server that several processes share."""

    shared = True

    def __init__(self, url: URL) -> None:
        """Take the address; nothing is opened yet."""
        self._engine: AsyncEngine = create_async_engine(
            url, pool_size=10, max_overflow=10, pool_pre_ping=True
        )

    async def open(self) -> None:
        """Check that the server answers."""
        async with self._engine.connect():
            return

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in one transaction, again when the server breaks a deadlock with it."""
        for _ in range(_RETRIES):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work, *args, **kwargs)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _RETRY_STATES:
                    raise
        async with self._engine.begin() as connection:
            return await connection.run_sync(work, *args, **kwargs)

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in one transaction."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(work, *args, **kwargs)
