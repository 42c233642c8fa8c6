"""The lines that are asked, and the examples that everyone learns from."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.paths import ROOT

FALLBACK = "nlu_fallback"
OUTSIDE = "fuera_"
"""Begins the intents of what is not the assistant's business."""

Pairs = Sequence[tuple[str, str]]
"""Texts, each with its intent."""

_SETS = ROOT / "tests" / "nlu"


@dataclass(frozen=True)
class Line:
    """Hold a text and the intents it may be understood as; the first is the best."""

    text: str
    intents: tuple[str, ...]

    @property
    def best(self) -> str:
        """Return the intent to read first."""
        return self.intents[0]


@dataclass(frozen=True)
class Questions:
    """Hold a text and, for each question in it, the intents it may be understood as."""

    text: str
    parts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Sets:
    """Hold what is asked: ``topics`` and ``talk`` guided the data, ``blind`` did not."""

    topics: Sequence[Line]
    talk: Sequence[Line]
    blind: Sequence[Line]
    outside: Sequence[Line]
    several: Sequence[Questions]

    @property
    def dev(self) -> Sequence[Line]:
        """Return the development set."""
        return [*self.topics, *self.talk]


def is_outside(intent: str) -> bool:
    """Tell whether an answer says that the message is not the assistant's business."""
    return intent == FALLBACK or intent.startswith(OUTSIDE)


def sets(folder: Path = _SETS) -> Sets:
    """Read every set."""
    lines = {
        name: [Line(row["text"], _intents(row)) for row in rows(folder / f"{name}.jsonl")]
        for name in ("dev", "dev_talk", "blind", "outside")
    }
    several = [
        Questions(row["text"], tuple(tuple(part) for part in row["parts"]))
        for row in rows(folder / "double.jsonl")
    ]
    return Sets(lines["dev"], lines["dev_talk"], lines["blind"], lines["outside"], several)


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """Read the objects of a file, one a line."""
    for line in file.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def examples() -> Pairs:
    """Return the written examples and those that the importer derives."""
    from bot import compat

    compat.install()
    from bot.importer import TramiteImporter

    with warnings.catch_warnings():
        # Rasa's remarks on old habits of others.
        warnings.simplefilter("ignore")
        # Without the payloads: they are chosen, never typed, and no engine has to learn them.
        importer = TramiteImporter(
            str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "bot" / "data")]
        )
        found = importer.get_nlu_data("es").intent_examples
    return [(example.get("text"), example.get("intent")) for example in found]


def _intents(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row["intents"]) if "intents" in row else (row["intent"],)
