"""Who works an order: one *run* at a time, and within a run one *holder* at a time, both in the order's own row.

Both end by themselves: a dead worker is noticed by its lease, and whoever comes after it holds another name, so that
a worker that wakes up late finds its claim gone (``Superseded``) before it touches the wire.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)

from connector.domain.identity import OrderRef
from connector.records.database import Tx
from connector.records.orders import COLUMNS, OrderRow, row_of, same
from connector.records.schema import connections, orders

QUEUED = 10
"""Runs of one connection that stand in the workers' queue at once, beside those that they have in hand.

Those that rest do not count. A longer queue would only make each of them look dead while it waits, and other
connections' orders wait behind it.
"""


_IDLE = {"holder": None, "holder_until": None, "rests_until": None}
"""What is set of a run that nobody has taken up."""


@dataclass(frozen=True, slots=True)
class Run:
    """The right to work one order, good for a chain of steps."""

    ref: OrderRef
    token: str


def claim(tx: Tx, order_id: int, *, now: datetime, until: datetime) -> Run | None:
    """Claim a run if the order is idle, its connection at work and there is room; else it is due later."""
    connection_id = tx.execute(select(orders.c.connection_id).where(orders.c.id == order_id)).scalar_one()
    claimed = _claim(tx, [order_id], now=now, until=until) if _room(tx, connection_id, now) else []
    return claimed[0] if claimed else None


def claim_due(tx: Tx, connection_id: int, *, now: datetime, until: datetime) -> list[Run]:
    """Claim a run for every order of a connection that lies there, as many as there is room for.

    That is a lost dispatch, a dead worker, a waiting time that is over, or one that found no room before.
    """
    room = _room(tx, connection_id, now)
    if not room:
        return []
    mine = orders.c.connection_id == connection_id
    longest = [
        select(select(orders.c.id).where(mine, lies).order_by(since).limit(room).subquery().c.id)
        for lies, since in _lying(now)
    ]
    due = (
        select(orders.c.id)
        .where(orders.c.id.in_(union_all(*longest).limit(room)))
        .with_for_update(skip_locked=True, key_share=True)
    )
    ids = sorted(tx.execute(due).scalars())
    return _claim(tx, ids, now=now, until=until) if ids else []


def connections_with_due(tx: Tx, *, now: datetime) -> list[int]:
    """List the connections at work of which an order lies there."""
    mine = orders.c.connection_id == connections.c.id
    each = (select(literal(1)).where(mine, lies).order_by(since) for lies, since in _lying(now))
    # in the order of its index and limited: EXISTS, or no order, may be answered by reading all orders there are
    lying = or_(*(one.limit(1).scalar_subquery().is_not(None) for one in each))
    found = select(connections.c.id).where(connections.c.paused.is_(False), lying).order_by(connections.c.id)
    return list(tx.execute(found).scalars())


def _lying(now: datetime) -> list[tuple[ColumnElement[bool], ColumnElement[Any]]]:
    """Say how an order comes to lie there and since when; each is the beginning of an index of its own."""
    idle = orders.c.run.is_(None)
    return [
        (and_(orders.c.run.is_not(None), orders.c.run_until <= now), orders.c.run_until),
        (and_(idle, orders.c.not_before <= now), orders.c.not_before),
        (and_(idle, orders.c.not_before.is_(None), orders.c.wanted > orders.c.covered), orders.c.id),
    ]


def _room(tx: Tx, connection_id: int, now: datetime) -> int:
    """Count the runs that may still be dispatched: a backlog waits here, not in the broker."""
    dispatched = and_(orders.c.connection_id == connection_id, orders.c.run.is_not(None), orders.c.run_until > now)
    in_hand = func.coalesce(orders.c.holder_until > now, False)
    rests = func.coalesce(orders.c.rests_until > now, False)
    queued = tx.execute(select(func.count()).where(dispatched, ~in_hand, ~rests)).scalar_one()
    return max(0, QUEUED - queued)


def _claim(tx: Tx, ids: Sequence[int], *, now: datetime, until: datetime) -> list[Run]:
    token = func.replace(cast(func.gen_random_uuid(), String), "-", "")
    claimed = tx.execute(
        update(orders)
        .where(
            orders.c.id.in_(ids),
            orders.c.connection_id == connections.c.id,
            connections.c.paused.is_(False),
            or_(orders.c.run.is_(None), orders.c.run_until <= now),
        )
        .values(run=token, run_until=until, begun=orders.c.run.is_(None), **_IDLE, not_before=None)
        .returning(orders.c.id, orders.c.number, orders.c.run, connections.c.name)
    )
    return [Run(OrderRef(row.name, row.number), row.run) for row in sorted(claimed, key=attrgetter("id"))]


def hold(tx: Tx, run: Run, holder: str, *, now: datetime, lease: timedelta, grace: timedelta) -> OrderRow | None:
    """Become the one worker of a run; None if the run is over or another holder is alive.

    A run that was thought dead and only stood in a long queue takes its place back from the one dispatched in
    its stead, as long as that has not begun: whoever comes to a worker first goes on. The run of an order that lay
    idle has begun from the first: what was before it has ended, whatever messages of it are still under way.
    """
    not_begun = and_(same(run.ref), orders.c.run.is_not(None), orders.c.begun.is_(False))
    held = tx.execute(
        update(orders)
        .where(
            or_(orders.c.run == run.token, not_begun),
            or_(orders.c.holder.is_(None), orders.c.holder_until <= now),
            orders.c.connection_id == connections.c.id,
        )
        .values(run=run.token, begun=True, holder=holder, holder_until=now + lease, run_until=now + lease + grace)
        .returning(*COLUMNS)
    ).one_or_none()
    return row_of(held) if held else None


def is_current(tx: Tx, run: Run) -> bool:
    """Tell whether a run has not been replaced or finished."""
    return tx.execute(select(orders.c.id).where(orders.c.run == run.token)).one_or_none() is not None


def is_abandoned(tx: Tx, run: Run, *, now: datetime) -> bool:
    """Tell whether a run is current and nobody works it: its row is ours until the transaction ends."""
    nobody = or_(orders.c.holder.is_(None), orders.c.holder_until <= now)
    return (
        tx.execute(select(orders.c.id).where(orders.c.run == run.token, nobody).with_for_update()).first() is not None
    )


def keep(tx: Tx, run: Run, holder: str, *, now: datetime, lease: timedelta, grace: timedelta) -> bool:
    """Renew a holder's claim; False when it is lost. One whose lease ended is good as long as nobody takes over."""
    kept = tx.execute(
        update(orders)
        .where(orders.c.run == run.token, orders.c.holder == holder)
        .values(holder_until=now + lease, run_until=now + lease + grace)
        .returning(orders.c.id)
    )
    return kept.one_or_none() is not None


def let_go(tx: Tx, run: Run, holder: str, *, run_until: datetime) -> None:
    """End a step: the run lives on for its next one until ``run_until``."""
    tx.execute(
        update(orders)
        .where(orders.c.run == run.token, orders.c.holder == holder)
        .values(holder=None, holder_until=None, run_until=run_until)
    )


def rest(tx: Tx, run: Run, *, until: datetime) -> None:
    """Let a run wait on purpose: meanwhile another may have its place in the queue."""
    tx.execute(update(orders).where(orders.c.run == run.token).values(rests_until=until))


def finish(tx: Tx, run: Run, *, values: Mapping[str, object]) -> None:
    """End a run and say where the order stands."""
    ended = {"run": None, "run_until": None, "begun": False, **_IDLE}
    tx.execute(update(orders).where(orders.c.run == run.token).values(**ended, **values))
