"""Export, erase and expire across every store: accounts, conversations, tracker and web."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from accounts import audit, housekeeping, rights, rotation
from accounts.audit import Kind, Verdict
from accounts.db import Database
from accounts.settings import Settings as AccountsSettings
from accounts.settings import StoreSettings, load_settings
from bot import retention as trackers
from bot.settings import BotSettings
from connectors.settings import Settings as WebSettings
from conversations import db as chats_db
from conversations import retention as chats
from conversations.settings import Settings as ChatsSettings

T = TypeVar("T")

_OPERATOR = "cli"
_WEB = sa.table("web_sessions", sa.column("conversation"))


@dataclass(frozen=True)
class Stores:
    """Every store, open beside the processes that use them."""

    accounts: Database
    settings: AccountsSettings
    chats: chats_db.Database
    tracker: sa.Engine
    web: sa.Engine

    def sync(self, engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
        """Run a function in one transaction of a store that has no loop of its own."""
        with engine.begin() as link:
            return work(link)


@asynccontextmanager
async def stores() -> AsyncIterator[Stores]:
    """Open the stores the environment names, their tables up to date."""
    settings, chats_settings = load_settings(StoreSettings), ChatsSettings()
    accounts = Database(settings.database_url, settings.trail())
    chats_db.upgrade(chats_settings.database_url)
    talked = chats_db.connect(chats_settings.database_url, alone=False)
    tracker = _engine(BotSettings().tracker_url)  # type: ignore[call-arg]
    web = _engine(WebSettings().database_url)
    await accounts.migrate()
    await talked.open()
    try:
        yield Stores(accounts, settings, talked, tracker, web)
    finally:
        await talked.close()
        await accounts.close()
        tracker.dispose()
        web.dispose()


def _engine(url: str) -> sa.Engine:
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg2"}
    address = sa.make_url(url)
    engine = sa.create_engine(address.set(drivername=drivers[address.get_backend_name()]))
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _pragmas(connection: Any, _record: Any) -> None:
            # What is deleted must not be left lying in the file's free pages.
            for pragma in ("secure_delete=ON", "busy_timeout=10000"):
                connection.execute(f"PRAGMA {pragma}")

    return engine


async def export(nss: str) -> dict[str, Any]:
    """Return everything kept of a person; raises accounts.errors.NotFound."""
    now = datetime.now(UTC)
    async with stores() as open_stores:
        keys, trail = open_stores.settings.keyring(), open_stores.settings.trail()
        async with open_stores.accounts.write() as session:
            found = await rights.find(session, keys, trail, nss)
            account = await rights.export(session, keys, trail, found, _OPERATOR, now)
        said = await open_stores.chats.read(chats.export, found.conversations)
    return {"exported_at": now.isoformat(), "account": account, "conversations": said}


async def erase(nss: str, *, force: bool) -> dict[str, Any]:
    """Delete everything kept of a person; return the certificate, which holds only hashes."""
    now = datetime.now(UTC)
    async with stores() as open_stores:
        keys, trail = open_stores.settings.keyring(), open_stores.settings.trail()
        async with open_stores.accounts.read() as session:
            found = await rights.find(session, keys, trail, nss)
            if not force:
                await rights.refuse_while_pending(session, found)
        mine = found.conversations
        # The account goes last: until then the same command finds the person again.
        rows: dict[str, dict[str, int]] = {
            "conversations": await open_stores.chats.write(chats.erase, mine),
            "tracker": open_stores.sync(
                open_stores.tracker, lambda link: trackers.erase(link, mine)
            ),
            "web": {"web_sessions": open_stores.sync(open_stores.web, _forget_web(mine))},
        }
        async with open_stores.accounts.write() as session:
            erased = await rights.erase(session, keys, found, _OPERATOR, now)
        rows["accounts"] = dict(erased.rows)
        async with open_stores.accounts.read() as session:
            verdict = await trail.verify(session)
        await _shrink(open_stores)
    return {
        "erased_at": now.isoformat(),
        "subject": found.subject,
        "conversations": [hashlib.sha256(one.encode()).hexdigest() for one in mine],
        "rows": rows,
        "content": erased.digest,
        "audit": verdict.anchor,
    }


def _forget_web(conversations: tuple[str, ...]) -> Callable[[sa.Connection], int]:
    def forget(link: sa.Connection) -> int:
        if not sa.inspect(link).has_table(_WEB.name):
            return 0
        return link.execute(sa.delete(_WEB).where(_WEB.c.conversation.in_(conversations))).rowcount

    return forget


async def purge() -> dict[str, int]:
    """Delete what is older than it may be kept; return the rows by store."""
    now = datetime.now(UTC)
    async with stores() as open_stores:
        trail = open_stores.settings.trail()
        removed = {
            "conversations": await open_stores.chats.write(chats.purge, now),
            "tracker": open_stores.sync(
                open_stores.tracker, lambda link: trackers.purge(link, now)
            ),
        }
        async with open_stores.accounts.write() as session:
            removed["accounts"] = await housekeeping.purge(session, now)
            removed["audit"] = await trail.purge(session, now - audit.KEPT)
            audit.record(session, Kind.PURGED, None, _OPERATOR, now, rows=sum(removed.values()))
        await _shrink(open_stores)
    return removed


async def rotate() -> dict[str, int]:
    """Write everything anew with the first key of ACCOUNTS_KEY; return the rows by table."""
    settings = load_settings(StoreSettings)
    database = Database(settings.database_url, settings.trail())
    try:
        await database.migrate()
        changed = await rotation.rotate(database, settings.keyring())
        async with database.write() as session:
            rows = sum(changed.values())
            now = datetime.now(UTC)
            audit.record(session, Kind.KEYS_ROTATED, None, _OPERATOR, now, rows=rows)
    finally:
        await database.close()
    return changed


async def verify(anchor: str | None) -> Verdict:
    """Walk the audit log."""
    settings = load_settings(StoreSettings)
    database = Database(settings.database_url)
    try:
        await database.migrate()
        async with database.read() as session:
            return await settings.trail().verify(session, anchor)
    finally:
        await database.close()


async def _shrink(open_stores: Stores) -> None:
    """Leave nothing of what was deleted in the write-ahead logs of SQLite files."""
    checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)"
    for engine in (open_stores.tracker, open_stores.web):
        if engine.dialect.name == "sqlite":
            with engine.connect() as link:
                link.exec_driver_sql(checkpoint)
    for url in (open_stores.settings.database_url, ChatsSettings().database_url):
        if sa.make_url(url).get_backend_name() == "sqlite":
            plain = _engine(url)
            with plain.connect() as link:
                link.exec_driver_sql(checkpoint)
            plain.dispose()


def as_json(document: Any) -> str:
    """Write a document for people and programs to read."""
    return json.dumps(document, ensure_ascii=False, indent=2)
