"""Paid orders, placed without a word, and what a worker makes of all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.latency import Cpu
from benchmarks.meter import Meter
from benchmarks.orders.stage import OrdersStage
from connector.flows.house import known
from connector.records import orders
from tests.rig import NAME

TOGETHER = 4
"""Calls of such an order that wait for nothing by themselves: three of the four that read it go beside the first,
and one of the two questions before it settles beside the other."""
_TOLD = re.compile(r"store PUT /v2/orders/(\d+)")


@dataclass(frozen=True)
class Worked:
    """What it took to bring a crowd of orders into the books."""

    orders: int
    calls: float
    rate: float
    worker_cpu: float
    processors: float
    worker_mb: float

    def of_floor(self, concurrency: int, latency: float) -> float:
        """Compare the rate with what nothing but the outside's latency would allow."""
        return self.rate / (concurrency / (self.calls * latency))

    def of_waits(self, concurrency: int, latency: float) -> float:
        """Compare it with what the latency would allow where calls that go at once wait once."""
        return self.rate / (concurrency / ((self.calls - TOGETHER) * latency))


def place(stage: OrdersStage, count: int, **words: Any) -> list[int]:
    """Place paid orders that nobody is told of."""
    return stage.sandbox.store.place_orders(count, lines=2, **words)


def ask(stage: OrdersStage, numbers: Sequence[int], *, name: str = NAME) -> None:
    """Ask for all of them, as a backlog waits: in the database."""
    owner, now = known(stage.house, name), stage.house.now()
    with stage.house.database.begin() as tx:
        for number in numbers:
            orders.want(tx, owner.id, number, now=now)


def work(stage: OrdersStage, count: int, *, within: float = 600) -> Worked:
    """Let the worker bring new orders into the books."""
    numbers = place(stage, count)
    ask(stage, numbers)

    def go() -> None:
        stage.ring("upkeep.sweep", queue="control")
        stage.wait_settled(numbers, within=within)

    found = watched(stage, stage.pid("worker"), count, go)
    stage.assert_booked_once(numbers)
    return found


def watched(stage: OrdersStage, worker: int, count: int, go: Callable[[], None]) -> Worked:
    """Count calls, processors and memory while something goes on.

    The rate is that of all orders from the first call to the last number told: twenty orders go step by step beside
    each other, so that a part of the time shows too many ends or too few.
    """
    stage.sandbox.dial.forget_calls()
    processors = Cpu()
    with Meter(worker) as meter:
        go()
    busy = processors.since()
    calls = list(stage.sandbox.dial.calls)
    rate = count / (told_at(stage)[-1] - calls[0].at)
    return Worked(count, len(calls) / count, rate, meter.cpu / count, busy, meter.worker)


def told_at(stage: OrdersStage) -> list[float]:
    """List when the store was told an order's number in the ERP, the last thing that is done with it."""
    return sorted(told_when(stage).values())


def told_when(stage: OrdersStage) -> dict[int, float]:
    """Give the same by order."""
    calls = ((_TOLD.fullmatch(call.name), call.at) for call in list(stage.sandbox.dial.calls))
    return {int(found[1]): at for found, at in calls if found}
