"""Appointments: only where and when there are any, never twice, whatever happens at once."""

import asyncio
from datetime import date, timedelta

import pytest
from accounts_peers import Service
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from accounts import appointments, calendar, models
from accounts.errors import (
    AlreadyBooked,
    Invalid,
    NoAppointment,
    NotASlot,
    NotVerified,
    SlotTaken,
)

OFFICE = appointments.Office(id="cesi-vallarta", name="CESI Vallarta")
TODAY = date(2026, 11, 24)
DAY = date(2026, 11, 26)


async def sign_in(service: Service, count: int = 1) -> list[dict[str, str]]:
    people = (await service.client.demo_people(showcase=True)).people
    found = []
    for person in [one for one in people if one.contact][:count]:
        who = {"conversation": f"c_{person.id}", "identity": f"web:{person.id}"}
        await service.verify(person.nss, *who.values())
        found.append(who)
    return found


def booking(who: dict[str, str], **more: object) -> appointments.BookingBody:
    values = {"office": OFFICE, "purpose": "credito", "day": DAY, "time": "10:00"}
    return appointments.BookingBody(**who, **(values | more))


async def test_book_move_and_cancel_leave_their_history(either: Service) -> None:
    [who] = await sign_in(either)
    booked = await either.client.book(booking(who))
    assert (booked.day, booked.time, booked.office_name) == (DAY, "10:00", "CESI Vallarta")
    moved = await either.client.move(
        appointments.MoveBody(**who, folio=booked.folio, day=DAY, time="11:30")
    )
    assert (moved.folio, moved.time) == (booked.folio, "11:30")
    assert (await either.client.own_appointments(**who)).items == [moved]
    await either.client.cancel(appointments.CancelBody(**who, folio=booked.folio))
    assert (await either.client.own_appointments(**who)).items == []
    [request] = (await either.client.own_requests(**who, folio=booked.folio)).items
    assert [one.stage for one in request.history] == ["reservada", "cambiada", "cancelada"]
    assert not request.open
    with pytest.raises(NoAppointment):
        await either.client.cancel(appointments.CancelBody(**who, folio=booked.folio))


@pytest.mark.parametrize(
    ("day", "hour", "why"),
    [
        (TODAY - timedelta(days=1), "10:00", "past"),
        (date(2026, 11, 29), "10:00", "weekend"),
        (date(2026, 12, 25), "10:00", "holiday"),
        (date(2027, 2, 9), "10:00", "too_far"),
        (TODAY, "08:30", None),
        (DAY, "10:10", None),
        (DAY, "18:00", None),
    ],
)
async def test_no_appointment_is_given_then(
    service: Service, day: date, hour: str, why: str | None
) -> None:
    [who] = await sign_in(service)
    [told] = (await service.client.slots(OFFICE.id, OFFICE.zone, day)).days
    assert told.closed == why
    assert hour not in told.times
    with pytest.raises(NotASlot):
        await service.client.book(booking(who, day=day, time=hour))


async def test_the_last_places_go_to_as_many_as_there_are(either: Service) -> None:
    people = await sign_in(either, 6)
    done = await asyncio.gather(
        *(either.client.book(booking(who)) for who in people), return_exceptions=True
    )
    booked = [one for one in done if isinstance(one, appointments.Booked)]
    assert len(booked) == appointments.CAPACITY
    assert sum(isinstance(one, SlotTaken) for one in done) == len(people) - len(booked)
    [day] = (await either.client.slots(OFFICE.id, OFFICE.zone, DAY)).days
    assert "10:00" not in day.times
    assert "10:30" in day.times


async def test_one_person_asking_many_times_at_once_gets_one(either: Service) -> None:
    [who] = await sign_in(either)
    hours = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    done = await asyncio.gather(
        *(either.client.book(booking(who, time=hour)) for hour in hours), return_exceptions=True
    )
    assert sum(isinstance(one, appointments.Booked) for one in done) == 1
    assert sum(isinstance(one, AlreadyBooked) for one in done) == len(hours) - 1
    async with either.runtime.database.read() as session:
        rows = await session.scalars(
            select(models.Appointment).where(models.Appointment.office_id == OFFICE.id)
        )
        assert sum(not row.folio.startswith("CIT-DEMO") for row in rows) == 1


async def test_a_slot_left_by_moving_is_free_and_one_taken_cannot_be_moved_to(
    either: Service,
) -> None:
    first, second, third = await sign_in(either, 3)
    folios = [(await either.client.book(booking(who))).folio for who in (first, second)]
    with pytest.raises(SlotTaken):
        await either.client.book(booking(third))
    late = (await either.client.book(booking(third, time="12:00"))).folio
    there = {"day": DAY, "time": "10:00"}
    with pytest.raises(SlotTaken):
        await either.client.move(appointments.MoveBody(**third, folio=late, **there))
    away = {"day": DAY, "time": "09:00"}
    await either.client.move(appointments.MoveBody(**first, folio=folios[0], **away))
    assert (
        await either.client.move(appointments.MoveBody(**third, folio=late, **there))
    ).time == "10:00"


async def test_nobody_moves_or_cancels_what_is_not_theirs(service: Service) -> None:
    owner, other = await sign_in(service, 2)
    folio = (await service.client.book(booking(owner))).folio
    with pytest.raises(NoAppointment):
        await service.client.cancel(appointments.CancelBody(**other, folio=folio))
    with pytest.raises(NoAppointment):
        await service.client.move(
            appointments.MoveBody(**other, folio=folio, day=DAY, time="11:00")
        )
    mixed = {"conversation": owner["conversation"], "identity": other["identity"]}
    with pytest.raises(NotVerified):
        await service.client.cancel(appointments.CancelBody(**mixed, folio=folio))
    assert len((await service.client.own_appointments(**owner)).items) == 1


async def test_a_repeated_booking_books_once(service: Service) -> None:
    [who] = await sign_in(service)
    first = await service.client.book(booking(who), idempotency_key="k1")
    assert await service.client.book(booking(who), idempotency_key="k1") == first


async def test_an_appointment_gone_by_makes_room_for_another(service: Service) -> None:
    [who] = await sign_in(service)
    gone = await service.client.book(booking(who))
    service.clock.advance(days=3)
    await service.runtime.refresh()
    [who] = await sign_in(service)
    [request] = (await service.client.own_requests(**who, folio=gone.folio)).items
    assert request.stage == "pasada"
    assert (await service.client.book(booking(who, day=date(2026, 12, 1)))).folio != gone.folio


async def test_the_clock_is_that_of_the_office(service: Service) -> None:
    # 15:00 UTC is 9:00 in Mexico City and 7:00 in Tijuana.
    [capital] = (await service.client.slots("cesi-x", "America/Mexico_City", TODAY)).days
    [tijuana] = (await service.client.slots("cesi-x", "America/Tijuana", TODAY)).days
    assert (capital.times[0], tijuana.times[0]) == ("09:30", "08:30")
    with pytest.raises(Invalid):
        await service.client.slots("cesi-x", "America/Macondo", TODAY)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(-400, 400))
def test_a_day_is_open_only_on_a_working_day_soon_enough(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    if calendar.closed(day, today) is None:
        assert 0 <= ahead <= calendar.AHEAD
        assert day.weekday() < 5
        assert calendar.holiday(day) is None
