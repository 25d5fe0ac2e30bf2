"""The audit trail becomes a chain, what it holds already included; what happened on a day is found by it."""

import sqlalchemy as sa
from alembic import op

from connector.domain.audit import Entry, digest

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BATCH = 1000
_MOMENTS = (("orders", "placed_at"), ("transactions", "happened_at"), ("refunds", "happened_at"))

_HEADS = sa.table("audit_heads", sa.column("connection"), sa.column("entries"), sa.column("digest"))
_CHAINED = sa.text(
    "UPDATE audit SET number = new.number, previous = new.previous, digest = new.digest"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:numbers AS bigint[]), CAST(:previous AS text[]), CAST(:digests AS text[]))"
    " AS new (id, number, previous, digest) WHERE audit.id = new.id"
)
_NEXT = sa.text(
    "SELECT id, connection, order_number, actor, action, subject, detail, at FROM audit"
    " WHERE id > :after ORDER BY id LIMIT :batch"
)


def upgrade() -> None:
    op.add_column("audit", sa.Column("number", sa.BigInteger(), nullable=True))
    op.add_column("audit", sa.Column("previous", sa.String(length=64), nullable=True))
    op.add_column("audit", sa.Column("digest", sa.String(length=64), nullable=True))
    op.create_table(
        "audit_heads",
        sa.Column("connection", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("connection", name=op.f("pk_audit_heads")),
    )
    _chain(op.get_bind())
    for column in ("number", "previous", "digest"):
        op.alter_column("audit", column, nullable=False)
    op.create_unique_constraint(op.f("uq_audit_connection_number"), "audit", ["connection", "number"])
    op.create_index(
        "ix_journal_lines_booked_on",
        "journal_lines",
        ["booked_on", "posting_id"],
        postgresql_where=sa.text("number = 1"),
    )
    for table, column in _MOMENTS:
        op.create_index(op.f(f"ix_{table}_connection_id_{column}"), table, ["connection_id", column])


def _chain(tx: sa.Connection) -> None:
    heads: dict[str, tuple[int, str]] = {}
    after = 0
    while rows := tx.execute(_NEXT, {"after": after, "batch": _BATCH}).all():
        links = [_link(row, heads) for row in rows]
        ids, numbers, previous, digests = (list(column) for column in zip(*links, strict=True))
        tx.execute(_CHAINED, {"ids": ids, "numbers": numbers, "previous": previous, "digests": digests})
        after = rows[-1].id
    if heads:
        values = [{"connection": name, "entries": head[0], "digest": head[1]} for name, head in heads.items()]
        tx.execute(sa.insert(_HEADS), values)


def _link(row: sa.Row, heads: dict[str, tuple[int, str]]) -> tuple[int, int, str, str]:
    entries, previous = heads.get(row.connection, (0, ""))
    entry = Entry(
        row.connection, entries + 1, row.at, row.actor, row.action, row.subject, row.order_number, row.detail
    )
    heads[row.connection] = (entries + 1, digest(entry, previous))
    return row.id, entries + 1, previous, heads[row.connection][1]


def downgrade() -> None:
    for table, column in _MOMENTS:
        op.drop_index(op.f(f"ix_{table}_connection_id_{column}"), table_name=table)
    op.drop_index("ix_journal_lines_booked_on", table_name="journal_lines")
    op.drop_constraint(op.f("uq_audit_connection_number"), "audit")
    op.drop_table("audit_heads")
    for column in ("digest", "previous", "number"):
        op.drop_column("audit", column)
