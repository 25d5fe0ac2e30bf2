"""What the safety costs: the same orders by the connector and by a plain Celery task, side by side in one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import requests
from celery import Celery

from benchmarks import report
from benchmarks.orders.crowd import Worked, place, told_at, watched, work
from benchmarks.orders.pipeline import LATENCY, WAITS
from benchmarks.orders.stage import OrdersStage, told
from connector.cli.processes import NotUp, Processes, environment
from tests.rig import until

WORKER = "exec celery --quiet --app benchmarks.orders.plain worker --without-mingle --without-gossip --queues plain"


@contextmanager
def plain_worker(stage: OrdersStage, concurrency: int) -> Iterator[Processes]:
    """Run a worker of the plain task; its token is got for it."""
    ionapi = stage.sandbox.infor.ionapi(stage.sandbox.url)
    form = {"grant_type": "password", "username": ionapi["saak"], "password": ionapi["sask"]}
    asked = requests.post(ionapi["pu"] + ionapi["ot"], form, auth=(ionapi["ci"], ionapi["cs"]), timeout=10)
    asked.raise_for_status()
    env = environment(stage.settings) | {
        "PLAIN_STORE": f"{stage.sandbox.url}/stores/{stage.sandbox.store.store_hash}",
        "PLAIN_TOKEN": stage.sandbox.store.token,
        "PLAIN_M3": f"{ionapi['iu']}/{ionapi['ti']}/M3/m3api-rest/v2/execute",
        "PLAIN_BEARER": asked.json()["access_token"],
    }
    command = f"{WORKER} --concurrency {concurrency} 2>>{stage.folder}/plain.log"
    started = Processes({"plain": command}, env, output=stage.output).start()
    try:
        until(lambda: _runs(started))
        yield started
    finally:
        started.stop()


def _runs(started: Processes) -> bool:
    with suppress(NotUp):
        return started.pid("plain") > 0
    return False


def work_plainly(stage: OrdersStage, worker: Processes, count: int) -> Worked:
    """Let the plain task do new orders."""
    numbers = place(stage, count)

    def go() -> None:
        with Celery(broker=stage.valkey.url, set_as_current=False) as client:
            for number in numbers:
                client.send_task("plain.post", args=[number], queue="plain")
        until(lambda: len(told_at(stage)) == count, within=300, why=stage.said)

    found = watched(stage, worker.pid("plain"), count, go)
    until(lambda: _are_booked(stage, numbers), within=60)  # M3 takes its time
    return found


def _are_booked(stage: OrdersStage, numbers: Sequence[int]) -> bool:
    state = stage.sandbox.infor.state()
    orders = [state["orders_by_reference"].get(f"BC-{number}", []) for number in numbers]
    vouchers = [state["vouchers_by_key"][f"P{kind}{number}"] for kind in "SP" for number in numbers]
    return all(len(found) == 1 for found in [*orders, *vouchers])


def run(home: Path, *, quick: bool) -> dict[str, Any]:
    """Measure both in turn."""
    times, orders, concurrency = (2, 8, 2) if quick else (3, 120, 4)
    with OrdersStage(home / "cost", WORKER_CONCURRENCY=str(concurrency), **WAITS) as stage:
        stage.sandbox.dial.latency = LATENCY
        stage.start("worker")
        with plain_worker(stage, concurrency) as plain:
            work_plainly(stage, plain, 2 * concurrency)
            work(stage, 2 * concurrency + 2)
            rounds = [
                {
                    "plain": asdict(work_plainly(stage, plain, orders)),
                    "connector": asdict(work(stage, orders)),
                }
                for _ in range(times)
            ]
    return {"concurrency": concurrency, "latency": LATENCY, "rounds": rounds}


def show(figures: dict[str, Any]) -> None:
    """Print them."""
    rounds, names = figures["rounds"], ("rate", "calls", "worker_cpu", "worker_mb")
    rows = [
        (kind, *(told([one[kind][value] for one in rounds]) for value in names)) for kind in ("plain", "connector")
    ]
    ratios = (told([one["connector"][value] / one["plain"][value] for one in rounds]) for value in names)
    rows.append(("connector / plain", *ratios))
    head = ("", "orders/s", "calls an order", "its CPU s an order", "its MB")
    report.table(f"cost, {figures['concurrency']} processes, {figures['latency'] * 1000:.0f} ms a call", head, rows)
