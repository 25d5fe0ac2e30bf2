"""What went out of postings that were planned anew since."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sendings",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("posting_id", sa.BigInteger(), sa.ForeignKey("postings.id", ondelete="CASCADE"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("profile_version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("posting_id", "sent_at"),
    )
