"""Waiting for the work to end: told live, given up when nothing moves any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

import click

from connector.cli.rehearsal.display import Display, Gauge
from connector.cli.rehearsal.shop import Shop
from connector.cli.rehearsal.stage import Stage
from connector.domain.faults import Fault
from connector.domain.posting import PostingState
from connector.domain.progress import OrderState
from connector.records.orders import OrderRow

PATIENCE = 90.0
"""Seconds without the least progress after which the demonstration has failed."""

LOOK_EVERY = 0.25
TRIES = 20

ENDED = frozenset({OrderState.POSTED, OrderState.LEFT_OUT, OrderState.WAITING, OrderState.HELD, OrderState.REJECTED})
UNDER_WAY = (PostingState.SENDING, PostingState.SENT, PostingState.UNCERTAIN)

T = TypeVar("T")


class Stuck(click.ClickException):
    """The work did not come to an end; the message says which orders, and where they stand."""


def until_settled(stage: Stage, shop: Shop, display: Display, *, posted: Iterable[int] = ()) -> None:
    """Wait until every order of the shop has come to an end, and those in ``posted`` to that one.

    :raises Stuck: nothing moved for too long.
    :raises NotUp: a process of the connector does not stay up.
    """
    wanted = frozenset(posted)
    before: list[Gauge] = []
    moved = time.monotonic()
    with display.gauges() as gauges:
        while left := _unsettled(stage, shop, wanted):
            stage.processes.check()
            now = _gauges(stage, shop, len(left))
            gauges.show(now)
            if now != before:
                before, moved = now, time.monotonic()
            if time.monotonic() - moved > PATIENCE:
                raise Stuck(_where(stage, left))
            threading.Event().wait(LOOK_EVERY)


def _unsettled(stage: Stage, shop: Shop, posted: frozenset[int]) -> list[int]:
    """List the orders that are not at their end; all of them while anything is still on its way."""
    every = sorted(shop.ends())
    if not shop.store.webhooks.settle(0) or any(stage.postings(state.value, limit=1) for state in UNDER_WAY):
        return every
    rows = stage.orders()
    return [order for order in every if not _ended(rows.get(order), posted=order in posted)]


def _ended(row: OrderRow | None, *, posted: bool) -> bool:
    if row is None or row.wanted != row.covered:
        return False
    return row.state is OrderState.POSTED if posted else row.state in ENDED


def _gauges(stage: Stage, shop: Shop, left: int) -> list[Gauge]:
    infor, booked, every = stage.sandbox.infor, len(shop.booked()), len(shop.ends())
    vouchers = sum(map(len, infor.vouchers_by_key().values()))
    return [
        Gauge("orders read from the store", sum(row.pulled_at is not None for row in stage.orders().values()), every),
        Gauge("sales orders in M3", len(infor.orders_by_reference()), booked),
        Gauge("journals in M3's ledger", vouchers, shop.journals()),
        Gauge("orders at their end", every - left, every),
    ]


def _where(stage: Stage, left: Iterable[int]) -> str:
    rows = stage.orders()
    told = [
        f"{order}: {row.state.value} {row.reason}" if (row := rows.get(order)) else f"{order}: new" for order in left
    ]
    return "\n".join([f"nothing has moved for {PATIENCE:.0f} s; {len(told)} orders are under way", *told[:10]])


def persistently(work: Callable[[], T]) -> T:
    """Do what a person does whose command met an outage: try again."""
    for _ in range(TRIES):
        try:
            return work()
        except Fault as fault:
            refused = fault
        threading.Event().wait(LOOK_EVERY)
    raise refused
