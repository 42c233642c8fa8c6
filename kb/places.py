"""Find a place by the way people write it: without accents, in short, by ear, with a slip.

A slip is forgiven only where no other place is about as near, and never to a word of the language.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Generic, TypeVar

from rapidfuzz.fuzz import ratio

from kb.text import by_ear, plain

P = TypeVar("P")

LIKE, LEAD, SHORTEST = 87, 4, 5
"""From what likeness on, with what lead, and from how many letters on a slip is forgiven."""

_MOST = 4
"""When more places have a name in part, it is not worth asking which of them."""


class Places(Generic[P]):
    """Hold places by every form of their names; ``never`` are words that are no slip of one."""

    def __init__(self, forms: Mapping[str, P], never: Collection[str] = ()) -> None:
        """Keep the forms as plain texts."""
        self._forms = {plain(form): place for form, place in forms.items()}
        self._sounds = [
            (form, by_ear(form), place)
            for form, place in self._forms.items()
            if len(form) >= SHORTEST
        ]
        self._never = frozenset(never)

    def exact(self, name: str) -> P | None:
        """Return the place that has this name, whatever its case, accents and dots."""
        return self._forms.get(plain(name))

    def near(self, name: str, *, partly: bool = False) -> tuple[P, ...]:
        """Return the one place a name means, or those it may mean; none when it means no place.

        ``partly`` also takes a part of a name, as «obregón».
        """
        written = plain(name)
        exact = self._forms.get(written)
        if exact is not None:
            return (exact,)
        found = self._alike(written)
        return found or (self._partly(written) if partly else ())

    def _alike(self, written: str) -> tuple[P, ...]:
        if len(written) < SHORTEST or written in self._never:
            return ()
        heard = by_ear(written)
        scores = sorted(
            (
                (max(_likeness(written, form), _likeness(heard, sound)), place)
                for form, sound, place in self._sounds
            ),
            key=lambda found: -found[0],
        )
        best = scores[0][0]
        return _each(place for score, place in scores if score and best - score < LEAD)

    def _partly(self, written: str) -> tuple[P, ...]:
        if len(written) < SHORTEST or written in self._never:
            return ()
        found = _each(place for form, place in self._forms.items() if f" {written} " in f" {form} ")
        return found if len(found) <= _MOST else ()


def _likeness(one: str, other: str) -> float:
    return ratio(one, other, score_cutoff=LIKE)


def _each(places: Iterator[P]) -> tuple[P, ...]:
    found: list[P] = []
    for place in places:
        if place not in found:
            found.append(place)
    return tuple(found)
