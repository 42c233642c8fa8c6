"""Real parts of the brain for tests: the trained model, a tracker store, an action server."""

from __future__ import annotations

import copy
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import compat

compat.install()

from rasa.core.agent import Agent  # noqa: E402
from rasa.core.lock_store import InMemoryLockStore  # noqa: E402

from bot.action_endpoint import ActionEndpoint  # noqa: E402
from bot.actions_server import create_app  # noqa: E402
from bot.brain import newest_model  # noqa: E402
from bot.settings import BotSettings  # noqa: E402
from bot.tracker_store import TurnTrackerStore  # noqa: E402
from bot.turns import TurnPlayer  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-only-for-these-tests"
SETTINGS = BotSettings(CHAT_SERVICE_TOKEN=TOKEN)

Answer = Callable[[dict[str, Any]], web.Response]


@cache
def loaded() -> Agent:
    """Return the project's model, loaded once; never played on directly."""
    return Agent.load(str(newest_model(ROOT / "models")))


class Brain:
    """A turn player with a tracker store of its own; ``restart`` forgets all but the store."""

    def __init__(self, url: str, actions: str, *, session_turns: int = 12, timeout: float = 5):
        self.url, self._actions = url, actions
        self._session_turns, self._timeout = session_turns, timeout
        self.restart()

    def restart(self) -> None:
        """Begin again with what is stored."""
        agent = copy.copy(loaded())
        self.store = TurnTrackerStore(domain=agent.domain, host=self.url)
        agent.tracker_store, agent.lock_store = self.store, InMemoryLockStore()
        self.endpoint = ActionEndpoint(self._actions, TOKEN, self._timeout / 2)
        agent.processor = copy.copy(agent.processor)
        agent.processor.tracker_store = self.store
        agent.processor.action_endpoint = agent.action_endpoint = self.endpoint
        self.agent = agent
        self.player = TurnPlayer(agent, self._session_turns, self._timeout)

    async def stored(self, conversation: str = "c_1") -> list[dict[str, Any]]:
        """Return every stored event of a conversation, of all its sessions."""
        full = await self.store.retrieve_full_tracker(conversation)
        return [event.as_dict() for event in full.events] if full else []


@asynccontextmanager
async def action_server() -> AsyncIterator[str]:
    """Serve the project's own actions."""
    async with TestServer(create_app(SETTINGS)) as server:
        yield str(server.make_url("/webhook"))


@asynccontextmanager
async def odd_action_server(answer: Any) -> AsyncIterator[str]:
    """Serve actions in a way that no good server does."""
    app = web.Application()
    app.add_routes([web.post("/webhook", answer)])
    async with TestServer(app) as server:
        yield str(server.make_url("/webhook"))


def closed_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def said(replies: list[dict[str, Any]]) -> str:
    """Return replies as one text."""
    return json.dumps(replies, ensure_ascii=False)
