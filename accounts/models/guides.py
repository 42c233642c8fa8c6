"""Declare where people are in their guides."""

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.base import Base, Code, Moment


class GuidePlace(Base):
    """Hold the step a person is at in one guide, to go on from any channel.

    `skips` are the steps that the person's answers in the guide made pointless.
    """

    __tablename__ = "guide_places"
    __table_args__ = (Index(None, "kept_at"),)

    person_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    tramite: Mapped[Code] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(Integer)
    skips: Mapped[list[int]] = mapped_column(JSON)
    kept_at: Mapped[Moment]
