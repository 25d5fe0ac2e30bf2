"""Intake: signed webhooks made durable and dispatched, against a bare Flask view on the same gunicorn settings.

Three webhooks an order, as a store sends them within a second. No worker takes the doorbells, so that nothing else
works; when all are answered the sweep that they ring for is done here, and claims every order once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.meter import Meter
from benchmarks.orders.load import Fired, fire
from benchmarks.orders.stage import OrdersStage, spread, told
from connector.cli.processes import Processes, environment, procfile
from connector.embedded.server import free_port
from connector.flows.orders import claim_due
from connector.records.runs import QUEUED
from tests.rig import until

SCOPES = ("created", "statusUpdated", "transaction/created")
CONNECTIONS = 50
CONTROL = "control"
HTTP = (
    "POST /webhooks/bigcommerce/{name} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "Content-Length: {length}\r\nwebhook-id: {id}\r\nwebhook-timestamp: {stamp}\r\n"
    "webhook-signature: v1,{signature}\r\n\r\n"
)


class Webhooks:
    """Writes signed deliveries, none of them twice."""

    def __init__(self, store_hash: str, secret: str) -> None:
        self._producer, self._secret = f"stores/{store_hash}", secret.encode()
        self._serial, self._orders = count(1), count(1_000_000)

    def of_orders(self, names: Sequence[str], each: int) -> list[bytes]:
        """Write three of each of so many new orders of each connection."""
        return [
            self._request(name, scope, order)
            for orders in ([next(self._orders) for _ in names] for _ in range(each))
            for name, order in zip(names, orders, strict=True)
            for scope in SCOPES
        ]

    def _request(self, name: str, scope: str, order: int) -> bytes:
        key, stamp = f"msg_{next(self._serial)}", int(time.time())
        about = {"type": "transaction", "order_id": str(order)} if "/" in scope else {"type": "order", "id": order}
        said = {"producer": self._producer, "scope": f"store/order/{scope}", "data": about, "created_at": stamp}
        body = json.dumps(said).encode()
        digest = hmac.digest(self._secret, f"{key}.{stamp}.".encode() + body, hashlib.sha256)
        head = HTTP.format(
            name=name, length=len(body), id=key, stamp=stamp, signature=base64.b64encode(digest).decode()
        )
        return head.encode() + body


class Servers:
    """The door and the bare view, side by side, by the same command of the Procfile."""

    def __init__(self, stage: OrdersStage) -> None:
        self._stage = stage
        self.bare = free_port()
        command = procfile(["web"])["web"].replace("webhooks.app:app", "benchmarks.orders.bare:app")
        command = f"{command} 2>>{stage.folder}/bare.log"
        bind = f"--bind 127.0.0.1:{self.bare}"
        self._bare = Processes(
            {"bare": command}, environment(stage.settings) | {"GUNICORN_CMD_ARGS": bind}, output=stage.output
        )

    @contextmanager
    def started(self) -> Iterator[None]:
        """Run both."""
        self._stage.start("web")
        self._bare.start()
        try:
            self._bare.wait_live(self.bare)
            yield
        finally:
            self._bare.stop()


@dataclass(frozen=True)
class Way:
    """How the load comes: new orders of each connection, requests at once, on connections that are kept or not."""

    called: str
    each: int
    lines: int
    kept: bool = True


def ways(*, quick: bool) -> Sequence[Way]:
    """Give those that are measured; the first has the ratio that is aimed for."""
    each, lines = (2, 16) if quick else (QUEUED, 32)
    return (
        Way(f"{lines} at once", each, lines),
        Way(f"{lines} at once, a connection each", each, lines, kept=False),
        Way("one at a time", 1, 1),
    )


def measure(stage: OrdersStage, webhooks: Webhooks, names: Sequence[str], way: Way) -> dict[str, Any]:
    """Send some to the door; all of them are kept, a bell is rung, and every order is dispatched once."""
    requests, orders = webhooks.of_orders(names, way.each), len(names) * way.each
    with Meter(stage.pid("web")) as web:
        fired = fire(stage.port, requests, connections=way.lines, kept=way.kept)
    until(lambda: stage.waiting(CONTROL), within=5, every=0.01)
    rings = stage.waiting(CONTROL)
    _assert_kept(stage, len(requests), orders)
    thousands = len(requests) / 1000
    return {**timed(fired), "rings": rings / thousands, "web_ms": web.cpu / thousands}


def timed(fired: Fired) -> dict[str, float]:
    """Give a rate and its times."""
    return {"rate": fired.rate, "p50": fired.percentile(0.5), "p99": fired.percentile(0.99)}


def _assert_kept(stage: OrdersStage, deliveries: int, orders: int) -> None:
    [kept] = stage.rows("SELECT count(*) AS n FROM deliveries WHERE state = 'taken'")
    [asked] = stage.rows("SELECT count(*) AS n, sum(wanted) AS wanted FROM orders")
    assert (kept["n"], asked["n"], asked["wanted"]) == (deliveries, orders, deliveries), (kept, asked)
    stage.do("UPDATE orders SET not_before = now() - interval '1 s'")
    assert len({run.ref for run in claim_due(stage.house)}) == orders
    stage.do("TRUNCATE deliveries", "DELETE FROM orders")
    stage.empty_queue(CONTROL)


def run(home: Path, *, quick: bool) -> dict[str, Any]:
    """Measure both in turn: with a web process that has a processor of its own, and with as many as are deployed."""
    measured = {each: _with(home / f"intake-{each}", each, quick=quick) for each in ("1", "2")}
    return {"by web processes": measured}


def _with(home: Path, processes: str, *, quick: bool) -> dict[str, Any]:
    asked = ways(quick=quick)
    with OrdersStage(home, WEB_CONCURRENCY=processes) as stage:
        names = stage.multiply(CONNECTIONS)
        webhooks = Webhooks(stage.sandbox.store.store_hash, stage.sandbox.store.client_secret)
        servers = Servers(stage)
        with servers.started():
            measure(stage, webhooks, names, replace(asked[0], each=1))  # every thread has done everything once
            rounds = [
                {way.called: _beside(stage, servers, webhooks, names, way) for way in asked}
                for _ in range(2 if quick else 7)
            ]
    return {
        way.called: {
            "ratio": spread([one[way.called]["ratio"] for one in rounds]),
            "rounds": [one[way.called] for one in rounds],
        }
        for way in asked
    }


def _beside(
    stage: OrdersStage, servers: Servers, webhooks: Webhooks, names: Sequence[str], way: Way
) -> dict[str, Any]:
    requests = webhooks.of_orders(names, way.each)
    bare = timed(fire(servers.bare, requests, connections=way.lines, kept=way.kept))
    intake = measure(stage, webhooks, names, way)
    return {"bare": bare, "intake": intake, "ratio": intake["rate"] / bare["rate"]}


def show(figures: dict[str, Any]) -> None:
    """Print them."""
    for processes, measured in figures["by web processes"].items():
        rows = [row for way, figure in measured.items() for row in _times(way, figure["rounds"])]
        title = f"intake, web processes: {processes}: median (least to most)"
        report.table(title, ("", "a second", "p50 ms", "p99 ms"), rows)
        costs = [_costs(way, figure["rounds"]) for way, figure in measured.items()]
        report.table("", ("intake", "of bare", "CPU of web a delivery, ms", "rings for 1,000"), costs)


def _times(way: str, rounds: Sequence[dict[str, Any]]) -> Iterator[Sequence[str]]:
    for who in ("bare", "intake"):
        yield f"{who}, {way}", *(told([one[who][value] for one in rounds]) for value in ("rate", "p50", "p99"))


def _costs(way: str, rounds: Sequence[dict[str, Any]]) -> Sequence[str]:
    costs = (told([one["intake"][value] for one in rounds]) for value in ("web_ms", "rings"))
    return way, told([one["ratio"] for one in rounds]), *costs
