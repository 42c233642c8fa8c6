"""Give every request a folio, and tell the stage it is in and what comes next.

Whatever asks for something opens its request here, in the same transaction; whoever decides moves
it on. The kinds and their stages are a model: the institution's own replace them.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts.errors import NoRequest
from accounts.messages import message
from accounts.models import RequestStage, ServiceRequest
from accounts.schemas import Model, Request

Kind = Literal["correccion", "aclaracion", "contacto", "cita"]
Folio = Annotated[str, Field(pattern=r"^[A-Z]{3}-[0-9A-Z]{4}-[0-9A-Z]{4}$")]

_PREFIXES: Mapping[Kind, str] = {
    "correccion": "COR",
    "aclaracion": "ACL",
    "contacto": "CON",
    "cita": "CIT",
}
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters and digits that are taken for one another."""

STAGES: Mapping[Kind, tuple[str, ...]] = {
    "correccion": ("recibida", "en_revision", "aprobada", "rechazada"),
    "aclaracion": ("recibida", "en_revision", "aprobada", "rechazada"),
    "contacto": ("aplicada",),
    "cita": ("reservada", "cambiada", "cancelada", "pasada"),
}
CLOSED = frozenset({"aprobada", "rechazada", "aplicada", "cancelada", "pasada"})
_MEXICO_CITY = ZoneInfo("America/Mexico_City")
_LISTED = 10


class FolioQuery(Request):
    """Which request is meant; every one without a folio."""

    folio: Folio | None = None


class Reached(Model):
    """When a request came to a stage."""

    stage: str
    stage_name: str
    on: date


class RequestState(Model):
    """A request, its history and what comes next; `open` while somebody has to do something."""

    folio: str
    kind: Kind
    kind_name: str
    subject: str | None
    subject_name: str | None
    stage: str
    stage_name: str
    opened_on: date
    updated_on: date
    open: bool
    next_step: str
    history: list[Reached]


class Requests(Model):
    """The newest requests of the person, the open ones first."""

    items: list[RequestState]


def new_folio(kind: Kind) -> str:
    """Give a folio nobody can guess."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{_PREFIXES[kind]}-{letters[:4]}-{letters[4:]}"


async def opened(
    session: AsyncSession,
    person_id: int,
    kind: Kind,
    now: datetime,
    *,
    subject: str | None = None,
    folio: str | None = None,
) -> str:
    """Open a request at the first stage of its kind and return its folio."""
    folio = folio or new_folio(kind)
    stage = STAGES[kind][0]
    session.add(
        ServiceRequest(
            folio=folio,
            person_id=person_id,
            kind=kind,
            subject=subject,
            stage=stage,
            opened_at=now,
            updated_at=now,
        )
    )
    # Its history points at it: the database wants it there first.
    await session.flush()
    session.add(RequestStage(folio=folio, number=1, stage=stage, reached_at=now))
    return folio


async def moved(session: AsyncSession, folio: str, stage: str, now: datetime) -> None:
    """Bring a request to a stage of its kind; ValueError for another one."""
    found = await session.get_one(ServiceRequest, folio)
    if stage not in STAGES[found.kind]:  # type: ignore[index]
        raise ValueError(f"{found.kind} has no stage {stage}")
    found.stage, found.updated_at = stage, now
    last = await session.scalar(
        select(func.max(RequestStage.number)).where(RequestStage.folio == folio)
    )
    session.add(RequestStage(folio=folio, number=(last or 0) + 1, stage=stage, reached_at=now))


async def listed(session: AsyncSession, person_id: int, folio: str | None = None) -> Requests:
    """Tell a person's requests; NoRequest when the folio is none of theirs."""
    query = select(ServiceRequest).where(ServiceRequest.person_id == person_id)
    if folio is not None:
        query = query.where(ServiceRequest.folio == folio)
    closed = ServiceRequest.stage.in_(CLOSED)
    rows = list(
        await session.scalars(
            query.order_by(closed, ServiceRequest.updated_at.desc(), ServiceRequest.folio).limit(
                _LISTED
            )
        )
    )
    if folio is not None and not rows:
        raise NoRequest
    history: dict[str, list[Reached]] = {row.folio: [] for row in rows}
    stages = select(RequestStage).where(RequestStage.folio.in_(history))
    for one in await session.scalars(stages.order_by(RequestStage.number)):
        reached = Reached(
            stage=one.stage, stage_name=_stage_name(one.stage), on=_date(one.reached_at)
        )
        history[one.folio].append(reached)
    return Requests(items=[_state(row, history[row.folio]) for row in rows])


def _state(row: ServiceRequest, history: list[Reached]) -> RequestState:
    return RequestState(
        folio=row.folio,
        kind=row.kind,  # type: ignore[arg-type]
        kind_name=message("request_kinds", row.kind),
        subject=row.subject,
        subject_name=message("request_subjects", row.subject) if row.subject else None,
        stage=row.stage,
        stage_name=_stage_name(row.stage),
        opened_on=_date(row.opened_at),
        updated_on=_date(row.updated_at),
        open=row.stage not in CLOSED,
        next_step=message("request_next", f"{row.kind}_{row.stage}"),
        history=history,
    )


def _stage_name(stage: str) -> str:
    return message("request_stages", stage)


def _date(moment: datetime) -> date:
    return moment.astimezone(_MEXICO_CITY).date()
