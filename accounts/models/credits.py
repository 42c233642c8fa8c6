"""Declare credits, their movements, the applications before them and the notices after."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.base import Base, Code, Id, Percent, Pesos, Sealed, Vsm


class Credit(Base):
    """Hold one credit as of `charged_through`, the last monthly payment that fell due.

    A credit in VSM is valued with the UMI of the day; `frozen_on` marks one whose balance, rate
    and payment became fixed pesos.
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
    payment: Mapped[Pesos]
    payment_mode: Mapped[Code]
    payment_reason: Mapped[Code]
    balance: Mapped[Pesos]
    balance_vsm: Mapped[Vsm | None]
    principal_due: Mapped[Pesos]
    interest_due: Mapped[Pesos]
    fees_due: Mapped[Pesos]
    charged_through: Mapped[date]
    liquidated_on: Mapped[date | None]


class CreditMovement(Base):
    """Hold one movement: `amount` = fees + interest + principal, except the opening one."""

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
    balance: Mapped[Pesos]


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
