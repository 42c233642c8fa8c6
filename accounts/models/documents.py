"""Declare the documents that were issued, and the links with which they are fetched once."""

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.base import Base, Code, Digest, Moment, Opaque, Sealed


class IssuedDocument(Base):
    """Hold that a document was issued: what it said is only kept as a digest."""

    __tablename__ = "issued_documents"
    __table_args__ = (Index(None, "person_id"),)

    folio: Mapped[Code] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[Code]
    period: Mapped[str | None] = mapped_column(String(120))
    digest: Mapped[Digest]
    issued_at: Mapped[Moment]


class DocumentLink(Base):
    """Hold what a document says, encrypted, until it is fetched or its link expires.

    It is fetched in the same verified session, which conversation, identity and start tell apart.
    """

    __tablename__ = "document_links"
    __table_args__ = (Index(None, "conversation"), Index(None, "expires_at"))

    token: Mapped[Digest] = mapped_column(primary_key=True)
    folio: Mapped[str] = mapped_column(
        String(32), ForeignKey("issued_documents.folio", ondelete="CASCADE")
    )
    conversation: Mapped[Opaque]
    identity_index: Mapped[Digest]
    session_started_at: Mapped[Moment]
    content: Mapped[Sealed | None]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
