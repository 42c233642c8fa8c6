"""Fixtures of the web channel's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import web_peers


@pytest.fixture
async def web_gateway(tmp_path: Path) -> AsyncIterator[web_peers.Gateway]:
    async with web_peers.gateway(
        tmp_path, demo=web_peers.FakeDemo(), allowed_origins=("https://sitio.mx",)
    ) as running:
        yield running
