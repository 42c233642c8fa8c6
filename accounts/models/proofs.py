"""Declare what lives for minutes: codes, verified sessions, the vault, sealed contents, keys."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.base import Base, Code, Digest, Moment, Opaque, Sealed


class OneTimeCode(Base):
    """Hold one code's HMAC; one without a person can never be right.

    Rows for nobody exist so that an unknown account costs and answers the same as a known one.
    """

    __tablename__ = "one_time_codes"
    __table_args__ = (
        Index(None, "conversation", "created_at"),
        Index(None, "account_index", "created_at"),
        Index(None, "identity_index", "created_at"),
        Index(None, "destination_index", "created_at"),
        Index(None, "created_at"),
    )

    id: Mapped[Opaque] = mapped_column(primary_key=True)
    conversation: Mapped[Opaque]
    identity_index: Mapped[Digest]
    account_index: Mapped[Digest]
    destination_index: Mapped[Digest | None]
    purpose: Mapped[Code]
    person_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("people.id", ondelete="CASCADE")
    )
    mac: Mapped[Digest]
    counts: Mapped[bool]
    tries: Mapped[int]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]


class VerifiedSession(Base):
    """Hold that a conversation proved to be a person's; one per conversation."""

    __tablename__ = "verified_sessions"
    __table_args__ = (Index(None, "expires_at"),)

    conversation: Mapped[Opaque] = mapped_column(primary_key=True)
    identity_index: Mapped[Digest]
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"))
    started_at: Mapped[Moment]
    idle_until: Mapped[Moment]
    expires_at: Mapped[Moment]


class VaultEntry(Base):
    """Hold one hidden value of a conversation."""

    __tablename__ = "vault_entries"
    __table_args__ = (
        UniqueConstraint("conversation", "kind", "value_index"),
        Index(None, "expires_at"),
    )

    conversation: Mapped[Opaque] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[Sealed]
    value_index: Mapped[Digest]
    expires_at: Mapped[Moment]


class VaultCounter(Base):
    """Hold the last number given, so that a token never comes to mean another value."""

    __tablename__ = "vault_counters"
    __table_args__ = (Index(None, "used_at"),)

    conversation: Mapped[Opaque] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    last: Mapped[int]
    used_at: Mapped[Moment]


class SealedContent(Base):
    """Hold one encrypted reply until it is delivered or forgotten."""

    __tablename__ = "sealed_contents"
    __table_args__ = (Index(None, "conversation"), Index(None, "expires_at"))

    id: Mapped[Opaque] = mapped_column(primary_key=True)
    conversation: Mapped[Opaque]
    content: Mapped[Sealed]
    expires_at: Mapped[Moment]


class IdempotencyKey(Base):
    """Hold the answer to a write, given again when the same request is repeated."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "expires_at"),)

    key: Mapped[Digest] = mapped_column(primary_key=True)
    request: Mapped[Digest]
    status: Mapped[int]
    body: Mapped[Sealed]
    expires_at: Mapped[Moment]


class DemoSeed(Base):
    """Hold which demo population is loaded; at most one row."""

    __tablename__ = "demo_seeds"

    version: Mapped[Code] = mapped_column(primary_key=True)
    as_of: Mapped[date]
