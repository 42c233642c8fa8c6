"""Tell what would pay a credit off, and what paying more would change."""

from dataclasses import replace
from decimal import Decimal

from accounts import credit as arithmetic
from accounts import credit_schemas as schemas
from accounts.credit import ZERO, Debt, Projection
from accounts.credit_rows import DISCOUNTED_PRODUCT, PAUSE, CreditRows, Standing
from accounts.errors import NoPaymentDue


class CreditFuture(CreditRows):
    """Answer about the end of one person's newest credit."""

    async def payoff(self) -> schemas.Payoff:
        """Tell what pays everything off today; NoPaymentDue when nothing is owed."""
        found = await self._open_credit()
        debt = found.debt
        granted = _granted(found)
        limit = arithmetic.cents(granted * arithmetic.SETTLEMENT_LIMIT)
        eligible = found.row.product == DISCOUNTED_PRODUCT
        on_time = eligible and not debt.overdue
        return schemas.Payoff(
            as_of=self._as_of,
            balance=debt.balance,
            interest_due=debt.interest_due,
            fees_due=debt.fees_due,
            accrued_interest=found.accrued,
            total=debt.total + found.accrued,
            discount_limit=limit if eligible else None,
            discounted=arithmetic.settlement(debt.balance, granted) if on_time else None,
        )

    async def simulate(self, amount: Decimal, monthly_extra: Decimal) -> schemas.Simulation:
        """Tell how paying more would change the end; NoPaymentDue when nothing is owed."""
        found = await self._open_credit()
        debt, payoff = found.debt, found.debt.total + found.accrued
        now = self._project(found, debt, ZERO)
        pays_off = amount >= payoff
        if pays_off:
            then: Projection | None = Projection(0, debt.interest_due + found.accrued, None)
        elif amount >= debt.total:
            # Only the interest of the running month is left.
            then = Projection(1, debt.interest_due + found.accrued, found.next_due)
        else:
            after, applied = arithmetic.pay(debt, amount)
            then = self._project(found, after, monthly_extra)
            if then is not None:
                then = replace(then, interest=then.interest + applied.interest)
        both = now is not None and then is not None
        return schemas.Simulation(
            as_of=self._as_of,
            amount=amount,
            monthly_extra=monthly_extra,
            monthly_payment=found.row.payment,
            to_arrears=min(amount, debt.overdue),
            left_over=max(ZERO, amount - payoff),
            pays_off=pays_off,
            now=_ending(now),
            then=_ending(then),
            months_saved=now.months - then.months if both and now and then else None,
            interest_saved=now.interest - then.interest if both and now and then else None,
        )

    def _project(self, found: Standing, debt: Debt, extra: Decimal) -> Projection | None:
        row, since = found.row, found.row.charged_through
        if found.support is not None and found.support.kind == PAUSE:
            since = max(since, found.support.last_due)
        return arithmetic.project(debt, row.annual_rate, row.payment, since, extra=extra)

    async def _open_credit(self) -> Standing:
        found = await self._credit()
        if not found.open:
            raise NoPaymentDue
        return found


def _granted(found: Standing) -> Decimal:
    row = found.row
    if found.floats and row.granted_vsm is not None:
        return arithmetic.vsm_to_pesos(row.granted_vsm, arithmetic.umi_on(found.as_of))
    return row.granted_amount


def _ending(found: Projection | None) -> schemas.Ending | None:
    if found is None:
        return None
    return schemas.Ending(months=found.months, interest=found.interest, ends_on=found.last_due)
