"""Declare what people ask for: requests with their history, appointments, changes of contact."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.base import Base, Code, Digest, Moment, Opaque, Sealed


class ServiceRequest(Base):
    """Hold one request of any kind under its folio, at the stage it is in.

    `subject` says more about it in a code: which field is corrected, what an appointment is for.
    """

    __tablename__ = "service_requests"
    __table_args__ = (Index(None, "person_id"),)

    folio: Mapped[Code] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[Code]
    subject: Mapped[Code | None]
    stage: Mapped[Code]
    opened_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class RequestStage(Base):
    """Hold when a request came to a stage; the history is only ever added to."""

    __tablename__ = "request_stages"

    folio: Mapped[str] = mapped_column(
        String(32), ForeignKey("service_requests.folio", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    stage: Mapped[Code]
    reached_at: Mapped[Moment]


_OPEN = text("is_open")


class Appointment(Base):
    """Hold one place of a slot of an office.

    The unique indexes are the last word on double booking, whatever two transactions do at once.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        Index(None, "person_id"),
        Index(
            "uq_appointments_place",
            "office_id",
            "starts_at",
            "place",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "uq_appointments_purpose",
            "person_id",
            "office_id",
            "purpose",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    folio: Mapped[str] = mapped_column(
        String(32), ForeignKey("service_requests.folio", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"))
    office_id: Mapped[str] = mapped_column(String(64))
    office_name: Mapped[str] = mapped_column(String(80))
    zone: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[Code]
    day: Mapped[date]
    time: Mapped[str] = mapped_column(String(5))
    starts_at: Mapped[Moment]
    place: Mapped[int] = mapped_column(Integer)
    is_open: Mapped[bool]


class ContactChange(Base):
    """Hold a new contact until the code sent to it comes back; its HMAC is all there is of it."""

    __tablename__ = "contact_changes"
    __table_args__ = (Index(None, "person_id", "created_at"), Index(None, "expires_at"))

    id: Mapped[Opaque] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"))
    conversation: Mapped[Opaque]
    identity_index: Mapped[Digest]
    channel: Mapped[Code]
    value: Mapped[Sealed]
    mac: Mapped[Digest]
    tries: Mapped[int]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]
