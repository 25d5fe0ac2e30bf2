"""Rows of accounting periods: the whole calendar of a connection's books, as it was read last."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from connector.domain.period import AccountingPeriod
from connector.records import connections
from connector.records.database import Tx
from connector.records.schema_books import accounting_periods


def known(tx: Tx, connection_id: int) -> tuple[AccountingPeriod, ...]:
    """List what is known of a connection's periods, oldest first."""
    table = accounting_periods
    rows = tx.execute(select(table).where(table.c.connection_id == connection_id).order_by(table.c.first))
    return tuple(AccountingPeriod(row.name, row.first, row.last, row.closed) for row in rows)


def replace(tx: Tx, connection_id: int, found: Sequence[AccountingPeriod]) -> bool:
    """Write a new reading; False where it says what was known before. Readings come one after the other."""
    connections.lock(tx, connection_id)
    if known(tx, connection_id) == tuple(found):
        return False
    tx.execute(delete(accounting_periods).where(accounting_periods.c.connection_id == connection_id))
    if found:
        tx.execute(insert(accounting_periods), [_row(connection_id, one) for one in found])
    return True


def _row(connection_id: int, period: AccountingPeriod) -> dict[str, object]:
    return {
        "connection_id": connection_id,
        "first": period.first,
        "last": period.last,
        "name": period.name,
        "closed": period.closed,
    }
