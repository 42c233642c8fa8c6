"""Say what was verified too long ago, and what to verify first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kb.check.finding import Finding
from kb.model import Confidence, Source, Tramite
from kb.problems import why

MAX_AGE = timedelta(days=365)

_DOUBTFUL_FIRST = ("baja", "media", "alta")


@dataclass(frozen=True)
class Entry:
    """Something with its sources and the day it was verified: a trámite, or a part of a page.

    `field` names that part, as `services[1]`; a trámite is verified as a whole.
    """

    page: str
    verified_on: date
    sources: tuple[Source, ...]
    confidence: Confidence = "alta"
    disputed: str | None = None
    field: str = ""

    @property
    def name(self) -> str:
        """Return the page and the part of it."""
        return ": ".join(filter(None, (self.page, self.field)))

    def part(self, name: str) -> str:
        """Return the name of a field of it."""
        return ".".join(filter(None, (self.field, name)))


@dataclass(frozen=True)
class Stale:
    """Pair an entry with the days since it was verified."""

    entry: Entry
    days: int


def entry_of(tramite: Tramite) -> Entry:
    """Return when a trámite was verified."""
    return Entry(
        tramite.id, tramite.verified_on, tramite.sources, tramite.confidence, tramite.disputed
    )


def age(entry: Entry, today: date, max_age: timedelta) -> Iterator[Finding]:
    """Find a date of verification that is too old, or still to come."""
    verified = entry.verified_on
    if today - verified > max_age:
        message = why("viejo", fecha=verified, dias=max_age.days)
        yield Finding(entry.page, entry.part("verified_on"), "age", message)
    elif verified > today:
        message = why("futuro", fecha=verified)
        yield Finding(entry.page, entry.part("verified_on"), "age", message)


def sourced(entry: Entry) -> Iterator[Finding]:
    """Find what has no source with an address."""
    if not any(source.url for source in entry.sources):
        yield Finding(entry.page, entry.part("sources"), "source", why("sin_fuente"))


def stale(entries: Iterable[Entry], *, today: date, over: timedelta) -> list[Stale]:
    """List what was verified more than `over` ago, oldest first and the least sure before."""
    found = [Stale(one, (today - one.verified_on).days) for one in entries]
    return sorted(
        (one for one in found if one.days > over.days),
        key=lambda one: (
            -one.days,
            _DOUBTFUL_FIRST.index(one.entry.confidence),
            one.entry.disputed is None,
            one.entry.name,
        ),
    )
