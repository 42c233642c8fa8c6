"""Tell the movements of the Subcuenta, the contributions by bimester and who was to pay them."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from accounts import schemas
from accounts.credit import ZERO
from accounts.messages import message
from accounts.models import Contribution, Employer, SavingsMovement, WorkRelation

LISTED = 6


async def movements(
    session: AsyncSession,
    person_id: int,
    as_of: date,
    limit: int,
    first: date | None = None,
    last: date | None = None,
) -> schemas.SavingsMovements:
    """Tell the newest movements of a period with the balances around it."""
    table = SavingsMovement
    within = [table.person_id == person_id, *_days(table.posted_on, first, last)]
    found = await session.execute(
        select(table, Employer.name)
        .outerjoin(Employer)
        .where(*within)
        .order_by(table.number.desc())
        .limit(limit)
    )
    positive = case((table.amount > ZERO, table.amount), else_=None)
    negative = case((table.amount < ZERO, table.amount), else_=None)
    count, came, went = (
        await session.execute(
            select(func.count(), func.sum(positive), func.sum(negative)).where(*within)
        )
    ).one()
    newest = found.all()
    closing = newest[0][0].balance if newest else await _balance(session, person_id, last)
    money_in, money_out = came or ZERO, -(went or ZERO)
    return schemas.SavingsMovements(
        as_of=as_of,
        first=first,
        last=last,
        total=count,
        opening_balance=closing - money_in + money_out,
        money_in=money_in,
        money_out=money_out,
        closing_balance=closing,
        items=[
            schemas.SavingsMovement(
                date=row.posted_on,
                concept=row.concept,
                concept_name=message("concepts", row.concept),
                amount=row.amount,
                balance_after=row.balance,
                employer=employer,
            )
            for row, employer in newest
        ],
    )


def _days(
    column: InstrumentedAttribute[date], first: date | None, last: date | None
) -> list[ColumnElement[bool]]:
    since = [column >= first] if first else []
    return [*since, *([column <= last] if last else [])]


async def _balance(session: AsyncSession, person_id: int, last: date | None) -> Decimal:
    """Give the balance at the end of a day, of the newest one without it."""
    table = SavingsMovement
    balance = await session.scalar(
        select(table.balance)
        .where(table.person_id == person_id, *_days(table.posted_on, None, last))
        .order_by(table.number.desc())
        .limit(1)
    )
    return balance or ZERO


async def contributions(
    session: AsyncSession,
    person_id: int,
    as_of: date,
    limit: int = LISTED,
    first: date | None = None,
    last: date | None = None,
    *,
    missing: bool = False,
) -> schemas.Contributions:
    """Tell the contributions of the bimesters of a period, or only those that are missing.

    A bimester belongs to a period by the days worked in it, not by the day it was due.
    """
    table = Contribution
    found = await session.execute(
        select(table, Employer.name)
        .join(Employer)
        .where(table.person_id == person_id)
        .order_by(table.year.desc(), table.bimester.desc(), Employer.name)
    )
    rows = [
        schemas.BimesterContribution(
            year=row.year,
            bimester=row.bimester,  # type: ignore[arg-type]
            employer=employer,
            due_on=row.due_on,
            expected=row.expected,
            paid=row.paid,
            missing=row.expected - row.paid,
            paid_on=row.paid_on,
            to_credit=row.to_credit,
        )
        for row, employer in found
        if _touches(row, first, last)
    ]
    short = [row for row in rows if row.missing]
    return schemas.Contributions(
        as_of=as_of,
        first=first,
        last=last,
        total=len(short if missing else rows),
        paid=sum((row.paid for row in rows), ZERO),
        missing=sum((row.missing for row in short), ZERO),
        missing_count=len(short),
        items=(short if missing else rows)[:limit],
    )


def _touches(row: Contribution, first: date | None, last: date | None) -> bool:
    begins, ends = (row.year, row.bimester * 2 - 1), (row.year, row.bimester * 2)
    after = first is None or ends >= (first.year, first.month)
    return after and (last is None or begins <= (last.year, last.month))


async def employers(session: AsyncSession, person_id: int, as_of: date) -> schemas.Employers:
    """Tell every employment and how many bimesters its employer did not pay."""
    owed = await session.execute(
        select(Contribution.employer_id, func.count())
        .where(Contribution.person_id == person_id, Contribution.paid < Contribution.expected)
        .group_by(Contribution.employer_id)
    )
    missing = {employer_id: count for employer_id, count in owed}
    found = await session.execute(
        select(WorkRelation, Employer.name)
        .join(Employer)
        .where(WorkRelation.person_id == person_id)
        .order_by(WorkRelation.started_on.desc(), WorkRelation.id)
    )
    return schemas.Employers(
        as_of=as_of,
        items=[
            schemas.Employment(
                employer=name,
                started_on=row.started_on,
                ended_on=row.ended_on,
                daily_wage=row.daily_wage,
                missing=missing.get(row.employer_id, 0),
            )
            for row, name in found
        ],
    )
