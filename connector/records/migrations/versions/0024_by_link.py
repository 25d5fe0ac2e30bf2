"""Which sessions began by a one-time link."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("by_link", sa.Boolean(), nullable=False, server_default=sa.text("false")))
