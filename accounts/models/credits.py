"""Declare credits, their movements, the applications before them and the notices after."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.base import Base, Code, Id, Moment, Percent, Pesos, Sealed, Vsm


class Credit(Base):
    """Hold one credit as of `charged_through`, the last monthly payment that fell due.

    A credit in VSM is valued with the UMI of the day; `frozen_on` marks one whose balance, rate
    and payment became fixed pesos. `payment` is what falls due each month now, `ordinary_payment`
    what does with an employer. `favour` is what was paid once nothing was owed.
    """

    __tablename__ = "credits"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"))
    number: Mapped[Sealed]
    product: Mapped[Code]
    destination: Mapped[Code]
    denomination: Mapped[Code]
    frozen_on: Mapped[date | None]
    granted_on: Mapped[date]
    granted_amount: Mapped[Pesos]
    granted_vsm: Mapped[Vsm | None]
    purchase_price: Mapped[Pesos | None]
    term_months: Mapped[int]
    annual_rate: Mapped[Percent]
    ordinary_payment: Mapped[Pesos]
    payment: Mapped[Pesos]
    payment_mode: Mapped[Code]
    payment_reason: Mapped[Code]
    balance: Mapped[Pesos]
    balance_vsm: Mapped[Vsm | None]
    principal_due: Mapped[Pesos]
    interest_due: Mapped[Pesos]
    fees_due: Mapped[Pesos]
    favour: Mapped[Pesos]
    charged_through: Mapped[date]
    liquidated_on: Mapped[date | None]


class CreditMovement(Base):
    """Hold one movement: `amount` = fees + interest + principal + unapplied, but for the opening.

    `unapplied` is what the debt could not take; giving it back is a negative movement.
    """

    __tablename__ = "credit_movements"

    credit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("credits.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    posted_on: Mapped[date]
    concept: Mapped[Code]
    amount: Mapped[Pesos]
    fees: Mapped[Pesos]
    interest: Mapped[Pesos]
    principal: Mapped[Pesos]
    unapplied: Mapped[Pesos]
    balance: Mapped[Pesos]


class CreditInsurance(Base):
    """Hold one insurance that comes with a credit; `cost` is None when it is not charged apart."""

    __tablename__ = "credit_insurances"

    credit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("credits.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[Code] = mapped_column(primary_key=True)
    cost: Mapped[Pesos | None]
    since: Mapped[date]
    until: Mapped[date | None]


class CreditSupport(Base):
    """Hold one stretch of months with a support: the payment fund or a prórroga."""

    __tablename__ = "credit_supports"

    credit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("credits.id", ondelete="CASCADE"), primary_key=True
    )
    first_due: Mapped[date] = mapped_column(primary_key=True)
    last_due: Mapped[date]
    kind: Mapped[Code]


class PaymentClaim(Base):
    """Hold one claim that a payment does not show, until whoever decides has decided."""

    __tablename__ = "payment_claims"
    __table_args__ = (Index(None, "person_id"),)

    folio: Mapped[Code] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"))
    month: Mapped[date]
    amount: Mapped[Pesos]
    way: Mapped[Code]
    state: Mapped[Code]
    created_at: Mapped[Moment]


class CreditApplication(Base):
    """Hold a person's application, the stage it is in and what it waits for from the person."""

    __tablename__ = "credit_applications"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"))
    product: Mapped[Code]
    stage: Mapped[Code]
    pending: Mapped[Code | None]
    started_on: Mapped[date]
    updated_on: Mapped[date]


class DiscountNotice(Base):
    """Hold one notice sent to an employer about the payroll discount."""

    __tablename__ = "discount_notices"
    __table_args__ = (Index(None, "credit_id"),)

    id: Mapped[Id]
    credit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credits.id", ondelete="CASCADE"))
    employer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("employers.id"))
    kind: Mapped[Code]
    issued_on: Mapped[date]
    monthly_discount: Mapped[Pesos]
