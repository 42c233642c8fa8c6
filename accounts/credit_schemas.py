"""Declare what travels about a credit beyond its balance: history, future, insurance, claims."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema, model_validator

from accounts.schema_types import (
    Conversation,
    Identity,
    Model,
    Money,
    PageQuery,
    Percent,
    Request,
    Vsm,
)

MOST = Decimal("99999999.99")

Denomination = Literal["pesos", "vsm"]
PaymentMode = Literal["nomina", "directo"]
Status = Literal["al_corriente", "atrasado", "liquidado"]
SupportKind = Literal["fondo_proteccion", "prorroga"]
Way = Literal["nomina", "transferencia", "ventanilla", "tienda", "tarjeta", "otra"]
Month = Annotated[
    str, Field(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$", description="Year and month")
]
_Amount = Annotated[
    Decimal,
    Field(ge=0, le=MOST, max_digits=10, decimal_places=2),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,8}(\.\d{1,2})?$"}),
]


class PeriodQuery(PageQuery):
    """Which movements are wanted, both days included, and how many of the newest of them."""

    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> "PeriodQuery":
        if self.first and self.last and self.first > self.last:
            raise ValueError("from is after to")
        return self


class SimulationQuery(Request):
    """What would be paid beyond the monthly payment: once today, and each month from the next."""

    amount: _Amount = Decimal(0)
    monthly_extra: _Amount = Decimal(0)

    @model_validator(mode="after")
    def _something(self) -> "SimulationQuery":
        if not self.amount and not self.monthly_extra:
            raise ValueError("nothing to simulate")
        return self


class ClaimBody(Request):
    """A payment that does not show."""

    conversation: Conversation
    identity: Identity
    month: Month
    amount: Annotated[_Amount, Field(gt=0)]
    way: Way


class Credit(Model):
    """A credit to the cent.

    `balance` is the principal; `total_owed` adds interest and charges already due;
    `payoff_amount` adds the interest of the days gone by this month. `amount_to_be_current` is
    what leaves the credit up to date once `next_due_on` passes: the overdue amount plus the month
    still to fall due. `favour_balance` was paid once nothing was owed. Amounts in pesos also for a
    credit in VSM.
    """

    number: str
    number_masked: str
    product: str
    product_name: str
    denomination: Denomination
    frozen_on: date | None
    destination: str
    destination_name: str
    granted_on: date
    granted_amount: Money
    granted_vsm: Vsm | None
    purchase_price: Money | None
    term_months: int
    annual_rate: Percent
    status: Status
    status_name: str
    as_of: date
    balance: Money
    interest_due: Money
    fees_due: Money
    total_owed: Money
    overdue_amount: Money
    months_overdue: int
    amount_to_be_current: Money
    monthly_payment: Money
    payoff_amount: Money
    vsm_balance: Vsm | None
    umi: Money | None
    liquidated_on: date | None
    favour_balance: Money


class Movement(Model):
    """One movement of a credit; `unapplied` is what the debt could not take."""

    date: date
    concept: str
    concept_name: str
    amount: Money
    fees: Money
    interest: Money
    principal: Money
    unapplied: Money
    balance_after: Money


class Sums(Model):
    """Where money came from and went: `paid` = the three shares = what it went to, in all."""

    paid: Money
    by_you: Money
    by_employer: Money
    by_fund: Money
    interest: Money
    principal: Money
    fees: Money
    unapplied: Money


class Movements(Model):
    """The newest movements of a credit within a period, newest first; `sums` is of them all."""

    as_of: date
    first: date | None
    last: date | None
    total: int
    sums: Sums
    items: list[Movement]


class YearSums(Sums):
    """What was paid in one year."""

    year: int


class Breakdown(Model):
    """Everything paid since `since`, when the credit owed `opening_balance`; newest year first."""

    as_of: date
    since: date
    whole: bool = Field(description="Whether that is since the credit was granted")
    opening_balance: Money
    balance: Money
    total: Sums
    years: list[YearSums]


class PaymentPart(Model):
    """One part of what is paid in a month."""

    code: str
    name: str
    amount: Money


class LastPayment(Model):
    """The last payment of a month and its parts; `difference` is to the monthly payment."""

    date: date
    concept: str
    concept_name: str
    amount: Money
    difference: Money
    parts: list[PaymentPart]


class Support(Model):
    """A support that covers the next month; `used` counts the months gone by."""

    kind: SupportKind
    kind_name: str
    first_due: date
    last_due: date
    used: int
    months: int


class Bimester(Model):
    """What an employer discounts in the bimestre of the next month: two payments and insurance."""

    year: int
    number: int
    days: int
    amount: Money
    per_day: Money


class NextPayment(Model):
    """The next monthly payment; `amount` excludes what is overdue, `total_due` includes it.

    `parts` add up to `amount`; `interest` and `principal` are those of the month, whoever pays
    it; `bimester` is null unless an employer discounts it.
    """

    amount: Money
    due_on: date
    mode: PaymentMode
    reason: str
    reason_name: str
    employer: str | None
    overdue_amount: Money
    months_overdue: int
    total_due: Money
    as_of: date
    parts: list[PaymentPart]
    interest: Money
    principal: Money
    support: Support | None
    last_payment: LastPayment | None
    bimester: Bimester | None


class Payoff(Model):
    """What pays the credit off today, `total`.

    With at most `discount_limit` owed and no arrears, `discounted` is half the balance: what is
    paid if the credit enters the programme, which nobody can promise. Null for other products.
    """

    as_of: date
    balance: Money
    interest_due: Money
    fees_due: Money
    accrued_interest: Money
    total: Money
    discount_limit: Money | None
    discounted: Money | None


class Ending(Model):
    """How the credit ends if it is paid so."""

    months: int
    interest: Money
    ends_on: date | None


class Simulation(Model):
    """A simulation, not a promise: the credit paid as now, and with what is asked.

    `to_arrears` is the part of the amount that arrears take; `left_over` what no debt takes.
    An ending is null when the payment would never pay the credit off.
    """

    as_of: date
    amount: Money
    monthly_extra: Money
    monthly_payment: Money
    to_arrears: Money
    left_over: Money
    pays_off: bool
    now: Ending | None
    then: Ending | None
    months_saved: int | None
    interest_saved: Money | None


class Insurance(Model):
    """One insurance of the credit; `cost` is null when it is not charged apart."""

    kind: str
    kind_name: str
    covers: str
    cost: Money | None
    cost_name: str
    since: date
    in_force: bool


class Insurances(Model):
    """The insurances of the credit."""

    as_of: date
    items: list[Insurance]


class Notice(Model):
    """A notice to an employer about the payroll discount."""

    kind: str
    kind_name: str
    issued_on: date
    employer: str
    monthly_discount: Money


class Notices(Model):
    """Every notice of the person's credit, newest first."""

    items: list[Notice]


class Claim(Model):
    """A claim for a payment that does not show; `repeated` when it had been made before."""

    folio: str
    month: Month
    amount: Money
    way: Way
    way_name: str
    state: str
    state_name: str
    requested_on: date
    repeated: bool = False


class Claims(Model):
    """Every claim of the person, newest first."""

    items: list[Claim]
