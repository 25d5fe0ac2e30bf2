"""Unposting: what takes a posting back, what became of its order, and which version chose a line's account."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LINK = """
    UPDATE postings AS reversal SET reverses = sale.posting_key FROM postings AS sale
    WHERE reversal.kind = 'reversal' AND sale.kind = 'sale' AND sale.connection_id = reversal.connection_id
    AND sale.source = reversal.source AND sale.revision = reversal.revision
"""
_VERSIONS = """
    UPDATE journal_lines SET profile_version = postings.profile_version
    FROM postings WHERE postings.id = journal_lines.posting_id
"""


def upgrade() -> None:
    op.add_column("orders", sa.Column("unposted_by", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("unposted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("posted_again_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("postings", "kind", type_=sa.String(length=24))
    op.add_column("postings", sa.Column("reverses", sa.String(length=160), nullable=True))
    op.create_foreign_key(op.f("fk_postings_reverses"), "postings", "postings", ["reverses"], ["posting_key"], ondelete="CASCADE")
    op.create_index("ix_postings_reverses", "postings", ["reverses"], postgresql_where=sa.text("reverses IS NOT NULL"))
    op.add_column("journal_lines", sa.Column("profile_version", sa.Integer(), nullable=True))
    op.execute(_LINK)
    op.execute(_VERSIONS)
    op.alter_column("journal_lines", "profile_version", nullable=False)

