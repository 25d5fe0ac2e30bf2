"""Two beats and two workers, as on two machines: nothing is read, asked for or booked twice."""

from __future__ import annotations

from collections import Counter

from tests.journeys.books import Books
from tests.rig import Rig

PROCESSES = ("web", "worker", "worker.2", "beat", "beat.2")


def test_nothing_is_doubled(rig: Rig) -> None:
    store = rig.sandbox.store
    numbers = store.place_orders(16, customer=0, announce=True)
    assert store.webhooks.settle()
    rig.wait_settled(numbers)
    books = Books(rig)
    books.assert_nothing_left()
    for number in numbers:
        books.assert_booked_once(number)
        systems = Counter(call.system for call in rig.calls(number))
        assert (systems["bigcommerce"], systems["m3"]) == (5, 11)  # a guest needs no customer


def test_both_workers_worked(rig: Rig) -> None:
    for name in ("worker", "worker.2"):
        assert rig.pid(name)
    log = rig.output.getvalue()
    assert " worker   | " in log
    assert " worker.2 | " in log


def test_a_poll_that_is_due_is_made_once(rig: Rig) -> None:
    numbers = rig.sandbox.store.place_orders(3, customer=0, announce=False)  # webhooks that were never sent
    rig.sandbox.dial.forget_calls()
    rig.ring("orders.poll_due", times=8)
    rig.wait_settled(numbers)
    counts = rig.sandbox.dial.counts()
    assert (counts["store GET /v2/orders"], counts["store GET /v3/orders/payment_actions/refunds"]) == (1, 1)
    books = Books(rig)
    for number in numbers:
        books.assert_booked_once(number)
