"""Declare what travels over the contract: requests, and answers as frozen models.

Codes are stable and in English or domain words; each `…_name` is the code in plain Spanish.
"""

from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from accounts.credit_schemas import (
    Breakdown,
    Credit,
    Insurances,
    Movement,
    Movements,
    NextPayment,
    Notice,
    Notices,
    Payoff,
)
from accounts.schema_types import (
    Conversation,
    Identity,
    Model,
    Money,
    PageQuery,
    Request,
    Token,
)

__all__ = [
    "Breakdown",
    "Credit",
    "Insurances",
    "Movement",
    "Movements",
    "NextPayment",
    "Notice",
    "Notices",
    "PageQuery",
    "Payoff",
]


Kind = Literal["NSS", "CURP", "RFC", "CLABE", "TARJETA", "TELEFONO", "CORREO", "CODIGO", "NUMERO"]
Purpose = Literal["consulta", "correccion"]


# Requests


class VaultItem(Request):
    """One value to hide."""

    kind: Kind
    value: str = Field(min_length=1, max_length=256)


class VaultRequest(Request):
    """Values of one conversation to hide."""

    conversation: Conversation
    items: list[VaultItem] = Field(min_length=1, max_length=50)


class SealRequest(Request):
    """Content of one conversation to keep encrypted; `ttl` in seconds."""

    conversation: Conversation
    content: Any
    ttl: int = Field(default=1800, ge=1, le=86400)


class OpenRequest(Request):
    """Tokens whose content is wanted."""

    conversation: Conversation
    tokens: list[Token] = Field(min_length=1, max_length=100)


class StartRequest(Request):
    """Who says to be the owner of an NSS."""

    conversation: Conversation
    identity: Identity
    nss: Token
    purpose: Purpose = "consulta"


class VerifyRequest(Request):
    """The code that was received."""

    conversation: Conversation
    identity: Identity
    code: Token


class SessionQuery(Request):
    """Whose session is asked about."""

    conversation: Conversation
    identity: Identity


class ConversationQuery(Request):
    """Which conversation is meant."""

    conversation: Conversation


class PeriodQuery(PageQuery):
    """Which days are meant, both included; all of them without."""

    first: date | None = None
    last: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first and self.last and self.first > self.last:
            raise ValueError("the period ends before it begins")
        return self


class DemoQuery(Request):
    """Which demo people are wanted."""

    showcase: bool = False


# Answers


class Problem(Model):
    """A problem document; `detail` is fit for the person, `reason` says why a file was refused."""

    type: str
    title: str
    status: int
    detail: str
    reason: str | None = None


class Health(Model):
    """Whether the service can answer."""

    status: Literal["ok", "failing"]
    database: Literal["ok", "failing"]
    demo: bool


class Tokens(Model):
    """One token per value, in order."""

    tokens: list[str]


class SealedToken(Model):
    """The token of a sealed content."""

    token: str


class Opened(Model):
    """Each token's content; null when it expired or is not of that conversation."""

    contents: dict[str, Any]


class Started(Model):
    """The only answer to a request for a code, whoever asks."""

    status: Literal["sent"] = "sent"
    expires_in: int


class Verification(Model):
    """What a code proved; `tries_left` only when wrong, `level` and name only when verified."""

    status: Literal["verified", "wrong", "expired", "locked"]
    level: Literal[1] | None = None
    first_name: str | None = None
    tries_left: int | None = None


class SessionState(Model):
    """The level of identity of a conversation; 2 while its code is under five minutes old."""

    level: Literal[0, 1, 2]
    first_name: str | None = None
    expires_at: datetime | None = None


class Me(Model):
    """Who the session belongs to."""

    first_name: str
    nss_masked: str


class Contribution(Model):
    """The last contribution of an employer."""

    date: date
    amount: Money
    employer: str | None


class Savings(Model):
    """The balance of the Subcuenta; with a credit in force contributions go to the credit."""

    as_of: date
    balance: Money
    last_contribution: Contribution | None
    contributions_go_to_credit: bool


class SavingsMovement(Model):
    """One signed movement of the Subcuenta."""

    date: date
    concept: str
    concept_name: str
    amount: Money
    balance_after: Money
    employer: str | None


class SavingsMovements(Model):
    """Movements of the Subcuenta, newest first.

    `total` counts those of the period, which may be more than `items`. `opening_balance` plus
    `money_in` minus `money_out` is `closing_balance`.
    """

    as_of: date
    first: date | None
    last: date | None
    total: int
    opening_balance: Money
    money_in: Money
    money_out: Money
    closing_balance: Money
    items: list[SavingsMovement]


class Employment(Model):
    """A stretch of employment; `missing` counts the bimesters that employer did not pay."""

    employer: str
    started_on: date
    ended_on: date | None
    daily_wage: Money
    missing: int


class Employers(Model):
    """Where the person works and worked, the newest first."""

    as_of: date
    items: list[Employment]


class BimesterContribution(Model):
    """What an employer owed for a bimester and what it paid; `missing` is the difference."""

    year: int
    bimester: Literal[1, 2, 3, 4, 5, 6]
    employer: str
    due_on: date
    expected: Money
    paid: Money
    missing: Money
    paid_on: date | None
    to_credit: bool


class Contributions(Model):
    """The contributions whose day has come, newest first; `total` counts those of the period."""

    as_of: date
    first: date | None
    last: date | None
    total: int
    paid: Money
    missing: Money
    missing_count: int
    items: list[BimesterContribution]


class PointComponent(Model):
    """The points one factor gives."""

    component: str
    component_name: str
    points: int


class Points(Model):
    """Points against the minimum; `note` is the key of a remark to show, not a sentence."""

    as_of: date
    points: int
    required: int
    gap: int
    enough: bool
    components: list[PointComponent]
    blocker: str | None
    blocker_name: str | None
    note: Literal["required_minimum_disputed"] = "required_minimum_disputed"


class Application(Model):
    """A credit application, its stage, what it waits for and what the person does next."""

    product: str
    product_name: str
    stage: str
    stage_name: str
    pending: str | None
    next_step: str
    started_on: date
    updated_on: date


class Figures(Model):
    """Every figure the assistant may tell a person; null where the answer is "you have none"."""

    credit: Credit | None
    next_payment: NextPayment | None
    movements: Movements | None
    breakdown: Breakdown | None
    payoff: Payoff | None
    insurances: Insurances | None
    savings: Savings
    savings_movements: SavingsMovements
    points: Points
    application: Application | None
    notices: Notices
    employers: Employers


class DemoPerson(Model):
    """A fictitious person and the answers that are right for it."""

    id: int
    showcase: bool
    situation: str
    name: str
    first_name: str
    nss: str
    curp: str
    rfc: str
    contact: str | None
    figures: Figures


class DemoPeople(Model):
    """The demo population."""

    as_of: date
    people: list[DemoPerson]


class DemoCode(Model):
    """The code just issued to a conversation."""

    code: str
