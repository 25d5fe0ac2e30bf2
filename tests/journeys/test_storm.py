"""Webhooks in thousands: one order is one sales order, and the last change is not lost."""

from __future__ import annotations

import pytest

from connector.flows import story
from connector.records.listing import Newest
from tests.journeys.books import Books
from tests.rig import Rig

COPIES = 1000
CHANGES = 200
LAST = "store/order/transaction/created"
"""The last of a new order's webhooks: the others must not come when the storm has filled the senders' queue."""


@pytest.fixture(scope="module")
def stormed(rig: Rig) -> int:
    """An order whose webhook came a thousand times from sixteen senders, run to its end."""
    store = rig.sandbox.store
    store.webhooks.fate(LAST, "copied", count=COPIES, times=1)
    [number] = store.place_orders(1, customer=501, announce=True)
    assert store.webhooks.settle(60)
    rig.wait_settled([number])
    return number


def test_every_copy_is_answered_at_its_first_try(rig: Rig, stormed: int) -> None:
    sent = [one for one in rig.sandbox.store.webhooks.deliveries if one.scope == LAST]
    assert [(len(one.answers), set(one.answers)) for one in sent] == [(COPIES, {200})]


def test_a_thousand_copies_are_one_delivery(rig: Rig, stormed: int) -> None:
    kept = story.listed(rig.house, "acme", Newest(2000), kind="delivery")
    ids = [one.id for one in rig.sandbox.store.webhooks.deliveries if one.scope == LAST]
    assert len(ids) == 1
    assert len([row for row in kept if row.subject == f"{LAST} order {stormed}"]) == 1


def test_a_thousand_copies_are_one_sales_order(rig: Rig, stormed: int) -> None:
    books = Books(rig)
    books.assert_booked_once(stormed)
    books.assert_nothing_left()


def test_a_storm_costs_no_further_calls(rig: Rig, stormed: int) -> None:
    calls = [call.system for call in rig.calls(stormed)]
    assert (calls.count("bigcommerce"), calls.count("m3")) == (5, 13)


def test_of_many_changes_the_last_one_counts(rig: Rig) -> None:
    store = rig.sandbox.store
    [number] = store.place_orders(1, customer=502, announce=True, status=1)
    for change in range(CHANGES):
        store.set_status(number, (1, 7)[change % 2])  # pending, awaiting payment: neither is posted
    store.set_status(number, 11)
    assert store.webhooks.settle(60)
    rig.wait_settled([number])
    order = rig.order(number)
    assert order is not None
    assert (order.state.value, order.status_id) == ("posted", 11)
    Books(rig).assert_booked_once(number)
    store_calls = [call for call in rig.calls(number) if call.system == "bigcommerce"]
    assert len(store_calls) < CHANGES / 2


def test_a_refund_in_the_middle_of_a_storm_is_booked(rig: Rig) -> None:
    store = rig.sandbox.store
    [number] = store.place_orders(1, customer=503, announce=True)
    for change in range(CHANGES):
        store.set_status(number, (9, 11)[change % 2])
        if change == CHANGES // 2:
            store.refund(number, items=[{"item_type": "ORDER", "item_id": number, "amount": "1.00"}])
    assert store.webhooks.settle(60)
    rig.wait_settled([number])
    books = Books(rig)
    books.assert_booked_once(number)
    assert len(books.vouchers(number)) == 3
