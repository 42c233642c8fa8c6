"""Run the real service for the tests, with a clock they move."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from accounts.api import create_app
from accounts.client import AccountsClient
from accounts.handlers import RUNTIME
from accounts.runtime import Runtime
from accounts.settings import Settings

TOKEN = "token-of-the-tests-0123456789"
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class Service:
    base_url: str
    client: AccountsClient
    runtime: Runtime
    clock: Clock

    async def start(self, nss: str, conversation: str = "c_1", identity: str = "web:1") -> None:
        [token] = await self.client.put_vault(conversation, [("NSS", nss)])
        await self.client.start_identity(conversation, identity, token)

    async def guess(self, code: str, conversation: str = "c_1", identity: str = "web:1"):
        [token] = await self.client.put_vault(conversation, [("CODIGO", code)])
        return await self.client.verify_identity(conversation, identity, token)

    async def verify(self, nss: str, conversation: str = "c_1", identity: str = "web:1"):
        await self.start(nss, conversation, identity)
        code = await self.client.demo_code(conversation)
        answer = await self.guess(code, conversation, identity)
        assert answer.status == "verified"
        return answer


def settings_for(url: str, **more: object) -> Settings:
    values = {
        "database_url": url,
        "key": base64.b64encode(b"k" * 32).decode(),
        "service_token": TOKEN,
        "demo": True,
        "port": 0,
    }
    return Settings(**(values | more))


def sqlite_url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'accounts.sqlite3'}"


@asynccontextmanager
async def serving(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Service]:
    clock = clock or Clock()
    app = create_app(settings, clock=clock)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with AccountsClient(base_url, TOKEN) as client:
            yield Service(base_url, client, app[RUNTIME], clock)
    finally:
        await runner.cleanup()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


@dataclass(frozen=True)
class Showcase:
    """Numbers of the people the demo shows, by what they show."""

    current: int = 1
    behind: int = 2
    vsm: int = 3
    frozen: int = 4
    enough_points: int = 5
    few_points: int = 6
    recent: int = 7
    almost: int = 8
    liquidated: int = 9
    mejoravit: int = 10
    unemployed: int = 11
    unreachable: int = 12
    two_employers: int = 13
    withdrawn: int = 14
    stopped: int = 15
    requests: int = 16
    fund: int = 17
    paused: int = 18
    overpaid: int = 19
    all: range = field(default=range(1, 20))


PEOPLE = Showcase()
