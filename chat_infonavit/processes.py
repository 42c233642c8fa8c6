"""Supervise the four processes: start, watch, restart, stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Mapping, Sequence

import aiohttp

from chat_infonavit.child import Child, LogLine, Spec
from chat_infonavit.settings import ChatSettings

_POLL = 0.2
_WATCH = 5.0
_UNHEALTHY_LIMIT = 3
_STEADY = 60.0
_BACKOFF = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
# Together below the ten seconds in which everything must be down.
_GATEWAY_GRACE = 4.0
_GRACE = 3.5


class StartFailed(Exception):
    """The system could not be started; the message says what to do."""


def specs(settings: ChatSettings) -> list[Spec]:
    """Return the four processes in the order in which they stop last to first."""
    return [
        Spec("accounts", settings.accounts_port),
        Spec("actions", settings.actions_port),
        Spec("brain", settings.brain_port),
        Spec("gateway", settings.port),
    ]


def taken_ports(wanted: Sequence[Spec]) -> list[Spec]:
    """Return the processes whose port somebody already listens on."""
    taken = []
    for spec in wanted:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", spec.port)) == 0:
                taken.append(spec)
    return taken


class Supervisor:
    """Keep the processes of a list running until told to stop."""

    def __init__(
        self, wanted: Sequence[Spec], environment: Mapping[str, str], log: LogLine
    ) -> None:
        self._log = log
        self._children = [Child(spec, environment, log) for spec in wanted]
        self._stopping = asyncio.Event()

    @property
    def children(self) -> Sequence[Child]:
        """Return the supervised processes."""
        return tuple(self._children)

    async def start(self) -> float:
        """Start all and wait until all are healthy; return the seconds it took.

        Raises ``StartFailed`` with the last lines of the one that did not come up.
        """
        taken = taken_ports([child.spec for child in self._children])
        if taken:
            names = ", ".join(f"{spec.port} ({spec.name})" for spec in taken)
            raise StartFailed(
                f"Estos puertos ya están ocupados: {names}. Cierra el programa que los usa "
                "(¿otro «chat-infonavit up»?) o elige otros con CHAT_PORT, CHAT_BRAIN_PORT, "
                "CHAT_ACTIONS_PORT y CHAT_ACCOUNTS_PORT."
            )
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self._stopping.set)
        began = time.monotonic()
        await asyncio.gather(*(child.start() for child in self._children))
        async with aiohttp.ClientSession() as session:
            ready = [self._until_healthy(child, session) for child in self._children]
            try:
                await asyncio.gather(*ready)
            except BaseException:
                await self.stop()
                raise
        return time.monotonic() - began

    async def run(self) -> None:
        """Watch until SIGINT or SIGTERM, then stop everything."""
        async with aiohttp.ClientSession() as session:
            watchers = [
                asyncio.create_task(self._watch(child, session)) for child in self._children
            ]
            await self._stopping.wait()
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)
        self._log("up", "cerrando")
        await self.stop()

    async def stop(self) -> None:
        """Stop the gateway first, so that no turn loses its brain, then the rest at once."""
        *others, gateway = self._children
        await gateway.stop(_GATEWAY_GRACE)
        await asyncio.gather(*(child.stop(_GRACE) for child in others))

    async def _until_healthy(self, child: Child, session: aiohttp.ClientSession) -> None:
        deadline = time.monotonic() + child.spec.ready_timeout
        while not await child.healthy(session):
            if self._stopping.is_set():
                raise StartFailed("Se canceló el arranque.")
            if not child.running():
                raise StartFailed(_why(child, "terminó al arrancar"))
            if time.monotonic() > deadline:
                raise StartFailed(_why(child, f"no respondió en {child.spec.ready_timeout:.0f} s"))
            await asyncio.sleep(_POLL)

    async def _watch(self, child: Child, session: aiohttp.ClientSession) -> None:
        failures, started = 0, time.monotonic()
        while True:
            why = await self._until_lost(child, session)
            failures = 0 if time.monotonic() - started > _STEADY else failures
            delay = _BACKOFF[min(failures, len(_BACKOFF) - 1)]
            self._log("up", f"{child.spec.name} {why}; arranca de nuevo en {delay} s")
            await child.stop(_GRACE)
            await asyncio.sleep(delay)
            await child.start()
            failures, started = failures + 1, time.monotonic()
            with contextlib.suppress(StartFailed):
                await self._until_healthy(child, session)
                self._log("up", f"{child.spec.name} está de nuevo en servicio")

    async def _until_lost(self, child: Child, session: aiohttp.ClientSession) -> str:
        """Return why the process must be restarted, when it must."""
        unhealthy = 0
        ended = asyncio.create_task(child.wait())
        try:
            while unhealthy < _UNHEALTHY_LIMIT:
                done, _ = await asyncio.wait({ended}, timeout=_WATCH)
                if done:
                    return f"terminó con código {ended.result()}"
                unhealthy = 0 if await child.healthy(session) else unhealthy + 1
        finally:
            ended.cancel()
        return "dejó de responder"


def _why(child: Child, what: str) -> str:
    lines = "\n".join(f"  {line}" for line in child.last_lines)
    return f"El proceso {child.spec.name} {what}. Lo último que dijo:\n{lines}"
