"""Make days of the month, bimestre or year a message names."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.components.entities import NO_SUCH_DATE, PAST

HEARD = ("fecha", "mes", "bimestre", "anio")
"""The entities that name a period, the narrowest first."""

FUTURE, IMPOSSIBLE = "periodo_futuro", "periodo_imposible"


@dataclass(frozen=True)
class Period:
    """Hold the first and the last day of a stretch of time."""

    first: dt.date
    last: dt.date


class NoPeriod(ValueError):
    """The period named has not come yet, or is none; the message is the key of the sentence."""


def named(said: Mapping[str, Any], today: dt.date) -> Period | None:
    """Return the period that is named, None when none is.

    Without a year it is the latest one that has begun. Raises ``NoPeriod``.
    """
    if said.get(NO_SUCH_DATE) is not None:
        raise NoPeriod(IMPOSSIBLE)
    kind = next((kind for kind in HEARD if said.get(kind) is not None), None)
    if kind is None:
        return None
    try:
        found = _READERS[kind](str(said[kind]), today)
    except (ValueError, IndexError):
        raise NoPeriod(IMPOSSIBLE) from None
    if found.first > today:
        raise NoPeriod(FUTURE)
    return found


def month_of(day: dt.date) -> Period:
    """Return the whole month of a day."""
    last = day.replace(day=monthrange(day.year, day.month)[1])
    return Period(day.replace(day=1), last)


def before(day: dt.date, months: int) -> dt.date:
    """Return the first day of the month that many months before."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, 1)


def _day(value: str, today: dt.date) -> Period:
    if value.startswith("--"):
        month, day = int(value[2:4]), int(value[5:7])
        year = today.year - ((month, day) > (today.month, today.day))
        while day > monthrange(year, month)[1]:
            year -= 1
        found = dt.date(year, month, day)
    else:
        found = dt.date.fromisoformat(value)
    return Period(found, found)


def _month(value: str, today: dt.date) -> Period:
    if value.startswith("--"):
        month = int(value[2:])
        return month_of(dt.date(today.year - (month > today.month), month, 1))
    if "-" in value:
        return month_of(dt.date.fromisoformat(f"{value}-01"))
    return month_of(before(today, 1 if value == PAST else 0))


def _bimester(value: str, today: dt.date) -> Period:
    written, number = value.split("B")
    month = int(number) * 2 - 1
    year = int(written.rstrip("-")) if written else today.year - (month > today.month)
    last = month_of(dt.date(year, month + 1, 1)).last
    return Period(dt.date(year, month, 1), last)


def _year(value: str, today: dt.date) -> Period:
    year = int(value) if value.isdecimal() else today.year - (value == PAST)
    return Period(dt.date(year, 1, 1), dt.date(year, 12, 31))


_READERS = {"fecha": _day, "mes": _month, "bimestre": _bimester, "anio": _year}
