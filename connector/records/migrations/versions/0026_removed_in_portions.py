"""A connection that is being removed, and what goes with its orders found by them."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("connections", sa.Column("removed", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.create_index(op.f("ix_transactions_order_id"), "transactions", ["order_id"])
    op.create_index(op.f("ix_refunds_order_id"), "refunds", ["order_id"])
