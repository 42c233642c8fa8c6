"""Keep which steps of a guide the answers of the person leave out."""

import sqlalchemy as sa
from alembic import op

revision = "0008_guide_skips"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    skips = sa.Column("skips", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("guide_places", skips)


def downgrade() -> None:
    """Undo the change."""
    op.drop_column("guide_places", "skips")
