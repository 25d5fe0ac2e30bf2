"""Waiting for the work to end: told live, given up when nothing moves any more."""

from __future__ import annotations

from collections.abc import Iterable

from connector.cli.rehearsal.display import Display
from connector.cli.rehearsal.shop import Shop
from connector.cli.rehearsal.stage import Stage
from connector.domain.posting import PostingState
from connector.domain.progress import OrderState
from connector.records.orders import OrderRow

PATIENCE = 90.0
"""Seconds without the least progress after which the demonstration has failed."""

TRIES = 20
LOOK_EVERY = 0.25

ENDED = frozenset({OrderState.POSTED, OrderState.LEFT_OUT, OrderState.WAITING, OrderState.HELD, OrderState.REJECTED})
UNDER_WAY = (PostingState.SENDING, PostingState.SENT, PostingState.UNCERTAIN)


class Stuck(RuntimeError):
    """The work did not come to an end; the message says which orders, and where they stand."""


def until_settled(stage: Stage, shop: Shop, display: Display, *, posted: Iterable[int] = ()) -> None:
    """Wait until every order of the shop has come to its end, and ``posted`` are posted.

    :raises Stuck: nothing moved for too long.
    """
    wanted = set(posted)

    def unsettled() -> list[int]:
        rows = stage.orders()
        return [order for order in shop.ends() if not _ended(rows.get(order), posted=order in wanted)]

    def at_rest() -> bool:
        return shop.store.webhooks.settle(0) and not unsettled() and not any(map(stage.some_posting_is, UNDER_WAY))

    with display.gauges() as gauges:

        def look() -> tuple[int, ...]:
            shown = _gauges(stage, shop)
            gauges.show(shown)
            return (*(gauge.now for gauge in shown), len(stage.sandbox.dial.calls))

        _patiently(at_rest, look, stage.processes.check, lambda: _where(stage, unsettled()))


def _ended(row: OrderRow | None, *, posted: bool) -> bool:
    if row is None or row.wanted != row.covered:
        return False
    return row.state is OrderState.POSTED if posted else row.state in ENDED
