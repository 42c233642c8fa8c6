"""Add the documents that were issued and the links to fetch them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006_saving"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "issued_documents",
        sa.Column("folio", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=120), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_issued_documents_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("folio", name=op.f("pk_issued_documents")),
    )
    op.create_index(
        op.f("ix_issued_documents_person_id"), "issued_documents", ["person_id"], unique=False
    )
    op.create_table(
        "document_links",
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("folio", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("identity_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("session_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["folio"],
            ["issued_documents.folio"],
            name=op.f("fk_document_links_folio"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_document_links")),
    )
    for column in ("conversation", "expires_at"):
        name = op.f(f"ix_document_links_{column}")
        op.create_index(name, "document_links", [column], unique=False)


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("document_links")
    op.drop_table("issued_documents")
