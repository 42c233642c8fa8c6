"""How fast the assistant starts, and the memory that its processes hold."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import people, scripts
from bench.figures import Figure, Target
from bench.processes import resident
from bench.system import PROCESSES, System, assistant
from connectors.web.client import WebClient

TITLE = "Start and memory"
TURNS = 50
HOW = (
    "From `chat-infonavit up --demo` to «Listo», which means that all four processes are healthy. "
    "The first start makes and fills the stores; the warm ones find them, and the files in the "
    f"page cache. Memory after {TURNS} turns of one conversation, personal ones among them: "
    "proportional (PSS: what is shared counts in parts), and whole (RSS) beside it."
)


def measure(runs: int = 5) -> Sequence[Figure]:
    """Start the assistant several times, and weigh its processes in the last one."""
    seconds = []
    with TemporaryDirectory(prefix="bench-start-") as folder:
        for run in range(runs + 1):
            with assistant(Path(folder)) as system:
                seconds.append(system.seconds)
                if run == runs:
                    asyncio.run(_talk(system))
                    memory = {
                        name: resident(process) for name, process in system.processes().items()
                    }
    first, *warm = seconds
    each = ", ".join(f"{took:.1f}" for took in warm)
    return [
        Figure("first start, empty stores", first, "s"),
        Figure("warm start", median(warm), "s", Target(12), f"runs: {each}"),
        *_memory(memory),
    ]


def _memory(found: Mapping[str, tuple[float, float]]) -> Sequence[Figure]:
    rows = [
        Figure(f"memory of {name}", found[name][0], "MB", None, f"RSS {found[name][1]:.0f}", 0)
        for name in PROCESSES
    ]
    pss, rss = (sum(found[name][kind] for name in PROCESSES) for kind in (0, 1))
    note = f"RSS {rss:.0f}; the supervisor, a fifth process, holds {found['up'][0]:.0f} more"
    return [*rows, Figure("memory of the four", pss, "MB", Target(1000), note, 0)]


async def _talk(system: System) -> None:
    async with WebClient(system.url) as client:
        await client.open()
        await people.identify(client, system.borrowers()[0])
        identified = len(scripts.lines("identity"))
        await people.converse(client, scripts.rounds("web", TURNS - identified))
