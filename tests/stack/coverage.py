"""How much of the knowledge base the conversations have played."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kb.library import Library


@dataclass
class Played:
    """Hold what was seen in an answer of the running assistant, never what was only asked."""

    topics: set[str] = field(default_factory=set)
    steps: set[tuple[str, int]] = field(default_factory=set)

    def topic(self, tramite: str) -> None:
        """Note that a topic was answered."""
        self.topics.add(tramite)

    def step(self, tramite: str, number: int) -> None:
        """Note that a step was shown and its help told."""
        self.steps.add((tramite, number))

    def lines(self, library: Library) -> Iterator[str]:
        """Yield a line a kind, and what was left out."""
        steps = {(t.id, n) for t in library.tramites for n in range(1, len(t.steps) + 1)}
        yield _line("topics", self.topics, set(library.ids()))
        yield _line("steps", self.steps, steps)


def _line(kind: str, seen: set, wanted: set) -> str:  # type: ignore[type-arg]
    left = sorted(wanted - seen)
    share = len(wanted & seen) / len(wanted)
    text = f"{kind}: {len(wanted & seen)} of {len(wanted)} played ({share:.1%})"
    return f"{text}; left out: {', '.join(map(str, left[:10]))}" if left else text
