"""The door as gunicorn serves it: to clients that stop in the middle, and to those that would be let in elsewhere."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.domain.gauge import Gauge
from connector.embedded.server import free_port
from tests.wire.test_door import PATH, SECRET, InMemoryDoor, entrance
from webhooks.app import create_app
from webhooks.worker import PunctualWorker

HERE = "tests.wire.test_served"
THREADS = 2


class Impatient(PunctualWorker):
    asking = 0.5
    at_all = 3


class Slow(InMemoryDoor):
    def ready(self) -> list[str]:
        time.sleep(4 * Impatient.asking)
        return []

    def gauges(self) -> list[Gauge]:
        return [Gauge("ml_connector_orders", ("acme", f"{number}{'x' * 10_000}"), 1) for number in range(1000)]


app = create_app(entrance(Slow({"acme": (SECRET,)})))


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The door behind gunicorn, as the Procfile runs it but for its patience."""
    chosen = free_port()
    command = [sys.executable, "-m", "gunicorn", f"{HERE}:app", "--worker-class", f"{HERE}.Impatient"]
    options = ["--threads", str(THREADS), "--bind", f"127.0.0.1:{chosen}", "--no-control-socket"]
    with subprocess.Popen([*command, *options], cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL) as server:
        try:
            while not lives(chosen):
                time.sleep(0.1)
            yield chosen
        finally:
            server.terminate()


def status(port: int, path: str, **headers: str) -> int:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        asking.request("GET", path, headers=headers)
        return asking.getresponse().status
    finally:
        asking.close()


def lives(port: int) -> bool:
    try:
        return status(port, "/live") == 200
    except ConnectionError:
        return False


def test_who_stops_in_the_middle_of_a_request_is_cut_off(port: int) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n"
    started = [head[:20], head, f"{head}Content-Length: 9\r\n\r\nx", f"{head}Transfer-Encoding: chunked\r\n\r\n9"]
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in started]
    for wire, text in zip(slow, started, strict=True):
        wire.sendall(text.encode())
    began = time.monotonic()
    assert lives(port)
    assert time.monotonic() - began > Impatient.asking
    for wire in slow:
        wire.close()


def test_who_does_not_read_the_answer_is_cut_off(port: int) -> None:
    deaf = [socket.create_connection(("127.0.0.1", port)) for _ in range(THREADS)]
    for wire in deaf:
        wire.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert lives(port)
    for wire in deaf:
        wire.close()


def test_an_answer_may_take_its_time(port: int) -> None:
    assert status(port, "/ready") == 200


def test_no_header_says_where_the_door_begins(port: int) -> None:
    assert status(port, "/webhooks/live", SCRIPT_NAME="/webhooks") == 404
