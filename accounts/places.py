"""Keep where a person is in each guide, so that any channel can go on from there."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts.db import upsert
from accounts.models import GuidePlace
from accounts.schemas import Model, Request

KEPT = timedelta(days=90)
"""As long as a chat is kept."""

_MOST_STEPS = 20

Step = Annotated[int, Field(ge=1, le=_MOST_STEPS)]
Tramite = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=32)]


class PlaceRequest(Request):
    """The step to keep, counted from 1, and the steps left out; no step forgets the place."""

    tramite: Tramite
    step: Step | None
    skips: tuple[Step, ...] = Field(default=(), max_length=_MOST_STEPS)


class Place(Model):
    """Where a person is in one guide, and the steps that their answers left out of it."""

    tramite: Tramite
    step: int
    skips: tuple[int, ...]


class Places(Model):
    """Where a person is in each guide left open, the latest first."""

    places: tuple[Place, ...]


async def listed(session: AsyncSession, person_id: int) -> Places:
    """Return the places of a person."""
    rows = await session.scalars(
        select(GuidePlace)
        .where(GuidePlace.person_id == person_id)
        .order_by(GuidePlace.kept_at.desc(), GuidePlace.tramite)
    )
    places = (Place(tramite=row.tramite, step=row.step, skips=tuple(row.skips)) for row in rows)
    return Places(places=tuple(places))


async def keep(session: AsyncSession, person_id: int, place: PlaceRequest, now: datetime) -> Places:
    """Keep or forget the step of one guide, and return what is kept then."""
    own = {"person_id": person_id, "tramite": place.tramite}
    if place.step is None:
        await session.execute(delete(GuidePlace).filter_by(**own))
    else:
        new = {"step": place.step, "skips": list(place.skips), "kept_at": now}
        kept = upsert(session, GuidePlace).values(**own, **new)
        await session.execute(kept.on_conflict_do_update(index_elements=list(own), set_=new))
    return await listed(session, person_id)
