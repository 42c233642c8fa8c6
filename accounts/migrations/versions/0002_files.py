"""Add the facts of files, the corrections asked for and the count of refused files."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("identity_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_conversation"), "evidence", ["conversation"], unique=False)
    op.create_index(op.f("ix_evidence_expires_at"), "evidence", ["expires_at"], unique=False)
    op.create_table(
        "correction_requests",
        sa.Column("folio", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("proposed", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reference", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_correction_requests_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("folio", name=op.f("pk_correction_requests")),
    )
    op.create_index(
        op.f("ix_correction_requests_person_id"), "correction_requests", ["person_id"], unique=False
    )
    op.create_table(
        "refused_files",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "reason", name=op.f("pk_refused_files")),
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("refused_files")
    op.drop_index(op.f("ix_correction_requests_person_id"), table_name="correction_requests")
    op.drop_table("correction_requests")
    op.drop_index(op.f("ix_evidence_expires_at"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_conversation"), table_name="evidence")
    op.drop_table("evidence")
