"""Kill the process at any moment: acknowledged means answered, once and in order."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.test_utils import unused_port
from core_peers import KEY, TOKEN, FakeAccounts, FakeBrain, said

from conversations.service import Conversations

PEOPLE, MESSAGES, KILLS = 12, 20, 6


class Process:
    """The core's process, killed and started again."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = unused_port()
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("core_process.py")),
            str(self.port),
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        while (line := await self._process.stdout.readline()) != b"up\n":
            assert line, "the process died while starting"

    async def kill(self) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            os.kill(self._process.pid, signal.SIGKILL)
        await self._process.wait()


async def test_killed_in_the_middle_of_load(
    settings: Any, brain: FakeBrain, accounts: FakeAccounts
) -> None:
    async def uneven(turn: dict) -> dict:
        await asyncio.sleep(random.random() * 0.01)
        return {"text": f"eco: {turn['text']}"}

    brain.script = uneven
    process = Process(
        os.environ
        | {
            "CONVERSATIONS_CONSENT": "0",
            "CONVERSATIONS_DATABASE_URL": settings.database_url,
            "CONVERSATIONS_KEY": KEY,
            "CONVERSATIONS_BRAIN_URL": brain.url,
            "CONVERSATIONS_ACCOUNTS_URL": accounts.url,
            "CHAT_SERVICE_TOKEN": TOKEN,
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
    )
    await process.start()

    def events(person: int, number: int) -> list[dict[str, str]]:
        """The next message, sometimes delivered again together with the one before."""
        numbers = [number]
        if number > 0 and random.random() < 0.2:
            numbers.insert(0, number - 1)
        return [
            {
                "channel": "web",
                "identity": f"p{person}",
                "event_id": f"p{person}-{one}",
                "kind": "text",
                "text": f"m{one} nss 00159800010",
            }
            for one in numbers
        ]

    async def write(session: aiohttp.ClientSession, person: int) -> None:
        number = 0
        while number < MESSAGES:
            try:
                async with session.post(
                    f"http://127.0.0.1:{process.port}/accept",
                    json=events(person, number),
                    timeout=aiohttp.ClientTimeout(total=5),
                ) as response:
                    response.raise_for_status()
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(0.05)
                continue
            number += 1
            await asyncio.sleep(random.random() * 0.3)

    async def killer() -> None:
        for _ in range(KILLS):
            await asyncio.sleep(random.uniform(0.2, 0.6))
            await process.kill()
            await process.start()

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(killer(), *(write(session, person) for person in range(PEOPLE)))
    await process.kill()

    core = Conversations(settings)
    await core.start()
    try:
        for person in range(PEOPLE):
            conversation = await core.open("web", f"p{person}")
            async with asyncio.timeout(30):
                while True:
                    entries = await core.entries(conversation, 0, 1000)
                    if sum(entry.done for entry in entries) >= MESSAGES:
                        break
                    await core.wait(conversation, entries[-1].seq if entries else 0, 1.0)
            expected = []
            for n in range(MESSAGES):
                shown = f"m{n} nss [NSS oculto]"
                expected += [("user", shown), ("bot", f"eco: {shown}")]
            assert said(entries) == expected
            assert brain.plays[conversation] == [f"p{person}-{n}" for n in range(MESSAGES)]
        assert await core.health() == {"open": 0, "dead": 0}
    finally:
        await core.stop()
    with sqlite3.connect(settings.database_url.removeprefix("sqlite+aiosqlite:///")) as link:
        assert link.execute("PRAGMA integrity_check").fetchone() == ("ok",)
