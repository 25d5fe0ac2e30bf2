"""Pieces added to an order that a person has entered in the ERP: another edit adds only what it has more of."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("demands", sa.Column("known", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
