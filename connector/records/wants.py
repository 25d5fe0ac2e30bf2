"""What webhooks ask of the rows of orders, many at once; whose orders they are goes by connection id and number."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.domain.progress import OrderState
from connector.records.database import Tx
from connector.records.schema import orders

_NEW = upsert(orders)
_WANT = _NEW.on_conflict_do_update(
    index_elements=["connection_id", "number"],
    set_={
        "wanted": orders.c.wanted + _NEW.excluded.wanted,
        "failures": 0,
        "not_before": func.least(orders.c.not_before, _NEW.excluded.not_before),
    },
).returning(orders.c.id)  # what returns something goes in one statement


def want(tx: Tx, asked: Mapping[tuple[int, int], int], *, now: datetime, due: datetime) -> None:
    """Ask for orders to be read again, each so many times, no later than ``due``; the first asking creates it.

    ``asked`` goes by connection id and number. All rows are taken in one order, so that no two callers wait for each
    other.
    """
    rows = [
        {
            "connection_id": connection_id,
            "number": number,
            "state": OrderState.NEW.value,
            "wanted": times,
            "not_before": due,
            "first_seen_at": now,
        }
        for (connection_id, number), times in sorted(asked.items())
    ]
    if rows:
        tx.execute(_WANT, rows)


def was_read_before(tx: Tx, connection_id: int, number: int, moment: datetime) -> bool:
    """Tell whether the last reading of an order began before ``moment`` and nothing newer is waiting."""
    stale = select(orders.c.id).where(
        orders.c.connection_id == connection_id,
        orders.c.number == number,
        orders.c.wanted == orders.c.covered,
        orders.c.pulled_at < moment,
    )
    return tx.execute(stale).one_or_none() is not None


def take_echoes(tx: Tx, numbers: Collection[tuple[int, int]], *, now: datetime) -> set[tuple[int, int]]:
    """Use up the expected echoes of orders, by connection id and number: one write explains one webhook."""
    if not numbers:
        return set()
    taken = tx.execute(
        update(orders)
        .where(tuple_(orders.c.connection_id, orders.c.number).in_(sorted(numbers)), orders.c.echo_until > now)
        .values(echo_until=None)
        .returning(orders.c.connection_id, orders.c.number)
    )
    return {(row.connection_id, row.number) for row in taken}
