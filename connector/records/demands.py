"""Rows of pieces that orders take in the store and that the ERP's balances, as we read them, do not know of yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from connector.records.database import Tx
from connector.records.schema_catalog import demands


def save(tx: Tx, connection_id: int, order_id: int, taken: Mapping[str, int], *, added: bool = False) -> set[str]:
    """Keep what an order takes, in place of what it took; returns the items of which it takes another number.

    What was ``added`` to it after its sales order went out is kept apart.
    """
    mine = (demands.c.order_id == order_id) & demands.c.added.is_(added)
    gone = delete(demands).where(mine).returning(demands.c.item, demands.c.quantity)
    before = {row.item: row.quantity for row in tx.execute(gone)}
    if taken:
        rows = [
            {"connection_id": connection_id, "order_id": order_id, "item": item, "quantity": number, "added": added}
            for item, number in sorted(taken.items())
        ]
        tx.execute(insert(demands), rows)
    return {item for item, _ in before.items() ^ taken.items()}


def allocate(tx: Tx, order_id: int, *, now: datetime, added: bool = False) -> None:
    """Remember that the ERP has an order, or what was added to it: balances read from now on count it off."""
    mine = (demands.c.order_id == order_id) & demands.c.added.is_(added) & demands.c.allocated_at.is_(None)
    tx.execute(update(demands).where(mine).values(allocated_at=now))


def heard(tx: Tx, connection_id: int, *, before: datetime) -> list[str]:
    """Forget what the ERP had before its balances were read; returns the items."""
    known = (demands.c.connection_id == connection_id) & (demands.c.allocated_at < before)
    return list(tx.execute(delete(demands).where(known).returning(demands.c.item)).scalars())


def forget(tx: Tx, *, before: datetime) -> int:
    """Forget what nobody asks for, where no stock is published."""
    return tx.execute(delete(demands).where(demands.c.allocated_at < before)).rowcount


def of_items(tx: Tx, connection_id: int, numbers: Collection[str]) -> dict[str, int]:
    """Sum what all orders take of some items."""
    rows = tx.execute(
        select(demands.c.item, func.sum(demands.c.quantity))
        .where(demands.c.connection_id == connection_id, demands.c.item.in_(numbers))
        .group_by(demands.c.item)
    )
    return {item: int(quantity) for item, quantity in rows}
