"""Documents are found to forget their buyers in whatever state they lie."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_postings_people", "postings")
    op.create_index(
        "ix_postings_people",
        "postings",
        ["changed_at"],
        postgresql_where=sa.text("kind IN ('customer', 'sales_order') AND NOT forgotten"),
    )
