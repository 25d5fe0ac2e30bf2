"""What each line of a journal says: which fact it is of, where one entry books several."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("journal_lines", sa.Column("text", sa.Text(), server_default=sa.text("''"), nullable=False))
