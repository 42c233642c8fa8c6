"""Keep where people are in their guides."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "guide_places",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("tramite", sa.String(length=32), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_guide_places_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "tramite", name=op.f("pk_guide_places")),
    )
    op.create_index(op.f("ix_guide_places_kept_at"), "guide_places", ["kept_at"], unique=False)


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("guide_places")
