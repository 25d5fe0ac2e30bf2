"""Accounting periods: the calendar of a connection's books, and the day that a journal was moved from."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounting_periods",
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_accounting_periods_connection_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("connection_id", "first", name=op.f("uq_accounting_periods_connection_id_first")),
    )
    op.add_column("journal_lines", sa.Column("moved_from", sa.Date(), nullable=True))
    op.create_index(
        op.f("ix_journal_lines_moved_from"),
        "journal_lines",
        ["moved_from", "posting_id"],
        postgresql_where=sa.text("number = 1 AND moved_from IS NOT NULL"),
    )
