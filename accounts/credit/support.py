"""Do the arithmetic of what changes a payment: insurance, the payment fund, paying off early.

What is published is a rule here; what is not (that house insurance costs 15 pesos, in which month
it is charged) is a model for fictitious accounts and is named so.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.credit.units import ZERO, cents, month_end

# What payrolls usually show for house insurance, once a bimestre: a model, not a tariff.
HOUSE_INSURANCE = Decimal("15.00")
FUND_MONTHS, FUND_YEARS = 6, 5
PAUSE_MONTHS = 12
_OWN_SHARE = Decimal("0.10")

# Paying off with a discount needs the balance to be at most this part of what was granted.
SETTLEMENT_LIMIT = Decimal("0.25")
SETTLEMENT_SHARE = Decimal("0.50")


def house_insurance(product: str, due: date) -> Decimal:
    """Give the insurance charged with a month: once a bimestre, where the credit is for a house."""
    insured = product not in ("mejoravit", "crediterreno")
    return HOUSE_INSURANCE if insured and due.month % 2 == 0 else ZERO


def fund_shares(payment: Decimal) -> tuple[Decimal, Decimal]:
    """Split a month covered by the fund into the person's tenth and the fund's rest."""
    own = cents(payment * _OWN_SHARE)
    return own, payment - own


def settlement(balance: Decimal, granted: Decimal) -> Decimal | None:
    """Give half the balance when it is within the limit of the discount, else None.

    Whether a credit enters the programme is not in these figures: nobody may promise it.
    """
    if not ZERO < balance <= granted * SETTLEMENT_LIMIT:
        return None
    return cents(balance * SETTLEMENT_SHARE)


@dataclass(frozen=True)
class Period:
    """Hold the months a support covers, by the month ends at which they fall due."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date, months: int) -> "Period":
        """Begin at a month and cover that many."""
        year, month = divmod(first.year * 12 + first.month - 1 + months - 1, 12)
        return cls(month_end(first), month_end(date(year, month + 1, 1)))

    def covers(self, due: date) -> bool:
        """Tell whether a month is one of them."""
        return self.first <= due <= self.last

    def used(self, charged_through: date) -> int:
        """Count the months gone by."""
        last = min(self.last, charged_through)
        gone = (last.year - self.first.year) * 12 + last.month - self.first.month + 1
        return max(0, gone)

    @property
    def months(self) -> int:
        """Count all the months."""
        return self.used(self.last)
