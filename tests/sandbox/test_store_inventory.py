"""The store's inventory and price lists: all or nothing, a moment later, and one at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from store_rig import TEE, Rig

ABSOLUTE, RELATIVE = "/v3/inventory/adjustments/absolute", "/v3/inventory/adjustments/relative"
RECORDS = "/v3/pricelists/1/records"


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    rig.control("add_product", **TEE, announce=False)
    rig.control("make_products", count=2)
    yield rig
    rig.close()


def _item(rig: Rig, sku: str, quantity: Any, location: int = 1) -> dict[str, Any]:
    truth = rig.truth(sku)
    named = "product_id" if truth["tracking"] == "product" else "variant_id"
    return {"location_id": location, named: truth[named.removesuffix("_id")], "quantity": quantity}


def _absolute(*items: dict[str, Any]) -> dict[str, Any]:
    return {"reason": "test", "items": list(items)}


def test_absolute_levels_are_kept_by_location(rig):
    told = rig.put(
        ABSOLUTE, _absolute(_item(rig, "item-000001", 5), _item(rig, "tee-red-s", 3), _item(rig, "tee-red-s", 7, 2))
    )
    assert set(told) == {"transaction_id"}
    assert rig.truth("item-000001")["stock"] == {"1": 5, "2": 0}
    assert rig.truth("tee-red-s")["stock"] == {"1": 3, "2": 7}
    assert rig.rows("/v3/catalog/products", sku="TEE")[0]["inventory_level"] == 3


def test_an_adjustment_is_read_only_after_the_lag_and_in_order(rig):
    rig.control("inventory_lag", seconds=0.05)
    rig.put(ABSOLUTE, _absolute(_item(rig, "item-000001", 5)))
    rig.put(ABSOLUTE, _absolute(_item(rig, "item-000001", 6)))
    assert rig.truth("item-000001")["stock"]["1"] == 0
    until = time.monotonic() + 5
    while not rig.store.merchant.landed and time.monotonic() < until:
        time.sleep(0.01)
    assert rig.truth("item-000001")["stock"]["1"] == 6


def test_an_item_tracked_by_product_refuses_its_variant_and_the_whole_call(rig):
    variant = rig.truth("item-000001")["variant"]
    wrong = {"location_id": 1, "variant_id": variant, "quantity": 4}
    body = _absolute(_item(rig, "item-000002", 5), wrong)
    status, told = rig.unchanged(lambda: rig.refusal("PUT", ABSOLUTE, body))
    assert (status, told["title"]) == (
        422,
        f"[Item with variant_id {variant} is tracked by product, please update stock by product id]",
    )
    assert rig.ask("PUT", ABSOLUTE, body).content_type == "application/problem+json"


def test_an_item_tracked_by_variant_refuses_its_product(rig):
    product = rig.truth("tee-red-s")["product"]
    body = _absolute({"location_id": 1, "product_id": product, "quantity": 4})
    assert rig.refusal("PUT", ABSOLUTE, body)[1]["title"] == (
        f"[Item with product_id {product} is tracked by variant, please update stock by variant id]"
    )


def test_what_is_unknown_untracked_or_rejected_is_named(rig):
    rig.control("make_products", count=1, prefix="LOOSE-", tracking="none")
    rig.control("reject_sku", sku="ITEM-000002", because="no")
    loose, item = rig.truth("loose-000001")["product"], rig.truth("item-000002")["product"]
    good = _item(rig, "item-000001", 5)
    for wrong, title in (
        ({"sku": "NOPE"}, "Items with identity: [sku NOPE] were not found"),
        ({"variant_id": 9}, "Items with identity: [variant_id 9] were not found"),
        ({"product_id": loose}, f"[Item with product_id {loose} is not tracked]"),
        ({"product_id": item}, f"[Item with product_id {item} cannot be adjusted: no]"),
    ):
        body = _absolute(good, {"location_id": 1, "quantity": 1, **wrong})
        status, told = rig.unchanged(lambda body=body: rig.refusal("PUT", ABSOLUTE, body))
        assert (status, told["title"]) == (422, title)


@pytest.mark.parametrize("change", [{"quantity": 1.5}, {"quantity": -1}, {"location_id": 7}, {"sku": "ITEM-000001"}])
def test_an_item_that_does_not_read_is_422_with_its_place(rig, change):
    body = _absolute(_item(rig, "item-000002", 5), {**_item(rig, "item-000001", 5), **change})
    status, told = rig.unchanged(lambda: rig.refusal("PUT", ABSOLUTE, body))
    assert (status, list(told["errors"])) == (422, ["items.1"])


def test_more_than_two_thousand_items_are_413(rig):
    body = _absolute(*[_item(rig, "item-000001", 5)] * 2001)
    assert rig.unchanged(lambda: rig.refusal("PUT", ABSOLUTE, body))[0] == 413


def test_a_relative_adjustment_needs_an_absolute_one_before(rig):
    item = _item(rig, "item-000001", 2)
    status, told = rig.unchanged(lambda: rig.refusal("POST", RELATIVE, _absolute(item)))
    assert (status, told["title"]) == (
        422,
        f"Items with identity: [product_id {item['product_id']}] requires absolute adjustment before relative",
    )
    rig.put(ABSOLUTE, _absolute({**item, "quantity": 0}))
    assert rig.ask("POST", RELATIVE, _absolute(item)).status_code == 200
    assert rig.truth("item-000001")["stock"]["1"] == 2
    assert rig.unchanged(lambda: rig.refusal("POST", RELATIVE, _absolute({**item, "quantity": -3})))[0] == 422


def test_the_items_of_a_location_are_those_that_are_counted(rig):
    rig.control("make_products", count=1, prefix="LOOSE-", tracking="none")
    rig.put(ABSOLUTE, _absolute(_item(rig, "item-000001", 5, 2)))
    rows = rig.rows("/v3/inventory/locations/2/items", limit=1000)
    assert [(one["identity"]["sku"], one["total_inventory_onhand"]) for one in rows] == [
        ("TEE-RED-S", 0),
        ("TEE-RED-M", 0),
        ("ITEM-000001", 5),
        ("ITEM-000002", 0),
    ]
    truth = rig.truth("item-000001")
    names = {"sku": "ITEM-000001", "variant_id": truth["variant"], "product_id": truth["product"], "sku_id": None}
    assert rows[2]["identity"] == names
    asked = {"variant_id:in": truth["variant"]}
    assert [one["identity"]["sku"] for one in rig.rows("/v3/inventory/locations/2/items", **asked)] == ["ITEM-000001"]
    assert rig.rows("/v3/inventory/locations/2/items", **asked, **{"sku:in": "TEE-RED-S"}) == []
    assert rig.ask("GET", "/v3/inventory/locations/2/items", limit=1001).status_code == 413
    assert rig.ask("GET", "/v3/inventory/locations/3/items").status_code == 404


def test_an_item_tells_every_location_and_one_location_is_the_default(rig):
    rig.put(ABSOLUTE, _absolute(_item(rig, "tee-red-m", 5, 2)))
    [item] = rig.rows("/v3/inventory/items", **{"sku:in": "tee-red-m"})
    assert [(one["location_id"], one["available_to_sell"]) for one in item["locations"]] == [(1, 0), (2, 5)]
    assert [one["id"] for one in rig.rows("/v3/inventory/locations")] == [1, 2]
    assert [one["id"] for one in rig.rows("/v3/inventory/locations", is_default="true")] == [1]


def test_list_prices_are_upserted_by_variant_or_sku_and_currency(rig):
    small = rig.truth("tee-red-s")["variant"]
    rig.put(
        RECORDS,
        [
            {"variant_id": small, "currency": "USD", "price": 40.25},
            {"sku": "item-000001", "currency": "EUR", "price": 9},
        ],
    )
    rig.put(RECORDS, [{"sku": "TEE-RED-S", "currency": "usd", "price": 41}])
    assert rig.truth("tee-red-s")["list_prices"] == {"1": {"usd": "41"}}
    assert rig.truth("tee-red-s")["price"] == "49.95"
    assert [(one["sku"], one["currency"], one["price"]) for one in rig.rows(RECORDS)] == [
        ("TEE-RED-S", "usd", Decimal(41)),
        ("ITEM-000001", "eur", Decimal(9)),
    ]
    assert [one["sku"] for one in rig.rows(RECORDS, **{"variant_id:in": small})] == ["TEE-RED-S"]
    assert len(rig.rows(RECORDS, page=2, limit=1)) == 1
    assert rig.refusal("PUT", "/v3/pricelists/9/records", [{}])[0] == 404


def test_a_bad_record_is_named_and_keeps_the_others_out(rig):
    rig.control("reject_sku", sku="TEE-RED-S", because="no")
    small = rig.truth("tee-red-s")["variant"]
    batch = [
        {"sku": "ITEM-000001", "currency": "USD", "price": 9},
        {"variant_id": small, "currency": "USD", "price": 9},
        {"sku": "TEE", "currency": "USD", "price": 9},
        {"variant_id": 9, "currency": "USD", "price": "9"},
    ]
    status, told = rig.unchanged(lambda: rig.refusal("PUT", RECORDS, batch))
    assert status == 422
    assert [(one["data"], one["field_errors"]) for one in told["batch_errors"]] == [
        ({"price_list_id": 1, "variant_id": small, "currency": "USD"}, {"variant_id": "no"}),
        ({"price_list_id": 1, "sku": "TEE", "currency": "USD"}, {"sku": "is a product with several SKUs"}),
        (
            {"price_list_id": 1, "variant_id": 9, "currency": "USD"},
            {"variant_id": "there is no variant 9", "price": "error.expected.jsnumber"},
        ),
    ]
    too_many = [{"sku": "ITEM-000001", "currency": "USD", "price": 9}] * 1001
    assert rig.unchanged(lambda: rig.refusal("PUT", RECORDS, too_many))[0] == 413


def test_two_batches_of_list_prices_at_once_are_429(rig):
    rig.control("price_list_seconds", seconds=0.1)
    batch = [{"sku": "ITEM-000001", "currency": "USD", "price": 9}]
    statuses: list[int] = []
    callers = [
        threading.Thread(target=lambda: statuses.append(rig.ask("PUT", RECORDS, batch).status_code)) for _ in range(2)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted(statuses) == [200, 429]


def test_a_deleted_product_leaves_no_list_price(rig):
    rig.put(RECORDS, [{"sku": "ITEM-000001", "currency": "USD", "price": 9}])
    rig.control("delete_product", sku="ITEM-000001")
    assert rig.rows(RECORDS) == []
