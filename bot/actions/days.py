"""Read the day and the hour of an appointment the way people write them, and say them back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bot.actions import hours_question
from bot.actions.turn import Turn
from bot.messages import Messages
from kb.hours import MEXICO_CITY, WEEK
from kb.text import fold

_MORNING = re.compile(r"\b(?:de|en|por) la (?:manana|tarde)\b")
_FIGURES = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}|\d{2}))?(?!\d)")
_NAMED = re.compile(r"\b(\d{1,2})(?: de)? ([a-z]{3,10})(?:(?: del?)? (\d{4}))?\b")
_OF_MONTH = re.compile(
    r"\b(?:el|dia)(?: dia)? (\d{1,2})\b(?!\s*(?:[:/]|de\b|y\b|hrs?\b|am\b|pm\b))"
)
_YESTERDAY = re.compile(r"\b(?:ayer|antier|anteayer)\b")
_CLOCK = re.compile(r"\b(\d{1,2})[:.](\d{2})\b")
_AT = re.compile(r"\b(?:a )?las? (\w+)(?: y (media|cuarto))?")
_ALONE = re.compile(r"^(\w+)(?: y (media|cuarto))?(?: en punto)?(?: ?(?:am|pm|hrs?|horas))?$")
_SUFFIX = re.compile(r"\b(\d{1,2}) ?(?:am|pm|hrs?|horas)\b")
_WORDS = {
    **{"una": 1, "dos": 2, "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12},
    **{"mediodia": 12, "trece": 13},
}
_MINUTES = {"media": 30, "cuarto": 15, None: 0}
_GONE = 6
"""A month this much earlier in the year is the next one of that name."""
_EARLIEST = 7
"""Below it an hour without more is of the afternoon."""


@dataclass(frozen=True)
class Said:
    """Hold the day and the hour of a message; ``impossible`` when no calendar has that day."""

    day: dt.date | None = None
    hour: str | None = None
    impossible: bool = False


def read(turn: Turn, *, hour_alone: bool = False) -> Said:
    """Return the day and the hour a message names; ``hour_alone`` when «10» can only be one."""
    plain = fold(turn.text)
    today = turn.now.astimezone(MEXICO_CITY).date()
    without = _MORNING.sub(" ", plain)
    if _YESTERDAY.search(without):
        return Said(day=today - dt.timedelta(days=1))
    try:
        day = _written(without, today)
    except ValueError:
        return Said(impossible=True)
    if day is None:
        day = hours_question.read(without, None, today).day
    return Said(day=day, hour=_hour(_MORNING.sub(" ", plain), hour_alone))


def in_words(turn: Turn, day: dt.date) -> str:
    """Return a day as people say it: ``el jueves 26 de noviembre``."""
    labels = turn.messages.labels
    weekday, month = labels[WEEK[day.weekday()]], turn.messages.months[day.month - 1]
    key = "dia_semana" if day.year == turn.now.year else "dia_semana_anio"
    return labels[key].format(semana=weekday, dia=day.day, mes=month, anio=day.year)


def on_a_button(turn: Turn, day: dt.date) -> str:
    """Return a day short enough for a button: ``jueves 26 nov``."""
    weekday = turn.messages.labels[WEEK[day.weekday()]]
    return f"{weekday} {day.day} {turn.messages.months[day.month - 1][:3]}"


@cache
def _months() -> Mapping[str, int]:
    names = {fold(name): number for number, name in enumerate(Messages.load().months, 1)}
    return {**names, "setiembre": 9, **{name[:3]: number for name, number in names.items()}}


def _written(plain: str, today: dt.date) -> dt.date | None:
    """Return the date that is written; ValueError when there is no such day."""
    figures = _FIGURES.search(plain)
    if figures:
        return _dated(int(figures[1]), int(figures[2]), figures[3], today)
    for named in _NAMED.finditer(plain):
        if (month := _months().get(named[2])) is not None:
            return _dated(int(named[1]), month, named[3], today)
    alone = _OF_MONTH.search(plain)
    return _next_of_month(int(alone[1]), today) if alone else None


def _dated(day: int, month: int, year: str | None, today: dt.date) -> dt.date:
    if year is not None:
        return dt.date(int(year) + 2000 if len(year) == 2 else int(year), month, day)
    found = dt.date(today.year, month, day)
    # In December «5 de enero» is the one to come; in November «20 de octubre» is gone.
    coming = month < today.month - _GONE
    return dt.date(today.year + 1, month, day) if coming else found


def _next_of_month(number: int, today: dt.date) -> dt.date:
    """Return the next day with that number; ValueError when no month has it."""
    if not 1 <= number <= 31:
        raise ValueError("no month has that day")
    for ahead in range(62):
        day = today + dt.timedelta(days=ahead)
        if day.day == number:
            return day
    raise ValueError("no month has that day")


def _hour(plain: str, alone: bool) -> str | None:
    clock = _CLOCK.search(plain)
    if clock:
        return _time(int(clock[1]), int(clock[2]))
    found = _AT.search(plain)
    if found and (number := _number(found[1])) is not None:
        return _time(number, _MINUTES[found[2]])
    if suffix := _SUFFIX.search(plain):
        return _time(int(suffix[1]), 0)
    if "mediodia" in plain:
        return _time(12, 0)
    bare = _ALONE.match(plain.strip()) if alone else None
    if bare and (number := _number(bare[1])) is not None:
        return _time(number, _MINUTES[bare[2]])
    return None


def _number(word: str) -> int | None:
    return int(word) if word.isdecimal() and len(word) <= 2 else _WORDS.get(word)


def _time(hour: int, minutes: int) -> str | None:
    hour = hour + 12 if 1 <= hour < _EARLIEST else hour
    return f"{hour:02d}:{minutes:02d}" if hour < 24 and minutes < 60 else None
