"""The index by which reconciliations and certificates are listed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_audit_proofs",
        "audit",
        ["connection", "number"],
        postgresql_where=sa.text("action IN ('reconciled', 'certified')"),
    )
