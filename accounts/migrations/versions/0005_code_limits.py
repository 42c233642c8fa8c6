"""Limit codes by where they go, and know when a contact changed."""

import sqlalchemy as sa
from alembic import op

revision = "0005_code_limits"
down_revision = "0004_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column(
        "people", sa.Column("contact_changed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "one_time_codes", sa.Column("destination_index", sa.LargeBinary(length=32), nullable=True)
    )
    for column in ("destination_index", "identity_index"):
        op.create_index(
            op.f(f"ix_one_time_codes_{column}"), "one_time_codes", [column, "created_at"]
        )


def downgrade() -> None:
    """Undo the change."""
    for column in ("destination_index", "identity_index"):
        op.drop_index(op.f(f"ix_one_time_codes_{column}"), table_name="one_time_codes")
    op.drop_column("one_time_codes", "destination_index")
    op.drop_column("people", "contact_changed_at")
