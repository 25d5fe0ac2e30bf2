"""Waiting for the work to end: told live, given up when nothing moves any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

import click

from connector.cli.demonstration.display import Bar, Display
from connector.cli.demonstration.shop import Shop
from connector.cli.demonstration.stage import Stage
from connector.domain.faults import Fault
from connector.domain.posting import PostingState
from connector.domain.progress import OrderState
from connector.records.orders import OrderRow

PATIENCE = 90.0
"""Seconds without the least progress after which the demonstration has failed."""

LOOK_EVERY = 0.25
TRIES = 20

ENDED = frozenset({OrderState.POSTED, OrderState.LEFT_OUT, OrderState.WAITING, OrderState.HELD, OrderState.REJECTED})
POSTED = frozenset({OrderState.POSTED})
UNDER_WAY = (PostingState.SENDING, PostingState.SENT, PostingState.UNCERTAIN)

T = TypeVar("T")


class Stuck(click.ClickException):
    """The work did not come to an end; the message says which orders, and where they stand."""


def until_settled(stage: Stage, shop: Shop, display: Display, *, posted: Iterable[int] = ()) -> None:
    """Wait until every order of the shop has come to an end, and those in ``posted`` to that one.

    :raises Stuck: nothing moved for too long.
    :raises NotUp: a process of the connector does not stay up.
    """
    ends = dict.fromkeys(shop.ends(), ENDED) | dict.fromkeys(posted, POSTED)
    before: list[Bar] = []
    moved = time.monotonic()
    with display.bars() as bars:
        while True:
            stage.processes.check()
            at_rest = _is_at_rest(stage, shop)  # asked first: what still arrives is seen in the rows
            rows = stage.orders()
            left = [order for order, states in ends.items() if not _has_ended(rows.get(order), states)]
            if at_rest and not left:
                return
            now = _bars(stage, shop, rows, len(left))
            bars.show(now)
            if now != before:
                before, moved = now, time.monotonic()
            if time.monotonic() - moved > PATIENCE:
                raise Stuck(_where(rows, left))
            threading.Event().wait(LOOK_EVERY)


def until(done: Callable[[], bool], stage: Stage) -> None:
    """Wait until something is done.

    :raises Stuck: it takes too long.
    :raises NotUp: a process of the connector does not stay up.
    """
    began = time.monotonic()
    while not done():
        stage.processes.check()
        if time.monotonic() - began > PATIENCE:
            raise Stuck(f"the catalog has not come to rest within {PATIENCE:.0f} s")
        threading.Event().wait(LOOK_EVERY)


def _is_at_rest(stage: Stage, shop: Shop) -> bool:
    """Tell whether no webhook and no posting is on its way."""
    return shop.store.webhooks.settle(0) and not any(stage.postings(state.value, limit=1) for state in UNDER_WAY)


def _has_ended(row: OrderRow | None, states: Collection[OrderState]) -> bool:
    return row is not None and row.wanted == row.covered and row.state in states


def _bars(stage: Stage, shop: Shop, rows: Mapping[int, OrderRow], left: int) -> list[Bar]:
    infor, every = stage.sandbox.infor, len(shop.ends())
    sold = len(infor.orders_by_reference()), len(shop.with_items())
    vouchers = sum(map(len, infor.vouchers_by_key().values()))
    return [
        Bar("orders read from the store", sum(row.pulled_at is not None for row in rows.values()), every),
        *([Bar(f"sales orders in {stage.erp}", *sold)] if infor.sells else []),
        Bar(f"journals in the ledger of {stage.erp}", vouchers, shop.journals()),
        Bar("orders at their end", every - left, every),
    ]


def _where(rows: Mapping[int, OrderRow], left: Sequence[int]) -> str:
    told = [f"{order}: {rows[order].state.value} {rows[order].reason}" for order in left if order in rows]
    return "\n".join([f"nothing has moved for {PATIENCE:.0f} s; {len(left)} orders are not at their end", *told[:10]])


def persistently(work: Callable[[], T]) -> T:
    """Do what a person does whose command met an outage: try again."""
    for _ in range(TRIES):
        try:
            return work()
        except Fault as fault:
            refused = fault
        threading.Event().wait(LOOK_EVERY)
    raise refused
