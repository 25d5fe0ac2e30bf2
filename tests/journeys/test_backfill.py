"""Orders in without webhooks: beat's polls alone bring everything, once."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from connector.flows import setup
from tests.journeys.books import Books
from tests.rig import NAME, Rig, until

RIG = {"env": {"POLL_INTERVAL": "1"}}
ORDERS, CAPTURED, REFUNDED = 24, 6, 6


@pytest.fixture(autouse=True)
def _polled_every_few_seconds(rig: Rig) -> None:
    file = rig.folder / "files" / NAME / "connection.yaml"
    file.write_text(file.read_text().replace("{orders: 5m,", "{orders: 4s,"))
    _, checks = setup.add(rig.house, file, by="test")
    assert all(check.ok for check in checks)


def place(rig: Rig, count: int, **words: object) -> list[int]:
    return rig.sandbox.store.place_orders(count, lines=1, shipping="0", customer=0, announce=True, **words)


def refund(rig: Rig, number: int) -> None:
    item = {"item_type": "ORDER", "item_id": number, "amount": "1.00"}
    rig.sandbox.store.refund(number, items=[item], delay=0)


def test_a_day_of_orders_is_posted_with_all_webhooks_lost(rig: Rig) -> None:
    store = rig.sandbox.store
    store.webhooks.fate("*", "lost")
    numbers = place(rig, ORDERS - CAPTURED)
    captured = place(rig, CAPTURED, pay=[{"event": "authorization"}])
    rig.wait_settled([*numbers, *captured], within=150)
    for number in captured:
        store.add_transaction(number, event="capture")
        store.set_status(number, 2)
    for number in numbers[:REFUNDED]:
        refund(rig, number)
    kinds = Counter(sale=ORDERS, payment=ORDERS, refund=REFUNDED)
    until(lambda: len(rig.sandbox.infor.vouchers_by_key()) >= kinds.total(), within=100, every=0.5)
    rig.wait_settled([*numbers, *captured])

    books = Books(rig)
    books.assert_nothing_left()
    for number in [*numbers, *captured]:
        books.assert_booked_once(number)
    assert len(books.m3["vouchers_by_key"]) == kinds.total()
    told = json.loads(rig.cli("certificate", NAME, "--deep", "--json"))["certificate"]
    assert told["counts"] == {
        "orders by id": ORDERS,
        "orders by date": ORDERS,
        "orders by the store's count": ORDERS,
        "orders archived and hidden": 0,
        "orders here": ORDERS,
        "refunds by the store's list": REFUNDED,
        "refunds here": REFUNDED,
        "transactions here": ORDERS + CAPTURED + REFUNDED,
    }
    ends = Counter({(one["about"], one["state"]): one["count"] for one in told["ends"]})
    assert ends[("orders", "posted")] == ORDERS
    assert ends[("refunds", "posted")] == REFUNDED
    assert ends[("transactions", "posted")] == ORDERS
    assert (told["differences"], told["complete"]) == ([], True)


def test_orders_are_posted_once_with_half_of_the_webhooks_lost(rig: Rig) -> None:
    store = rig.sandbox.store
    store.webhooks.forget_fates()
    heard = place(rig, 10)
    store.webhooks.fate("*", "lost")
    unheard = place(rig, 10)
    for number in heard[:5]:
        refund(rig, number)
    store.webhooks.forget_fates()
    for number in unheard[:5]:
        refund(rig, number)
    until(lambda: all(len(Books(rig).vouchers(number)) == 3 for number in [*heard[:5], *unheard[:5]]), every=0.5)
    rig.wait_settled([*heard, *unheard])
    books = Books(rig)
    books.assert_nothing_left()
    for number in [*heard, *unheard]:
        books.assert_booked_once(number)


def test_an_order_that_changes_while_it_is_read_is_read_again(rig: Rig) -> None:
    store = rig.sandbox.store
    store.webhooks.fate("*", "lost")
    [before] = place(rig, 1)
    number = before + 1
    rig.sandbox.dial.after(f"store GET /v2/orders/{number}", lambda _: store.set_status(number, 2))
    assert place(rig, 1) == [number]
    until(lambda: (row := rig.order(number)) and row.status_id == 2, within=60)
    rig.wait_settled([before, number])
    Books(rig).assert_booked_once(number)
