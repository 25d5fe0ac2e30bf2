"""Postings that are left out, because a person booked them."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_STATES = "'planned', 'held', 'sending', 'sent', 'uncertain', 'confirmed', 'rejected', 'withdrawn', 'left_out'"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_postings_state"), "postings")
    op.create_check_constraint(op.f("ck_postings_state"), "postings", f"state IN ({_STATES})")
