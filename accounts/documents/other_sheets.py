"""Write what the documents of the Subcuenta and of the payroll discount say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accounts.credit import ZERO
from accounts.documents.formats import day, money, short_day, span
from accounts.documents.periods import Period
from accounts.documents.source import Source, denomination
from accounts.documents.wording import wording
from accounts.errors import NothingToPrint
from accounts.messages import message


async def savings(source: Source, period: Period) -> dict[str, Any]:
    """Write the movements of the Subcuenta in a period."""
    labels, last = wording().labels, period.until(source.today)
    known = await source.savings_rows(last)
    rows = [(row, employer) for row, employer in known if row.posted_on >= period.first]
    before = known[: len(known) - len(rows)]
    by_concept: dict[str, Decimal] = {}
    for row, _ in rows:
        by_concept[row.concept] = by_concept.get(row.concept, ZERO) + row.amount
    return {
        "subtitle": span(period.first, last),
        "who": source.who(),
        "summary": [
            (labels["opening"], money(before[-1][0].balance if before else ZERO)),
            *((message("concepts", name), money(total)) for name, total in by_concept.items()),
            (labels["closing"], money(known[-1][0].balance if known else ZERO)),
        ],
        "head": [labels[name] for name in ("date", "concept", "employer", "amount", "left")],
        "rows": [
            [
                short_day(row.posted_on),
                message("concepts", row.concept),
                employer or "",
                money(row.amount),
                money(row.balance),
            ]
            for row, employer in rows
        ],
        "total": [labels["total"], "", "", money(sum(by_concept.values(), ZERO)), ""]
        if rows
        else None,
    }


async def notices(source: Source, kind: str) -> dict[str, Any]:
    """Write a notice for each employer it is for; NothingToPrint when there is none."""
    credit = await source.answers.credit()
    found = await source.notices(kind)
    if not found:
        raise NothingToPrint
    labels = wording().labels
    return {
        "subtitle": credit.product_name,
        "who": source.who(),
        "notices": [
            {
                "to": labels["addressee"].format(employer=notice.employer),
                "pairs": [
                    (labels["notice_date"], day(notice.issued_on)),
                    (labels["number"], credit.number_masked),
                    (labels["denomination"], denomination(credit)),
                ],
                "figure": [labels["discount"], money(notice.monthly_discount)],
            }
            for notice in found
        ],
    }
