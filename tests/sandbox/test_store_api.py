"""The store's API over real HTTP: who may ask, how often, and in which shape it answers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests

from connector.sandbox.listen import Listener
from connector.sandbox.store.app import StoreSandbox

BASKET = {
    "lines": [{"sku": "TEE-BLUE-M", "price": "49.95", "quantity": 2, "wrapping": "4.50"}],
    "taxes": {"CA State Tax": "6.00", "CA City Tax": "1.00"},
    "shipping": "12.50",
    "handling": "3.00",
    "fees": [{"name": "Rush fee", "amount": "9.00"}],
    "coupons": [{"code": "SPRING10"}],
}


class Caller:
    """Speaks to the store as its owner."""

    def __init__(self, url: str, store: StoreSandbox) -> None:
        self.base = f"{url}/stores/{store.store_hash}"
        self.headers = {"X-Auth-Token": store.token, "Accept": "application/json"}

    def ask(self, path: str, method: str = "GET", **words: Any) -> requests.Response:
        return requests.request(method, self.base + path, headers=self.headers, timeout=5, **words)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json(parse_float=Decimal)


@pytest.fixture
def store() -> Iterator[StoreSandbox]:
    store = StoreSandbox(settle_delay=0)
    yield store
    store.close()


@pytest.fixture
def api(store: StoreSandbox) -> Iterator[Caller]:
    listener = Listener(store.wsgi)
    listener.start()
    yield Caller(listener.url, store)
    listener.stop()


def test_time_answers_whoever_has_the_token(api: Caller, store: StoreSandbox) -> None:
    assert abs(api.get("/v2/time")["time"] - store.now()) < 5


def test_the_store_tells_its_hash_and_currency(api: Caller, store: StoreSandbox) -> None:
    told = api.get("/v2/store")
    assert (told["id"], told["currency"], told["decimal_places"]) == (store.store_hash, "USD", 2)


@pytest.mark.parametrize("token", [None, "wrong"])
def test_no_token_or_a_wrong_one_is_401(api: Caller, token: str | None) -> None:
    api.headers["X-Auth-Token"] = token or ""
    assert api.ask("/v2/time").status_code == 401
    assert api.ask("/v3/hooks").json()["status"] == 401


def test_another_store_is_404(api: Caller) -> None:
    api.base = api.base.replace("abcde12345", "zzzzz")
    assert api.ask("/v2/time").status_code == 404


def test_a_missing_scope_is_403(api: Caller, store: StoreSandbox) -> None:
    order = store.place_order()
    store.scopes.remove("transactions")
    assert api.ask(f"/v3/orders/{order}/transactions").status_code == 403
    assert api.ask(f"/v2/orders/{order}").status_code == 200


def test_every_answer_tells_the_quota_and_the_spent_window_turns(api: Caller, store: StoreSandbox) -> None:
    store.quota.change(calls=2, window_ms=300)
    lefts = [api.ask("/v2/time").headers["X-Rate-Limit-Requests-Left"] for _ in range(2)]
    refused = api.ask("/v2/time")
    assert lefts == ["1", "0"]
    assert refused.status_code == 429
    assert 0 < int(refused.headers["X-Rate-Limit-Time-Reset-Ms"]) <= 300
    assert refused.headers["X-Rate-Limit-Time-Window-Ms"] == "300"
    assert refused.headers["X-Rate-Limit-Requests-Quota"] == "2"
    assert refused.headers["X-Retry-After"] == "1"
    assert store.quota.throttled == 1


def test_a_window_turns_by_itself() -> None:
    moment = [100.0]
    store = StoreSandbox(quota=1, window_ms=1000, now=lambda: moment[0])
    assert [store.quota.count().allowed for _ in range(2)] == [True, False]
    moment[0] += 1
    assert store.quota.count().allowed
    store.close()


def test_an_order_has_strings_of_four_decimals_and_rfc_dates(api: Caller, store: StoreSandbox) -> None:
    order = store.place_order(**BASKET, created="2026-03-03T21:40:11Z")
    told = api.get(f"/v2/orders/{order}")
    assert told["date_created"] == "Tue, 03 Mar 2026 21:40:11 +0000"
    assert told["date_shipped"] == ""
    assert (told["subtotal_ex_tax"], told["coupon_discount"], told["total_inc_tax"]) == (
        "99.9000",
        "9.9900",
        "126.6100",
    )
    assert told["refunded_amount"] == "0.0000"
    assert told["products"]["resource"] == f"/orders/{order}/products"
    assert told["fees"]["resource"] == f"/orders/{order}/fees"


def test_the_identity_of_totals_holds_in_what_is_shown(api: Caller, store: StoreSandbox) -> None:
    order = store.place_order(**BASKET)
    told = api.get(f"/v2/orders/{order}", include="fees")
    parts = [
        Decimal(told[f"{name}_inc_tax"]) for name in ("subtotal", "shipping_cost", "handling_cost", "wrapping_cost")
    ]
    fees = sum((Decimal(fee["cost_inc_tax"]) for fee in told["fees"]), Decimal(0))
    off = Decimal(told["coupon_discount"]) + Decimal(told["discount_amount"])
    assert Decimal(told["total_inc_tax"]) == sum(parts, fees) - off


def test_include_brings_consignments_lines_and_fees(api: Caller, store: StoreSandbox) -> None:
    order = store.place_order(**BASKET)
    query = {"include": "consignments,consignments.line_items,fees", "consignment_structure": "object"}
    told = api.get(f"/v2/orders/{order}", **query)
    (parcel,) = told["consignments"]["shipping"]
    (line,) = parcel["line_items"]
    assert (parcel["cost_ex_tax"], parcel["handling_cost_ex_tax"]) == (Decimal("12.5"), Decimal("3.0"))
    assert (line["sku"], line["quantity"], line["total_ex_tax"]) == ("TEE-BLUE-M", 2, "99.9000")
    assert line["wrapping_cost_ex_tax"] == "4.5000"
    assert line["applied_discounts"] == [
        {"id": "coupon", "amount": "9.9900", "name": "Coupon SPRING10", "code": "SPRING10", "target": "order"}
    ]
    assert told["consignments"]["downloads"] == []
    assert (told["fees"][0]["cost_ex_tax"], told["fees"][0]["display_name_customer"]) == ("9.0000", "Rush fee")
    assert api.get(f"/v2/orders/{order}", include="consignments")["consignments"][0]["shipping"]


def test_digital_orders_and_certificates_have_no_parcel(api: Caller, store: StoreSandbox) -> None:
    lines = [{"kind": "digital", "sku": "EBOOK-1"}, {"kind": "giftcertificate", "sku": ""}]
    order = store.place_order(lines=lines)
    query = {"include": "consignments.line_items", "consignment_structure": "object"}
    told = api.get(f"/v2/orders/{order}", **query)["consignments"]
    assert told["shipping"] == []
    assert told["downloads"][0]["line_items"][0]["sku"] == "EBOOK-1"
    assert told["email"]["gift_certificates"][0]["line_items"][0]["type"] == "giftcertificate"
    assert api.ask(f"/v2/orders/{order}/shipping_addresses").status_code == 204


def test_taxes_name_what_was_taxed_only_when_asked(api: Caller, store: StoreSandbox) -> None:
    order = store.place_order(**BASKET)
    rows = api.get(f"/v2/orders/{order}/taxes", details="true")
    assert [(row["name"], row["line_item_type"], row["line_amount"]) for row in rows[:4]] == [
        ("CA State Tax", "item", "5.3900"),
        ("CA City Tax", "item", "0.9000"),
        ("CA State Tax", "gift-wrapping", "0.2700"),
        ("CA City Tax", "gift-wrapping", "0.0500"),
    ]
    assert rows[0]["order_product_id"] == str(order * 1000 + 1)
    assert next(row for row in rows if row["line_item_type"] == "shipping")["order_product_id"] is None
    summed = api.get(f"/v2/orders/{order}/taxes")
    assert [(row["name"], row["line_amount"]) for row in summed] == [
        ("CA State Tax", "6.5900"),
        ("CA City Tax", "1.1100"),
    ]
    assert "line_item_type" not in summed[0]


@pytest.mark.parametrize("part", ["taxes", "coupons", "fees"])
def test_an_empty_v2_list_is_204_without_a_body(api: Caller, store: StoreSandbox, part: str) -> None:
    order = store.place_order()
    answer = api.ask(f"/v2/orders/{order}/{part}")
    assert (answer.status_code, answer.content) == (204, b"")


def test_an_unknown_order_is_404_everywhere(api: Caller) -> None:
    for path in ("/v2/orders/7", "/v2/orders/7/taxes", "/v3/orders/7/transactions"):
        assert api.ask(path).status_code == 404


def test_the_order_list_is_204_when_nothing_is_left(api: Caller, store: StoreSandbox) -> None:
    assert api.ask("/v2/orders").status_code == 204
    store.place_orders(3)
    assert api.ask("/v2/orders", params={"page": 2, "limit": 3}).status_code == 204


def test_pages_are_of_50_and_at_most_250(api: Caller, store: StoreSandbox) -> None:
    store.place_orders(60, lines=1)
    assert len(api.get("/v2/orders")) == 50
    assert len(api.get("/v2/orders", page=2)) == 10
    assert len(api.get("/v2/orders", limit=250)) == 60
    assert api.ask("/v2/orders", params={"limit": 251}).status_code == 413
    order = store.place_order(lines=[{"price": "1.00"}] * 60)
    assert len(api.get(f"/v2/orders/{order}/products")) == 50
    assert len(api.get(f"/v2/orders/{order}/products", limit=250)) == 60


def test_orders_are_filtered_and_sorted(api: Caller, store: StoreSandbox) -> None:
    days = [store.place_order(created=f"2026-03-0{day}T00:00:00Z", status=day) for day in (3, 1, 2)]

    def ids(**query: Any) -> list[int]:
        return [order["id"] for order in api.get("/v2/orders", **query)]

    assert ids(sort="date_modified:asc") == [days[1], days[2], days[0]]
    assert ids(sort="date_modified:desc") == [days[0], days[2], days[1]]
    assert ids(min_date_modified="2026-03-02T00:00:00Z") == [days[0], days[2]]
    assert ids(min_date_modified="Tue, 03 Mar 2026 00:00:00 +0000") == [days[0]]
    assert ids(max_date_modified="2026-03-01T00:00:00+00:00") == [days[1]]
    assert ids(min_id=days[1], max_id=days[1]) == [days[1]]
    assert ids(status_id=2) == [days[2]]
    assert api.ask("/v2/orders", params={"sort": "colour"}).status_code == 400


def test_orders_are_counted_by_status(api: Caller, store: StoreSandbox) -> None:
    for status in (11, 11, 5):
        store.place_order(status=status)
    told = api.get("/v2/orders/count")
    assert told["count"] == 3
    assert {row["name"]: row["count"] for row in told["statuses"] if row["count"]} == {
        "Awaiting Fulfillment": 2,
        "Cancelled": 1,
    }


def test_put_writes_the_outside_number_and_bumps_the_date(api: Caller, store: StoreSandbox) -> None:
    order = store.place_order(created="2026-03-03T21:40:11Z")
    answer = api.ask(f"/v2/orders/{order}", "PUT", json={"external_order_id": "0010000042"})
    assert (answer.status_code, answer.json()["external_order_id"]) == (200, "0010000042")
    assert store.orders[order].modified_at > store.orders[order].created_at
    assert [one["id"] for one in api.get("/v2/orders", external_order_id="0010000042")] == [order]
    assert api.ask(f"/v2/orders/{order}", "PUT", json={"status_id": 10}).json()["external_order_id"] == "0010000042"


@pytest.mark.parametrize("body", [b'{"external_merchant_id": "x"}', b"not json", b"[]"])
def test_put_refuses_what_it_does_not_know_and_changes_nothing(api: Caller, store: StoreSandbox, body: bytes) -> None:
    order = store.place_order(created="2026-03-03T21:40:11Z")
    assert api.ask(f"/v2/orders/{order}", "PUT", data=body).status_code == 400
    assert store.orders[order].modified_at == store.orders[order].created_at


def test_delete_archives(api: Caller, store: StoreSandbox) -> None:
    order = store.place_order()
    assert api.ask(f"/v2/orders/{order}", "DELETE").status_code == 204
    assert api.get(f"/v2/orders/{order}")["is_deleted"] is True
    store.archived_listed = False
    assert api.ask("/v2/orders").status_code == 204
    assert [one["id"] for one in api.get("/v2/orders", is_deleted="true")] == [order]


def test_transactions_are_numbers_with_string_order_ids(api: Caller, store: StoreSandbox) -> None:
    order = store.place_order(
        lines=[{"price": "100.00"}],
        pay=[{"gateway": "giftcertificate", "amount": "25.00"}, {"event": "authorization"}, {"event": "capture"}],
    )
    told = api.get(f"/v3/orders/{order}/transactions")
    gift, authorization, capture = told["data"]
    assert (gift["method"], gift["amount"], gift["credit_card"]) == ("gift_certificate", Decimal("25.0"), None)
    assert capture["order_id"] == str(order)
    assert capture["reference_transaction_id"] == authorization["id"]
    assert (capture["amount"], capture["test"], capture["status"]) == (Decimal("75.0"), False, "ok")
    assert told["meta"]["pagination"]["total"] == 3


def test_no_transaction_is_204(api: Caller, store: StoreSandbox) -> None:
    order = store.place_order(pay=[])
    answer = api.ask(f"/v3/orders/{order}/transactions")
    assert (answer.status_code, answer.content) == (204, b"")


def test_hooks_are_kept_changed_and_forgotten(api: Caller) -> None:
    words = {"scope": "store/order/*", "destination": "https://example.com/hook", "headers": {"X-Extra": "1"}}
    made = api.ask("/v3/hooks", "POST", json=words).json()["data"]
    assert (made["is_active"], made["headers"], made["scope"]) == (True, {"X-Extra": "1"}, "store/order/*")
    assert api.ask("/v3/hooks", "POST", json=words).status_code == 422
    assert api.get("/v3/hooks")["data"] == [made]
    changed = api.ask(f"/v3/hooks/{made['id']}", "PUT", json={"is_active": False}).json()["data"]
    assert changed["is_active"] is False
    assert api.get("/v3/hooks", is_active="true")["data"] == []
    assert api.get("/v3/hooks/admin")["data"]["hooks_list"][0]["status"] == "inactive"
    assert api.ask("/v3/hooks/admin", "PUT", json={"emails": ["ops@example.com"]}).status_code == 204
    assert api.get("/v3/hooks/admin")["data"]["emails"] == ["ops@example.com"]
    assert api.ask(f"/v3/hooks/{made['id']}", "DELETE").json()["data"]["id"] == made["id"]
    assert api.ask(f"/v3/hooks/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    "words", [{}, {"scope": "store/order/*"}, {"scope": "a", "destination": "http://example.com"}]
)
def test_a_hook_that_cannot_work_is_refused(api: Caller, store: StoreSandbox, words: dict[str, str]) -> None:
    assert api.ask("/v3/hooks", "POST", json=words).status_code == 422
    assert store.hooks.all() == []


def test_no_more_than_ten_hooks_for_a_scope(api: Caller, store: StoreSandbox) -> None:
    for number in range(11):
        last = api.ask("/v3/hooks", "POST", json={"scope": "s", "destination": f"https://example.com/{number}"})
    assert (last.status_code, len(store.hooks.all())) == (422, 10)
