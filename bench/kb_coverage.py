"""Tell what share of the knowledge base the conversation tests go through.

``python -m bench.kb_coverage`` plays them, counts topics, steps, decision options and paths,
names what no test plays, and fails below the shares asked for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.decisions import paths
from kb.library import Library

ROOT = Path(__file__).resolve().parents[1]
TESTS = tuple(
    f"tests/bot/test_{name}.py" for name in ("dialogue_actions", "decisions", "guide_ways")
)
LEAST = {"topics": 1.0, "steps": 0.95, "options": 0.95, "paths": 0.95}
"""The smallest share of each that is good enough."""

Item = tuple[Any, ...]


@dataclass(frozen=True)
class Share:
    """Say how many there are of something and which of them were not played."""

    name: str
    total: int
    missing: tuple[Item, ...]

    @property
    def played(self) -> float:
        """Return the share that was played, from 0 to 1."""
        return 1 - len(self.missing) / self.total if self.total else 1.0

    @property
    def enough(self) -> bool:
        """Tell whether the share is as large as asked for."""
        return self.played >= LEAST[self.name]

    def __str__(self) -> str:
        """Read as one line, with what is missing below."""
        done = self.total - len(self.missing)
        lines = [f"{self.name:8} {done:4} of {self.total:4}  {self.played:6.1%}"]
        lines += [f"  not played: {' · '.join(map(str, item))}" for item in self.missing]
        return "\n".join(lines)


def shares(library: Library, played: dict[str, list[Any]]) -> list[Share]:
    """Compare what the library holds with what was played."""
    held: dict[str, list[Item]] = {
        "topics": [(t.id,) for t in library],
        "steps": [(t.id, number) for t in library for number in range(1, len(t.steps) + 1)],
        "options": [
            (t.id, name, option.label)
            for t in library
            for name, decision in t.decisions.items()
            for option in decision.options
        ],
        "paths": [
            (t.id, *(option.label for _, option in path.answers))
            for t in library
            for path in paths(t)
        ],
    }
    return [_share(name, every, played[name]) for name, every in held.items()]


def _share(name: str, every: Sequence[Item], played: list[Any]) -> Share:
    seen = {tuple(item) if isinstance(item, list) else (item,) for item in played}
    return Share(name, len(every), tuple(item for item in every if item not in seen))


def play() -> dict[str, list[Any]]:
    """Play the conversation tests and return what they went through."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "played.json"
        environment = {**os.environ, "KB_COVERAGE": str(report)}
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", *TESTS]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        found: dict[str, list[Any]] = json.loads(report.read_text(encoding="utf-8"))
        return found


def main() -> int:
    """Print the shares; return 1 when one is too small."""
    found = shares(Library.load(), play())
    print("\n".join(map(str, found)))
    return 0 if all(share.enough for share in found) else 1


if __name__ == "__main__":
    sys.exit(main())
