"""Tell how a credit ends if it goes on being paid: the months are played one by one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.credit.amortization import Debt, charge, pay
from accounts.credit.units import ZERO, next_month_end

_MAX_MONTHS = 1200


@dataclass(frozen=True)
class Projection:
    """Hold how a credit ends; `last_due` is None when nothing is left to pay."""

    months: int
    interest: Decimal
    last_due: date | None


def project(
    debt: Debt, rate: Decimal, payment: Decimal, charged_through: date, *, extra: Decimal = ZERO
) -> Projection | None:
    """Play every month to the last; None when the payment never pays the credit off.

    Nothing else is paid in: no employer contribution, no insurance.
    """
    interest, due, last_due = debt.interest_due, charged_through, None
    for months in range(_MAX_MONTHS + 1):
        if not debt.total:
            return Projection(months, interest, last_due)
        before = debt
        due = last_due = next_month_end(due)
        debt = charge(debt, rate, payment)
        interest += debt.interest_due - before.interest_due
        debt, _ = pay(debt, payment + extra)
        if debt.total >= before.total:
            return None
    return None
