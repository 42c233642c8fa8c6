"""Tell what was paid on a credit: movements of a period, and where the money went."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, extract, func, select

from accounts import credit_schemas as schemas
from accounts import models
from accounts.credit import ZERO
from accounts.credit_rows import CreditRows
from accounts.messages import message

_OPENING = ("otorgamiento", "saldo_inicial")
_SHARES = {"aportacion_patronal": "by_employer", "fondo_proteccion": "by_fund"}
_COLUMNS = ("amount", "interest", "principal", "fees", "unapplied")

_Row = tuple[int, str, tuple[Decimal, ...]]


class CreditHistory(CreditRows):
    """Answer about the movements of one person's newest credit."""

    _all_grouped: list[_Row] | None = None

    async def movements(
        self, limit: int, first: date | None = None, last: date | None = None
    ) -> schemas.Movements:
        """Tell the newest movements between two days, both included."""
        found = await self._credit()
        table = models.CreditMovement
        inside = _inside(found.row.id, first, last)
        listed = await self._session.execute(
            select(table, func.count().over())
            .where(*inside)
            .order_by(table.number.desc())
            .limit(limit)
        )
        rows = listed.all()
        return schemas.Movements(
            as_of=self._as_of,
            first=first,
            last=last,
            total=rows[0][1] if rows else 0,
            sums=schemas.Sums(**_sums(await self._grouped(found.row.id, first, last))),
            items=[
                schemas.Movement(
                    date=movement.posted_on,
                    concept=movement.concept,
                    concept_name=message("concepts", movement.concept),
                    amount=movement.amount,
                    fees=movement.fees,
                    interest=movement.interest,
                    principal=movement.principal,
                    unapplied=movement.unapplied,
                    balance_after=movement.balance,
                )
                for movement, _ in rows
            ],
        )

    async def breakdown(self) -> schemas.Breakdown:
        """Tell everything paid since the first movement there is, in all and year by year."""
        found = await self._credit()
        table = models.CreditMovement
        opening = await self._session.scalar(
            select(table)
            .where(table.credit_id == found.row.id, table.concept.in_(_OPENING))
            .order_by(table.number)
            .limit(1)
        )
        rows = await self._grouped(found.row.id)
        years = sorted({year for year, _, _ in rows}, reverse=True)
        return schemas.Breakdown(
            as_of=self._as_of,
            since=opening.posted_on if opening else found.row.granted_on,
            whole=opening is None or opening.concept == "otorgamiento",
            opening_balance=opening.balance if opening else found.row.granted_amount,
            balance=found.debt.balance,
            total=schemas.Sums(**_sums(rows)),
            years=[
                schemas.YearSums(year=year, **_sums(row for row in rows if row[0] == year))
                for year in years
            ],
        )

    async def _grouped(
        self, credit_id: int, first: date | None = None, last: date | None = None
    ) -> list[_Row]:
        if first is last is None and self._all_grouped is not None:
            return self._all_grouped
        table = models.CreditMovement
        year = extract("year", table.posted_on)
        sums = [func.sum(getattr(table, column)) for column in _COLUMNS]
        found = await self._session.execute(
            select(year, table.concept, *sums)
            .where(*_inside(credit_id, first, last), table.concept.not_in(_OPENING))
            .group_by(year, table.concept)
        )
        rows = [(int(year), concept, tuple(amounts)) for year, concept, *amounts in found]
        if first is last is None:
            self._all_grouped = rows
        return rows


def _inside(credit_id: int, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    table = models.CreditMovement
    inside = [table.credit_id == credit_id]
    if first is not None:
        inside.append(table.posted_on >= first)
    if last is not None:
        inside.append(table.posted_on <= last)
    return inside


def _sums(rows: Iterable[_Row]) -> dict[str, Any]:
    sums = dict.fromkeys(
        ("paid", "by_you", "by_employer", "by_fund", "interest", "principal", "fees", "unapplied"),
        ZERO,
    )
    for _, concept, amounts in rows:
        added = dict(zip(_COLUMNS, amounts, strict=True))
        share = _SHARES.get(concept, "by_you")
        for name in ("paid", share):
            sums[name] += added["amount"]
        for name in _COLUMNS[1:]:
            sums[name] += added[name]
    return sums
