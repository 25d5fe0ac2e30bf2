"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("order_number", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(
        op.f("ix_audit_connection_order_number_id"), "audit", ["connection", "order_number", "id"], unique=False
    )
    op.create_table(
        "connections",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("store_hash", sa.String(length=64), nullable=False),
        sa.Column("suite", sa.String(length=16), nullable=False),
        sa.Column("config", postgresql.JSONB(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connections")),
        sa.UniqueConstraint("name", name=op.f("uq_connections_name")),
    )
    op.create_table(
        "exchanges",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("order_number", sa.BigInteger(), nullable=True),
        sa.Column("run", sa.String(length=32), nullable=True),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("system", sa.String(length=16), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("effect", sa.String(length=8), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchanges")),
    )
    op.create_index(
        op.f("ix_exchanges_connection_order_number_id"),
        "exchanges",
        ["connection", "order_number", "id"],
        unique=False,
    )
    op.create_index(
        "ix_exchanges_started_at",
        "exchanges",
        ["started_at"],
        unique=False,
        postgresql_where=sa.text("sealed IS NOT NULL"),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "bindings",
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_bindings_connection_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("connection_id", "kind", "ours", name=op.f("uq_bindings_connection_id_kind_ours")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("delivery_key", sa.String(length=160), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("order_number", sa.BigInteger(), nullable=True),
        sa.Column("scheme", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_deliveries_connection_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("connection_id", "delivery_key", name=op.f("uq_deliveries_connection_id_delivery_key")),
    )
    op.create_index(
        op.f("ix_deliveries_connection_id_order_number"),
        "deliveries",
        ["connection_id", "order_number"],
        unique=False,
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("fault_code", sa.String(length=32), server_default=sa.text("''"), nullable=False),
        sa.Column("status_id", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("total", sa.Numeric(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("head_fingerprint", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pulled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("covered", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run", sa.String(length=32), nullable=True),
        sa.Column("run_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=True),
        sa.Column("holder_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("written_back", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("echo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_orders_connection_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("connection_id", "number", name=op.f("uq_orders_connection_id_number")),
    )
    op.create_index(op.f("ix_orders_connection_id_state"), "orders", ["connection_id", "state"], unique=False)
    op.create_index(
        "ix_orders_due",
        "orders",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("run IS NULL AND not_before IS NOT NULL"),
    )
    op.create_index(
        "ix_orders_run_until", "orders", ["run_until"], unique=False, postgresql_where=sa.text("run IS NOT NULL")
    )
    op.create_index(
        "ix_orders_wanted",
        "orders",
        ["id"],
        unique=False,
        postgresql_where=sa.text("run IS NULL AND wanted > covered"),
    )
    op.create_table(
        "profiles",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_profiles_connection_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profiles")),
        sa.UniqueConstraint("connection_id", "version", name=op.f("uq_profiles_connection_id_version")),
    )
    op.create_table(
        "tokens",
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("distrusted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_tokens_connection_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", name=op.f("pk_tokens")),
    )
    op.create_table(
        "watermarks",
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("poll", sa.String(length=16), nullable=False),
        sa.Column("read_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_watermarks_connection_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("connection_id", "poll", name=op.f("uq_watermarks_connection_id_poll")),
    )
    op.create_table(
        "postings",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("posting_key", sa.String(length=160), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("handle", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("external_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("fault_code", sa.String(length=32), server_default=sa.text("''"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("profile_version", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'held', 'sending', 'sent', 'uncertain', 'confirmed', 'rejected', 'withdrawn')",
            name=op.f("ck_postings_state"),
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_postings_connection_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_postings_order_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
        sa.UniqueConstraint("posting_key", name=op.f("uq_postings_posting_key")),
    )
    op.create_index(op.f("ix_postings_connection_id_state"), "postings", ["connection_id", "state"], unique=False)
    op.create_index(op.f("ix_postings_order_id_position"), "postings", ["order_id", "position"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("posting_key", sa.String(length=160), nullable=True),
        sa.Column("left_out", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("posting_key IS NULL OR left_out IS NULL", name=op.f("ck_refunds_one_end")),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_refunds_connection_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_refunds_order_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint(
            "connection_id", "order_id", "number", name=op.f("uq_refunds_connection_id_order_id_number")
        ),
    )
    op.create_table(
        "snapshots",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_snapshots_order_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
    )
    op.create_index(op.f("ix_snapshots_order_id_id"), "snapshots", ["order_id", "id"], unique=False)
    op.create_index(
        "ix_snapshots_taken_at",
        "snapshots",
        ["taken_at"],
        unique=False,
        postgresql_where=sa.text("sealed IS NOT NULL"),
    )
    op.create_table(
        "transactions",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("posting_key", sa.String(length=160), nullable=True),
        sa.Column("left_out", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("posting_key IS NULL OR left_out IS NULL", name=op.f("ck_transactions_one_end")),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_transactions_connection_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_transactions_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transactions")),
        sa.UniqueConstraint(
            "connection_id", "order_id", "number", name=op.f("uq_transactions_connection_id_order_id_number")
        ),
    )
    op.create_table(
        "journal_lines",
        sa.Column("posting_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("debit", sa.Numeric(), nullable=False),
        sa.Column("credit", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("dimensions", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(debit = 0) <> (credit = 0) AND debit >= 0 AND credit >= 0", name=op.f("ck_journal_lines_one_side")
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["postings.id"], name=op.f("fk_journal_lines_posting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("posting_id", "number", name=op.f("pk_journal_lines")),
    )


def downgrade() -> None:

    op.drop_table("journal_lines")
    op.drop_table("transactions")
    op.drop_index("ix_snapshots_taken_at", table_name="snapshots", postgresql_where=sa.text("sealed IS NOT NULL"))
    op.drop_index(op.f("ix_snapshots_order_id_id"), table_name="snapshots")
    op.drop_table("snapshots")
    op.drop_table("refunds")
    op.drop_index(op.f("ix_postings_order_id_position"), table_name="postings")
    op.drop_index(op.f("ix_postings_connection_id_state"), table_name="postings")
    op.drop_table("postings")
    op.drop_table("watermarks")
    op.drop_table("tokens")
    op.drop_table("profiles")
    op.drop_index(
        "ix_orders_wanted", table_name="orders", postgresql_where=sa.text("run IS NULL AND wanted > covered")
    )
    op.drop_index("ix_orders_run_until", table_name="orders", postgresql_where=sa.text("run IS NOT NULL"))
    op.drop_index(
        "ix_orders_due", table_name="orders", postgresql_where=sa.text("run IS NULL AND not_before IS NOT NULL")
    )
    op.drop_index(op.f("ix_orders_connection_id_state"), table_name="orders")
    op.drop_table("orders")
    op.drop_index(op.f("ix_deliveries_connection_id_order_number"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("bindings")
    op.drop_table("heartbeats")
    op.drop_index("ix_exchanges_started_at", table_name="exchanges", postgresql_where=sa.text("sealed IS NOT NULL"))
    op.drop_index(op.f("ix_exchanges_connection_order_number_id"), table_name="exchanges")
    op.drop_table("exchanges")
    op.drop_table("connections")
    op.drop_index(op.f("ix_audit_connection_order_number_id"), table_name="audit")
    op.drop_table("audit")
