"""Documents whose buyer is forgotten, and the index that finds those whose time is over."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "postings", sa.Column("forgotten", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_index(
        "ix_postings_people",
        "postings",
        ["changed_at"],
        postgresql_where=sa.text(
            "kind IN ('customer', 'sales_order') AND state IN ('confirmed', 'withdrawn') AND NOT forgotten"
        ),
    )
