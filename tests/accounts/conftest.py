from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from accounts_peers import Service, serving, settings_for, sqlite_url


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with serving(settings_for(sqlite_url(tmp_path))) as running:
        yield running
