"""The whole assistant on free ports with its data in a temporary folder."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.machine import clean_environment
from bench.paths import CHAT, ROOT
from bench.processes import free_port, running, wait_until

PROCESSES = ("gateway", "brain", "actions", "accounts")
_READY = "Listo"
_PORTS = {"PORT", "BRAIN_PORT", "ACTIONS_PORT", "ACCOUNTS_PORT"}
# One client plays all the people here, faster than any of them would write.
_NO_LIMITS = {"WEB_MESSAGE_BURST": "1000000", "WEB_MESSAGES_PER_SECOND": "100000"}


@dataclass(frozen=True)
class System:
    """A running assistant."""

    url: str
    supervisor: subprocess.Popen[bytes]
    seconds: float
    environment: Mapping[str, str]

    def processes(self) -> Mapping[str, psutil.Process]:
        """Return its processes by name, the supervisor as ``up``."""
        supervisor = psutil.Process(self.supervisor.pid)
        named = {child.cmdline()[-1]: child for child in supervisor.children(recursive=True)}
        return {**{name: named[name] for name in PROCESSES}, "up": supervisor}

    def borrowers(self) -> Sequence[str]:
        """Return the NSS of the demo people who have a credit and can receive a code."""
        done = subprocess.run(
            [*CHAT, "demo", "list", "--json"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        people = map(json.loads, done.stdout.splitlines())
        return [
            person["nss"] for person in people if person["contact"] and person["figures"]["credit"]
        ]


def environment(var: Path) -> Mapping[str, str]:
    """Return the environment of an assistant on free ports."""
    ports = {f"CHAT_{name}": str(free_port()) for name in _PORTS}
    return clean_environment(CHAT_VAR=str(var), **ports, **_NO_LIMITS)


@contextmanager
def assistant(var: Path) -> Iterator[System]:
    """Run ``chat-infonavit up --demo`` while the block runs; its start is measured."""
    var.mkdir(parents=True, exist_ok=True)
    chosen, log = environment(var), var / "up.log"
    began = time.monotonic()
    with running([*CHAT, "up", "--demo"], chosen, ROOT, log) as supervisor:
        wait_until(lambda: _READY in log.read_text(errors="replace"), supervisor, log, 120)
        took = time.monotonic() - began
        yield System(f"http://127.0.0.1:{chosen['CHAT_PORT']}", supervisor, took, chosen)
