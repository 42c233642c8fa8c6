"""Play turns on the real actions, with the real account service and its demo people."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from bot_talk import PLAYED, Talk
from rasa_sdk.executor import ActionExecutor

from accounts import schemas
from accounts.api import create_app
from accounts.client import AccountsClient
from accounts.settings import Settings
from bot import compat
from bot.actions import services

compat.install()

TOKEN = "a-token-only-for-these-tests"
os.environ.setdefault("CHAT_SERVICE_TOKEN", TOKEN)


def pytest_sessionfinish() -> None:
    """Leave word of what was played."""
    PLAYED.save()


@pytest.fixture(scope="session")
def executor() -> ActionExecutor:
    """Register the actions as the action server does."""
    found = ActionExecutor()
    found.register_package("bot.actions")
    return found


@pytest.fixture
def talk(executor: ActionExecutor) -> Talk:
    """Begin a conversation; the account service is not there."""
    return Talk(executor)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose demo database is filled by whoever starts first."""
    return tmp_path_factory.mktemp("accounts")


@pytest.fixture
async def accounts(
    demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[AccountsClient]:
    """Serve the real account service and let the actions use it."""
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{demo_folder / 'accounts.sqlite3'}",
        key=base64.b64encode(b"k" * 32).decode(),  # type: ignore[arg-type]
        CHAT_SERVICE_TOKEN=TOKEN,
        CHAT_DEMO=True,
    )
    async with TestServer(create_app(settings)) as server:
        # The figures of everybody take long where other work takes the processors.
        client = AccountsClient(str(server.make_url("")), TOKEN, timeout=60)
        monkeypatch.setattr(services, "accounts", lambda: client)
        yield client
        await client.close()


@pytest.fixture(scope="session")
def known_people() -> list[schemas.DemoPerson]:
    """Return the list that is filled by whoever asks for the people first."""
    return []


@pytest.fixture
async def demo_people(
    accounts: AccountsClient, known_people: list[schemas.DemoPerson]
) -> list[schemas.DemoPerson]:
    """Return the demo people with every figure that is right for them."""
    if not known_people:
        known_people += (await accounts.demo_people()).people
    return known_people


@pytest.fixture
async def unreachable(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Point the actions at an account service that is not there."""
    async with AccountsClient("http://127.0.0.1:9", TOKEN, timeout=0.5) as client:
        monkeypatch.setattr(services, "accounts", lambda: client)
        yield
