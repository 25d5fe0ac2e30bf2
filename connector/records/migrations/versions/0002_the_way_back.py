"""Items, articles, echoes, leases and hooks: the way back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _connection() -> sa.Column:
    return sa.Column("connection_id", sa.BigInteger(), nullable=False)


def _to_connections(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["connection_id"], ["connections.id"], name=op.f(f"fk_{table}_connection_id"), ondelete="CASCADE"
    )


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, size: int | None = None) -> sa.Column:
    return sa.Column(name, sa.String(length=size) if size else sa.Text(), server_default=sa.text("''"), nullable=False)


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("product_number", sa.BigInteger(), nullable=True))
    op.create_index(
        op.f("ix_deliveries_connection_id_scope_received_at"), "deliveries", ["connection_id", "scope", "received_at"]
    )
    op.add_column("watermarks", _moment("began_at", nullable=True))
    op.add_column("watermarks", _text("cursor"))
    op.add_column("watermarks", _moment("anchored_at", nullable=True))
    op.create_table(
        "leases",
        _connection(),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        _moment("until"),
        _to_connections("leases"),
        sa.UniqueConstraint("connection_id", "name", name=op.f("uq_leases_connection_id_name")),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        _connection(),
        sa.Column("number", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("aspect", sa.String(length=16), nullable=False),
        _text("warehouse", 32),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("turns_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        _text("reason"),
        _text("fault_code", 32),
        _text("sent", 64),
        _text("restored", 64),
        _moment("changed_at"),
        _moment("published_at", nullable=True),
        _moment("again_at", nullable=True),
        sa.CheckConstraint("aspect IN ('details', 'price', 'stock')", name=op.f("ck_items_aspect")),
        sa.CheckConstraint("state IN ('due', 'published', 'waiting', 'left_out', 'refused')", name=op.f("ck_items_state")),
        _to_connections("items"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint(
            "connection_id", "number", "aspect", "warehouse", name=op.f("uq_items_connection_id_number_aspect_warehouse")
        ),
    )
    for name, columns, where in (
        ("ix_items_due", ["connection_id", "aspect", "number"], "state = 'due'"),
        ("ix_items_refused", ["connection_id", "id"], "state = 'refused'"),
        ("ix_items_turns_on", ["connection_id", "turns_on"], "turns_on IS NOT NULL"),
        ("ix_items_again_at", ["connection_id", "again_at"], "again_at IS NOT NULL"),
    ):
        op.create_index(name, "items", columns, postgresql_where=sa.text(where))
    op.create_table(
        "articles",
        _connection(),
        sa.Column("sku_key", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("product", sa.BigInteger(), nullable=False),
        sa.Column("variant", sa.BigInteger(), nullable=False),
        sa.Column("base", sa.Boolean(), nullable=False),
        sa.Column("tracking", sa.String(length=8), nullable=False),
        sa.Column("gone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _moment("seen_at"),
        _to_connections("articles"),
        sa.UniqueConstraint("connection_id", "sku_key", name=op.f("uq_articles_connection_id_sku_key")),
    )
    op.create_index(op.f("ix_articles_connection_id_product"), "articles", ["connection_id", "product"])
    op.create_table(
        "touches",
        _connection(),
        sa.Column("product", sa.BigInteger(), nullable=False),
        sa.Column("stock", sa.Boolean(), nullable=False),
        _moment("at"),
        _to_connections("touches"),
        sa.UniqueConstraint("connection_id", "product", "stock", name=op.f("uq_touches_connection_id_product_stock")),
    )
    op.create_table(
        "echoes",
        _connection(),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("product", sa.BigInteger(), nullable=False),
        _moment("until"),
        _to_connections("echoes"),
        sa.UniqueConstraint("connection_id", "kind", "product", name=op.f("uq_echoes_connection_id_kind_product")),
    )
    op.create_table(
        "demands",
        _connection(),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        _moment("allocated_at", nullable=True),
        _to_connections("demands"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_demands_order_id"), ondelete="CASCADE"),
        sa.UniqueConstraint("order_id", "item", name=op.f("uq_demands_order_id_item")),
    )
    op.create_index(op.f("ix_demands_connection_id_item"), "demands", ["connection_id", "item"])
    op.create_table(
        "hooks",
        _connection(),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("hook", sa.BigInteger(), nullable=False),
        _moment("active_at"),
        _to_connections("hooks"),
        sa.UniqueConstraint("connection_id", "scope", name=op.f("uq_hooks_connection_id_scope")),
    )
