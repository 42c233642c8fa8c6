"""Open or closed at the borders: the minute, the weekend, rest days, clocks that move, year end."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from kb.hours import MEXICO_CITY, Schedule, closing, holiday, is_open, mexico_now, next_opening

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE = Schedule.model_validate({"weekly": {day: ["8:30-14:30"] for day in WEEKDAYS}})


def at(text: str, zone: str = "America/Mexico_City") -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def week(**days: list[str]) -> dict[str, Any]:
    return {"weekly": days}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-24T08:29:59", False),
        ("2026-11-24T08:30", True),
        ("2026-11-24T14:29:59", True),
        ("2026-11-24T14:30", False),
        ("2026-11-27T10:00", True),
        ("2026-11-28T10:00", False),  # Saturday
        ("2026-11-29T10:00", False),  # Sunday
        ("2026-11-16T10:00", False),  # the third Monday of November
        ("2026-11-20T10:00", True),  # the 20th itself is a working day
        ("2026-09-16T10:00", False),
        ("2024-10-01T10:00", False),  # a President takes office
        ("2026-10-01T10:00", True),
        ("2026-02-02T10:00", False),  # the first Monday of February
        ("2026-03-16T10:00", False),  # the third Monday of March
    ],
)
def test_open_at_the_borders(moment: str, expected: bool) -> None:
    assert is_open(OFFICE, at(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-24T08:29", "2026-11-24T08:30"),
        ("2026-11-24T08:30", "2026-11-25T08:30"),
        ("2026-11-24T14:30", "2026-11-25T08:30"),
        ("2026-11-27T15:00", "2026-11-30T08:30"),  # Friday to Monday
        ("2026-11-13T15:00", "2026-11-17T08:30"),  # a long weekend
        ("2026-09-15T20:00", "2026-09-17T08:30"),
        ("2026-12-31T15:00", "2027-01-04T08:30"),  # New Year on a Friday
        ("2026-12-24T15:00", "2026-12-28T08:30"),
        ("2024-09-30T15:00", "2024-10-02T08:30"),
    ],
)
def test_the_next_opening(moment: str, expected: str) -> None:
    assert next_opening(OFFICE, at(moment)) == at(expected)


def test_the_moment_may_come_in_any_clock() -> None:
    assert is_open(OFFICE, dt.datetime(2026, 11, 24, 14, 30, tzinfo=dt.UTC))
    assert not is_open(OFFICE, dt.datetime(2026, 11, 24, 14, 29, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        # 8:30 in Tijuana is 10:30 in Mexico City in winter and 9:30 in summer.
        ("America/Tijuana", "2026-11-24T10:29", False),
        ("America/Tijuana", "2026-11-24T10:30", True),
        ("America/Tijuana", "2026-07-14T09:29", False),
        ("America/Tijuana", "2026-07-14T09:30", True),
        # Ciudad Juárez moves its clock, Hermosillo and Cancún never do.
        ("America/Ciudad_Juarez", "2026-11-24T09:29", False),
        ("America/Ciudad_Juarez", "2026-11-24T09:30", True),
        ("America/Ciudad_Juarez", "2026-07-14T08:30", True),
        ("America/Hermosillo", "2026-07-14T09:29", False),
        ("America/Hermosillo", "2026-07-14T09:30", True),
        ("America/Cancun", "2026-11-24T07:30", True),
        ("America/Cancun", "2026-11-24T13:30", False),
        # In summer Matamoros is an hour ahead, in winter it is not.
        ("America/Matamoros", "2026-07-14T07:30", True),
        ("America/Matamoros", "2026-11-24T07:30", False),
    ],
)
def test_an_office_goes_by_the_clock_on_its_wall(zone: str, moment: str, expected: bool) -> None:
    assert is_open(OFFICE.at(ZoneInfo(zone)), at(moment)) is expected


def test_the_next_opening_on_the_weekend_the_border_moves_its_clock() -> None:
    tijuana = OFFICE.at(ZoneInfo("America/Tijuana"))
    # The clock goes forward on Sunday 8 March 2026.
    opening = next_opening(tijuana, at("2026-03-06T16:00", "America/Tijuana"))
    assert opening == at("2026-03-09T08:30", "America/Tijuana")
    assert opening.astimezone(MEXICO_CITY) == at("2026-03-09T09:30")


def test_split_shifts() -> None:
    split = Schedule.model_validate(week(monday=["9:00-14:00", "16:00-19:00"]))
    assert is_open(split, at("2026-11-23T13:59"))
    assert not is_open(split, at("2026-11-23T14:00"))
    assert next_opening(split, at("2026-11-23T14:00")) == at("2026-11-23T16:00")
    assert closing(split, at("2026-11-23T16:00")) == at("2026-11-23T19:00")
    assert closing(split, at("2026-11-23T15:00")) is None


def test_an_exception_wins_over_the_week_and_over_a_rest_day() -> None:
    data = {
        **week(monday=["9:00-14:00"]),
        "exceptions": {
            "2026-11-21": ["9:00-14:00"],
            "2026-11-23": [],
            "2026-11-16": ["9:00-12:00"],
        },
    }
    schedule = Schedule.model_validate(data)
    assert is_open(schedule, at("2026-11-21T13:00"))  # a Saturday
    assert not is_open(schedule, at("2026-11-23T10:00"))
    assert is_open(schedule, at("2026-11-16T11:00"))
    assert not is_open(schedule, at("2026-11-16T12:00"))
    more = schedule.with_exceptions({dt.date(2026, 11, 30): ()})
    assert not is_open(more, at("2026-11-30T10:00"))
    assert is_open(schedule, at("2026-11-30T10:00"))


def test_some_work_on_rest_days() -> None:
    data = {**week(wednesday=["9:00-14:00"]), "rests_on_holidays": False}
    assert is_open(Schedule.model_validate(data), at("2026-09-16T10:00"))


def test_what_never_opens_again_has_no_next_opening() -> None:
    assert next_opening(Schedule.model_validate(week(monday=[])), at("2026-11-24T10:00")) is None


def test_the_days_of_the_week_are_told_as_stretches() -> None:
    data = week(
        monday=["8:00-15:00"],
        tuesday=["8:00-15:00"],
        thursday=["8:00-15:00"],
        saturday=["9:00-13:00"],
        sunday=["9:00-13:00"],
    )
    found = [(first, last) for first, last, _ in Schedule.model_validate(data).stretches()]
    assert found == [("monday", "tuesday"), ("thursday", "thursday"), ("saturday", "sunday")]


def test_rest_days_have_the_name_people_know() -> None:
    assert holiday(dt.date(2026, 9, 16)) == "Día de la Independencia"
    assert holiday(dt.date(2030, 10, 1)) is not None
    assert holiday(dt.date(2026, 9, 17)) is None


@pytest.mark.parametrize(
    ("shifts", "message"),
    [
        (["9-14"], "no es un turno"),
        (["9:00-25:00"], "no es una hora del día"),
        (["14:00-9:00"], "cierra antes de abrir"),
        (["9:00-14:00", "13:00-15:00"], "se enciman"),
        ([540], "no es un turno"),
    ],
)
def test_hours_that_make_no_sense_are_refused(shifts: list[Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Schedule.model_validate(week(monday=shifts))


def test_the_default_clock_is_that_of_mexico_city() -> None:
    now = mexico_now()
    assert now.tzinfo is MEXICO_CITY
    assert abs(now - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)
