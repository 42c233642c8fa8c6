"""Tell the days and hours an office gives appointments, by the clock on its own wall."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

Closed = Literal["past", "weekend", "holiday", "too_far"]

AHEAD = 60
"""Days ahead that can be booked."""
_FIRST, _LAST = time(8, 30), time(13, 0)
# Sources disagree on whether offices close at 13:30 or 14:30: these slots are within both.
_STEP = timedelta(minutes=30)
_SATURDAY = 5


def hours() -> Iterator[time]:
    """Give the hours of a day at which an appointment can begin."""
    moment, last = (datetime.combine(date.min, hour) for hour in (_FIRST, _LAST))
    while moment <= last:
        yield moment.time()
        moment += _STEP


@cache
def _rest_days() -> holidays.HolidayBase:
    return holidays.country_holidays("MX", language="es")


def holiday(day: date) -> str | None:
    """Give the name of an official rest day."""
    return _rest_days().get(day)


def closed(day: date, today: date) -> Closed | None:
    """Tell why a day cannot be booked, None when it can."""
    if day < today:
        return "past"
    if day.weekday() >= _SATURDAY:
        return "weekend"
    if holiday(day) is not None:
        return "holiday"
    return "too_far" if day > today + timedelta(days=AHEAD) else None


def start(zone: str, day: date, hour: time) -> datetime:
    """Give the moment of a day and an hour at an office."""
    return datetime.combine(day, hour, ZoneInfo(zone))
