"""Keep contributions, requests with their history, appointments and changes of contact."""

import sqlalchemy as sa
from alembic import op

revision = "0006_saving"
down_revision = "0005_code_limits"
branch_labels = None
depends_on = None


def _person(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_person_id")
    return sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=name, ondelete="CASCADE")


def _folio(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_folio")
    return sa.ForeignKeyConstraint(
        ["folio"], ["service_requests.folio"], name=name, ondelete="CASCADE"
    )


def upgrade() -> None:
    """Apply the change."""
    op.add_column("credit_applications", sa.Column("pending", sa.String(length=32)))
    op.create_table(
        "contributions",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("bimester", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("to_credit", sa.Boolean(), nullable=False),
        _person("contributions"),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_contributions_employer_id")
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "year", "bimester", "employer_id", name=op.f("pk_contributions")
        ),
    )
    op.create_table(
        "service_requests",
        sa.Column("folio", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=True),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _person("service_requests"),
        sa.PrimaryKeyConstraint("folio", name=op.f("pk_service_requests")),
    )
    op.create_index(op.f("ix_service_requests_person_id"), "service_requests", ["person_id"])
    # What was asked for before there was one table for every kind of request.
    op.execute(
        "INSERT INTO service_requests"
        " (folio, person_id, kind, subject, stage, opened_at, updated_at)"
        " SELECT folio, person_id, 'correccion', field, state, created_at, created_at"
        " FROM correction_requests"
    )
    op.create_table(
        "request_stages",
        sa.Column("folio", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        _folio("request_stages"),
        sa.PrimaryKeyConstraint("folio", "number", name=op.f("pk_request_stages")),
    )
    op.execute(
        "INSERT INTO request_stages (folio, number, stage, reached_at)"
        " SELECT folio, 1, state, created_at FROM correction_requests"
    )
    op.create_table(
        "appointments",
        sa.Column("folio", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("office_name", sa.String(length=80), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("time", sa.String(length=5), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        _person("appointments"),
        _folio("appointments"),
        sa.PrimaryKeyConstraint("folio", name=op.f("pk_appointments")),
    )
    op.create_index(op.f("ix_appointments_person_id"), "appointments", ["person_id"])
    for name, columns in (
        ("uq_appointments_place", ["office_id", "starts_at", "place"]),
        ("uq_appointments_purpose", ["person_id", "office_id", "purpose"]),
    ):
        op.create_index(
            name,
            "appointments",
            columns,
            unique=True,
            sqlite_where=sa.text("is_open"),
            postgresql_where=sa.text("is_open"),
        )
    op.create_table(
        "contact_changes",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("identity_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        _person("contact_changes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_changes")),
    )
    op.create_index(
        op.f("ix_contact_changes_person_id"), "contact_changes", ["person_id", "created_at"]
    )
    op.create_index(op.f("ix_contact_changes_expires_at"), "contact_changes", ["expires_at"])


def downgrade() -> None:
    """Undo the change."""
    for table in ("contact_changes", "appointments", "request_stages", "service_requests"):
        op.drop_table(table)
    op.drop_table("contributions")
    op.drop_column("credit_applications", "pending")
