"""Products and variants of the store's ``/v3/catalog``: what is shown, found, written, and refused as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from store_rig import TEE, Rig

PRODUCTS, VARIANTS = "/v3/catalog/products", "/v3/catalog/variants"
MUG = {
    "name": "Mug",
    "sku": "MUG-11OZ",
    "type": "physical",
    "weight": 1,
    "price": 9.5,
    "inventory_tracking": "product",
}

PRODUCT_FIELDS = """
    id name type sku description weight width depth height price cost_price retail_price sale_price
    map_price tax_class_id product_tax_code calculated_price categories brand_id option_set_id
    option_set_display inventory_level inventory_warning_level inventory_tracking reviews_rating_sum
    reviews_count total_sold fixed_cost_shipping_price is_free_shipping is_visible is_featured
    related_products warranty bin_picking_number layout_file upc mpn gtin date_last_imported search_keywords
    availability availability_description gift_wrapping_options_type gift_wrapping_options_list sort_order
    condition is_condition_shown order_quantity_minimum order_quantity_maximum page_title meta_keywords
    meta_description date_created date_modified view_count preorder_release_date preorder_message
    is_preorder_only is_price_hidden price_hidden_label custom_url base_variant_id open_graph_type
    open_graph_title open_graph_description open_graph_use_meta_description open_graph_use_product_name
    open_graph_use_image options variants
"""
VARIANT_FIELDS = """
    id product_id sku sku_id price calculated_price sale_price retail_price map_price weight
    calculated_weight width height depth is_free_shipping fixed_cost_shipping_price purchasing_disabled
    purchasing_disabled_message image_url cost_price upc mpn gtin inventory_level inventory_warning_level
    bin_picking_number option_values
"""
"""The names of facts/examples/bigcommerce/05_product_with_variants.json."""


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.close()


@pytest.fixture
def tee(rig: Rig) -> dict[str, Any]:
    product = rig.control("add_product", **TEE, announce=False)["id"]
    return rig.get(f"{PRODUCTS}/{product}", include="variants,options")["data"]


def test_a_product_has_every_field_of_the_example(tee):
    assert set(tee) == set(PRODUCT_FIELDS.split())
    assert set(tee["variants"][0]) == set(VARIANT_FIELDS.split())


def test_money_is_a_number_and_a_variant_without_a_price_follows_its_product(tee):
    small, medium = tee["variants"]
    assert (tee["price"], tee["calculated_price"]) == (Decimal("49.95"), Decimal("49.95"))
    assert (small["price"], small["calculated_price"]) == (None, Decimal("49.95"))
    assert (medium["price"], medium["calculated_price"]) == (Decimal("51.95"), Decimal("51.95"))
    assert (small["weight"], small["calculated_weight"]) == (None, 1)
    assert tee["base_variant_id"] is None
    [size] = tee["options"]
    assert [value["label"] for value in size["option_values"]] == ["S", "M"]
    assert medium["option_values"] == [
        {
            "id": size["option_values"][1]["id"],
            "label": "M",
            "option_id": size["id"],
            "option_display_name": "Size",
        }
    ]


def test_dates_are_iso_and_move_with_a_change(rig, tee):
    assert tee["date_modified"] == "2026-05-28T20:26:40+00:00"
    rig.time += 60
    rig.put(f"{PRODUCTS}/{tee['id']}", {"mpn": "4711"})
    changed = rig.get(f"{PRODUCTS}/{tee['id']}")["data"]
    assert (changed["date_created"], changed["date_modified"]) == (tee["date_created"], "2026-05-28T20:27:40+00:00")


def test_a_product_is_created_with_its_base_variant(rig):
    answer = rig.ask("POST", PRODUCTS, MUG)
    made = answer.get_json()["data"]
    assert (answer.status_code, made["name"], made["price"], made["is_visible"]) == (200, "Mug", 9.5, True)
    [base] = made["variants"]
    assert (base["id"], base["sku"], base["sku_id"], base["option_values"]) == (
        made["base_variant_id"],
        "MUG-11OZ",
        None,
        [],
    )
    assert rig.rows(VARIANTS, sku="mug-11oz")[0]["id"] == base["id"]


def test_a_product_lacking_what_is_required_is_422_and_says_which(rig):
    status, told = rig.unchanged(lambda: rig.refusal("POST", PRODUCTS, {"name": "Mug", "price": 9.5}))
    assert (status, told["title"]) == (422, "JSON data is missing or invalid")
    assert told["errors"] == {"type": "error.path.missing", "weight": "error.path.missing"}


@pytest.mark.parametrize("price", ["9.50", -1, None, True, "NaN"])
def test_a_price_that_is_no_number_is_422(rig, price):
    status, told = rig.unchanged(lambda: rig.refusal("POST", PRODUCTS, {**MUG, "price": price}))
    assert status == 422
    assert set(told["errors"]) == {"price"}


@pytest.mark.parametrize(
    "clash", [{"name": "sample TEE"}, {"sku": "tee"}, {"sku": "Tee-Red-S"}], ids=["name", "sku", "variant"]
)
def test_a_name_or_sku_that_is_taken_in_any_case_is_409(rig, tee, clash):
    assert rig.unchanged(lambda: rig.refusal("POST", PRODUCTS, {**MUG, **clash}))[0] == 409


def test_two_variants_of_a_new_product_may_not_share_a_sku(rig):
    twins = [{**one, "sku": "TWIN"} for one in TEE["variants"]]
    body = {**MUG, "variants": twins}
    for one in twins:
        one.pop("price", None)
    assert rig.unchanged(lambda: rig.refusal("POST", PRODUCTS, body))[0] == 409


def test_products_are_found_by_their_own_sku_only(rig, tee):
    rig.control("make_products", count=3)
    assert [one["id"] for one in rig.rows(PRODUCTS, sku="tee")] == [tee["id"]]
    assert rig.rows(PRODUCTS, **{"sku:in": "TEE-RED-S"}) == []
    found = rig.rows(PRODUCTS, **{"sku:in": "item-000003,ITEM-000001,NOPE"}, include_fields="sku")
    assert [one["sku"] for one in found] == ["ITEM-000001", "ITEM-000003"]
    assert set(found[0]) == {"id", "sku"}


def test_a_list_pages_by_rising_id_from_any_id(rig):
    first = rig.control("make_products", count=30)["first"]
    page = rig.get(PRODUCTS, limit=10, page=2)
    assert [one["id"] for one in page["data"]] == list(range(first + 10, first + 20))
    assert (page["meta"]["pagination"]["total"], page["meta"]["pagination"]["total_pages"]) == (30, 3)
    after = rig.get(PRODUCTS, limit=10, **{"id:min": first + 25})
    assert [one["id"] for one in after["data"]] == list(range(first + 25, first + 30))
    assert [one["id"] for one in rig.rows(PRODUCTS, **{"id:greater": first + 28})] == [first + 29]
    assert [one["id"] for one in rig.rows(PRODUCTS, **{"id:in": f"{first + 2},{first},9"})] == [first, first + 2]
    assert rig.rows(PRODUCTS, page=4, limit=10) == []


def test_filters_narrow_each_other(rig):
    rig.control("make_products", count=2)
    rig.control("make_products", count=2, start=3, visible=False)
    rig.time += 10
    rig.control("edit_product", sku="ITEM-000003", changes={"price": "11"})
    since = "2026-05-28T20:26:50Z"
    assert [one["sku"] for one in rig.rows(PRODUCTS, is_visible="true")] == ["ITEM-000001", "ITEM-000002"]
    assert [one["sku"] for one in rig.rows(PRODUCTS, **{"date_modified:min": since})] == ["ITEM-000003"]
    assert rig.rows(PRODUCTS, **{"date_modified:min": since, "sku:in": "ITEM-000001"}) == []
    assert [one["sku"] for one in rig.rows(PRODUCTS, name="article item-000002")] == ["ITEM-000002"]
    assert [one["sku"] for one in rig.rows(PRODUCTS, sort="date_modified", direction="desc", limit=1)] == [
        "ITEM-000003"
    ]


def test_a_page_is_too_large_over_250_and_short_with_options(rig):
    rig.control("make_products", count=12)
    assert rig.ask("GET", PRODUCTS, limit=251).status_code == 413
    assert len(rig.rows(PRODUCTS, limit=250, include="variants,options")) == 10
    assert len(rig.rows(PRODUCTS, limit=250, include="variants")) == 12


def test_an_unknown_filter_is_refused_and_not_ignored(rig):
    answer = rig.ask("GET", VARIANTS, **{"sku:in": "A,B"})
    assert (answer.status_code, answer.get_json()["title"]) == (
        422,
        "The filter(s): sku:in are not valid filter parameter(s).",
    )


def test_the_variant_list_holds_every_sku(rig, tee):
    first = rig.control("make_products", count=1)["first"]
    assert [one["sku"] for one in rig.rows(VARIANTS)] == ["TEE-RED-S", "TEE-RED-M", "ITEM-000001"]
    assert [one["sku"] for one in rig.rows(VARIANTS, **{"product_id:in": first})] == ["ITEM-000001"]
    small = tee["variants"][0]["id"]
    assert [one["id"] for one in rig.rows(VARIANTS, **{"id:in": small})] == [small]
    assert rig.rows(VARIANTS, sku="TEE") == []
    assert [one["id"] for one in rig.rows(f"{PRODUCTS}/{tee['id']}/variants")] == [
        one["id"] for one in tee["variants"]
    ]


def test_a_batch_of_products_is_changed_by_id(rig):
    first = rig.control("make_products", count=11)["first"]
    told = rig.put(PRODUCTS, [{"id": first + place, "price": 12.5, "name": f"New {place}"} for place in range(10)])
    assert [one["price"] for one in told["data"]] == [Decimal("12.5")] * 10
    assert rig.truth("item-000010")["price"] == "12.5"
    assert rig.truth("item-000011")["price"] == "10"
    assert rig.scopes() == ["store/product/updated"] * 10
    too_many = [{"id": first + place} for place in range(11)]
    assert rig.unchanged(lambda: rig.refusal("PUT", PRODUCTS, too_many))[0] == 413


def test_one_bad_product_refuses_its_batch_without_being_named(rig):
    first = rig.control("make_products", count=3)["first"]
    rig.control("reject_sku", sku="item-000002", because="no")
    for bad, why in (
        ({"id": first + 1, "price": 1}, {"sku": "no"}),
        ({"id": first + 2, "price": "1"}, {"price": "error.expected.jsnumber"}),
        ({"price": 1}, {"id": "error.path.missing"}),
    ):
        batch = [{"id": first, "price": 7}, bad]
        status, told = rig.unchanged(lambda batch=batch: rig.refusal("PUT", PRODUCTS, batch))
        assert (status, told["title"], told["errors"]) == (422, "JSON data is missing or invalid", why)
    status, told = rig.refusal("PUT", f"{PRODUCTS}/{first + 1}", {"price": 1})
    assert (status, told["errors"]) == (422, {"sku": "no"})
    rig.control("accept_sku", sku="ITEM-000002")
    rig.put(PRODUCTS, [{"id": first + 1, "price": 1}])
    assert rig.truth("item-000002")["price"] == "1"


def test_a_product_that_is_gone_or_a_name_that_is_taken_refuses_the_batch(rig):
    first = rig.control("make_products", count=2)["first"]
    gone = [{"id": first, "price": 7}, {"id": 9, "price": 7}]
    taken = [{"id": first, "name": "Same"}, {"id": first + 1, "name": "same"}]
    assert rig.unchanged(lambda: rig.refusal("PUT", PRODUCTS, gone))[0] == 404
    assert rig.unchanged(lambda: rig.refusal("PUT", PRODUCTS, taken))[0] == 409


def test_a_batch_may_be_saved_without_its_pieces(rig):
    first = rig.control("make_products", count=1, stock=3)["first"]
    rig.control("half_save")
    answer = rig.ask("PUT", PRODUCTS, [{"id": first, "price": 7, "inventory_level": 9}])
    assert (answer.status_code, answer.get_json()["errors"]["status"]) == (207, 207)
    assert (rig.truth("item-000001")["price"], rig.truth("item-000001")["stock"]["1"]) == ("7", 3)
    rig.put(PRODUCTS, [{"id": first, "inventory_level": 9}])
    assert rig.truth("item-000001")["stock"]["1"] == 9


def test_pieces_are_ignored_where_they_are_counted_elsewhere(rig, tee):
    rig.put(f"{PRODUCTS}/{tee['id']}", {"inventory_level": 9})
    small = tee["variants"][0]["id"]
    rig.put(VARIANTS, [{"id": small, "inventory_level": 4}])
    assert rig.truth("tee-red-s")["stock"] == {"1": 4, "2": 0}
    assert rig.get(f"{PRODUCTS}/{tee['id']}")["data"]["inventory_level"] == 4
    rig.put(f"{PRODUCTS}/{tee['id']}", {"inventory_tracking": "product"})
    rig.put(VARIANTS, [{"id": small, "inventory_level": 8}])
    assert rig.truth("tee-red-s")["stock"] == {"1": 0, "2": 0}
    rig.put(f"{PRODUCTS}/{tee['id']}", {"inventory_tracking": "none"})
    assert rig.truth("tee-red-s")["stock"] == {}


def test_a_batch_of_variants_names_every_entry_at_fault_and_keeps_none(rig, tee):
    small, medium = (one["id"] for one in tee["variants"])
    rig.control("reject_sku", sku="TEE-RED-M", because="no")
    batch = [{"id": small, "price": 7}, {"id": medium, "price": 7}, {"id": 9, "price": 7}]
    status, told = rig.unchanged(lambda: rig.refusal("PUT", VARIANTS, batch))
    assert status == 422
    assert [(one["status"], one["instance"], one["errors"]) for one in told["batch_errors"]] == [
        (422, f"/v3/catalog/variants/{medium}", {"1.sku": "no"}),
        (404, "/v3/catalog/variants/9", {"2.id": "A variant was not found with an id of 9"}),
    ]
    assert rig.refusal("PUT", VARIANTS, [{"id": small}] * 51)[0] == 413


def test_a_variant_leaves_the_price_of_its_product_and_comes_back(rig, tee):
    small = tee["variants"][0]["id"]
    path = f"{PRODUCTS}/{tee['id']}/variants/{small}"
    rig.put(path, {"price": 40, "weight": 2.5})
    assert (rig.truth("tee-red-s")["price"], rig.truth("tee-red-s")["weight"]) == ("40", "2.5")
    rig.put(path, {"price": None})
    assert (rig.get(path)["data"]["price"], rig.truth("tee-red-s")["price"]) == (None, "49.95")


def test_what_a_base_variant_is_told_becomes_of_its_product(rig):
    rig.control("make_products", count=1)
    base = rig.rows(VARIANTS, sku="ITEM-000001")[0]["id"]
    rig.put(VARIANTS, [{"id": base, "price": 8, "sku": "OTHER"}])
    [product] = rig.rows(PRODUCTS, sku="OTHER")
    assert (product["price"], product["base_variant_id"]) == (8, base)
    assert rig.rows(PRODUCTS, sku="ITEM-000001") == []


def test_a_deleted_product_is_gone_with_its_skus(rig, tee):
    assert rig.ask("DELETE", f"{PRODUCTS}/{tee['id']}").status_code == 204
    assert rig.rows(VARIANTS) == []
    assert rig.refusal("GET", f"{PRODUCTS}/{tee['id']}")[0] == 404
    assert rig.ask("POST", PRODUCTS, {**MUG, "name": "Sample Tee", "sku": "TEE-RED-S"}).status_code == 200


@pytest.mark.parametrize(
    ("scope", "path"),
    [
        ("products", PRODUCTS),
        ("products", "/v3/pricelists/1/records"),
        ("inventory", "/v3/inventory/items"),
        ("locations", "/v3/inventory/locations"),
    ],
)
def test_every_part_needs_its_scope(rig, scope, path):
    assert rig.ask("GET", path).status_code == 200
    rig.store.scopes.remove(scope)
    assert rig.ask("GET", path).status_code == 403


def test_the_store_tells_how_it_keeps_prices_and_weights(rig):
    rig.control("mode", prices_with_tax=True, weight_units="KGS")
    told = rig.get("/v2/store")
    assert (told["is_price_entered_with_tax"], told["weight_units"]) == (True, "KGS")
