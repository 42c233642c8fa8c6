"""Opening hours: a week of shifts, official rest days and exceptions, by a clock passed in.

Nothing here reads the time of day by itself but ``mexico_now``, the default clock.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from kb.problems import why

Clock = Callable[[], dt.datetime]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEK: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
MEXICO_CITY = ZoneInfo("America/Mexico_City")

_SHIFT = re.compile(r"^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$")
_LOOK_AHEAD = 60
"""Days after which a schedule counts as never opening again."""
_REST_DAYS_RETURN = 400
"""Days within which every yearly rest day comes again, the ones that move too."""


def mexico_now() -> dt.datetime:
    """Return the present moment in Mexico City; the default clock."""
    return dt.datetime.now(MEXICO_CITY)


class Shift(BaseModel):
    """Hold one stretch of attention; it is open at ``opens`` and no longer at ``closes``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opens: dt.time
    closes: dt.time

    def __contains__(self, time: dt.time) -> bool:
        """Tell whether it is open at that time of the day."""
        return self.opens <= time < self.closes


def _shift(value: Any) -> Any:
    written = _SHIFT.match(value) if isinstance(value, str) else None
    if written is None:
        raise ValueError(why("no_es_turno"))
    first, second, third, fourth = (int(part) for part in written.groups())
    try:
        opens, closes = dt.time(first, second), dt.time(third, fourth)
    except ValueError:
        raise ValueError(why("no_es_hora")) from None
    if opens >= closes:
        raise ValueError(why("cierra_antes"))
    return {"opens": opens, "closes": closes}


def _in_order(shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
    for earlier, later in pairwise(shifts):
        if later.opens < earlier.closes:
            raise ValueError(why("turnos_encimados"))
    return shifts


def _zone(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(why("no_hay_zona", nombre=value)) from None


Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Shifts = Annotated[tuple[Annotated[Shift, BeforeValidator(_shift)], ...], AfterValidator(_in_order)]


class Schedule(BaseModel):
    """Hold when something attends: its week, and the days that are otherwise.

    An exception replaces the whole day, official rest day or not; without shifts it is closed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    weekly: Annotated[Mapping[Weekday, Shifts], Field(min_length=1)]
    exceptions: Mapping[dt.date, Shifts] = Field(default_factory=dict)
    rests_on_holidays: bool = True
    zone: Zone = MEXICO_CITY

    def at(self, zone: ZoneInfo) -> Schedule:
        """Return the same hours by another clock on the wall."""
        return self.model_copy(update={"zone": zone})

    def with_exceptions(self, exceptions: Mapping[dt.date, tuple[Shift, ...]]) -> Schedule:
        """Return the schedule with more days that are otherwise."""
        return self.model_copy(update={"exceptions": {**self.exceptions, **exceptions}})

    def shifts(self, day: dt.date) -> tuple[Shift, ...]:
        """Return the shifts of a day, none when it is closed."""
        if day in self.exceptions:
            return self.exceptions[day]
        if self.rests_on_holidays and holiday(day) is not None:
            return ()
        return self.weekly.get(WEEK[day.weekday()], ())

    def stretches(self) -> Iterator[tuple[Weekday, Weekday, tuple[Shift, ...]]]:
        """Give the open days of the week, those in a row with equal shifts as one stretch."""
        first = 0
        for number in range(1, len(WEEK) + 1):
            shifts = self.weekly.get(WEEK[first], ())
            if number < len(WEEK) and self.weekly.get(WEEK[number], ()) == shifts:
                continue
            if shifts:
                yield WEEK[first], WEEK[number - 1], shifts
            first = number


@cache
def _rest_days() -> holidays.HolidayBase:
    return holidays.country_holidays("MX", language="es")


def holiday(day: dt.date) -> str | None:
    """Return the name of an official rest day (article 74 of the labour law), else None."""
    return _rest_days().get(day)


def next_rest_day(name: str, today: dt.date) -> dt.date | None:
    """Return the next official rest day of that name, today's too; None when there is none."""
    days = (today + dt.timedelta(number) for number in range(_REST_DAYS_RETURN))
    return next((day for day in days if holiday(day) == name), None)


def is_open(schedule: Schedule, now: dt.datetime) -> bool:
    """Tell whether it attends at a moment, by its own clock."""
    local = now.astimezone(schedule.zone)
    return any(local.time() in shift for shift in schedule.shifts(local.date()))


def closing(schedule: Schedule, now: dt.datetime) -> dt.datetime | None:
    """Return when the shift that is open at a moment ends; None when it is closed."""
    local = now.astimezone(schedule.zone)
    for shift in schedule.shifts(local.date()):
        if local.time() in shift:
            return dt.datetime.combine(local.date(), shift.closes, schedule.zone)
    return None


def next_opening(schedule: Schedule, now: dt.datetime) -> dt.datetime | None:
    """Return the first opening after a moment, by the schedule's own clock.

    None when it does not open in the next sixty days.
    """
    local = now.astimezone(schedule.zone)
    for days in range(_LOOK_AHEAD + 1):
        day = local.date() + dt.timedelta(days)
        for shift in schedule.shifts(day):
            opens = dt.datetime.combine(day, shift.opens, schedule.zone)
            if opens > now:
                return opens
    return None
