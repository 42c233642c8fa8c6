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
