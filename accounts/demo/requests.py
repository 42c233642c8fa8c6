"""Give the people of the demo some requests already under way, and one appointment.

Their folios have an O or a 0, which a folio that is drawn never has: what visitors of the demo
asked for themselves stays from one day to the next.
"""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import appointments, calendar, requests
from accounts.demo.people import data
from accounts.models import Appointment, RequestStage, ServiceRequest

_MARK = "-DEMO-"
_FIRST, _STEP = timedelta(days=20), timedelta(days=6)
_OFFICE = appointments.Office(id="cesi-vallarta", name="CESI Vallarta, Guadalajara")
_HOUR = time(10, 0)
_PREFIXES = {"correccion": "COR", "aclaracion": "ACL", "cita": "CIT"}


async def forget_requests(session: AsyncSession) -> None:
    """Delete what the demo asked for by itself."""
    mine = select(ServiceRequest.folio).where(ServiceRequest.folio.contains(_MARK))
    for table in (Appointment, RequestStage, ServiceRequest):
        await session.execute(delete(table).where(table.folio.in_(mine)))


async def seed_requests(session: AsyncSession, as_of: date) -> None:
    """Write down the requests the demo's data name."""
    number = 0
    for person_id, shown in enumerate(data()["showcase"], 1):
        for spec in shown.get("requests", ()):
            number += 1
            folio = f"{_PREFIXES[spec['kind']]}{_MARK}{number:04d}"
            await _request(session, person_id, folio, spec, as_of)


async def _request(
    session: AsyncSession, person_id: int, folio: str, spec: dict[str, str], as_of: date
) -> None:
    moment = datetime.combine(as_of, time(18, 0), UTC) - _FIRST
    kind: requests.Kind = spec["kind"]  # type: ignore[assignment]
    subject = spec["subject"]
    await requests.opened(session, person_id, kind, moment, subject=subject, folio=folio)
    for stage in spec["stages"][1:]:
        moment += _STEP
        await requests.moved(session, folio, stage, moment)
    if kind == "cita":
        session.add(_appointment(person_id, folio, subject, as_of))


def _appointment(person_id: int, folio: str, purpose: str, as_of: date) -> Appointment:
    day = as_of + timedelta(days=3)
    while calendar.closed(day, as_of) is not None:
        day += timedelta(days=1)
    return Appointment(
        folio=folio,
        person_id=person_id,
        office_id=_OFFICE.id,
        office_name=_OFFICE.name,
        zone=_OFFICE.zone,
        purpose=purpose,
        day=day,
        time=f"{_HOUR:%H:%M}",
        starts_at=calendar.start(_OFFICE.zone, day, _HOUR),
        # Past those that are given: nobody's slot is taken by the demo.
        place=appointments.CAPACITY,
        is_open=True,
    )
