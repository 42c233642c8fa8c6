"""Read whether a message asks if it is open, on what day, and where an office is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from kb.directory import Directory
from kb.hours import WEEK, Weekday, next_rest_day
from kb.text import plain

OFFICES = "oficinas"

_FILE = Path(__file__).with_name("hours_words.yml")
_ANY_YEAR = re.compile(r"^--(\d\d)-(\d\d)$")
_NUMBER = re.compile(r"^\d{1,4}$")

Forms = tuple[str, ...]


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    opening: Forms
    attending: Forms
    timetable: Forms
    hour: Forms
    where: Forms
    appointment: Forms
    meaning: Forms
    house: Forms
    now: Forms
    season: Forms
    services: Mapping[str, Forms]
    weekdays: Mapping[Weekday, Forms]
    from_today: Mapping[int, Forms]
    named_days: Mapping[str, Forms]
    rest_days: Mapping[str, Forms]
    filler: Forms
    mistaken_for: Forms


@dataclass(frozen=True)
class HoursQuestion:
    """Say what a message asks, the place it names, and the words that are none of that."""

    said: frozenset[str]
    services: tuple[str, ...]
    day: dt.date | None
    place: str | None = None
    rest: tuple[str, ...] = ()

    @property
    def closed(self) -> bool:
        """Tell whether it holds nothing else."""
        return all(_NUMBER.match(word) for word in self.rest)

    @property
    def about_attention(self) -> bool:
        """Tell whether it is about an office, hours or where something is."""
        return bool(self.services) or self.where or self.hours

    @property
    def timed(self) -> bool:
        """Tell whether it names an hour, a day or this moment."""
        return self.day is not None or bool(self.said & {"hour", "now", "season", "timetable"})

    @property
    def hours(self) -> bool:
        """Tell whether it asks when there is attention, and not for an appointment."""
        if "appointment" in self.said:
            return "opening" in self.said and self.timed
        if "opening" in self.said:
            return True
        attended = "attending" in self.said and self.timed
        at_the_office = OFFICES in self.services and bool(self.said & {"now", "hour"})
        return "timetable" in self.said or attended or at_the_office

    @property
    def exact(self) -> bool:
        """Tell whether it asks for the hour itself, however long the message is."""
        return bool(self.said & {"hour", "timetable", "season"})

    @property
    def where(self) -> bool:
        """Tell whether it asks where something is, and not where to make an appointment."""
        return "where" in self.said and "appointment" not in self.said

    @property
    def bare(self) -> bool:
        """Tell whether it names a service and says nothing else, as «oficinas»."""
        named = self.closed and bool(self.services)
        return named and not self.timed and not self.said & {"appointment", "meaning"}


def read(text: str, written_date: str | None, today: dt.date) -> HoursQuestion:
    """Read a message; ``written_date`` is the date found in it, with or without a year."""
    written = plain(text)
    said: set[str] = set()
    services: list[str] = []
    places: list[str] = []
    day = _written(written_date, today)
    for kind, value in (_vocabulary()[match.group()] for match in _pattern().finditer(written)):
        if kind == "services":
            services.append(value)
        elif kind == "place":
            places.append(value)
        elif kind in _DAYS:
            day = day or _DAYS[kind](value, today)
        else:
            said.add(kind)
    rest = tuple(_pattern().sub(" ", written).split())
    place = places[0] if places else None
    return HoursQuestion(frozenset(said), tuple(services), day, place, rest)


def mistaken_for() -> Forms:
    """Return the intents that an unknown name of a place is mistaken for."""
    return _words().mistaken_for


@cache
def _words() -> _Words:
    return _Words.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


@cache
def _vocabulary() -> Mapping[str, tuple[str, str]]:
    """Return every form with its kind and value; the first kind of a form wins."""
    found: dict[str, tuple[str, str]] = {}
    for form, kind, value in (*_forms(), *_place_forms()):
        found.setdefault(form, (kind, value))
    return found


def _forms() -> Iterator[tuple[str, str, str]]:
    for kind, forms in _words():
        groups = forms.items() if isinstance(forms, Mapping) else [("", forms)]
        for value, group in groups:
            yield from ((form, kind, str(value)) for form in group)


def _place_forms() -> Iterator[tuple[str, str, str]]:
    for _kind, name, written in Directory.load().spellings():
        yield from ((plain(form), "place", name) for form in written)


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_vocabulary(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")


def _written(value: str | None, today: dt.date) -> dt.date | None:
    if value is None:
        return None
    yearless = _ANY_YEAR.match(value)
    if yearless is None:
        return dt.date.fromisoformat(value)
    return _next(int(yearless[1]), int(yearless[2]), today)


def _next(month: int, day: int, today: dt.date) -> dt.date | None:
    # The 29th of February may be eight years away.
    for year in range(today.year, today.year + 9):
        try:
            found = dt.date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _weekday(value: str, today: dt.date) -> dt.date:
    return today + dt.timedelta((WEEK.index(value) - today.weekday()) % 7)  # type: ignore[arg-type]


def _named(value: str, today: dt.date) -> dt.date | None:
    month, day = value.split("-")
    return _next(int(month), int(day), today)


_DAYS = {
    "weekdays": _weekday,
    "from_today": lambda value, today: today + dt.timedelta(int(value)),
    "named_days": _named,
    "rest_days": next_rest_day,
}
