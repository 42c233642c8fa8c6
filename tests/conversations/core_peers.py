"""The processes beside the core, as real servers, and a person who writes."""

from __future__ import annotations

import asyncio
import base64
import collections
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from conversations.messages import Entry, Inbound, Kind, Receipt, SecureKind
from conversations.service import Conversations
from conversations.settings import Settings

Json = dict[str, Any]
Script = Callable[[Json], Awaitable[web.StreamResponse | Json | list[Json]]]

LIMIT = 15.0
KEY = base64.b64encode(bytes(range(32))).decode()
TOKEN = "token-de-prueba"


def problem(status: int, kind: str) -> web.Response:
    """Make a problem document."""
    return web.json_response(
        {"type": kind, "title": kind, "status": status, "detail": kind},
        status=status,
        content_type="application/problem+json",
    )


class _Server:
    """An aiohttp server on a free port that wants the service token."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.app = web.Application(middlewares=[self._guard])
        self._runner: web.AppRunner | None = None
        self.url = ""
        self.port = 0

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            return problem(401, "unauthorized")
        return await handler(request)

    async def up(self) -> None:
        """Listen, on the same port as before when there was one."""
        self._runner = web.AppRunner(self.app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"

    async def down(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.down()


class FakeBrain(_Server):
    """Plays turns by a script; idempotent like the real one. `plays` counts first plays."""

    def __init__(self, token: str) -> None:
        super().__init__(token)
        self.asked: list[Json] = []
        self.plays: dict[str, list[str]] = collections.defaultdict(list)
        self.script: Script = self.echo
        self._played: dict[tuple[str, str], Json] = {}
        self.app.router.add_post("/turns", self._turns)

    async def echo(self, turn: Json) -> Json:
        """Say back what came."""
        return {"text": f"eco: {turn['payload'] or turn['text']}"}

    async def _turns(self, request: web.Request) -> web.StreamResponse:
        turn = await request.json()
        self.asked.append(turn)
        key = (turn["conversation"], turn["message_id"])
        if key in self._played:
            return web.json_response(self._played[key] | {"replayed": True})
        result = await self.script(turn)
        if isinstance(result, web.StreamResponse):
            return result
        replies = result if isinstance(result, list) else [result]
        answer = {"replies": replies, "events": [], "intents": [{"name": "eco", "confidence": 1.0}]}
        self._played[key] = answer
        self.plays[turn["conversation"]].append(turn["message_id"])
        return web.json_response(answer | {"replayed": False})


class FakeAccounts(_Server):
    """The vault and the sealed contents of the account service."""

    def __init__(self, token: str) -> None:
        super().__init__(token)
        self.vault: dict[tuple[str, str], str] = {}
        self.sealed: dict[tuple[str, str], Any] = {}
        self.ended: list[str] = []
        self.refuse: Callable[[], web.Response] | None = None
        self.app.router.add_post("/v1/vault", self._store)
        self.app.router.add_post("/v1/sealed/open", self._open)
        self.app.router.add_delete("/v1/session", self._end)

    def values(self, conversation: str) -> dict[str, str]:
        """Give what is kept for a conversation, by token."""
        return {
            token: value for (owner, token), value in self.vault.items() if owner == conversation
        }

    async def _store(self, request: web.Request) -> web.StreamResponse:
        if self.refuse is not None:
            return self.refuse()
        body = await request.json()
        tokens = []
        for item in body["items"]:
            kept = self.values(body["conversation"])
            same = [
                t for t, v in kept.items() if v == item["value"] and t[1:].startswith(item["kind"])
            ]
            number = 1 + sum(token[1:].startswith(item["kind"]) for token in kept)
            token = same[0] if same else f"⟦{item['kind']}:{number}⟧"
            self.vault[body["conversation"], token] = item["value"]
            tokens.append(token)
        return web.json_response({"tokens": tokens})

    async def _open(self, request: web.Request) -> web.StreamResponse:
        if self.refuse is not None:
            return self.refuse()
        body = await request.json()
        found = {t: self.sealed.get((body["conversation"], t)) for t in body["tokens"]}
        return web.json_response({"contents": found})

    async def _end(self, request: web.Request) -> web.StreamResponse:
        self.ended.append(request.query["conversation"])
        return web.Response(status=204)


@dataclass
class Person:
    """Somebody who writes on a channel and reads the answers."""

    core: Conversations
    name: str
    conversation: str
    channel: str = "web"
    seen: int = 0
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    @classmethod
    async def meet(cls, core: Conversations, name: str, channel: str = "web") -> Person:
        """Open a conversation for a new person."""
        return cls(core, name, await core.open(channel, name), channel)

    def event(self, text: str | None, kind: Kind = "text", **more: Any) -> Inbound:
        """Make the next event of this person."""
        event_id = more.pop("event_id", None) or f"{self.name}-{next(self._numbers)}"
        return Inbound(self.channel, self.name, event_id, kind, text=text, **more)

    async def write(self, text: str | None, kind: Kind = "text", **more: Any) -> Receipt:
        """Send one event."""
        return (await self.core.accept([self.event(text, kind, **more)]))[0]

    async def say(self, text: str | None, kind: Kind = "text", **more: Any) -> list[Entry]:
        """Send one event and read everything of its turn."""
        receipt = await self.write(text, kind, **more)
        return await self.turn(receipt.message_id)

    async def pick(self, choice: str) -> list[Entry]:
        """Pick a choice by its id."""
        return await self.say(None, "choice", choice=choice)

    async def secure(self, value: str, kind: SecureKind) -> list[Entry]:
        """Fill in a protected field."""
        return await self.say(value, "secure", secure_kind=kind)

    async def turn(self, message_id: str) -> list[Entry]:
        """Read on until the turn of a message is done."""
        found: list[Entry] = []
        async with asyncio.timeout(LIMIT):
            while True:
                for entry in await self.core.entries(self.conversation, self.seen):
                    self.seen = entry.seq
                    if entry.message_id == message_id:
                        found.append(entry)
                        if entry.done:
                            return found
                await self.core.wait(self.conversation, self.seen, 1.0)


async def until(condition: Callable[[], Any], limit: float = LIMIT) -> None:
    """Poll a condition until it holds."""
    async with asyncio.timeout(limit):
        while not condition():  # noqa: ASYNC110 - foreign state
            await asyncio.sleep(0.01)


def make_settings(url: str, brain: FakeBrain, accounts: FakeAccounts, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "database_url": url,
        "key": KEY,
        "brain_url": brain.url,
        "accounts_url": accounts.url,
        "CHAT_SERVICE_TOKEN": TOKEN,
        # The privacy notice has tests of its own; elsewhere it would stand before each NSS.
        "consent": False,
    }
    return Settings(**(values | changes))


def said(entries: list[Entry]) -> list[tuple[str, str]]:
    """Reduce entries to who said what."""
    return [(entry.role, entry.text) for entry in entries]
