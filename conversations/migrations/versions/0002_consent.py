"""Keep who took the privacy notice: version, answer, time and channel."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply the change."""
    for column in (
        sa.Column("consent_version", sa.Integer(), nullable=True),
        sa.Column("consent_answer", sa.String(length=4), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_held", sa.Text(), nullable=True),
    ):
        op.add_column("conversations", column)
    op.create_table(
        "consents",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=4), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_consents_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_conversation", "consents", ["conversation"])
    op.create_index("ix_conversations_identity", "conversations", ["channel", "identity"])


def downgrade() -> None:
    """Undo the change."""
    op.drop_index("ix_conversations_identity", table_name="conversations")
    op.drop_table("consents")
    for column in ("consent_version", "consent_answer", "consent_at", "consent_held"):
        op.drop_column("conversations", column)
