"""How long a turn takes by what is asked: a topic, a step, a follow-up, a doubt, an office."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import people, scripts
from bench.figures import Figure, Target
from bench.processes import BenchFailed
from bench.stats import summary
from bench.system import assistant
from bot.messages import Messages
from connectors.web.client import Entry, WebClient
from kb.library import Library

TITLE = "A turn by its kind"
ROUNDS, WARM, LIMIT = 20, 2, 300
HOW = (
    "As «A turn», one message after another through the gateway and Rasa, by what is answered; "
    "each answer is looked at, so that a turn counts for what it was. A search fallback is a "
    "message that no topic answers, with the topics that the search offers. "
    f"{ROUNDS} conversations of the lines `kinds` of `bench/messages.yml`, after {WARM} that are "
    f"not counted; after {LIMIT // 60} minutes it is given up."
)


@dataclass(frozen=True)
class Line:
    """One message, the kind of turn it must be, if it is measured, and about which trámite."""

    say: str
    kind: str | None = None
    tramite: str = ""


def lines() -> tuple[Line, ...]:
    """Return the lines of one round."""
    return tuple(Line(**line) for line in scripts.content("kinds"))


def measure() -> Sequence[Figure]:
    """Play the rounds on one running assistant."""
    with TemporaryDirectory(prefix="bench-kinds-") as folder, assistant(Path(folder)) as system:
        times = asyncio.run(people.in_time(_play(system.url), LIMIT))
    return [_figure(kind, seconds) for kind, seconds in times.items()]


async def _play(url: str) -> Mapping[str, Sequence[float]]:
    times: dict[str, list[float]] = {line.kind: [] for line in lines() if line.kind}
    for number in range(WARM + ROUNDS):
        async with WebClient(url) as client:
            await client.open()
            for line in lines():
                took = await _timed(client, line)
                if line.kind and number >= WARM:
                    times[line.kind].append(took)
    return times


async def _timed(client: WebClient, line: Line) -> float:
    """Return the seconds of one turn; raise ``BenchFailed`` when its answer is of another kind."""
    took, entries = await people.answered(client, line.say)
    if line.kind and not _IS[line.kind](line, entries):
        said = " | ".join(entry["text"] for entry in entries)
        raise BenchFailed(f"{line.say!r} is no {line.kind}: {said}")
    return took


def _figure(kind: str, seconds: Sequence[float]) -> Figure:
    spent = summary(seconds)
    note = f"p50 {spent.p50:.1f}, longest {spent.longest:.0f} ms, {spent.count} turns"
    return Figure(f"{kind}, p95", spent.p95, "ms", Target(1000), note)


def _texts(entries: Sequence[Entry]) -> Iterator[str]:
    return (entry["text"] for entry in entries)


def _topic(line: Line, entries: Sequence[Entry]) -> bool:
    return any(Library.load().get(line.tramite).summary in text for text in _texts(entries))


def _follow_up(line: Line, entries: Sequence[Entry]) -> bool:
    title = Library.load().get(line.tramite).title
    return any(text.startswith(f"**{title}.**") for text in _texts(entries))


def _step(line: Line, entries: Sequence[Entry]) -> bool:
    return any(entry["reply"] and entry["reply"]["step"] for entry in entries)


def _fallback(line: Line, entries: Sequence[Entry]) -> bool:
    doubts = Messages.load().sentences["no_seguro"]
    return any(text in doubts for text in _texts(entries))


def _directory(line: Line, entries: Sequence[Entry]) -> bool:
    return any("Horario: " in text for text in _texts(entries))


_IS: Mapping[str, Callable[[Line, Sequence[Entry]], bool]] = {
    "topic": _topic,
    "follow-up": _follow_up,
    "guide step": _step,
    "directory": _directory,
    "search fallback": _fallback,
}
