"""Rows of pieces that orders take in the store and that the ERP's balances, as we read them, do not know of yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.records.database import Tx
from connector.records.schema_catalog import demands


def save(tx: Tx, connection_id: int, order_id: int, taken: Mapping[str, int], *, added: bool = False) -> set[str]:
    """Keep what an order takes, in place of what it took; returns the items of which it takes another number.

    What was ``added`` to it after its sales order went out is kept apart.
    """
    mine = (demands.c.order_id == order_id) & demands.c.added.is_(added)
    rows = tx.execute(select(demands.c.item, demands.c.quantity).where(mine))
    before = {row.item: row.quantity for row in rows}
    now = dict.fromkeys(before, 0) | dict(taken)
    changed = {item for item, quantity in now.items() if quantity != before.get(item, 0)}
    if changed:
        mark = {"connection_id": connection_id, "order_id": order_id, "added": added}
        statement = upsert(demands)
        put = statement.on_conflict_do_update(
            index_elements=["order_id", "item", "added"],
            set_={"quantity": statement.excluded.quantity, "allocated_at": None},
        )
        tx.execute(put, [{**mark, "item": item, "quantity": now[item]} for item in sorted(changed)])
        tx.execute(delete(demands).where(mine, demands.c.quantity == 0, demands.c.known == 0))
    return changed


def allocate(tx: Tx, order_id: int, *, now: datetime, added: bool = False) -> None:
    """Remember that the ERP has an order, or what was added to it: balances read from now on count it off."""
    mine = (demands.c.order_id == order_id) & demands.c.added.is_(added) & demands.c.allocated_at.is_(None)
    tx.execute(update(demands).where(mine).values(allocated_at=now))


def heard(tx: Tx, connection_id: int, *, before: datetime) -> list[str]:
    """Forget what the ERP had before its balances were read, and how much of what was added; returns the items."""
    told = (demands.c.connection_id == connection_id) & (demands.c.allocated_at < before)
    entered = update(demands).where(told, demands.c.added).values(known=demands.c.quantity, allocated_at=None)
    return [
        *tx.execute(entered.returning(demands.c.item)).scalars(),
        *tx.execute(delete(demands).where(told).returning(demands.c.item)).scalars(),
    ]


def forget(tx: Tx, *, before: datetime) -> int:
    """Forget what nobody asks for, where no stock is published."""
    return tx.execute(delete(demands).where(demands.c.allocated_at < before)).rowcount


def of_items(tx: Tx, connection_id: int, numbers: Collection[str]) -> dict[str, int]:
    """Sum what all orders take of some items."""
    rows = tx.execute(
        select(demands.c.item, func.sum(func.greatest(demands.c.quantity - demands.c.known, 0)))
        .where(demands.c.connection_id == connection_id, demands.c.item.in_(numbers))
        .group_by(demands.c.item)
    )
    return {item: int(quantity) for item, quantity in rows}
