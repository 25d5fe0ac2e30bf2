"""Which rules an order was planned by, so that it is planned again when they changed meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("connections", "orders"):
        op.add_column(table, sa.Column("rules", sa.Integer(), server_default=sa.text("0"), nullable=False))
