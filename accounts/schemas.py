"""Declare what travels over the contract: requests, and answers as frozen models.

Codes are stable and in English or domain words; each `…_name` is the code in plain Spanish.
"""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

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
    """The newest movements of the Subcuenta, newest first."""

    as_of: date
    total: int
    items: list[SavingsMovement]


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
    """A credit application and its stage."""

    product: str
    product_name: str
    stage: str
    stage_name: str
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
