import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import accounts_postgres
import pytest
from accounts_peers import Service, serving, settings_for, sqlite_url


def _filled(url: str) -> str:
    """Let the service fill a database with the demo people; it takes seconds."""

    async def fill() -> None:
        async with serving(settings_for(url)):
            pass

    asyncio.run(fill())
    return url


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a database that tests copy instead of filling their own."""
    folder = tmp_path_factory.mktemp("filled")
    _filled(sqlite_url(folder))
    return folder


@pytest.fixture
async def service(tmp_path: Path, filled_sqlite: Path) -> AsyncIterator[Service]:
    shutil.copytree(filled_sqlite, tmp_path, dirs_exist_ok=True)
    async with serving(settings_for(sqlite_url(tmp_path))) as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with accounts_postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def filled_postgres(postgres: str) -> str:
    """The address of a database that tests copy instead of filling their own."""
    return _filled(accounts_postgres.new_database(postgres))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, of each kind."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
        return
    server = request.getfixturevalue("postgres")
    made = accounts_postgres.new_database(server)
    yield made
    accounts_postgres.drop_database(server, made)


@pytest.fixture(params=["sqlite", "postgres"])
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the demo people, of each kind."""
    if request.param == "sqlite":
        folder = request.getfixturevalue("filled_sqlite")
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
        yield sqlite_url(tmp_path)
        return
    server = request.getfixturevalue("postgres")
    made = accounts_postgres.new_database(server, request.getfixturevalue("filled_postgres"))
    yield made
    accounts_postgres.drop_database(server, made)


@pytest.fixture
async def either(filled: str) -> AsyncIterator[Service]:
    """The service over each kind of database."""
    async with serving(settings_for(filled)) as running:
        yield running
