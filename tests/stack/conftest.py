"""All four processes with the trained model, once for the whole folder."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Not the installed script: this checkout is tested, wherever the environment was made.
CHAT = (sys.executable, "-m", "chat_infonavit")
START_SECONDS = 90


class Stack:
    """A running assistant: its address, its folder and its supervisor."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        names = ("", "BRAIN_", "ACTIONS_", "ACCOUNTS_")
        ports = dict(zip(names, map(str, free_ports(len(names))), strict=True))
        self.url = f"http://127.0.0.1:{ports['']}"
        self.environment = {
            **os.environ,
            **{f"CHAT_{name}PORT": port for name, port in ports.items()},
            "CHAT_VAR": str(folder),
            # A Tuesday, with the offices open: what depends on the hour is the same in every run.
            "BOT_NOW": "2026-11-24T10:00:00-06:00",
        }
        self.supervisor: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until the gateway, and with it the rest, is healthy."""
        log = (self.folder / "up.log").open("wb")
        command = [*CHAT, "up", "--demo"]
        self.supervisor = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
        )
        wait_until(lambda: b"Listo" in self.log() or self.supervisor.poll() is not None)
        assert b"Listo" in self.log(), self.log().decode()[-3000:]

    def log(self) -> bytes:
        """Return what was logged so far."""
        return (self.folder / "up.log").read_bytes()

    def stop(self) -> float:
        """Send SIGTERM; return the seconds until everything ended."""
        assert self.supervisor is not None
        began = time.monotonic()
        self.supervisor.send_signal(signal.SIGTERM)
        self.supervisor.wait(20)
        return time.monotonic() - began

    def talk(self, *lines: str) -> list[dict]:
        """Hold one conversation; return the turns of ``talk --json``.

        The privacy notice is accepted as soon as it is shown, within the turn that showed it.
        """
        done = subprocess.run(
            [*CHAT, "talk", "--json", "--accept", "--url", self.url],
            input="\n".join(lines) + "\n",
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=self.environment,
            timeout=100,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def people(self) -> list[dict]:
        """Return the demo people with every figure that is right for them."""
        done = subprocess.run(
            [*CHAT, "demo", "list", "--json"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=self.environment,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def health(self) -> dict:
        """Return the gateway's health."""
        with urllib.request.urlopen(f"{self.url}/health", timeout=5) as response:
            return json.load(response)


def free_ports(count: int) -> list[int]:
    """Return different ports nobody listens on: held all at once, none comes twice."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def wait_until(condition, seconds: float = START_SECONDS) -> None:
    """Poll a condition until it holds; fail after a limit."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "took too long"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def stack(tmp_path_factory) -> Iterator[Stack]:
    """Return the running assistant."""
    running = Stack(tmp_path_factory.mktemp("stack"))
    running.start()
    yield running
    running.stop()
