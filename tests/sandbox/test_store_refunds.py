"""Refunds: worth what was paid, never more than is left, promised at once and paid out a moment later."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests

from connector.sandbox.listen import Listener
from connector.sandbox.store.app import StoreSandbox
from connector.sandbox.store.refunds import Refused

BASKET: dict[str, Any] = {
    "lines": [{"sku": "TEE-BLUE-M", "price": "49.95", "quantity": 3, "wrapping": "4.50"}],
    "taxes": {"State": "6.00", "City": "1.00"},
    "shipping": "12.50",
    "handling": "3.00",
    "fees": [{"name": "Rush fee", "amount": "9.00"}],
    "customer": 11,
}


@pytest.fixture
def store() -> Iterator[StoreSandbox]:
    store = StoreSandbox(settle_delay=0)
    yield store
    store.close()


@pytest.fixture
def url(store: StoreSandbox) -> Iterator[str]:
    listener = Listener(store.wsgi)
    listener.start()
    yield f"{listener.url}/stores/{store.store_hash}/v3/orders"
    listener.stop()


def call(store: StoreSandbox, method: str, url: str, **words: Any) -> requests.Response:
    return requests.request(method, url, headers={"X-Auth-Token": store.token}, timeout=5, **words)


def units(order: int, quantity: int = 1) -> dict[str, Any]:
    return {"item_type": "PRODUCT", "item_id": order * 1000 + 1, "quantity": quantity}


def test_units_are_worth_what_was_paid_and_all_together_the_whole_line(store: StoreSandbox) -> None:
    order = store.place_order(lines=[{"price": "10.00", "quantity": 3}], taxes={"State": "8.25"})
    for _ in range(3):
        store.refund(order, items=[units(order)])
    refunds = store.orders[order].refunds
    assert [str(one.total) for one in refunds] == ["10.83", "10.82", "10.83"]
    assert sum(one.tax for one in refunds) == Decimal("2.48")
    assert store.orders[order].status == 4


def test_every_kind_of_item_has_its_tax(store: StoreSandbox) -> None:
    order = store.place_order(**BASKET)
    worth = {
        "GIFT_WRAPPING": {"item_type": "GIFT_WRAPPING", "item_id": order * 1000 + 1, "quantity": 3},
        "SHIPPING": {"item_type": "SHIPPING", "item_id": order * 10 + 1, "amount": "13.38"},
        "HANDLING": {"item_type": "HANDLING", "item_id": order * 10 + 1, "amount": "3.21"},
        "FEE": {"item_type": "FEE", "item_id": order * 10 + 5, "amount": "9.00"},
        "ORDER": {"item_type": "ORDER", "item_id": order, "amount": "5.00"},
    }
    told = {}
    for kind, item in worth.items():
        store.refund(order, items=[item])
        told[kind] = (str(store.orders[order].refunds[-1].total), str(store.orders[order].refunds[-1].tax))
    assert told == {
        "GIFT_WRAPPING": ("4.82", "0.32"),
        "SHIPPING": ("13.38", "0.88"),
        "HANDLING": ("3.21", "0.21"),
        "FEE": ("9.00", "0"),
        "ORDER": ("5.00", "0"),
    }
    assert store.orders[order].status == 14


def test_tax_alone_has_no_items(store: StoreSandbox, url: str) -> None:
    order = store.place_order(**BASKET)
    body = {"tax_adjustment_amount": 3.5, "payments": [{"provider_id": "braintree", "amount": 3.5}]}
    told = call(store, "POST", f"{url}/{order}/payment_actions/refunds", json=body).json()["data"]
    assert (told["items"], told["total_amount"], told["total_tax"]) == ([], 3.5, 3.5)
    assert store.truth()[str(order)]["refund_taxes"] == {"State": "3.00", "City": "0.50"}


def test_the_merchant_may_dictate_amounts(store: StoreSandbox) -> None:
    order = store.place_order(**BASKET)
    store.refund(
        order, items=[units(order)], merchant_calculated_override={"total_amount": "10.00", "total_tax": "-0.50"}
    )
    refund = store.orders[order].refunds[0]
    assert (refund.total, refund.tax, refund.overridden) == (Decimal("10.00"), Decimal("-0.50"), True)


def test_it_goes_back_the_ways_it_came(store: StoreSandbox) -> None:
    order = store.place_order(**BASKET, pay=[{"gateway": "storecredit", "amount": "40.00"}, {}])
    store.refund(order, items=[{"item_type": "ORDER", "item_id": order, "amount": "60.00"}])
    payments = store.orders[order].refunds[0].payments
    assert [(one.provider, str(one.amount)) for one in payments] == [("storecredit", "40.00"), ("braintree", "20.00")]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([("PRODUCT", 1001001, {"quantity": 4})], "quantity is greater"),
        ([("PRODUCT", 1001009, {"quantity": 1})], "no such item"),
        ([("SHIPPING", 10011, {"amount": "13.39"})], "greater than remaining"),
        ([("ORDER", 1001, {"amount": "999.00"})], "exceeds remaining"),
        ([("TAX", 1001, {"amount": "1.00"})], "not a valid item_type"),
        ([], "missing or invalid"),
    ],
)
def test_what_is_too_much_or_unknown_is_refused_and_nothing_happens(
    store: StoreSandbox, items: list[tuple[str, int, dict[str, Any]]], words: str
) -> None:
    order = store.place_order(**BASKET)
    asked = [{"item_type": kind, "item_id": number, **more} for kind, number, more in items]
    with pytest.raises(Refused, match=words) as refused:
        store.refund(order, items=asked)
    assert refused.value.status == 422
    assert (store.orders[order].refunds, store.orders[order].status) == ([], 11)


def test_guests_get_no_store_credit(store: StoreSandbox) -> None:
    order = store.place_order()
    with pytest.raises(Refused, match="guest customer"):
        store.refund(order, items=[units(order)], payments=[{"provider_id": "storecredit", "amount": "10.00"}])


def test_payments_must_add_up(store: StoreSandbox) -> None:
    order = store.place_order()
    with pytest.raises(Refused, match="does not match"):
        store.refund(order, items=[units(order)], payments=[{"provider_id": "braintree", "amount": "9.00"}])


def test_a_quote_promises_nothing(store: StoreSandbox, url: str) -> None:
    order = store.place_order(**BASKET)
    quoted = call(store, "POST", f"{url}/{order}/payment_actions/refund_quotes", json={"items": [units(order)]})
    told = quoted.json()["data"]
    assert quoted.status_code == 201
    assert (told["total_refund_amount"], told["total_refund_tax_amount"]) == (53.45, 3.5)
    assert [way[0]["provider_id"] for way in told["refund_methods"]] == ["braintree", "custom"]
    assert store.orders[order].refunds == []


def test_the_promise_is_201_and_the_money_moves_later(store: StoreSandbox, url: str) -> None:
    store.settle_delay = 0.2
    order = store.place_order()
    body = {"items": [units(order)], "payments": [{"provider_id": "braintree", "amount": 10.0}]}
    made = call(store, "POST", f"{url}/{order}/payment_actions/refunds", json=body)
    assert made.status_code == 201
    assert made.json()["data"]["payments"][0]["transaction_id"] == ""
    assert len(store.orders[order].transactions) == 1
    time.sleep(0.5)
    purchase, given = store.orders[order].transactions
    assert (given.event, given.amount, given.parent) == ("refund", Decimal("10.0"), purchase.id)
    (told,) = call(store, "GET", f"{url}/{order}/payment_actions/refunds").json()["data"]
    assert told["payments"][0]["transaction_id"] == str(given.id)


def test_a_declined_payment_says_so_and_counts_as_not_given(store: StoreSandbox, url: str) -> None:
    order = store.place_order()
    refund = store.refund(
        order, items=[units(order)], payments=[{"provider_id": "braintree", "amount": "10.00", "declined": True}]
    )
    told = call(store, "GET", f"{url}/payment_actions/refunds/{refund}").json()["data"]["payments"][0]
    assert (told["is_declined"], told["declined_message"] != "") == (True, True)
    truth = store.truth()[str(order)]
    assert (truth["refunds"], truth["refund_taxes"], truth["counts"]["refunds"]) == ({}, {}, 1)
    assert store.orders[order].transactions[-1].status == "error"


def test_refunds_are_listed_by_time_and_order(store: StoreSandbox, url: str) -> None:
    first, second = store.place_order(), store.place_order()
    store.refund(second, items=[units(second)], created="2026-03-10T09:00:00Z")
    store.refund(first, items=[units(first)], created="2026-03-11T09:00:00Z")

    def orders(**query: str) -> list[int]:
        told = call(store, "GET", f"{url}/payment_actions/refunds", params=query)
        assert told.status_code == 200
        return [one["order_id"] for one in told.json()["data"]]

    assert orders() == [second, first]
    assert orders(**{"created:min": "2026-03-11T00:00:00Z"}) == [first]
    assert orders(**{"created:max": "2026-03-10T09:00:00+00:00"}) == [second]
    assert orders(**{"order_id:in": f"{first},999"}) == [first]
    assert orders(limit="1", page="2") == [first]
    assert orders(limit="1", page="3") == []
    assert call(store, "GET", f"{url}/payment_actions/refunds", params={"created:min": "soon"}).status_code == 422


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": [{"item_type": "PRODUCT"}], "payments": []}])
def test_a_request_that_does_not_read_is_422(store: StoreSandbox, url: str, body: dict[str, Any]) -> None:
    order = store.place_order()
    assert call(store, "POST", f"{url}/{order}/payment_actions/refunds", json=body).status_code == 422
    assert store.orders[order].refunds == []
