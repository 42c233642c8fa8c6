"""Declare what is kept of the files people send, and the corrections they ask for."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.base import Base, Code, Digest, Moment, Opaque, Sealed


class Evidence(Base):
    """Hold the few facts read from one file, encrypted; the file itself is never kept."""

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "conversation"), Index(None, "expires_at"))

    id: Mapped[Opaque] = mapped_column(primary_key=True)
    conversation: Mapped[Opaque]
    identity_index: Mapped[Digest]
    content: Mapped[Sealed]
    expires_at: Mapped[Moment]


class CorrectionRequest(Base):
    """Hold one correction a person asked for, until whoever decides has decided.

    `reference` is the folio fiscal or the serial with which the file's truth can be checked.
    """

    __tablename__ = "correction_requests"
    __table_args__ = (Index(None, "person_id"),)

    folio: Mapped[Code] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"))
    field: Mapped[Code]
    purpose: Mapped[Code]
    state: Mapped[Code]
    source: Mapped[Code]
    proposed: Mapped[Sealed]
    proposed_index: Mapped[Digest]
    reference: Mapped[Sealed]
    created_at: Mapped[Moment]


class RefusedFile(Base):
    """Count the files refused in a day for one reason: nothing else is known of them."""

    __tablename__ = "refused_files"

    day: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[Code] = mapped_column(primary_key=True)
    count: Mapped[int]
