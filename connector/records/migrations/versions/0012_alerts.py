"""What people are told without asking."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("connection_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["connection_id"], ["connections.id"], name=op.f("fk_alerts_connection_id"), ondelete="CASCADE"),
        sa.UniqueConstraint("connection_id", "kind", name=op.f("uq_alerts_connection_id_kind")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_notices_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
