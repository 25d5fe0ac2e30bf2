"""Pieces that came to an order after its sales order went out."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("demands", sa.Column("added", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.create_unique_constraint(op.f("uq_demands_order_id_item_added"), "demands", ["order_id", "item", "added"])
    op.drop_constraint(op.f("uq_demands_order_id_item"), "demands", type_="unique")
