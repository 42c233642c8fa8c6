"""Add insurance, supports and claims of credits, and what was paid beyond the debt."""

import sqlalchemy as sa
from alembic import op

revision = "0009_credit"
down_revision = "0008_guide_skips"
branch_labels = None
depends_on = None


def _credit_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["credit_id"], ["credits.id"], name=op.f(f"fk_{table}_credit_id"), ondelete="CASCADE"
    )


def upgrade() -> None:
    """Apply the change."""
    for table, column in (("credits", "favour"), ("credit_movements", "unapplied")):
        op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column(
        "credits",
        sa.Column("ordinary_payment", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.execute("UPDATE credits SET ordinary_payment = payment")
    op.create_table(
        "credit_insurances",
        sa.Column("credit_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        _credit_key("credit_insurances"),
        sa.PrimaryKeyConstraint("credit_id", "kind", name=op.f("pk_credit_insurances")),
    )
    op.create_table(
        "credit_supports",
        sa.Column("credit_id", sa.BigInteger(), nullable=False),
        sa.Column("first_due", sa.Date(), nullable=False),
        sa.Column("last_due", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        _credit_key("credit_supports"),
        sa.PrimaryKeyConstraint("credit_id", "first_due", name=op.f("pk_credit_supports")),
    )
    op.create_table(
        "payment_claims",
        sa.Column("folio", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_payment_claims_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("folio", name=op.f("pk_payment_claims")),
    )
    op.create_index(
        op.f("ix_payment_claims_person_id"), "payment_claims", ["person_id"], unique=False
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_index(op.f("ix_payment_claims_person_id"), table_name="payment_claims")
    for table in ("payment_claims", "credit_supports", "credit_insurances"):
        op.drop_table(table)
    op.drop_column("credits", "ordinary_payment")
    op.drop_column("credits", "favour")
    op.drop_column("credit_movements", "unapplied")
