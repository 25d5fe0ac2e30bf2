"""Notices on posted orders that a person has dealt with, and the index that finds the others."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("notice_done", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_index(
        "ix_orders_noticed",
        "orders",
        ["connection_id", "number"],
        postgresql_where=sa.text("state = 'posted' AND fault_code <> '' AND notice_done <> reason"),
    )
