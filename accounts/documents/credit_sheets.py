"""Write what a credit's documents say: the statement, the interest of a year, what to pay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from accounts import models, schemas
from accounts.credit import ZERO
from accounts.documents.formats import day, money, short_day, span
from accounts.documents.periods import Period
from accounts.documents.source import Pairs, Source, credit_pairs
from accounts.documents.wording import wording
from accounts.errors import NothingToPrint, YearNotClosed
from accounts.messages import message

OPENING = ("otorgamiento", "saldo_inicial")
"""Movements that say how the history begins; nothing was paid with them."""


async def statement(source: Source, period: Period) -> dict[str, Any]:
    """Write the movements of a period and what is owed; NoCredit when there never was one."""
    credit = await source.answers.credit()
    labels, last = wording().labels, period.until(source.today)
    known = await source.credit_rows(last)
    rows = [row for row in known if row.posted_on >= period.first]
    paid = [row for row in rows if row.concept not in OPENING]
    with_fees = any(row.fees for row in paid)
    columns = ["amount", *(["fees"] if with_fees else []), "interest", "principal", "left"]
    return {
        "subtitle": span(period.first, last),
        "who": source.who(),
        "credit": credit_pairs(credit),
        "summary": _summary(known, rows, paid, with_fees),
        "head": [labels["date"], labels["concept"], *(labels[name] for name in columns)],
        "rows": [_row(row, with_fees) for row in rows],
        "total": [labels["total"], "", *_totals(paid, with_fees), ""] if paid else None,
        "today_title": labels["today"].format(day=day(source.today)),
        "today": _owed(credit),
    }


def _row(row: models.CreditMovement, with_fees: bool) -> list[str]:
    parts = [row.amount, *([row.fees] if with_fees else []), row.interest, row.principal]
    # The opening row only says where the balance starts.
    cells = ["" for _ in parts] if row.concept in OPENING else [money(part) for part in parts]
    concept = message("concepts", row.concept)
    return [short_day(row.posted_on), concept, *cells, money(row.balance)]


def _totals(paid: Sequence[models.CreditMovement], with_fees: bool) -> list[str]:
    names = ("amount", *(("fees",) if with_fees else ()), "interest", "principal")
    return [money(sum((getattr(row, name) for row in paid), ZERO)) for name in names]


def _summary(
    known: Sequence[models.CreditMovement],
    rows: Sequence[models.CreditMovement],
    paid: Sequence[models.CreditMovement],
    with_fees: bool,
) -> Pairs:
    if not known:
        return []
    labels = wording().labels
    before = known[: len(known) - len(rows)]
    opening = before[-1] if before else known[0]
    by_concept: dict[str, Decimal] = {}
    for row in paid:
        by_concept[row.concept] = by_concept.get(row.concept, ZERO) + row.amount
    parts = ["interest", "principal", *(["fees"] if with_fees else [])] if paid else []
    sums = [(f"to_{name}", sum((getattr(row, name) for row in paid), ZERO)) for name in parts]
    return [
        (labels["opening"], money(opening.balance)),
        *((message("concepts", name), money(amount)) for name, amount in by_concept.items()),
        *((labels[name], money(amount)) for name, amount in sums),
        (labels["closing"], money(known[-1].balance)),
    ]


def _owed(credit: schemas.Credit) -> Pairs:
    labels = wording().labels
    pairs = [(labels["balance"], money(credit.balance))]
    if credit.vsm_balance is not None and credit.umi is not None:
        label = labels["vsm_balance"].format(umi=money(credit.umi))
        pairs.append((label, f"{credit.vsm_balance:,.4f}"))
    due = (("interest_due", credit.interest_due), ("fees_due", credit.fees_due))
    pairs += [(labels[name], money(amount)) for name, amount in due if amount]
    pairs.append((labels["total_owed"], money(credit.total_owed)))
    if credit.liquidated_on is None:
        if credit.months_overdue:
            pairs.append((labels["to_be_current"], money(credit.amount_to_be_current)))
        pairs.append((labels["payment"], money(credit.monthly_payment)))
    return pairs


async def interest(source: Source, period: Period) -> dict[str, Any]:
    """Write the interest paid month by month in a closed year; NothingToPrint when there is none.

    It is what was paid, before inflation: there is no source here for the inflation of a year.
    """
    if period.year is None or period.last >= source.today:
        raise YearNotClosed
    credit = await source.answers.credit()
    labels = wording().labels
    rows = [
        row
        for row in await source.credit_rows(period.last)
        if row.posted_on >= period.first and row.concept not in OPENING
    ]
    paid = sum((row.interest for row in rows), ZERO)
    if not paid:
        raise NothingToPrint
    return {
        "subtitle": f"{labels['year']} {period.year}",
        "who": source.who(),
        "credit": credit_pairs(credit),
        "figure": [labels["interest_paid"], money(paid)],
        "head": [labels["month"], labels["interest_paid"], labels["principal_paid"]],
        "rows": [
            [wording().months[month - 1].capitalize(), *_paid(list(of_month))]
            for month, of_month in groupby(rows, key=lambda row: row.posted_on.month)
        ],
        "total": [labels["total"], *_paid(rows)],
    }


def _paid(rows: Iterable[models.CreditMovement]) -> list[str]:
    kept = list(rows)
    return [
        money(sum((row.interest for row in kept), ZERO)),
        money(sum((row.principal for row in kept), ZERO)),
    ]


async def payment(source: Source, period: Period | None) -> dict[str, Any]:
    """Write what is to be paid next; NoPaymentDue when nothing is. It never tells a CLABE."""
    credit, due = await source.answers.credit(), await source.answers.next_payment()
    labels = wording().labels
    pairs = [
        (labels["next_payment"], money(due.amount)),
        (labels["due_on"], day(due.due_on)),
    ]
    if due.overdue_amount:
        pairs += [
            (labels["overdue"], money(due.overdue_amount)),
            (labels["total_due"], money(due.total_due)),
        ]
    return {
        "subtitle": credit.product_name,
        "who": source.who(),
        "credit": credit_pairs(credit),
        "pay": pairs,
        "reason": due.reason_name,
        "sample": [
            [labels["clabe"], labels["clabe_value"]],
            [labels["reference"], labels["reference_value"]],
        ],
    }
