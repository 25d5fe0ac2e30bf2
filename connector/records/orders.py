"""Rows of orders: what was asked for, what the store said last, where they stand. ``runs`` says who is at work."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    case,
    cast,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.domain.identity import OrderRef
from connector.domain.plan import Hold, Unposting
from connector.domain.progress import OrderState
from connector.records.database import Tx
from connector.records.listing import Newest
from connector.records.schema import connections, orders


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as the trail knows it."""

    id: int
    connection_id: int
    ref: OrderRef
    state: OrderState
    reason: str
    fault_code: str
    status_id: int | None
    currency: str | None
    total: Decimal | None
    customer_id: int | None
    head_fingerprint: str
    placed_at: datetime | None
    modified_at: datetime | None
    pulled_at: datetime | None
    wanted: int
    covered: int
    failures: int
    not_before: datetime | None
    external_id: str
    written_back: str
    written_at: datetime | None
    unposting: Unposting | None
    hold: Hold | None
    notice_done: str
    rules: int
    first_seen_at: datetime

    @property
    def asks(self) -> bool:
        """Whether it is posted and asks for something by hand that nobody has done yet."""
        return self.state is OrderState.POSTED and self.fault_code != "" and self.notice_done != self.reason


COLUMNS = (orders, connections.c.name.label("connection_name"))


def row_of(row: Row[Any]) -> OrderRow:
    """Read one row of ``COLUMNS``."""
    return OrderRow(
        id=row.id,
        connection_id=row.connection_id,
        ref=OrderRef(row.connection_name, row.number),
        state=OrderState(row.state),
        reason=row.reason,
        fault_code=row.fault_code,
        status_id=row.status_id,
        currency=row.currency,
        total=row.total,
        customer_id=row.customer_id,
        head_fingerprint=row.head_fingerprint,
        placed_at=row.placed_at,
        modified_at=row.modified_at,
        pulled_at=row.pulled_at,
        wanted=row.wanted,
        covered=row.covered,
        failures=row.failures,
        not_before=row.not_before,
        external_id=row.external_id,
        written_back=row.written_back,
        written_at=row.written_at,
        unposting=_unposting(row),
        hold=Hold(row.held_by, row.held_at, row.held_why) if row.held_by else None,
        notice_done=row.notice_done,
        rules=row.rules,
        first_seen_at=row.first_seen_at,
    )


def _unposting(row: Row[Any]) -> Unposting | None:
    return Unposting(row.unposted_by, row.unposted_at, row.posted_again_at) if row.unposted_at else None


def same(ref: OrderRef) -> ColumnElement[bool]:
    """Find an order by the name and number that people know; the connection is joined."""
    return and_(connections.c.name == ref.connection, orders.c.number == ref.order)


def find(tx: Tx, ref: OrderRef) -> OrderRow | None:
    """Read one order."""
    found = tx.execute(select(*COLUMNS).join(connections).where(same(ref))).one_or_none()
    return row_of(found) if found else None


def by_id(tx: Tx, order_id: int) -> OrderRow | None:
    """Read one order by its own id."""
    found = tx.execute(select(*COLUMNS).join(connections).where(orders.c.id == order_id)).one_or_none()
    return row_of(found) if found else None


def listed(tx: Tx, connection_id: int, wanted: Newest) -> list[OrderRow]:
    """List a connection's orders, newest first."""
    query = select(*COLUMNS).join(connections).where(orders.c.connection_id == connection_id)
    return [row_of(row) for row in tx.execute(wanted.of(query, orders.c.id, orders.c.state))]


def want(tx: Tx, connection_id: int, number: int, *, now: datetime) -> int:
    """Ask for an order to be read again; the first asking creates it. Returns its id."""
    asked = (
        upsert(orders)
        .values(connection_id=connection_id, number=number, state=OrderState.NEW.value, wanted=1, first_seen_at=now)
        .on_conflict_do_update(
            index_elements=["connection_id", "number"],
            set_={"wanted": orders.c.wanted + 1, "failures": 0, "not_before": None},
        )
        .returning(orders.c.id)
    )
    order_id: int = tx.execute(asked).scalar_one()
    return order_id


def expect_echo(tx: Tx, order_id: int, *, until: datetime) -> None:
    """Remember that our own write will come back as one webhook."""
    tx.execute(update(orders).where(orders.c.id == order_id).values(echo_until=until))


def unless_asked(due: datetime | None) -> ColumnElement[datetime | None]:
    """A ``not_before`` that gives way to what was asked for since the store was read: that waits for nothing."""
    return case((orders.c.wanted <= orders.c.covered, cast(due, orders.c.not_before.type)))


def write(tx: Tx, order_id: int, **values: object) -> None:
    """Set columns of one order."""
    tx.execute(update(orders).where(orders.c.id == order_id).values(**values))


def wake_held(tx: Tx, connection_id: int, *, now: datetime) -> int:
    """Make every held order due now, to be planned again from what is known; returns how many."""
    return wake(tx, connection_id, [OrderState.HELD], now=now)


def wake(tx: Tx, connection_id: int, states: Collection[OrderState], *, now: datetime) -> int:
    """Make every idle order in one of these states due now, for the rules changed; returns how many.

    One at work this moment sees at its end that it was planned by others.
    """
    mine = connections.c.id == connection_id
    tx.execute(update(connections).where(mine).values(rules=connections.c.rules + 1))
    idle = and_(orders.c.run.is_(None), orders.c.state.in_([state.value for state in states]))
    woken = update(orders).where(orders.c.connection_id == connection_id, idle).values(not_before=now)
    return tx.execute(woken).rowcount
