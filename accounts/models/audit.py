"""Declare the audit log: rows that are only ever added, each chained to the one before."""

from sqlalchemy import BigInteger, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.base import Base, Code, Digest, Moment, Opaque


class AuditEntry(Base):
    """Hold that something was done; `subject` is the HMAC of whom it was about.

    No foreign key: the entry outlives the person, by law.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "subject"), Index(None, "at"))

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[Moment]
    kind: Mapped[Code]
    subject: Mapped[Digest | None]
    actor: Mapped[Opaque]
    detail: Mapped[str] = mapped_column(Text)
    mac: Mapped[Digest]


class AuditHead(Base):
    """Hold both ends of the chain, sealed: rows cut off at either end are missed."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[Digest]
    base_seq: Mapped[int] = mapped_column(BigInteger)
    base_mac: Mapped[Digest]
    seal: Mapped[Digest]
