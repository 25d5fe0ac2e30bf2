"""``python -m benchmarks.latency``: how long a paid order takes from its webhook to its number in the store.

Measured with the catalog idle, with a full sync on the same worker, and with the catalog idle again while strangers
burn as much CPU as the sync did: so much of the difference is the machine's. Orders come one after the other at a
steady rate. The fixed waits (to coalesce webhooks, to ask for a sales order's number) are half a second together, not
to hide what is measured; and each call outside takes its time, as real ones do.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.stage import PREFIX, Stage
from connector.domain.item import ItemState
from connector.flows import catalog
from tests.rig import NAME, until

WAITS = {"COALESCE_WINDOW": "0", "CONFIRM_DELAY": "0.5", "CATALOG_INTERVAL": "86400"}
"""Beat rings for no catalog work: the benchmark does, as often as beat would, when it is the sync's turn."""
BEAT = 15.0
PAID = 11
ORDER: Mapping[str, Any] = {"taxes": {"TX Sales Tax": "8.25"}, "shipping": "12.50"}
SPIN = (
    "import time\nwhile True:\n e=time.process_time()+{busy}\n while time.process_time()<e: pass\n time.sleep({idle})"
)


class Shoppers:
    """Places paid orders at a steady rate and finds out when the store was told their number."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage, self._chance = stage, random.Random(seed)

    def buy(self, count: int, rate: float) -> dict[int, float]:
        """Let orders be paid; gives the seconds that each took until its number was in the store."""
        store = self._stage.sandbox.store
        numbers = [
            store.place_order(lines=[self._line(), self._line()], announce=False, **ORDER) for _ in range(count)
        ]
        paid = {}
        began = time.time()
        for place, number in enumerate(numbers):
            threading.Event().wait(max(0, began + place / rate - time.time()))
            paid[number] = time.time()
            store.set_status(number, PAID)
        self._stage.wait_settled(numbers, within=300)
        told = {call.name: call.at for call in list(self._stage.sandbox.dial.calls) if "PUT /v2/orders/" in call.name}
        return {number: told[f"store PUT /v2/orders/{number}"] - at for number, at in paid.items()}

    def _line(self) -> dict[str, Any]:
        number = f"{PREFIX}{self._chance.randrange(1, 1000):06}"
        return {"sku": number, "name": number, "quantity": self._chance.randint(1, 4), "price": "9.99"}


class Cpu:
    """How much of the machine works, in processors."""

    def __init__(self) -> None:
        self._at, self._busy = time.monotonic(), _busy()

    def since(self) -> float:
        """Tell the mean since this was made."""
        return (_busy() - self._busy) / (time.monotonic() - self._at)


def _busy() -> float:
    user, nice, system, _idle, _wait, *rest = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + sum(rest[:2])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def strangers(processors: float) -> Iterator[None]:
    """Burn CPU, so many processors' worth, in as many processes as it takes."""
    count = max(1, round(processors + 0.5))
    busy = min(0.95, processors / count) * 0.02
    spin = SPIN.format(busy=busy, idle=0.02 - busy)
    burning = [subprocess.Popen([sys.executable, "-c", spin]) for _ in range(count if processors > 0 else 0)]  # noqa: S603
    try:
        yield
    finally:
        for one in burning:
            one.kill()
            one.wait()


@contextmanager
def ringing(stage: Stage) -> Iterator[None]:
    """Ring for catalog work as beat does."""
    over = threading.Event()

    def ring() -> None:
        stage.ring("catalog.due")
        while not over.wait(BEAT):
            stage.ring("catalog.due")

    thread = threading.Thread(target=ring, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def phase(stage: Stage, count: int, rate: float, seed: int) -> dict[str, Any]:
    """Measure one stream of orders."""
    cpu = Cpu()
    taken = sorted(Shoppers(stage, seed).buy(count, rate).values())
    return {
        "orders": count,
        "p50": statistics.median(taken),
        "p95": taken[int(len(taken) * 0.95) - 1],
        "most": taken[-1],
        "processors": cpu.since(),
        "seconds": taken,
    }


def published(stage: Stage) -> int:
    """Count the facts that are in the store."""
    return sum(
        times for (_, state), times in catalog.standing(stage.house, NAME).items() if state is ItemState.PUBLISHED
    )


def run(chosen: argparse.Namespace, home: Path) -> dict[str, Any]:
    """Measure all three on one system."""
    env = {**WAITS, "WORKER_CONCURRENCY": str(chosen.concurrency)} if chosen.concurrency else WAITS
    with Stage(home / "latency", count=chosen.items, quota=tuple(chosen.quota), route="table", **env) as stage:
        stage.sandbox.dial.latency = chosen.call
        stage.start()
        if not chosen.echoes:
            for scope in ("store/product/*", "store/sku/*"):
                stage.sandbox.store.webhooks.fate(scope, "lost")
        phase(stage, 5, 2, seed=0)  # every process has done everything once
        idle = phase(stage, chosen.orders, chosen.rate, seed=1)
        with ringing(stage):
            until(lambda: published(stage) > 0, within=600, every=0.5)
            before = published(stage)
            sync = phase(stage, chosen.orders, chosen.rate, seed=2)
            sync["published"] = published(stage) - before
            assert not stage.at_rest, "the sync was over before the orders: take more items"
            until(lambda: stage.at_rest, within=3600, every=1)
        more = sync["processors"] - idle["processors"]
        with strangers(more) if more > 0 else nullcontext():
            burnt = phase(stage, chosen.orders, chosen.rate, seed=3)
    return {"options": vars(chosen), "idle": idle, "full sync": sync, "strangers": burnt}


def show(figures: dict[str, Any]) -> None:
    """Print what the orders felt."""
    idle, burnt = figures["idle"], figures["strangers"]
    rows = [
        (
            name,
            part["p50"],
            part["p95"],
            part["most"],
            part["p50"] / idle["p50"],
            part["p95"] / idle["p95"],
            part["processors"],
        )
        for name, part in figures.items()
        if name != "options"
    ]
    head = ("catalog", "p50 s", "p95 s", "most s", "p50 / idle", "p95 / idle", "processors")
    report.table("an order from its webhook to its number in the store", head, rows)
    sync = figures["full sync"]
    print(f"\n  a full sync published {sync['published']:,} facts meanwhile")
    ratios = f"p50 {sync['p50'] / burnt['p50']:.2f}, p95 {sync['p95'] / burnt['p95']:.2f}"
    print(f"  beside strangers that burn as much CPU: {ratios}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--orders", type=int, default=60)
    parser.add_argument("--rate", type=float, default=1.0, help="orders a second")
    parser.add_argument("--concurrency", type=int, default=0, help="of the worker; 0 is the default of production")
    parser.add_argument("--call", type=float, default=0.1, help="seconds that each call outside takes at least")
    parser.add_argument("--echoes", action="store_true", help="the store sends webhooks of what the sync wrote, too")
    parser.add_argument("--quota", type=int, nargs=2, default=[1500, 30], metavar=("CALLS", "SECONDS"))
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as home:
        figures = run(chosen, Path(home))
    show(figures)
    print(f"\nall figures: {report.keep('latency', figures)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
