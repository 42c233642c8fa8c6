"""Do the arithmetic of credits and savings: pure, in Decimal pesos, rounded half up to the cent.

Rates are yearly percentages (`Decimal("6.50")`). Sources disagree or say nothing on the official
order in which a payment is applied; the one here is charges, interest, oldest months, principal.
"""

from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
VSM_STEP = Decimal("0.0001")
DAYS_PER_MONTH = Decimal("30.4")
EMPLOYER_SHARE = Decimal("0.05")

# Daily values in pesos by the year they start; the UMA starts on 1 February, the UMI on 1 January.
UMA = {2025: Decimal("113.14"), 2026: Decimal("117.31")}
UMI = {2024: Decimal("100.81"), 2025: Decimal("100.81"), 2026: Decimal("100.81")}

# Product limits are multiples of the monthly UMA.
CAPS_IN_UMA = {
    "tradicional": Decimal(823),
    "segundo_credito": Decimal(823),
    "crediterreno": Decimal(823),
    "unamos": Decimal(823) * Decimal("1.8"),
    "cofinavit": Decimal(325),
    "mejoravit": Decimal("47.4"),
}


def cents(amount: Decimal) -> Decimal:
    """Round to the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def _monthly(rate: Decimal) -> Decimal:
    return rate / 1200


def month_end(day: date) -> date:
    """Give the last day of a date's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def next_month_end(day: date) -> date:
    """Give the last day of the month after a date's month."""
    return month_end(month_end(day) + timedelta(days=1))


def bimester_days(year: int, bimester: int) -> int:
    """Count the days of a bimestre, 1 (January-February) to 6."""
    return (59 + isleap(year), 61, 61, 62, 61, 61)[bimester - 1]


def uma_on(day: date) -> Decimal:
    """Give the daily UMA in force; the nearest year known when the date is outside the table."""
    return _in_force(UMA, day.year if day.month > 1 else day.year - 1)


def umi_on(day: date) -> Decimal:
    """Give the daily UMI in force; the nearest year known when the date is outside the table."""
    return _in_force(UMI, day.year)


def _in_force(table: dict[int, Decimal], year: int) -> Decimal:
    return table[min(max(year, min(table)), max(table))]


def product_cap(product: str, day: date) -> Decimal:
    """Give the most a product lends on a date."""
    return cents(CAPS_IN_UMA[product] * uma_on(day) * DAYS_PER_MONTH)


def vsm_to_pesos(vsm: Decimal, umi: Decimal) -> Decimal:
    """Value a balance in VSM."""
    return cents(vsm * DAYS_PER_MONTH * umi)


def pesos_to_vsm(pesos: Decimal, umi: Decimal) -> Decimal:
    """Give the VSM, with four decimals, that an amount buys."""
    return (pesos / (DAYS_PER_MONTH * umi)).quantize(VSM_STEP, ROUND_HALF_UP)


def factor_to_pesos(factor: Decimal, umi: Decimal) -> Decimal:
    """Give the monthly payment of a discount factor, which counts daily wages."""
    return cents(factor * umi)


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
