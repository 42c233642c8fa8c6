"""Make out which days a message asks about: a bimester, a month, a day or a year."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Self

from bot.actions.turn import Turn
from kb.text import fold

_YEAR = re.compile(r"\b(20[0-4]\d|199\d)\b")
_BIMESTER = re.compile(r"^(?:(\d{4})-)?B([1-6])$")
_MONTH = re.compile(r"^(?:(\d{4})|-)-(\d\d)$")
_RELATIVE = {"este ano": 0, "ano en curso": 0, "ano pasado": -1, "ano anterior": -1}


@dataclass(frozen=True)
class Period:
    """Hold the first and the last day, and the way it is said."""

    first: dt.date
    last: dt.date
    name: str

    def to_wish(self) -> dict[str, str]:
        """Return it as it waits in a slot."""
        return {"desde": str(self.first), "hasta": str(self.last), "nombre": self.name}

    @classmethod
    def of(cls, wish: Any) -> Self | None:
        """Read what waited in a slot."""
        kept = wish.get("dias")
        if not kept:
            return None
        first, last = (dt.date.fromisoformat(kept[end]) for end in ("desde", "hasta"))
        return cls(first, last, kept["nombre"])


def read(turn: Turn, today: dt.date) -> Period | None:
    """Return the period a message names; without its year, the latest one already begun."""
    plain = fold(turn.text)
    written = _YEAR.search(plain)
    spoken = next((n for words, n in _RELATIVE.items() if words in plain), None)
    year = int(written[1]) if written else None if spoken is None else today.year + spoken
    bimester = _BIMESTER.match(str(turn.entity("bimestre") or ""))
    if bimester:
        return _bimester(turn, int(bimester[2]), int(bimester[1] or year or 0), today)
    month = _MONTH.match(str(turn.entity("mes") or ""))
    if month:
        return _month(turn, int(month[2]), int(month[1] or year or 0), today)
    if year is None or turn.entity("fecha") is not None:
        return None
    name = turn.messages.labels["periodo_anio"].format(anio=year)
    return Period(dt.date(year, 1, 1), dt.date(year, 12, 31), name)


def bimester_name(turn: Turn, year: int, number: int) -> str:
    """Return a bimester in words: ``mayo y junio de 2025``."""
    first, second = turn.messages.months[number * 2 - 2 : number * 2]
    return turn.messages.labels["periodo_bimestre"].format(uno=first, dos=second, anio=year)


def _bimester(turn: Turn, number: int, year: int, today: dt.date) -> Period:
    first = number * 2 - 1
    year = year or _latest(first, today)
    return Period(dt.date(year, first, 1), _end(year, first + 1), bimester_name(turn, year, number))


def _month(turn: Turn, month: int, year: int, today: dt.date) -> Period:
    year = year or _latest(month, today)
    name = turn.messages.labels["periodo_mes"].format(
        mes=turn.messages.months[month - 1], anio=year
    )
    return Period(dt.date(year, month, 1), _end(year, month), name)


def _latest(month: int, today: dt.date) -> int:
    return today.year if month <= today.month else today.year - 1


def _end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])
