"""Say what was verified too long ago, and what to verify first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kb.check.finding import Finding
from kb.model import Tramite

MAX_AGE = timedelta(days=365)

_DOUBTFUL_FIRST = ("baja", "media", "alta")


@dataclass(frozen=True)
class Stale:
    """Pair a trámite with the days since it was verified."""

    tramite: Tramite
    days: int


def age(tramite: Tramite, today: date, max_age: timedelta) -> Iterator[Finding]:
    """Find a date of verification that is too old, or still to come."""
    if today - tramite.verified_on > max_age:
        message = f"{tramite.verified_on} is over {max_age.days} days old; verify it again"
        yield Finding(tramite.id, "verified_on", "age", message)
    elif tramite.verified_on > today:
        yield Finding(tramite.id, "verified_on", "age", f"{tramite.verified_on} is in the future")


def stale(tramites: Iterable[Tramite], *, today: date, over: timedelta) -> list[Stale]:
    """List what was verified more than `over` ago, oldest first and the least sure before."""
    found = [Stale(one, (today - one.verified_on).days) for one in tramites]
    return sorted(
        (one for one in found if one.days > over.days),
        key=lambda one: (
            -one.days,
            _DOUBTFUL_FIRST.index(one.tramite.confidence),
            one.tramite.disputed is None,
            one.tramite.id,
        ),
    )
