"""Connections do not disturb each other; a paused one receives, and posts when it is resumed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from connector.sandbox.serve import Sandbox
from tests.journeys.books import Books
from tests.rig import Rig, until


@pytest.fixture(scope="module")
def beta(rig: Rig) -> Iterator[Sandbox]:
    """Another store with another tenant, connected as well."""
    sandbox = Sandbox(seed=(), store={"store_hash": "fghij67890"}, infor={"tenant": "BETA_TST"}).start()
    rig.connect(name="beta", sandbox=sandbox)
    sandbox.store.webhooks.direct = [rig.door("beta")]
    yield sandbox
    sandbox.stop()


def test_a_paused_connection_receives_and_posts_when_resumed(rig: Rig, beta: Sandbox) -> None:
    rig.cli("connection", "pause", "acme")
    rig.sandbox.dial.forget_calls()
    store = rig.sandbox.store
    numbers = store.place_orders(3, announce=True)
    assert store.webhooks.settle()
    assert all(one.arrived for one in store.webhooks.deliveries)
    [other] = beta.store.place_orders(1, announce=True)
    rig.wait_settled([other], name="beta")
    assert rig.sandbox.infor.state()["orders"] == []
    assert [call.name for call in rig.sandbox.dial.calls] == []

    rig.cli("connection", "resume", "acme")
    rig.wait_settled(numbers)
    books = Books(rig)
    for number in numbers:
        books.assert_booked_once(number)


def test_a_pause_stops_the_work_that_is_under_way(rig: Rig) -> None:
    rig.sandbox.dial.latency = 0.9  # an order takes longer than the command, however busy the machine
    rig.sandbox.dial.forget_calls()
    numbers = rig.sandbox.store.place_orders(6, announce=True)
    until(lambda: rig.sandbox.dial.counts()["m3 OIS100MI/AddBatchHead"])
    rig.cli("connection", "pause", "acme")
    until(lambda: _is_quiet(rig, seconds=1.5))
    assert rig.ended().isdisjoint(numbers)

    rig.sandbox.dial.latency = 0
    rig.cli("connection", "resume", "acme")
    rig.wait_settled(numbers)
    books = Books(rig)
    for number in numbers:
        books.assert_booked_once(number)
    books.assert_nothing_left()


def _is_quiet(rig: Rig, seconds: float) -> bool:
    return rig.sandbox.dial.calls[-1].at < time.time() - seconds


@pytest.mark.parametrize(
    "broken", ["m3 *", *(pytest.param(other, marks=pytest.mark.long) for other in ("store *", "ion *"))]
)
def test_an_outage_of_one_connection_stops_no_other(rig: Rig, beta: Sandbox, broken: str) -> None:
    rig.sandbox.dial.add(broken, "hang", seconds=10)
    rig.sandbox.infor.control["revoke_tokens"](None)
    stuck = rig.sandbox.store.place_orders(4, announce=True)
    until(lambda: any(call.fault for call in rig.sandbox.dial.calls))
    well = beta.store.place_orders(8, announce=True)
    rig.wait_settled(well, name="beta")
    books = Books(rig, name="beta", sandbox=beta)
    for number in well:
        books.assert_booked_once(number)
    assert rig.ended().isdisjoint(stuck)

    rig.sandbox.dial.clear()
    for number in stuck:
        rig.sandbox.store.set_status(number, 11)
    rig.wait_settled(stuck, within=180)
    books = Books(rig)
    for number in stuck:
        books.assert_booked_once(number)
    books.assert_nothing_left()
