"""Write the demo population into a database, in bulk, when it is not there or is of another day."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import models
from accounts.credit import ZERO, cents, house_insurance
from accounts.credit_answers import credit_field
from accounts.crypto import KeyRing
from accounts.db import Database
from accounts.demo.cases import Case, Loan, case_of, points_of
from accounts.demo.ledger import Rolled, contributions, roll, savings
from accounts.demo.people import POPULATION, Profile, data, profile
from accounts.demo.requests import forget_requests, seed_requests
from accounts.errors import ConfigurationError
from accounts.identity import account_index, account_indexes, person_field
from accounts.messages import message

# Change it when the people or their histories are computed in another way.
VERSION = "3"

_HISTORY = (
    models.DiscountNotice,
    models.CreditInsurance,
    models.CreditSupport,
    models.CreditMovement,
    models.CreditApplication,
    models.Credit,
    models.SavingsMovement,
    models.Contribution,
    models.PointComponent,
    models.WorkRelation,
)
_PRICE_STEP = Decimal(1000)
_NOTICE_DELAY = timedelta(days=12)

Rows = dict[Any, list[dict[str, Any]]]


async def seed(database: Database, keys: KeyRing, as_of: date) -> bool:
    """Load the population as of a date; return False when it already was there.

    People stay the same from one day to the next, so their sessions live on; their histories are
    written anew. Raise ConfigurationError rather than touch a database that holds real people.
    """
    async with database.read() as session:
        if await _loaded(session) == (VERSION, as_of):
            return False
    rows = _build(as_of)
    async with database.write() as session:
        if await session.scalar(select(models.Person.id).where(~models.Person.demo).limit(1)):
            raise ConfigurationError(message("settings", "real_data"))
        loaded = await _loaded(session)
        for table in _HISTORY:
            await session.execute(delete(table))
        await forget_requests(session)
        if loaded is None or loaded[0] != VERSION or not await _readable(session, keys):
            await session.execute(delete(models.Person))
            await session.execute(delete(models.Employer))
            rows = _people(keys, as_of) | rows
        rows = await _of_the_living(session, rows)
        for credit in rows[models.Credit]:
            number = f"{credit['id']:010d}"
            credit["number"] = keys.encrypt(number, credit_field(credit["id"]))
        # Below the ORM, which would send these rows one at a time.
        connection = await session.connection()
        for table, values in rows.items():
            if values:
                await connection.execute(insert(table.__table__), values)
        await seed_requests(session, as_of)
        await session.execute(delete(models.DemoSeed))
        session.add(models.DemoSeed(version=VERSION, as_of=as_of))
    return True


async def _of_the_living(session: AsyncSession, rows: Rows) -> Rows:
    """Leave out what belongs to people who asked to be erased."""
    if models.Person in rows:
        return rows
    people = set(await session.scalars(select(models.Person.id)))
    credits = {row["id"] for row in rows[models.Credit] if row["person_id"] in people}
    return {
        table: [
            row
            for row in values
            if row.get("person_id", next(iter(people), None)) in people
            and ("credit_id" not in row or row["credit_id"] in credits)
        ]
        for table, values in rows.items()
    }


async def _loaded(session: AsyncSession) -> tuple[str, date] | None:
    found = await session.scalar(select(models.DemoSeed))
    return (found.version, found.as_of) if found else None


async def _readable(session: AsyncSession, keys: KeyRing) -> bool:
    """Tell whether the people in the database were written with a key still in the ring."""
    first = select(models.Person.id, models.Person.nss_index).order_by(models.Person.id).limit(1)
    found = (await session.execute(first)).one_or_none()
    return found is not None and found.nss_index in account_indexes(keys, profile(found.id).nss)


def _people(keys: KeyRing, as_of: date) -> Rows:
    return {
        models.Employer: [
            {"id": number, "name": name} for number, name in enumerate(data()["employers"], 1)
        ],
        models.Person: [
            _person(keys, person, case_of(person, as_of).contact) for person in everybody()
        ],
    }


def everybody() -> Iterator[Profile]:
    """Yield the demo people in order."""
    return map(profile, range(1, POPULATION + 1))


def _person(keys: KeyRing, person: Profile, contact: bool) -> dict[str, Any]:
    def hidden(field: str, value: str) -> bytes:
        return keys.encrypt(value, person_field(person.id, field))

    # Most have a telephone; every fourth only an e-mail.
    by_email = person.id % 4 == 0
    return {
        "id": person.id,
        "nss_index": account_index(keys, person.nss),
        "nss": hidden("nss", person.nss),
        "curp": hidden("curp", person.curp),
        "rfc": hidden("rfc", person.rfc),
        "first_name": hidden("first_name", person.first_name),
        "full_name": hidden("full_name", person.full_name),
        "phone": hidden("phone", person.phone) if contact and not by_email else None,
        "email": hidden("email", person.email) if contact and by_email else None,
        "born_on": person.born_on,
        "demo": True,
    }


def _build(as_of: date) -> Rows:
    rows: Rows = {table: [] for table in reversed(_HISTORY)}
    for person in everybody():
        _add(rows, person, case_of(person, as_of), as_of)
    return rows


def _add(rows: Rows, person: Profile, case: Case, as_of: date) -> None:
    due = contributions(case, as_of)
    received = [one for one in due if one.paid]
    rolled = roll(case, case.loan, received, as_of) if case.loan else None
    saved = savings(case, received, rolled, as_of)
    rows[models.WorkRelation] += [
        {
            "id": person.id * 10 + number,
            "person_id": person.id,
            "employer_id": job.employer,
            "started_on": job.started,
            "ended_on": job.ended,
            "daily_wage": case.wage_in((job.ended or as_of).year),
        }
        for number, job in enumerate(case.jobs)
    ]
    rows[models.SavingsMovement] += [
        {
            "person_id": person.id,
            "number": number,
            "posted_on": saving.posted_on,
            "concept": saving.concept,
            "amount": saving.amount,
            "balance": saving.balance,
            "employer_id": saving.employer,
        }
        for number, saving in enumerate(saved, 1)
    ]
    granted = case.loan.granted_on if case.loan else None
    settled = rolled.liquidated_on if rolled else None
    rows[models.Contribution] += [
        {
            "person_id": person.id,
            "year": one.year,
            "bimester": one.bimester,
            "employer_id": one.employer,
            "due_on": one.posted_on,
            "expected": one.amount,
            "paid": one.amount if one.paid else ZERO,
            "paid_on": one.posted_on if one.paid else None,
            "to_credit": one.paid
            and granted is not None
            and one.posted_on > granted
            and (settled is None or one.posted_on <= settled),
        }
        for one in due
    ]
    balance = saved[-1].balance if saved else ZERO
    rows[models.PointComponent] += [
        {"person_id": person.id, "component": component, "points": points}
        for component, points in points_of(person, case, balance, as_of).items()
    ]
    if case.application:
        rows[models.CreditApplication].append(
            {
                "id": person.id,
                "person_id": person.id,
                "product": "tradicional",
                "stage": case.application,
                "pending": case.pending,
                "started_on": as_of - timedelta(days=40),
                "updated_on": as_of - timedelta(days=5),
            }
        )
    if case.loan and rolled:
        used = next((-s.amount for s in saved if s.concept == "aplicacion_credito"), ZERO)
        credit_id = 100 + person.id
        rows[models.Credit].append(_credit(credit_id, person, case.loan, rolled, used))
        rows[models.CreditMovement] += [
            {"credit_id": credit_id, "number": number, **asdict(movement)}
            for number, movement in enumerate(rolled.movements, 1)
        ]
        rows[models.CreditInsurance] += _insurances(credit_id, case.loan, rolled)
        if case.support:
            rows[models.CreditSupport].append(
                {
                    "credit_id": credit_id,
                    "first_due": case.support.period.first,
                    "last_due": case.support.period.last,
                    "kind": case.support.kind,
                }
            )
        rows[models.DiscountNotice] += _notices(credit_id, case, case.loan, rolled, as_of)


def _credit(
    credit_id: int, person: Profile, loan: Loan, rolled: Rolled, savings_used: Decimal
) -> dict[str, Any]:
    granted = loan.granted_in_pesos
    # What the credit and the savings did not cover was paid by the person.
    price = -(-(granted + savings_used) * Decimal("1.03") // _PRICE_STEP) * _PRICE_STEP
    return {
        "id": credit_id,
        "person_id": person.id,
        "product": loan.product,
        "destination": loan.destination,
        "denomination": "vsm" if loan.vsm else "pesos",
        "frozen_on": loan.frozen_on,
        "granted_on": loan.granted_on,
        "granted_amount": granted,
        "granted_vsm": loan.amount if loan.vsm else None,
        "purchase_price": None if loan.product == "mejoravit" else cents(price),
        "term_months": loan.term,
        "annual_rate": loan.rate,
        "ordinary_payment": rolled.ordinary,
        "payment": rolled.payment,
        "payment_mode": rolled.mode,
        "payment_reason": rolled.reason,
        "balance": rolled.debt.balance,
        "balance_vsm": rolled.vsm,
        "principal_due": rolled.debt.principal_due,
        "interest_due": rolled.debt.interest_due,
        "fees_due": rolled.debt.fees_due,
        "favour": rolled.favour,
        "charged_through": rolled.charged_through,
        "liquidated_on": rolled.liquidated_on,
    }


def _insurances(credit_id: int, loan: Loan, rolled: Rolled) -> list[dict[str, Any]]:
    """List the insurances of a credit: only that of the house is charged apart."""
    house = house_insurance(loan.product, date(loan.granted_on.year, 12, 31))
    costs = {"danos": house, "defuncion": None, "incapacidad": None, "fondo_proteccion": None}
    return [
        {
            "credit_id": credit_id,
            "kind": kind,
            "cost": cost,
            "since": loan.granted_on,
            "until": rolled.liquidated_on,
        }
        for kind, cost in costs.items()
        if cost != ZERO
    ]


def _notices(
    credit_id: int, case: Case, loan: Loan, rolled: Rolled, as_of: date
) -> list[dict[str, Any]]:
    found: list[tuple[str, date, int]] = []
    for job in case.jobs:
        since = max(job.started, loan.granted_on) + _NOTICE_DELAY
        if job.ended is None or job.ended >= since:
            found.append(("retencion", since, job.employer))
    if current := case.current_job:
        if loan.frozen_on:
            found.append(("modificacion", loan.frozen_on, current.employer))
        if rolled.liquidated_on:
            found.append(("suspension", rolled.liquidated_on + _NOTICE_DELAY, current.employer))
    return [
        {
            "id": credit_id * 10 + number,
            "credit_id": credit_id,
            "employer_id": employer,
            "kind": kind,
            "issued_on": issued,
            "monthly_discount": ZERO if kind == "suspension" else rolled.payment,
        }
        for number, (kind, issued, employer) in enumerate(found)
        if issued <= as_of
    ]
