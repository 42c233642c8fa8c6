from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import accounts_postgres
import pytest
from accounts_peers import Service, serving, settings_for, sqlite_url


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with serving(settings_for(sqlite_url(tmp_path))) as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with accounts_postgres.running() as server:
        yield server


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


@pytest.fixture
async def either(url: str) -> AsyncIterator[Service]:
    """The service over each kind of database."""
    async with serving(settings_for(url)) as running:
        yield running
