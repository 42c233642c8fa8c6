"""Fill a database with fictitious people and tell every figure that is right for each."""

import asyncio
import os
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import models
from accounts.crypto import KeyRing
from accounts.db import Database
from accounts.demo.people import data
from accounts.demo.seed import VERSION, seed
from accounts.identity import person_field
from accounts.schemas import DemoPerson, Figures
from accounts.service import Answers

__all__ = ["VERSION", "demo_people", "demo_people_in", "seed"]


def demo_people(as_of: date, *, showcase: bool = False) -> list[DemoPerson]:
    """Tell the demo people and their figures as of a date, without a running service."""

    async def run() -> list[DemoPerson]:
        with TemporaryDirectory() as folder:
            database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'demo.sqlite3'}")
            keys = KeyRing([os.urandom(32)])
            try:
                await database.migrate()
                await seed(database, keys, as_of)
                return await demo_people_in(database, keys, as_of, showcase=showcase)
            finally:
                await database.close()

    return asyncio.run(run())


async def demo_people_in(
    database: Database, keys: KeyRing, as_of: date, *, showcase: bool = False
) -> list[DemoPerson]:
    """Tell the demo people of a database, each figure computed as the service computes it."""
    query = select(models.Person).where(models.Person.demo).order_by(models.Person.id)
    if showcase:
        query = query.limit(len(data()["showcase"]))
    async with database.read() as session:
        people = list(await session.scalars(query))
        return [await _describe(session, keys, person, as_of) for person in people]


async def _describe(
    session: AsyncSession, keys: KeyRing, person: models.Person, as_of: date
) -> DemoPerson:
    def shown(field: str, value: bytes) -> str:
        return keys.decrypt(value, person_field(person.id, field))

    figures = await Answers(session, keys, person.id, as_of).figures()
    contact = None
    if person.phone:
        contact = shown("phone", person.phone)
    elif person.email:
        contact = shown("email", person.email)
    shows = data()["showcase"]
    in_showcase = person.id <= len(shows)
    return DemoPerson(
        id=person.id,
        showcase=in_showcase,
        situation=shows[person.id - 1]["situation"]
        if in_showcase
        else _situation(figures, contact is not None),
        name=shown("full_name", person.full_name),
        first_name=shown("first_name", person.first_name),
        nss=shown("nss", person.nss),
        curp=shown("curp", person.curp),
        rfc=shown("rfc", person.rfc),
        contact=contact,
        figures=figures,
    )


def _situation(figures: Figures, reachable: bool) -> str:
    texts: dict[str, Any] = data()["situations"]
    credit = figures.credit
    if credit is None:
        text = texts["none"].format(points=figures.points.points)
    else:
        months = credit.months_overdue
        text = texts[credit.status].format(
            product=credit.product_name,
            denomination=texts[credit.denomination],
            months=texts["month"] if months == 1 else texts["months"].format(n=months),
        )
    return text if reachable else text + texts["unreachable"]
