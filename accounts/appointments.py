"""Book, move and cancel appointments: a slot holds so many, and nobody is booked twice.

An office is what the caller says it is: its id, name and clock. The caller owns the directory of
offices and nobody outside the services can call; what is checked here is what only the account
service can know: the hours, the places left and whose appointment it is.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import audit, calendar, requests
from accounts.db import serialize
from accounts.errors import AlreadyBooked, NoAppointment, NotASlot, SlotTaken
from accounts.messages import message
from accounts.models import Appointment, VerifiedSession
from accounts.schemas import Conversation, Identity, Model, Request

CAPACITY = 2
"""People an office attends at the same hour."""
MAX_DAYS = 31


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("there is no such time zone")
    return value


OfficeId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
OfficeName = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f<>]+$")]
Zone = Annotated[str, Field(max_length=64), AfterValidator(_known_zone)]
Hour = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Purpose = Literal["credito", "ahorro", "datos", "pagos", "otro"]


class Office(Request):
    """Where, as the directory of whoever calls names it; `zone` is its clock."""

    id: OfficeId
    name: OfficeName
    zone: Zone = "America/Mexico_City"


class SlotsQuery(Request):
    """From which day on, today without one, and how many days the places are wanted."""

    office: OfficeId
    zone: Zone = "America/Mexico_City"
    day: date | None = None
    days: int = Field(default=1, ge=1, le=MAX_DAYS)


class BookingBody(Request):
    """Where, when and what for."""

    conversation: Conversation
    identity: Identity
    office: Office
    purpose: Purpose
    day: date
    time: Hour


class MoveBody(Request):
    """Which appointment, and to when."""

    conversation: Conversation
    identity: Identity
    folio: requests.Folio
    day: date
    time: Hour


class CancelBody(Request):
    """Which appointment."""

    conversation: Conversation
    identity: Identity
    folio: requests.Folio


class Day(Model):
    """The hours with a place left; `closed` says why there is none at all on that day."""

    day: date
    closed: calendar.Closed | None
    holiday: str | None
    times: list[str]


class Slots(Model):
    """The days that were asked about, in order."""

    days: list[Day]


class Booked(Model):
    """An appointment."""

    folio: str
    office_id: str
    office_name: str
    zone: str
    purpose: Purpose
    purpose_name: str
    day: date
    time: str


class Appointments(Model):
    """The appointments that are still to come, the next one first."""

    items: list[Booked]


async def slots(session: AsyncSession, query: SlotsQuery, now: datetime) -> Slots:
    """Tell the places left in an office."""
    zone = ZoneInfo(query.zone)
    today = now.astimezone(zone).date()
    first = query.day or today
    last = _day_after(first, query.days)
    taken = Counter(
        await session.scalars(
            select(Appointment.starts_at).where(
                Appointment.office_id == query.office,
                Appointment.is_open,
                Appointment.starts_at >= datetime.combine(first, time.min, zone),
                Appointment.starts_at < datetime.combine(last, time.min, zone),
            )
        )
    )
    days = []
    while first < last:
        closed = calendar.closed(first, today)
        times = []
        for hour in calendar.hours() if closed is None else ():
            starts_at = calendar.start(query.zone, first, hour)
            if starts_at > now and taken[starts_at] < CAPACITY:
                times.append(f"{hour:%H:%M}")
        name = calendar.holiday(first)
        days.append(Day(day=first, closed=closed, holiday=name, times=times))
        first += timedelta(days=1)
    return Slots(days=days)


def _day_after(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise NotASlot from None


async def listed(session: AsyncSession, person_id: int, now: datetime) -> Appointments:
    """Tell the appointments a person still has."""
    return Appointments(items=[_booked(row) for row in await _of(session, person_id, now)])


async def _of(session: AsyncSession, person_id: int, now: datetime) -> list[Appointment]:
    found = await session.scalars(
        select(Appointment)
        .where(Appointment.person_id == person_id, Appointment.is_open, Appointment.starts_at > now)
        .order_by(Appointment.starts_at, Appointment.folio)
    )
    return list(found)


async def book(
    session: AsyncSession, live: VerifiedSession, body: BookingBody, now: datetime
) -> Booked:
    """Book a place; NotASlot, SlotTaken, or AlreadyBooked for the same office and purpose."""
    starts_at = _start(body.office.zone, body.day, body.time, now)
    await _hold(session, live.person_id, body.office.id, starts_at)
    await close_past(session, now, live.person_id)
    for row in await _of(session, live.person_id, now):
        same = (row.office_id, row.purpose) == (body.office.id, body.purpose)
        if same or row.starts_at == starts_at:
            raise AlreadyBooked
    place = await _place(session, body.office.id, starts_at)
    folio = await requests.opened(session, live.person_id, "cita", now, subject=body.purpose)
    row = Appointment(
        folio=folio,
        person_id=live.person_id,
        office_id=body.office.id,
        office_name=body.office.name,
        zone=body.office.zone,
        purpose=body.purpose,
        day=body.day,
        time=body.time,
        starts_at=starts_at,
        place=place,
        is_open=True,
    )
    session.add(row)
    audit.changed(session, live.person_id, live.conversation, now, "appointment", "book")
    return _booked(row)


async def move(
    session: AsyncSession, live: VerifiedSession, body: MoveBody, now: datetime
) -> Booked:
    """Move an appointment of the person; the old place is free at once."""
    row = await _own(session, live.person_id, body.folio, now)
    starts_at = _start(row.zone, body.day, body.time, now)
    await _hold(session, live.person_id, row.office_id, starts_at)
    await session.refresh(row)
    if not row.is_open:
        raise NoAppointment
    if row.starts_at == starts_at:
        return _booked(row)
    if any(one.starts_at == starts_at for one in await _of(session, live.person_id, now)):
        raise AlreadyBooked
    row.place = await _place(session, row.office_id, starts_at)
    row.day, row.time, row.starts_at = body.day, body.time, starts_at
    await requests.moved(session, row.folio, "cambiada", now)
    audit.changed(session, live.person_id, live.conversation, now, "appointment", "move")
    return _booked(row)


async def cancel(
    session: AsyncSession, live: VerifiedSession, body: CancelBody, now: datetime
) -> Booked:
    """Cancel an appointment of the person; NoAppointment when there is none to cancel."""
    await serialize(session, f"appointments:{live.person_id}")
    row = await _own(session, live.person_id, body.folio, now)
    row.is_open = False
    await requests.moved(session, row.folio, "cancelada", now)
    audit.changed(session, live.person_id, live.conversation, now, "appointment", "cancel")
    return _booked(row)


async def close_past(session: AsyncSession, now: datetime, person_id: int | None = None) -> int:
    """Close the appointments whose hour has gone by; return how many."""
    past = select(Appointment).where(Appointment.is_open, Appointment.starts_at <= now)
    if person_id is not None:
        past = past.where(Appointment.person_id == person_id)
    rows = list(await session.scalars(past))
    for row in rows:
        # Two replicas may both have found it: only who closes it writes its history.
        closing = update(Appointment).where(Appointment.folio == row.folio, Appointment.is_open)
        done = await session.execute(
            closing.values(is_open=False).execution_options(synchronize_session=False)
        )
        if done.rowcount:  # type: ignore[attr-defined]
            await requests.moved(session, row.folio, "pasada", now)
        session.expire(row)
    return len(rows)


def _start(zone: str, day: date, hour: str, now: datetime) -> datetime:
    today = now.astimezone(ZoneInfo(zone)).date()
    asked = time.fromisoformat(hour)
    if calendar.closed(day, today) is not None or asked not in calendar.hours():
        raise NotASlot
    starts_at = calendar.start(zone, day, asked)
    if starts_at <= now:
        raise NotASlot
    return starts_at


async def _hold(session: AsyncSession, person_id: int, office_id: str, starts_at: datetime) -> None:
    slot = f"slot:{office_id}:{starts_at.timestamp():.0f}"
    await serialize(session, f"appointments:{person_id}", slot)


async def _place(session: AsyncSession, office_id: str, starts_at: datetime) -> int:
    taken = set(
        await session.scalars(
            select(Appointment.place).where(
                Appointment.office_id == office_id,
                Appointment.starts_at == starts_at,
                Appointment.is_open,
            )
        )
    )
    free = (place for place in range(CAPACITY) if place not in taken)
    if (place := next(free, None)) is None:
        raise SlotTaken
    return place


async def _own(session: AsyncSession, person_id: int, folio: str, now: datetime) -> Appointment:
    row = await session.get(Appointment, folio, populate_existing=True)
    if row is None or row.person_id != person_id or not row.is_open or row.starts_at <= now:
        raise NoAppointment
    return row


def _booked(row: Appointment) -> Booked:
    return Booked(
        folio=row.folio,
        office_id=row.office_id,
        office_name=row.office_name,
        zone=row.zone,
        purpose=row.purpose,  # type: ignore[arg-type]
        purpose_name=message("request_subjects", row.purpose),
        day=row.day,
        time=row.time,
    )
