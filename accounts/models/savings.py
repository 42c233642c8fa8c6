"""Declare the movements of the Subcuenta de Vivienda; its balance is the last one's."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.base import Base, Code, Pesos


class SavingsMovement(Base):
    """Hold one signed movement and the balance it leaves."""

    __tablename__ = "savings_movements"

    person_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    posted_on: Mapped[date]
    concept: Mapped[Code]
    amount: Mapped[Pesos]
    balance: Mapped[Pesos]
    employer_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("employers.id"))


class Contribution(Base):
    """Hold what an employer owes for a bimestre and what it paid; `paid_on` is null when nothing.

    `to_credit` tells that it went to the credit in force and not to the Subcuenta.
    """

    __tablename__ = "contributions"

    person_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    bimester: Mapped[int] = mapped_column(Integer, primary_key=True)
    employer_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("employers.id"), primary_key=True
    )
    due_on: Mapped[date]
    expected: Mapped[Pesos]
    paid: Mapped[Pesos]
    paid_on: Mapped[date | None]
    to_credit: Mapped[bool]
