"""Read a person's newest credit and value it as of a date."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import credit as arithmetic
from accounts import models
from accounts.credit import ZERO, Debt, Period
from accounts.crypto import KeyRing
from accounts.errors import NoCredit

VSM = "vsm"
FUND, PAUSE = "fondo_proteccion", "prorroga"
DISCOUNTED_PRODUCT = "tradicional"


@dataclass(frozen=True)
class Standing:
    """Hold a credit as it stands on a date."""

    row: models.Credit
    as_of: date
    support: models.CreditSupport | None = None

    @property
    def floats(self) -> bool:
        """Tell whether the balance follows the UMI."""
        return self.row.denomination == VSM and self.row.frozen_on is None

    @cached_property
    def debt(self) -> Debt:
        """Return what is owed, in pesos."""
        row, balance = self.row, self.row.balance
        if self.floats and row.balance_vsm is not None:
            balance = arithmetic.vsm_to_pesos(row.balance_vsm, arithmetic.umi_on(self.as_of))
        return Debt(balance, row.principal_due, row.interest_due, row.fees_due)

    @property
    def open(self) -> bool:
        """Tell whether something is still owed."""
        return self.row.liquidated_on is None

    @property
    def months_overdue(self) -> int:
        """Count the monthly payments not fully covered."""
        due = self.debt.interest_due + self.debt.principal_due
        return arithmetic.months_overdue(due, self.row.payment)

    @property
    def next_due(self) -> date:
        """Return the day the next month falls due."""
        return arithmetic.next_month_end(self.row.charged_through)

    @property
    def accrued(self) -> Decimal:
        """Give the interest of the days of this month, none in a prórroga."""
        if self.support is not None and self.support.kind == PAUSE:
            return ZERO
        row = self.row
        return arithmetic.accrued_interest(
            self.debt, row.annual_rate, row.charged_through, self.as_of
        )

    @cached_property
    def month(self) -> tuple[Decimal, Decimal]:
        """Give interest and principal of the next month, both zero in a prórroga."""
        if not self.open or (self.support is not None and self.support.kind == PAUSE):
            return ZERO, ZERO
        return arithmetic.installment(self.debt, self.row.annual_rate, self.row.payment)

    @cached_property
    def parts(self) -> list[tuple[str, Decimal]]:
        """List what the next payment is made of."""
        row, month = self.row, sum(self.month, ZERO)
        if not month:
            return []
        insurance = arithmetic.house_insurance(row.product, self.next_due)
        if self.support is not None:
            return _some([(FUND, arithmetic.fund_shares(month)[0]), ("seguro_danos", insurance)])
        ordinary = min(month, row.ordinary_payment)
        rest = ("sin_patron", month - ordinary)
        return _some([("mensualidad", ordinary), rest, ("seguro_danos", insurance)])

    @property
    def next_amount(self) -> Decimal:
        """Give the next payment, without what is overdue."""
        return sum((amount for _, amount in self.parts), ZERO)


def _some(parts: list[tuple[str, Decimal]]) -> list[tuple[str, Decimal]]:
    return [part for part in parts if part[1]]


def period_of(support: models.CreditSupport) -> Period:
    """Return the months a support covers."""
    return Period(support.first_due, support.last_due)


class CreditRows:
    """Find a person's credit inside one database session."""

    def __init__(self, session: AsyncSession, keys: KeyRing, person_id: int, as_of: date) -> None:
        """Bind the person, who comes from a verified session and never from a request."""
        self._session = session
        self._keys = keys
        self._person_id = person_id
        self._as_of = as_of
        self._known: list[Standing] | None = None

    async def _newest_credit(self) -> Standing | None:
        if self._known is None:
            row = await self._session.scalar(
                select(models.Credit)
                .where(models.Credit.person_id == self._person_id)
                .order_by(models.Credit.granted_on.desc())
                .limit(1)
            )
            self._known = [await self._standing(row)] if row else []
        return self._known[0] if self._known else None

    async def _standing(self, row: models.Credit) -> Standing:
        table, due = models.CreditSupport, arithmetic.next_month_end(row.charged_through)
        support = await self._session.scalar(
            select(table).where(
                table.credit_id == row.id, table.first_due <= due, table.last_due >= due
            )
        )
        return Standing(row, self._as_of, support)

    async def _credit(self) -> Standing:
        """Return the newest credit, or raise NoCredit."""
        if (found := await self._newest_credit()) is None:
            raise NoCredit
        return found

    async def _employer(self) -> str | None:
        return await self._session.scalar(
            select(models.Employer.name)
            .join(models.WorkRelation, models.WorkRelation.employer_id == models.Employer.id)
            .where(
                models.WorkRelation.person_id == self._person_id,
                models.WorkRelation.ended_on.is_(None),
            )
            .order_by(models.WorkRelation.started_on.desc())
            .limit(1)
        )
