"""Create every table of the account service."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "demo_seeds",
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_demo_seeds")),
    )
    op.create_table(
        "employers",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employers")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("request", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(
        op.f("ix_idempotency_keys_expires_at"), "idempotency_keys", ["expires_at"], unique=False
    )
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("nss_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("nss", sa.LargeBinary(), nullable=False),
        sa.Column("curp", sa.LargeBinary(), nullable=False),
        sa.Column("rfc", sa.LargeBinary(), nullable=False),
        sa.Column("first_name", sa.LargeBinary(), nullable=False),
        sa.Column("full_name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("nss_index", name=op.f("uq_people_nss_index")),
    )
    op.create_table(
        "sealed_contents",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_contents")),
    )
    op.create_index(
        op.f("ix_sealed_contents_conversation"), "sealed_contents", ["conversation"], unique=False
    )
    op.create_index(
        op.f("ix_sealed_contents_expires_at"), "sealed_contents", ["expires_at"], unique=False
    )
    op.create_table(
        "vault_counters",
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation", "kind", name=op.f("pk_vault_counters")),
    )
    op.create_index(op.f("ix_vault_counters_used_at"), "vault_counters", ["used_at"], unique=False)
    op.create_table(
        "vault_entries",
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("value_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation", "kind", "number", name=op.f("pk_vault_entries")),
        sa.UniqueConstraint(
            "conversation", "kind", "value_index", name=op.f("uq_vault_entries_conversation")
        ),
    )
    op.create_index(
        op.f("ix_vault_entries_expires_at"), "vault_entries", ["expires_at"], unique=False
    )
    op.create_table(
        "credit_applications",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("updated_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_credit_applications_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_applications")),
    )
    op.create_index(
        op.f("ix_credit_applications_person_id"), "credit_applications", ["person_id"], unique=False
    )
    op.create_table(
        "credits",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("product", sa.String(length=32), nullable=False),
        sa.Column("destination", sa.String(length=32), nullable=False),
        sa.Column("denomination", sa.String(length=32), nullable=False),
        sa.Column("frozen_on", sa.Date(), nullable=True),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("granted_amount", sa.BigInteger(), nullable=False),
        sa.Column("granted_vsm", sa.BigInteger(), nullable=True),
        sa.Column("purchase_price", sa.BigInteger(), nullable=True),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("annual_rate", sa.BigInteger(), nullable=False),
        sa.Column("payment", sa.BigInteger(), nullable=False),
        sa.Column("payment_mode", sa.String(length=32), nullable=False),
        sa.Column("payment_reason", sa.String(length=32), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("balance_vsm", sa.BigInteger(), nullable=True),
        sa.Column("principal_due", sa.BigInteger(), nullable=False),
        sa.Column("interest_due", sa.BigInteger(), nullable=False),
        sa.Column("fees_due", sa.BigInteger(), nullable=False),
        sa.Column("charged_through", sa.Date(), nullable=False),
        sa.Column("liquidated_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_credits_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credits")),
    )
    op.create_index(op.f("ix_credits_person_id"), "credits", ["person_id"], unique=False)
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("identity_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_one_time_codes_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_codes")),
    )
    op.create_index(
        op.f("ix_one_time_codes_account_index"),
        "one_time_codes",
        ["account_index", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_one_time_codes_conversation"),
        "one_time_codes",
        ["conversation", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_one_time_codes_created_at"), "one_time_codes", ["created_at"], unique=False
    )
    op.create_table(
        "point_components",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("component", sa.String(length=32), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_point_components_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "component", name=op.f("pk_point_components")),
    )
    op.create_table(
        "savings_movements",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("concept", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("employer_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_savings_movements_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_savings_movements_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "number", name=op.f("pk_savings_movements")),
    )
    op.create_table(
        "verified_sessions",
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("identity_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_verified_sessions_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_verified_sessions")),
    )
    op.create_index(
        op.f("ix_verified_sessions_expires_at"), "verified_sessions", ["expires_at"], unique=False
    )
    op.create_table(
        "work_relations",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("employer_id", sa.BigInteger(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("daily_wage", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_work_relations_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_work_relations_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_relations")),
    )
    op.create_index(
        op.f("ix_work_relations_person_id"), "work_relations", ["person_id"], unique=False
    )
    op.create_table(
        "credit_movements",
        sa.Column("credit_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("concept", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fees", sa.BigInteger(), nullable=False),
        sa.Column("interest", sa.BigInteger(), nullable=False),
        sa.Column("principal", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credit_id"],
            ["credits.id"],
            name=op.f("fk_credit_movements_credit_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("credit_id", "number", name=op.f("pk_credit_movements")),
    )
    op.create_table(
        "discount_notices",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("credit_id", sa.BigInteger(), nullable=False),
        sa.Column("employer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("monthly_discount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credit_id"],
            ["credits.id"],
            name=op.f("fk_discount_notices_credit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_discount_notices_employer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discount_notices")),
    )
    op.create_index(
        op.f("ix_discount_notices_credit_id"), "discount_notices", ["credit_id"], unique=False
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_index(op.f("ix_discount_notices_credit_id"), table_name="discount_notices")
    op.drop_table("discount_notices")
    op.drop_table("credit_movements")
    op.drop_index(op.f("ix_work_relations_person_id"), table_name="work_relations")
    op.drop_table("work_relations")
    op.drop_index(op.f("ix_verified_sessions_expires_at"), table_name="verified_sessions")
    op.drop_table("verified_sessions")
    op.drop_table("savings_movements")
    op.drop_table("point_components")
    op.drop_index(op.f("ix_one_time_codes_created_at"), table_name="one_time_codes")
    op.drop_index(op.f("ix_one_time_codes_conversation"), table_name="one_time_codes")
    op.drop_index(op.f("ix_one_time_codes_account_index"), table_name="one_time_codes")
    op.drop_table("one_time_codes")
    op.drop_index(op.f("ix_credits_person_id"), table_name="credits")
    op.drop_table("credits")
    op.drop_index(op.f("ix_credit_applications_person_id"), table_name="credit_applications")
    op.drop_table("credit_applications")
    op.drop_index(op.f("ix_vault_entries_expires_at"), table_name="vault_entries")
    op.drop_table("vault_entries")
    op.drop_index(op.f("ix_vault_counters_used_at"), table_name="vault_counters")
    op.drop_table("vault_counters")
    op.drop_index(op.f("ix_sealed_contents_expires_at"), table_name="sealed_contents")
    op.drop_index(op.f("ix_sealed_contents_conversation"), table_name="sealed_contents")
    op.drop_table("sealed_contents")
    op.drop_table("people")
    op.drop_index(op.f("ix_idempotency_keys_expires_at"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("employers")
    op.drop_table("demo_seeds")
