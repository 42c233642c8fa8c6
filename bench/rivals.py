"""The brains that are compared: ours, and Rasa's stock pipeline with the same actions."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from bench.machine import usual
from bench.paths import ROOT, STOCK
from bench.processes import BenchFailed, answers, free_port, running, wait_until
from chat_infonavit.environment import child_environment
from chat_infonavit.settings import ChatSettings

_START_LIMIT = 240
STOCK_PYTHON = STOCK / ".venv" / "bin" / "python"

Body = Callable[[str, str, str], Mapping[str, Any]]
"""Makes the body of a request from conversation, message id and text."""
Replies = Callable[[Any], list[Any]]
"""Finds the replies in the body of a response."""


@dataclass(frozen=True)
class Brain:
    """A brain that is running, and how a turn is asked of it."""

    name: str
    url: str
    headers: Mapping[str, str]
    body: Body
    replies: Replies
    process: psutil.Process
    seconds: float

    async def say(
        self, session: aiohttp.ClientSession, conversation: str, message_id: str, text: str
    ) -> float:
        """Play one turn; return its seconds, or raise ``BenchFailed`` when nothing is answered."""
        began = time.perf_counter()
        async with session.post(
            self.url, json=self.body(conversation, message_id, text), headers=self.headers
        ) as response:
            content = await response.json()
        took = time.perf_counter() - began
        if response.status != 200 or not self.replies(content):
            raise BenchFailed(f"{self.name}: {text!r} was answered {response.status} {content!r}")
        return took


@contextmanager
def backstage(folder: Path) -> Iterator[Mapping[str, str]]:
    """Run actions and accounts for the brains; give the environment that names them."""
    settings = ChatSettings(
        demo=True,
        var=folder,
        brain_port=free_port(),
        actions_port=free_port(),
        accounts_port=free_port(),
    )
    environment = usual(child_environment(settings))
    with (
        _serving("accounts", settings.accounts_port, environment, folder),
        _serving("actions", settings.actions_port, environment, folder),
    ):
        yield environment


@contextmanager
def ours(environment: Mapping[str, str], folder: Path) -> Iterator[Brain]:
    """Run our brain alone."""
    port = int(environment["BOT_PORT"])
    with _serving("brain", port, environment, folder) as (pid, seconds):
        yield Brain(
            "ours",
            f"http://127.0.0.1:{port}/turns",
            {"Authorization": f"Bearer {environment['CHAT_SERVICE_TOKEN']}"},
            lambda conversation, message_id, text: {
                "conversation": conversation,
                "message_id": message_id,
                "identity": conversation,
                "text": text,
            },
            lambda content: content["replies"],
            psutil.Process(pid),
            seconds,
        )


@contextmanager
def stock(
    name: str, endpoints: str, model: Path, environment: Mapping[str, str], folder: Path
) -> Iterator[Brain]:
    """Run Rasa's own server, in its own environment, with one of its endpoint files."""
    port = free_port()
    command = [
        STOCK_PYTHON, "-m", "rasa", "run", "--model", model, "--interface", "127.0.0.1",
        "--port", str(port), "--endpoints", STOCK / endpoints,
        "--credentials", STOCK / "credentials.yml",
    ]  # fmt: skip
    chosen = {**environment, "STOCK_TRACKERS": str(folder / "stock.sqlite3"), **QUIET}
    url = f"http://127.0.0.1:{port}"
    log = folder / f"{endpoints}.log"
    began = time.monotonic()
    with running(command, chosen, folder, log) as process:
        wait_until(lambda: answers(url), process, log, _START_LIMIT)
        seconds = time.monotonic() - began
        yield Brain(
            name,
            f"{url}/webhooks/rest/webhook",
            {},
            lambda conversation, message_id, text: {
                "sender": conversation,
                "message": text,
                "metadata": {"message_id": message_id, "identity": conversation},
            },
            lambda content: content,
            psutil.Process(process.pid),
            seconds,
        )


QUIET = {
    "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "LOG_LEVEL": "WARNING",
}
"""Keeps Rasa's and TensorFlow's remarks on old libraries out of the logs."""


@contextmanager
def _serving(
    name: str, port: int, environment: Mapping[str, str], folder: Path
) -> Iterator[tuple[int, float]]:
    log = folder / f"{name}.log"
    command = [sys.executable, "-m", "chat_infonavit.serve", name]
    began = time.monotonic()
    with running(command, environment, ROOT, log) as process:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/health"), process, log, _START_LIMIT)
        yield process.pid, time.monotonic() - began
