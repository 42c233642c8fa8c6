"""The way through a guide: the answers given on it, and the steps that they leave.

The slot ``decisiones`` holds the answers, the last one last: an answer that leads to another
trámite stays there, so that one can go back through several. The slot ``omitidos`` holds, for each
guide, the steps that its answers make pointless; it outlives them, as the place in a guide does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.actions.turn import Turn
from kb.decisions import option_named, remaining, skipped
from kb.model import Option, Tramite

_PARTS = 3


@dataclass(frozen=True)
class Answer:
    """One question that was answered on the way."""

    tramite: Tramite
    decision: str
    option: Option

    @property
    def asked(self) -> tuple[str, str]:
        """Return the trámite and the question."""
        return self.tramite.id, self.decision


@dataclass(frozen=True)
class Position:
    """A step of a guide, by its number in the file, among those that are left."""

    number: int
    left: tuple[int, ...]

    @property
    def place(self) -> int:
        """Return its place among the steps that are left, counted from 1."""
        return self.left.index(self.number) + 1

    @property
    def total(self) -> int:
        """Return how many steps are left."""
        return len(self.left)

    @property
    def before(self) -> int | None:
        """Return the number of the step before it."""
        return self.left[self.place - 2] if self.place > 1 else None

    @property
    def after(self) -> int | None:
        """Return the number of the step after it."""
        return self.left[self.place] if self.place < self.total else None

    @property
    def shown(self) -> dict[str, int]:
        """Return what the sentences about a step name."""
        return {"numero": self.place, "total": self.total}


def position(turn: Turn, tramite: Tramite, number: int) -> Position:
    """Return where a step is; in place of one that is not left, the next one that is."""
    # A newer library may have other steps.
    left = remaining(tramite, omitted(turn, tramite.id)) or remaining(tramite, ())
    return Position(next((step for step in left if step >= number), left[-1]), left)


def answers(turn: Turn) -> list[Answer]:
    """Return the answers given so far; one that a newer library has no more is left out."""
    return [found for entry in turn.slot("decisiones") or () for found in _answer(turn, entry)]


def add(turn: Turn, answer: Answer) -> None:
    """Remember an answer, and the steps it leaves of its guide."""
    _remember(turn, [*answers(turn), answer], answer.tramite)


def take_back(turn: Turn) -> Answer | None:
    """Forget the last answer and return it; None when none was given."""
    given = answers(turn)
    last = given.pop() if given else None
    if last is not None:
        _remember(turn, given, last.tramite)
    return last


def back_to(turn: Turn, asked: tuple[str, str]) -> bool:
    """Forget the answer to a question and those after it; tell whether it was answered."""
    found = asked in [answer.asked for answer in answers(turn)]
    while found and (last := take_back(turn)) is not None and last.asked != asked:
        continue
    return found


def omitted(turn: Turn, tramite_id: str) -> tuple[int, ...]:
    """Return the steps of a guide that its answers make pointless."""
    return tuple((turn.slot("omitidos") or {}).get(tramite_id, ()))


def omit(turn: Turn, tramite_id: str, pointless: Collection[int]) -> None:
    """Remember the steps of a guide that are pointless, in place of those known before."""
    known = {name: kept for name, kept in (turn.slot("omitidos") or {}).items()}
    known.pop(tramite_id, None)
    if pointless:
        known[tramite_id] = sorted(pointless)
    turn.remember(omitidos=known or None)


def _remember(turn: Turn, given: Sequence[Answer], guide: Tramite) -> None:
    trail = [[*answer.asked, answer.option.label] for answer in given]
    turn.remember(decisiones=trail or None)
    omit(turn, guide.id, skipped(a.option for a in given if a.tramite.id == guide.id))


def _answer(turn: Turn, entry: Any) -> Iterator[Answer]:
    if not isinstance(entry, list) or len(entry) != _PARTS:
        return
    name, decision, label = entry
    asked = turn.library.get(name).decisions.get(decision) if name in turn.library else None
    option = option_named(asked, label) if asked else None
    if option is not None:
        yield Answer(turn.library.get(name), decision, option)
