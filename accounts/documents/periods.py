"""Read the stretch of time a document covers: a year, or from one bimestre to another."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

PATTERN = r"^20\d{2}(-B[1-6])?(\.\.20\d{2}-B[1-6])?$"
"""«2026», «2026-B2», «2025-B4..2026-B2»."""

MAX_BIMESTERS = 12
_WRITTEN = re.compile(r"(\d{4})(?:-B([1-6]))?(?:\.\.(\d{4})-B([1-6]))?")
_PER_YEAR = 6


@dataclass(frozen=True)
class Period:
    """Hold the first and the last day, and how it was asked for."""

    text: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a period, or raise ValueError."""
        found = _WRITTEN.fullmatch(text)
        if found is None or (found[3] and not found[2]):
            raise ValueError("not a period")
        year, since, other, until = found.groups()
        first = int(year) * _PER_YEAR + (int(since) - 1 if since else 0)
        last = int(year) * _PER_YEAR + (int(since) - 1 if since else _PER_YEAR - 1)
        if other:
            last = int(other) * _PER_YEAR + int(until) - 1
        if not first <= last < first + MAX_BIMESTERS:
            raise ValueError("a period of that length is not printed")
        return cls(text, _begin(first), _begin(last + 1) - timedelta(days=1))

    @classmethod
    def of_year(cls, year: int) -> Self:
        """Return a whole year."""
        return cls.parse(str(year))

    @property
    def year(self) -> int | None:
        """Return the year when the period is one, else None."""
        return int(self.text) if len(self.text) == len("2026") else None

    def until(self, day: date) -> date:
        """Return the last day that a document of some day can tell about."""
        return min(self.last, day)


def _begin(bimester: int) -> date:
    year, number = divmod(bimester, _PER_YEAR)
    return date(year, 2 * number + 1, 1)
