"""Finding orders: holds by hand, what holds an order, by what it is found, and the indexes of the console's lists."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("held_by", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("held_why", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_table(
        "order_causes",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_causes_order_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("order_id", "cause", name=op.f("pk_order_causes")),
    )
    op.create_table(
        "order_terms",
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["connections.id"], name=op.f("fk_order_terms_connection_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_terms_order_id"), ondelete="CASCADE"),
        sa.UniqueConstraint("order_id", "kind", "value", name=op.f("uq_order_terms_order_id_kind_value")),
    )
    op.create_index(op.f("ix_order_terms_kind_value_order_id"), "order_terms", ["kind", "value", "order_id"])
    op.create_index("ix_order_terms_noted_at", "order_terms", ["noted_at"], postgresql_where=sa.text("kind = 'email'"))
    op.create_index(op.f("ix_orders_connection_id_state_number"), "orders", ["connection_id", "state", "number"])
    op.drop_index(op.f("ix_orders_connection_id_state"), "orders")
    op.create_index(op.f("ix_orders_connection_id_total_id"), "orders", ["connection_id", "total", "id"])
    op.create_index("ix_orders_external_id", "orders", ["external_id"], postgresql_where=sa.text("external_id <> ''"))
    op.create_index(op.f("ix_postings_connection_id_state_id"), "postings", ["connection_id", "state", "id"])
    op.drop_index(op.f("ix_postings_connection_id_state"), "postings")
    op.create_index("ix_postings_external_id", "postings", ["external_id"], postgresql_where=sa.text("external_id <> ''"))
    op.create_index("ix_deliveries_dead", "deliveries", ["connection_id", "id"], postgresql_where=sa.text("state = 'dead'"))
