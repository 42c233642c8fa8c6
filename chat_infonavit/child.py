"""One supervised process: start it, read its log, ask for its health, stop it."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import signal
import sys
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp

from chat_infonavit.settings import ROOT

_PR_SET_PDEATHSIG = 1
_KEPT_LINES = 15
_LIBC = ctypes.CDLL(None)

LogLine = Callable[[str, str], None]
"""Called with (process name, line)."""


@dataclass(frozen=True)
class Spec:
    """What a process is called, where it listens and how long it may take to be ready."""

    name: str
    port: int
    ready_timeout: float = 60.0

    @property
    def health_url(self) -> str:
        """Return the address of its health endpoint."""
        return f"http://127.0.0.1:{self.port}/health"


class Child:
    """A running instance of a spec."""

    def __init__(self, spec: Spec, environment: Mapping[str, str], log: LogLine) -> None:
        self.spec = spec
        self.last_lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._environment = dict(environment)
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the process in its own group, so that Ctrl-C reaches only the supervisor."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "chat_infonavit.serve",
            self.spec.name,
            cwd=ROOT,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent,
            limit=1024 * 1024,
        )
        self._reader = asyncio.create_task(self._read())

    @property
    def pid(self) -> int | None:
        """Return the process id, or None before the start."""
        return self._process.pid if self._process else None

    def running(self) -> bool:
        """Tell whether the process is alive."""
        return self._process is not None and self._process.returncode is None

    async def wait(self) -> int:
        """Wait for the end; return the exit code."""
        assert self._process is not None
        code = await self._process.wait()
        if self._reader is not None:
            await self._reader
        return code

    async def healthy(self, session: aiohttp.ClientSession) -> bool:
        """Ask the health endpoint; any failure to answer 200 in 2 s is unhealthy."""
        try:
            async with session.get(
                self.spec.health_url, timeout=aiohttp.ClientTimeout(total=2)
            ) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def stop(self, grace: float) -> None:
        """Ask the process to end; kill it after ``grace`` seconds."""
        if not self.running():
            return
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(grace):
                await self._process.wait()
        except TimeoutError:
            self._log(self.spec.name, f"no terminó en {grace:.0f} s: se cierra a la fuerza")
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for raw in self._process.stdout:
            line = raw.decode(errors="replace").rstrip()
            self.last_lines.append(line)
            self._log(self.spec.name, line)


def _die_with_parent() -> None:
    # Even a supervisor that was killed with SIGKILL leaves no orphan holding a port.
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
