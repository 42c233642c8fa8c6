"""What an engine makes of texts, and the file that a process of its own writes it to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from bench.nlu.lines import FALLBACK, Pairs

LISTED = 5
"""How many intents an answer keeps."""


@dataclass(frozen=True)
class Answer:
    """Hold the intents from likeliest on, without any fallback, and what came of them.

    ``trust`` is what the engine refuses by; ``questions`` are several intents when it found
    several questions.
    """

    names: tuple[str, ...]
    chances: tuple[float, ...]
    trust: float
    refused: bool
    seconds: float
    questions: tuple[str, ...] = ()

    @property
    def first(self) -> str:
        """Return the likeliest intent, whether it was trusted or not."""
        return self.names[0] if self.names else FALLBACK

    @property
    def said(self) -> str:
        """Return the intent that is acted on."""
        return FALLBACK if self.refused else self.first


@dataclass(frozen=True)
class Outcome:
    """Hold the answer to each text, the seconds of training and the resident memory in bytes."""

    answers: Mapping[str, Answer]
    training: float | None = None
    memory: int | None = None


class Engine(Protocol):
    """Learn from examples and answer texts."""

    name: str

    def ask(self, examples: Pairs, texts: Sequence[str]) -> Outcome:
        """Train on the examples, then answer each text alone."""


def write(path: Path, outcome: Outcome) -> None:
    """Write an answer a line, and behind them what else was measured."""
    with path.open("w", encoding="utf-8") as file:
        for text, answer in outcome.answers.items():
            file.write(json.dumps({"text": text, **asdict(answer)}, ensure_ascii=False) + "\n")
        file.write(json.dumps({"training": outcome.training, "memory": outcome.memory}) + "\n")


def read(path: Path) -> Outcome:
    """Read what ``write``, or a process in its place, has written."""
    *lines, last = path.read_text(encoding="utf-8").splitlines()
    answers = {}
    for line in lines:
        row = json.loads(line)
        answers[row["text"]] = Answer(
            tuple(row["names"][:LISTED]),
            tuple(row["chances"][:LISTED]),
            row["trust"],
            row["refused"],
            row["seconds"],
            tuple(row.get("questions", ())),
        )
    return Outcome(answers, **json.loads(last))
