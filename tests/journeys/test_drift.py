"""Store against M3, SKU by SKU: what differs, why, since when, what it may cost, and what healing does about it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from connector.domain.item import Aspect, ItemState
from tests.journeys.shop import Shop
from tests.rig import NAME, Rig

NUMBERS = ("10045", *(f"D-{number}" for number in range(1, 8)))
RIG = {"infor": {"items": {number: f"Item {number}" for number in NUMBERS}}, "store": {"inventory_lag": 0}}
PROCESSES = ("web",)
ON_A_LIST = "{create: true, visible: false, fields: [price], price_list: 1}"
HIDING = "{create: true, visible: false, fields: [name, description, price, weight, visibility]}"


@pytest.fixture(scope="module")
def shop(rig: Rig) -> Shop:
    """Everything of M3 is in the store; then both sides change, and nobody says so."""
    made = Shop(rig)
    for number in NUMBERS:
        made.m3.change_item(number, price="20.00")
        made.m3.set_stock(number, "001", on_hand="10")
    made.sync()
    made.m3.change_item("D-4", status="90")
    made.store.merchant.reject_sku("D-6")
    made.m3.change_item("D-6", price="21.00")
    made.sync()
    for sku, changes in _EDITS.items():
        made.store.merchant.edit_product(sku, changes, announce=False)
    made.store.merchant.add_product(name="Of the merchant alone", sku="STRANGER", announce=False)
    return made


_EDITS: dict[str, dict[str, Any]] = {
    "D-1": {"price": "12.50"},
    "D-2": {"name": "By hand"},
    "D-3": {"stock": 25},
    "D-4": {"is_visible": True},
    "D-5": {"price": "99.00", "stock": 3},  # dearer and fewer: nothing is lost by it
}
_NOT_OURS = {("D-4", "visible"), ("STRANGER", "item")}


def _drifts(shop: Shop, *options: str, status: int) -> dict[tuple[str, str], dict[str, Any]]:
    told = json.loads(shop.rig.cli("catalog", "drift", NAME, "--json", *options, status=status))
    return {(one["sku"], one["field"]): one for one in told}


def _published(shop: Shop, number: str, aspect: Aspect) -> str:
    [row] = [row for row in shop.rows(number=number) if row.aspect is aspect]
    assert row.state is ItemState.PUBLISHED
    assert row.published_at is not None
    return row.published_at.isoformat()


def test_drift_says_what_differs_why_since_when_and_what_it_may_cost(shop: Shop) -> None:
    found = _drifts(shop, status=1)
    stock = "stock at location 1"
    told = {key: (one["theirs"], one["ours"], one["risk"]["amount"]) for key, one in found.items()}
    assert told == {
        ("D-1", "price"): ("12.5", "20.00", "75.00"),  # ten pieces, 7.50 each
        ("D-2", "name"): ("By hand", "Item D-2", "0.00"),
        ("D-3", stock): ("25", "10", "300.00"),  # fifteen pieces that are not there
        ("D-4", "visible"): ("True", "False", "200.00"),  # all ten
        ("D-5", "price"): ("99.0", "20.00", "0.00"),
        ("D-5", stock): ("3", "10", "0.00"),
        ("D-6", "price"): ("20.0", "21.00", "10.00"),
        ("STRANGER", "item"): ("STRANGER", "", "0"),
    }
    assert {one["risk"]["currency"] for one in found.values()} == {"USD"}
    for key, aspect in {("D-1", "price"): Aspect.PRICE, ("D-3", stock): Aspect.STOCK}.items():
        assert found[key]["cause"] == "changed in the store since it was published"
        assert found[key]["since"] == _published(shop, key[0], aspect)
    assert found["D-4", "visible"]["cause"] == "Infor does not sell it any more"
    assert found["D-6", "price"]["cause"].startswith("refused: PUT /v3/catalog/products answered 422")
    assert (found["STRANGER", "item"]["cause"], found["STRANGER", "item"]["since"]) == (
        "Infor has no such item",
        None,
    )
    assert {key for key, one in found.items() if not one["heals"]} == _NOT_OURS


def test_people_see_the_greatest_risk_first_and_the_sum(shop: Shop) -> None:
    lines = shop.rig.cli("catalog", "drift", NAME, status=1).splitlines()
    first = next(line for line in lines if "D-" in line)
    assert "D-3" in first
    assert lines[-1] == "8 differences, 585.00 USD at risk"


def test_healing_puts_right_what_it_can_and_leaves_the_rest_to_people(shop: Shop) -> None:
    _drifts(shop, "--heal", "--yes", status=1)
    assert _drifts(shop, status=1).keys() == {*_NOT_OURS, ("D-6", "price")}
    assert {sku: shop.truth(sku)["price"] for sku in ("D-1", "D-5")} == {"D-1": "20", "D-5": "20"}
    assert {sku: shop.truth(sku)["stock"]["1"] for sku in ("D-3", "D-5")} == {"D-3": 10, "D-5": 10}
    assert shop.truth("D-2")["name"] == "Item D-2"
    assert (shop.truth("D-4")["visible"], shop.truth("STRANGER")["visible"]) == (True, True)


def test_nothing_is_left_when_the_store_takes_it_and_the_profile_hides_what_is_not_sold(shop: Shop) -> None:
    shop.store.merchant.accept_sku("D-6")
    shop.store.merchant.delete_product("STRANGER", announce=False)
    shop.profile(catalog=HIDING)
    assert _drifts(shop, status=1)["D-4", "visible"]["heals"]
    _drifts(shop, "--heal", "--yes", status=0)
    assert _drifts(shop, status=0) == {}
    assert (shop.truth("D-4")["visible"], shop.truth("D-6")["price"]) == (False, "21")


def test_one_variant_that_is_not_sold_is_for_people_to_hide(shop: Shop) -> None:
    sizes = [{"sku": "V-1", "option_values": [{"option_display_name": "Size", "label": "S"}]}]
    shop.store.merchant.add_product(name="In sizes", variants=sizes, inventory_tracking="variant", announce=False)
    shop.m3.control["add_items"]({"V-1": "Small"})
    shop.m3.change_item("V-1", status="90")
    shop.profile(catalog=HIDING)
    shop.sync(whole=True)
    found = _drifts(shop, status=1)
    assert {field: one["heals"] for (sku, field), one in found.items() if sku == "V-1"} == {"visible": False}
    shop.store.merchant.delete_product("V-1", announce=False)


def test_prices_on_a_price_list_are_compared_and_healed(shop: Shop) -> None:
    shop.profile(catalog=ON_A_LIST)
    shop.sync()
    prices = shop.store.catalog.price_lists
    variants = {one.sku: one.id for one in shop.store.catalog.shelf.variants.values()}
    prices.write(
        1,
        [
            {"variant_id": variants["D-1"], "currency": "USD", "price": Decimal("12.5")},
            {"variant_id": variants["D-2"], "currency": "EUR", "price": Decimal(1)},
        ],
    )
    listed = "price on list 1 in USD"
    found = _drifts(shop, status=1)
    assert {key: (one["theirs"], one["ours"], one["risk"]["amount"]) for key, one in found.items()} == {
        ("D-1", listed): ("12.5", "20.00", "75.00")
    }
    assert found["D-1", listed]["cause"] == "changed in the store since it was published"
    assert _drifts(shop, "--heal", "--yes", status=0) == found
    assert _drifts(shop, status=0) == {}
    assert shop.truth("D-1")["list_prices"]["1"] == {"usd": "20"}


def test_what_somebody_makes_of_a_price_list_is_put_right_by_the_next_whole_look(shop: Shop) -> None:
    variants = {one.sku: one.id for one in shop.store.catalog.shelf.variants.values()}
    cheap = {"variant_id": variants["D-1"], "currency": "USD", "price": Decimal(2)}
    shop.store.catalog.price_lists.write(1, [cheap])
    shop.sync(whole=True)
    assert shop.truth("D-1")["list_prices"]["1"] == {"usd": "20"}
    told = "price on list 1 in USD is '2.0' in the store, '20.00' by the ERP"
    assert shop.trail("D-1")[-1] == ("edit_restored", [told])
