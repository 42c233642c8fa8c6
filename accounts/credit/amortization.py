"""Charge, pay and amortize a credit: pure, in Decimal pesos, rounded half up to the cent.

Rates are yearly percentages (`Decimal("6.50")`). Sources disagree or say nothing on the official
order in which a payment is applied; the one here is charges, interest, oldest months, principal.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

from accounts.credit.units import (
    DAYS_PER_MONTH,
    EMPLOYER_SHARE,
    ZERO,
    cents,
    next_month_end,
)


def _monthly(rate: Decimal) -> Decimal:
    return rate / 1200


def level_payment(principal: Decimal, rate: Decimal, months: int) -> Decimal:
    """Give the fixed monthly payment of French amortization, unrounded."""
    i = _monthly(rate)
    return principal * i / (1 - (1 + i) ** -months) if i else principal / months


def monthly_payment(principal: Decimal, rate: Decimal, months: int) -> Decimal:
    """Give the fixed monthly payment to the cent."""
    return cents(level_payment(principal, rate, months))


def affordable(payment: Decimal, rate: Decimal, months: int) -> Decimal:
    """Give the principal that a monthly payment pays off, unrounded."""
    return payment / level_payment(Decimal(1), rate, months)


def employer_contribution(daily_wage: Decimal, days: int) -> Decimal:
    """Give the employer's 5 % for the days contributed in a bimestre."""
    return cents(EMPLOYER_SHARE * daily_wage * days)


def unemployed_payment(payment: Decimal, daily_wage: Decimal) -> Decimal:
    """Give a VSM credit's payment without an employer: nothing else completes it then."""
    return payment + cents(EMPLOYER_SHARE * daily_wage * DAYS_PER_MONTH)


@dataclass(frozen=True)
class Debt:
    """Hold what is owed: `balance` is all the principal, `principal_due` its part already due."""

    balance: Decimal
    principal_due: Decimal = ZERO
    interest_due: Decimal = ZERO
    fees_due: Decimal = ZERO

    @property
    def overdue(self) -> Decimal:
        """Give what should have been paid already."""
        return self.fees_due + self.interest_due + self.principal_due

    @property
    def total(self) -> Decimal:
        """Give all that is owed as of the last charge."""
        return self.balance + self.interest_due + self.fees_due


@dataclass(frozen=True)
class Applied:
    """Say where an amount went; what the debt could not take is `unapplied`."""

    fees: Decimal
    interest: Decimal
    principal: Decimal
    unapplied: Decimal

    @property
    def amount(self) -> Decimal:
        """Give what was used."""
        return self.fees + self.interest + self.principal


def installment(debt: Debt, rate: Decimal, payment: Decimal) -> tuple[Decimal, Decimal]:
    """Split the next monthly payment into interest and principal; the last one is smaller."""
    interest = cents(debt.balance * _monthly(rate))
    left = debt.balance - debt.principal_due
    return interest, max(ZERO, min(payment - interest, left))


def charge(debt: Debt, rate: Decimal, payment: Decimal) -> Debt:
    """Make one monthly payment fall due."""
    interest, principal = installment(debt, rate, payment)
    return replace(
        debt,
        interest_due=debt.interest_due + interest,
        principal_due=debt.principal_due + principal,
    )


def pay(debt: Debt, amount: Decimal) -> tuple[Debt, Applied]:
    """Apply a payment: charges, then interest, then the oldest months, then principal."""
    fees = min(amount, debt.fees_due)
    interest = min(amount - fees, debt.interest_due)
    principal = min(amount - fees - interest, debt.balance)
    after = Debt(
        balance=debt.balance - principal,
        principal_due=max(ZERO, debt.principal_due - principal),
        interest_due=debt.interest_due - interest,
        fees_due=debt.fees_due - fees,
    )
    return after, Applied(fees, interest, principal, amount - fees - interest - principal)


def pay_principal(debt: Debt, amount: Decimal) -> tuple[Debt, Applied]:
    """Apply an employer contribution: straight to principal, it replaces no monthly payment."""
    principal = min(amount, debt.balance)
    balance = debt.balance - principal
    after = replace(debt, balance=balance, principal_due=min(debt.principal_due, balance))
    return after, Applied(ZERO, ZERO, principal, amount - principal)


def months_overdue(overdue: Decimal, payment: Decimal) -> int:
    """Count the monthly payments not fully covered."""
    return int((overdue / payment).to_integral_value(ROUND_CEILING)) if overdue else 0


def accrued_interest(debt: Debt, rate: Decimal, since: date, until: date) -> Decimal:
    """Give the interest of the running month by days; `since` is the last month charged."""
    end = next_month_end(since)
    days = min((until - since).days, end.day)
    return cents(debt.balance * _monthly(rate) * days / end.day) if days > 0 else ZERO


@dataclass(frozen=True)
class Line:
    """Hold one month of an amortization table."""

    number: int
    interest: Decimal
    principal: Decimal
    balance: Decimal


def schedule(principal: Decimal, rate: Decimal, months: int) -> Iterator[Line]:
    """Yield the amortization table; the last month takes what rounding left and closes at zero."""
    payment = monthly_payment(principal, rate, months)
    debt = Debt(principal)
    for number in range(1, months + 1):
        interest, part = installment(debt, rate, payment)
        if number == months:
            part = debt.balance
        debt = Debt(debt.balance - part)
        yield Line(number, interest, part, debt.balance)
        if not debt.balance:
            return
