"""What was measured, and the page it is written to: ``docs/figures.md``, a section a part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import machine

_HEAD = """# Figures

What the assistant costs and how fast it is. Each section is written by the command that repeats
it; `make bench` runs all but the last two. Times are wall-clock times on one machine, the load of
the measuring client included. Everything talks over loopback.
"""


@dataclass(frozen=True)
class Target:
    """A limit that a figure is to keep."""

    limit: float
    at_least: bool = False

    def kept(self, value: float) -> bool:
        """Tell whether a value keeps the limit."""
        return value >= self.limit if self.at_least else value <= self.limit

    def text(self, unit: str) -> str:
        """Return the limit with its unit."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g} {unit}".strip()


@dataclass(frozen=True)
class Figure:
    """One measured value; ``note`` says what else was seen."""

    name: str
    value: float
    unit: str
    target: Target | None = None
    note: str = ""
    digits: int = 1

    def cells(self) -> tuple[str, str, str, str]:
        """Return name, value, target and note as text."""
        target = self.target.text(self.unit) if self.target else ""
        if self.target:
            target += " ✓" if self.target.kept(self.value) else " ✗"
        shown = f"{self.value:,.{self.digits}f} {self.unit}".strip()
        return self.name, shown, target, self.note


@dataclass(frozen=True)
class Section:
    """The figures of one part and how they were measured."""

    part: str
    title: str
    how: str
    figures: Sequence[Figure]
    load_before: float
    load_after: float

    def markdown(self) -> str:
        """Return the section as Markdown."""
        rows = "\n".join(f"| {' | '.join(figure.cells())} |" for figure in self.figures)
        return (
            f"## {self.title}\n\n{self.how}\n\n"
            f"| figure | measured | target | |\n|---|---:|---:|---|\n{rows}\n\n"
            f"Repeat with `python -m bench {self.part}`. {machine.describe()}; "
            f"load average {self.load_before:.1f} before, {self.load_after:.1f} after.\n"
        )


def write(path: Path, sections: Iterable[Section], order: Sequence[str]) -> None:
    """Write sections to a page, in the place of older ones; other sections stay as they are."""
    found = dict(_read(path))
    found.update({section.title: section.markdown() for section in sections})
    titles = sorted(found, key=lambda title: order.index(title) if title in order else len(order))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([_HEAD, *(found[title] for title in titles)]))


def _read(path: Path) -> Iterator[tuple[str, str]]:
    if not path.exists():
        return
    for text in re.split(r"^(?=## )", path.read_text(), flags=re.MULTILINE)[1:]:
        yield text.partition("\n")[0].removeprefix("## "), text.rstrip() + "\n"
