"""Declare people, where they work and the points they have.

Personal values are encrypted; `nss_index` is the only way to find somebody by a number.
"""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.base import Base, Code, Digest, Id, Moment, Pesos, Sealed


class Person(Base):
    """Hold one derechohabiente; whoever changes phone or email sets `contact_changed_at`."""

    __tablename__ = "people"

    id: Mapped[Id]
    nss_index: Mapped[Digest] = mapped_column(unique=True)
    nss: Mapped[Sealed]
    curp: Mapped[Sealed]
    rfc: Mapped[Sealed]
    first_name: Mapped[Sealed]
    full_name: Mapped[Sealed]
    phone: Mapped[Sealed | None]
    email: Mapped[Sealed | None]
    contact_changed_at: Mapped[Moment | None]
    born_on: Mapped[date]
    demo: Mapped[bool]


class Employer(Base):
    """Hold one employer."""

    __tablename__ = "employers"

    id: Mapped[Id]
    name: Mapped[str]


class WorkRelation(Base):
    """Hold one stretch of employment; open while `ended_on` is null."""

    __tablename__ = "work_relations"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"))
    employer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("employers.id"))
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    daily_wage: Mapped[Pesos]


class PointComponent(Base):
    """Hold the points one factor gives a person."""

    __tablename__ = "point_components"

    person_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    component: Mapped[Code] = mapped_column(primary_key=True)
    points: Mapped[int]
