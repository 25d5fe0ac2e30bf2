"""What happens to the catalog is told, whoever did it; and what a merchant or a test does from behind the counter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from store_rig import TEE, Rig

from connector.sandbox.store import seed

PRODUCTS, VARIANTS = "/v3/catalog/products", "/v3/catalog/variants"
MUG = {
    "name": "Mug",
    "sku": "MUG-11OZ",
    "type": "physical",
    "weight": 1,
    "price": 9.5,
    "inventory_tracking": "product",
}


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.close()


@pytest.fixture
def tee(rig: Rig) -> dict[str, Any]:
    product = rig.control("add_product", **TEE)["id"]
    return rig.get(f"{PRODUCTS}/{product}", include="variants")["data"]


def test_a_product_with_options_is_told_with_its_skus(rig, tee):
    small, medium = tee["variants"]
    assert rig.heard() == [
        ("store/product/created", {"type": "product", "id": tee["id"]}),
        *(
            (
                "store/sku/created",
                {"type": "sku", "id": one["sku_id"], "sku": {"product_id": tee["id"], "variant_id": one["id"]}},
            )
            for one in (small, medium)
        ),
    ]
    assert small["sku_id"] != small["id"]
    rig.ask("DELETE", f"{PRODUCTS}/{tee['id']}")
    assert rig.scopes() == ["store/product/deleted", "store/sku/deleted", "store/sku/deleted"]


def test_a_product_without_options_is_told_alone(rig):
    made = rig.ask("POST", PRODUCTS, MUG).get_json()["data"]
    rig.put(VARIANTS, [{"id": made["base_variant_id"], "price": 8}])
    rig.control("delete_product", sku="MUG-11OZ")
    assert rig.scopes() == ["store/product/created", "store/product/updated", "store/product/deleted"]


def test_every_record_of_a_batch_is_told_even_when_nothing_changed(rig, tee):
    rig.heard()
    rig.put(VARIANTS, [{"id": one["id"], "price": 5} for one in tee["variants"]])
    rig.put(VARIANTS, [{"id": one["id"], "price": 5} for one in tee["variants"]])
    assert rig.scopes() == ["store/sku/updated"] * 4


@pytest.mark.parametrize("quiet", [{"mpn": "4711"}, {"gtin": "4006381333931"}, {"images": []}])
def test_some_fields_change_in_silence(rig, tee, quiet):
    rig.heard()
    rig.put(f"{PRODUCTS}/{tee['id']}", quiet)
    assert rig.heard() == []
    rig.put(f"{PRODUCTS}/{tee['id']}", {**quiet, "description": "New"})
    assert rig.heard() == [("store/product/updated", {"type": "product", "id": tee["id"]})]


def test_stock_is_told_by_how_much_it_changed(rig, tee):
    made = rig.ask("POST", PRODUCTS, MUG).get_json()["data"]["id"]
    small = tee["variants"][0]
    rig.control("edit_product", sku="MUG-11OZ", changes={"stock": 4}, announce=False)
    rig.heard()
    items = [
        {"location_id": 1, "product_id": made, "quantity": 10},
        {"location_id": 2, "variant_id": small["id"], "quantity": 3},
        {"location_id": 1, "variant_id": small["id"], "quantity": 0},
    ]
    rig.put("/v3/inventory/adjustments/absolute", {"items": items})
    inventory = {"product_id": made, "method": "absolute", "value": 6}
    of_sku = {"product_id": tee["id"], "method": "absolute", "value": 3, "variant_id": small["id"]}
    assert rig.heard() == [
        ("store/product/inventory/updated", {"type": "product", "id": made, "inventory": inventory}),
        ("store/sku/inventory/updated", {"type": "sku", "id": small["sku_id"], "inventory": of_sku}),
    ]


def test_list_prices_are_told_to_nobody_of_the_catalog(rig, tee):
    rig.heard()
    rig.put("/v3/pricelists/1/records", [{"sku": "TEE-RED-S", "currency": "USD", "price": 9}])
    assert rig.heard() == []


def test_a_merchant_edits_by_sku_what_belongs_to_the_variant_and_to_its_product(rig, tee):
    rig.heard()
    changes = {"price": "44.10", "name": "Better Tee", "is_visible": False, "stock": {"1": 2, "2": 9}}
    rig.control("edit_product", sku="tee-red-s", changes=changes)
    assert rig.scopes() == [
        "store/sku/updated",
        "store/product/updated",
        "store/sku/inventory/updated",
        "store/sku/inventory/updated",
    ]
    truth = rig.truth("tee-red-s")
    assert (truth["name"], truth["price"], truth["visible"]) == ("Better Tee", "44.1", False)
    assert truth["stock"] == {"1": 2, "2": 9}
    assert (rig.truth("tee-red-m")["name"], rig.truth("tee-red-m")["price"]) == ("Better Tee", "51.95")


def test_a_merchant_may_edit_what_callers_may_not(rig, tee):
    rig.control("reject_sku", sku="TEE-RED-S")
    rig.control("edit_product", sku="TEE-RED-S", changes={"price": 1.5})
    assert rig.truth("tee-red-s")["price"] == "1.5"
    with pytest.raises(KeyError, match="nobody has the SKU"):
        rig.control("edit_product", sku="NOPE", changes={})


def test_many_products_are_made_at_once_and_in_silence(rig):
    began = time.monotonic()
    made = rig.control("make_products", count=20_000, prefix="A", digits=5, price="3.5", stock=2, visible=False)
    assert time.monotonic() - began < 10
    assert made["last"] - made["first"] == 19_999
    truth = rig.truth("a20000")
    assert (truth["name"], truth["price"], truth["visible"], truth["stock"]) == (
        "Article A20000",
        "3.5",
        False,
        {"1": 2, "2": 0},
    )
    assert rig.heard() == []
    with pytest.raises(ValueError, match="there is a A00007 already"):
        rig.control("make_products", count=1, prefix="A", digits=5, start=7)


def test_the_catalog_is_filled_with_what_the_orders_sell_once(rig):
    rig.control("fill_catalog")
    assert set(rig.control("catalog_truth")) == {sku.lower() for sku in seed.skus()}
    assert rig.truth("tee-red-s")["product"] == rig.truth("tee-blue-m")["product"]
    assert rig.truth("chair-7")["name"] == "Chair No. 7"
    assert rig.truth("plain-03")["name"] == "Plain article 03"
    assert rig.control("fill_catalog")["ids"] == []
    assert len(rig.control("fill_catalog", skus=["X-1", "CHAIR-7"])["ids"]) == 1
