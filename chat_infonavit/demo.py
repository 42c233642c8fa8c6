"""``chat-infonavit demo list``: who can be tried, and what is right to tell them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from accounts.db import Database
from accounts.demo import demo_people_in, seed
from accounts.schemas import DemoPerson
from accounts.settings import load_settings

_MEXICO_CITY = ZoneInfo("America/Mexico_City")


async def list_people(console: Console, *, as_json: bool) -> None:
    """Print the demo people from the demo's own database, filling it when it is empty."""
    settings = load_settings()
    database, keys = Database(settings.database_url), settings.keyring()
    today = datetime.now(_MEXICO_CITY).date()
    try:
        await database.migrate()
        await seed(database, keys, today)
        people = await demo_people_in(database, keys, today)
    finally:
        await database.close()
    if as_json:
        for person in people:
            console.out(person.model_dump_json(), highlight=False)
    else:
        console.print(_table(people))


def _table(people: list[DemoPerson]) -> Table:
    table = Table("Nombre", "NSS", "Situación", "Debe", "Ahorro", "Puntos")
    for person in people:
        credit = person.figures.credit
        table.add_row(
            person.name,
            person.nss,
            person.situation,
            f"${credit.total_owed:,.2f}" if credit else "—",
            f"${person.figures.savings.balance:,.2f}",
            str(person.figures.points.points),
        )
    return table
