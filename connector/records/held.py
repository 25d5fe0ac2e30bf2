"""Rows of held orders: by what keeps them from being booked, and held by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, func, insert, select, update

from connector.domain.progress import OrderState
from connector.records.database import Tx
from connector.records.schema import orders
from connector.records.schema_console import order_causes


@dataclass(frozen=True, slots=True)
class CauseRow:
    """One cause, with the held orders it stops; ``alone`` are those that nothing else stops."""

    cause: str
    fault_code: str
    currency: str
    orders: int
    value: Decimal
    alone: int
    released: Decimal
    oldest: int


def save(tx: Tx, order_id: int, causes: Collection[str]) -> None:
    """Keep what stops an order, as its newest plan found it."""
    tx.execute(delete(order_causes).where(order_causes.c.order_id == order_id))
    if causes:
        tx.execute(insert(order_causes), [{"order_id": order_id, "cause": cause} for cause in sorted(causes)])


def by_cause(tx: Tx, connection_id: int, limit: int) -> list[CauseRow]:
    """Group a connection's held orders by what stops them, those that would release the most first.

    What the ERP found when it was sent to is no part of a plan: there the first line of the order's reason tells.
    """
    told = func.coalesce(order_causes.c.cause, func.split_part(orders.c.reason, "\n", 1)).label("cause")
    of_order = func.count().over(partition_by=orders.c.id).label("causes")
    each = (
        select(told, of_order, orders.c.fault_code, orders.c.number, orders.c.currency, orders.c.total)
        .outerjoin(order_causes, order_causes.c.order_id == orders.c.id)
        .where(orders.c.connection_id == connection_id, orders.c.state == OrderState.HELD.value)
        .subquery()
    )
    alone = each.c.causes == 1
    zero = Decimal(0)
    value = func.coalesce(func.sum(each.c.total), zero)
    released = func.coalesce(func.sum(each.c.total).filter(alone), zero)
    code, currency = func.min(each.c.fault_code), func.coalesce(each.c.currency, "")
    told_of = (func.count(), value, func.count().filter(alone), released, func.min(each.c.number))
    grouped = select(each.c.cause, code, currency, *told_of).group_by(each.c.cause, currency)
    rows = tx.execute(grouped.order_by(released.desc(), value.desc()).limit(limit))
    return [CauseRow(*row) for row in rows]


def hold(tx: Tx, order_id: int, *, by: str, why: str, now: datetime) -> bool:
    """Keep an order from being booked; False where somebody does already."""
    held = tx.execute(
        update(orders)
        .where(orders.c.id == order_id, orders.c.held_by.is_(None))
        .values(held_by=by, held_at=now, held_why=why)
        .returning(orders.c.id)
    )
    return held.one_or_none() is not None


def release(tx: Tx, order_id: int) -> bool:
    """Let an order be booked again; False where nobody held it."""
    released = tx.execute(
        update(orders)
        .where(orders.c.id == order_id, orders.c.held_by.is_not(None))
        .values(held_by=None, held_at=None, held_why="")
        .returning(orders.c.id)
    )
    return released.one_or_none() is not None
