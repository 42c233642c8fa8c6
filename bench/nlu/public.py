"""Public Spanish sets: other people's intents, learnt from their own training split.

They are not part of the project: a folder holds one file a set, an object a line with ``text``,
``intent`` and ``split``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.nlu.answers import Engine
from bench.nlu.lines import Line, Pairs, rows
from bench.nlu.metrics import accuracy
from bench.nlu.scores import firsts
from bench.processes import BenchFailed


@dataclass(frozen=True)
class PublicSet:
    """Hold what is learnt and what is asked."""

    name: str
    train: Pairs
    test: Sequence[Line]


@dataclass(frozen=True)
class PublicResult:
    """Hold the accuracy of each engine on one set."""

    name: str
    train: int
    test: int
    intents: int
    accuracies: Mapping[str, float]


def load(folder: Path) -> Sequence[PublicSet]:
    """Read every set of a folder; raise ``BenchFailed`` when there is none."""
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise BenchFailed(f"{folder} holds no *.jsonl")
    return [_read(file) for file in files]


def measure(found: PublicSet, engine: Engine) -> float:
    """Return an engine's accuracy on the test split."""
    texts = list(dict.fromkeys(line.text for line in found.test))
    answers = engine.ask(found.train, texts).answers
    return accuracy(found.test, firsts(found.test, answers))


def result(found: PublicSet, accuracies: Mapping[str, float]) -> PublicResult:
    """Return the row of a set."""
    intents = {intent for _, intent in found.train}
    return PublicResult(found.name, len(found.train), len(found.test), len(intents), accuracies)


def _read(file: Path) -> PublicSet:
    train, test = [], []
    for row in rows(file):
        if row["split"] == "train":
            train.append((row["text"], row["intent"]))
        elif row["split"] == "test":
            test.append(Line(row["text"], (row["intent"],)))
    return PublicSet(file.stem, train, test)
