"""What lies there, by connection: a backlog of one makes the sweep slower for no other, nor for itself."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NEW = {
    "ix_orders_running": (["connection_id", "run_until"], "run IS NOT NULL"),
    "ix_orders_patient": (["connection_id", "not_before"], "run IS NULL AND not_before IS NOT NULL"),
    "ix_orders_idle": (["connection_id", "id"], "run IS NULL AND not_before IS NULL AND wanted > covered"),
}


def upgrade() -> None:
    for name, (columns, where) in _NEW.items():
        op.create_index(name, "orders", columns, postgresql_where=sa.text(where))
    for name in ("ix_orders_run_until", "ix_orders_due", "ix_orders_wanted"):
        op.drop_index(name, "orders")
