"""How often the right intent is found.

A line may have several acceptable intents: any of them is right, and counts as the best.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.nlu.lines import Line, Questions


@dataclass(frozen=True)
class Topic:
    """Say how one intent fares; ``precision`` is None when it was never predicted."""

    lines: int
    recall: float
    precision: float | None

    @property
    def f1(self) -> float:
        """Return the harmonic mean of both."""
        total = self.recall + (self.precision or 0.0)
        return 2 * self.recall * (self.precision or 0.0) / total if total else 0.0


@dataclass(frozen=True)
class Confusion:
    """Say how often one intent was taken for another, with one example."""

    best: str
    taken: str
    count: int
    example: str


def accuracy(lines: Sequence[Line], predicted: Sequence[str]) -> float:
    """Return the share of lines whose prediction is acceptable."""
    pairs = zip(lines, predicted, strict=True)
    return sum(intent in line.intents for line, intent in pairs) / len(lines)


def topics(lines: Sequence[Line], predicted: Sequence[str]) -> Mapping[str, Topic]:
    """Return how each intent that is the best of some line fares."""
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for line, intent in zip(lines, predicted, strict=True):
        counted = line.best if intent in line.intents else intent
        wanted[line.best] += 1
        given[counted] += 1
        right[line.best] += counted == line.best
    return {
        name: Topic(count, right[name] / count, right[name] / given[name] if given[name] else None)
        for name, count in sorted(wanted.items())
    }


def macro_f1(lines: Sequence[Line], predicted: Sequence[str]) -> float:
    """Return the mean F1 over the intents that are the best of some line."""
    found = topics(lines, predicted).values()
    return sum(topic.f1 for topic in found) / len(found)


def confusions(lines: Sequence[Line], predicted: Sequence[str]) -> list[Confusion]:
    """Return what was taken for what, the most frequent first."""
    examples: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line, intent in zip(lines, predicted, strict=True):
        if intent not in line.intents:
            examples[line.best, intent].append(line.text)
    found = [Confusion(*pair, len(texts), texts[0]) for pair, texts in examples.items()]
    return sorted(found, key=lambda confusion: (-confusion.count, confusion.best, confusion.taken))


def several(lines: Sequence[Questions], found: Sequence[Sequence[str]]) -> float:
    """Return the share of lines whose questions are all answered, in order, and nothing else."""
    return sum(covers(names, line.parts) for line, names in zip(lines, found, strict=True)) / len(
        lines
    )


def covers(names: Sequence[str], parts: Sequence[Sequence[str]]) -> bool:
    """Tell whether answers cover questions in order, with none to spare.

    One answer may cover neighbouring questions: «¿dónde lo activo?» is also answered by what
    the topic itself says, if that is among the intents accepted for it.
    """
    if not names or not parts:
        return not names and not parts
    if names[0] not in parts[0]:
        return False
    return covers(names[1:], parts[1:]) or covers(names, parts[1:])
