"""Deliveries that may hold personal data: sealed, and forgotten in time."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("sealed", sa.LargeBinary(), nullable=True))
