"""Tables of the conversation core.

The inbox is the queue of what people said and the outbox the queue of what is still to be
delivered; both live beside the transcript so that a turn is one transaction.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)


class Utc(TypeDecorator[datetime]):
    """An aware time, kept in UTC on databases that know no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times and convert to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the time back as aware."""
        if value is None:
            return None
        aware: datetime = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_Id = BigInteger().with_variant(Integer, "sqlite")

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("identity", String(200), nullable=False),
    Column("owner", String(60), nullable=False),
    Column("awaiting", String(10)),
    Column("awaiting_until", Utc),
    Column("consent_version", Integer),
    Column("consent_answer", String(4)),
    Column("consent_at", Utc),
    Column("consent_held", Text),
    Column("next_seq", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("closed_at", Utc),
    Column("lease_owner", String(40)),
    Column("lease_until", Utc),
    Column("lease_epoch", Integer, nullable=False),
)
Index(
    "uq_conversations_open_identity",
    conversations.c.channel,
    conversations.c.identity,
    unique=True,
    sqlite_where=text("closed_at IS NULL"),
    postgresql_where=text("closed_at IS NULL"),
)

Index("ix_conversations_identity", conversations.c.channel, conversations.c.identity)

consents = Table(
    "consents",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("conversation", String(40), ForeignKey("conversations.id"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("answer", String(4), nullable=False),
    Column("at", Utc, nullable=False),
)
Index("ix_consents_conversation", consents.c.conversation)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("channel", String(20), nullable=False),
    Column("event_id", String(200), nullable=False),
    Column("conversation", String(40), ForeignKey("conversations.id"), nullable=False),
    Column("body", LargeBinary),
    Column("state", String(8), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("started_at", Utc),
    Column("due", Utc, nullable=False),
    Column("error", String(80)),
    UniqueConstraint("channel", "event_id"),
)
Index(
    "ix_inbox_open",
    inbox.c.conversation,
    inbox.c.id,
    sqlite_where=text("state = 'new'"),
    postgresql_where=text("state = 'new'"),
)
Index(
    "ix_inbox_open_in_order",
    inbox.c.id,
    sqlite_where=text("state = 'new'"),
    postgresql_where=text("state = 'new'"),
)
Index(
    "ix_inbox_dead",
    inbox.c.id,
    sqlite_where=text("state = 'dead'"),
    postgresql_where=text("state = 'dead'"),
)

transcript = Table(
    "transcript",
    metadata,
    Column("conversation", String(40), ForeignKey("conversations.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("role", String(8), nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("at", Utc, nullable=False),
    Column("text", Text, nullable=False),
    Column("reply", Text),
    Column("done", Boolean, nullable=False),
    Column("owner", String(60), nullable=False),
)

choices = Table(
    "choices",
    metadata,
    Column("conversation", String(40), ForeignKey("conversations.id"), primary_key=True),
    Column("id", String(16), primary_key=True),
    Column("message_id", String(200), nullable=False),
    Column("position", Integer, nullable=False),
    Column("title", String(40), nullable=False),
    Column("payload", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("dedupe", String(260), nullable=False, unique=True),
    Column("conversation", String(40), ForeignKey("conversations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("state", String(8), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", Utc, nullable=False),
    Column("lease_owner", String(40)),
    Column("lease_until", Utc),
    Column("error", String(80)),
)
Index(
    "ix_outbox_open",
    outbox.c.channel,
    outbox.c.conversation,
    outbox.c.id,
    sqlite_where=text("state = 'new'"),
    postgresql_where=text("state = 'new'"),
)
Index("ix_outbox_conversation", outbox.c.conversation, outbox.c.seq)
