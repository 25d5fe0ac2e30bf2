"""Runs that rest until the ERP may be asked: they take no place in the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True))
