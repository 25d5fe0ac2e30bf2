"""One SKU that the store rejects in a batch: the rest arrive, the one is explained, and goes when it is accepted."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from connector.domain.item import Aspect, ItemState
from tests.journeys.shop import Shop
from tests.rig import NAME, Rig

MANY = 2000
TENS = [f"T-{number}" for number in range(10)]
KINDS = [f"K-{number:02}" for number in range(60)]
RIG = {
    "env": {"CLAIM_LEASE": "60"},
    "infor": {"items": {"10045": "Tee"} | {number: f"Item {number}" for number in (*TENS, *KINDS)}},
    "store": {"inventory_lag": 0},
}
PROCESSES = ("web",)
LISTED = "{create: true, visible: false, fields: [price], price_list: 1}"
WORDS = "The shop does not take this SKU"


@pytest.fixture(scope="module")
def shop(rig: Rig) -> Shop:
    """Everything of M3 is in the store, sixty items of it as the variants of one product."""
    made = Shop(rig)
    made.store.webhooks.direct.clear()
    options = [{"sku": sku, "option_values": [{"option_display_name": "Kind", "label": sku}]} for sku in KINDS]
    made.store.merchant.add_product(name="Sixty kinds", inventory_tracking="variant", variants=options)
    made.profile(catalog="{create: true, visible: false, fields: [price]}")
    made.sync()
    return made


@pytest.fixture(autouse=True)
def _afresh(shop: Shop) -> Iterator[None]:
    shop.forget_calls()
    yield
    shop.sync()


def _explained(shop: Shop, sku: str, aspect: Aspect) -> str:
    """Give the id of the one record that the store refused, found as an operator does."""
    told = shop.rig.cli("records", "list", NAME, "--kind", "item", "--state", "refused", "--json")
    [line] = json.loads(told)
    assert line["subject"].startswith(f"{sku} {aspect.value}")
    assert WORDS in line["reason"]
    return str(line["id"])


def _accept(shop: Shop, sku: str, record: str) -> None:
    shop.store.merchant.accept_sku(sku)
    shop.rig.cli("records", "replay", record)
    shop.sync()
    assert shop.rows(ItemState.REFUSED) == []


def test_one_product_of_ten_that_is_rejected_keeps_none_of_the_others_out(shop: Shop) -> None:
    shop.store.merchant.reject_sku("T-3")
    for number in TENS:
        shop.m3.change_item(number, price="44.00")
    done = shop.sync()
    assert (done["published"], done["refused"]) == (9, 1)
    assert [sku for sku in TENS if shop.truth(sku)["price"] != "44"] == ["T-3"]
    assert len(shop.writes()) == 9  # the store does not say which: halves of ten, down to the one
    _accept(shop, "T-3", _explained(shop, "T-3", Aspect.PRICE))
    assert shop.truth("T-3")["price"] == "44"


def test_one_variant_of_fifty_that_is_rejected_keeps_none_of_the_others_out(shop: Shop) -> None:
    shop.store.merchant.reject_sku("K-07")
    for number in KINDS:
        shop.m3.change_item(number, price="45.00")
    done = shop.sync()
    assert (done["published"], done["refused"]) == (59, 1)
    assert [sku for sku in KINDS if shop.truth(sku)["price"] != "45"] == ["K-07"]
    assert shop.writes() == ["store PUT /v3/catalog/variants"] * 4  # fifty, the one pointed at, the others, ten more
    _accept(shop, "K-07", _explained(shop, "K-07", Aspect.PRICE))
    assert shop.truth("K-07")["price"] == "45"


def test_one_list_price_that_is_rejected_keeps_none_of_the_others_out(shop: Shop) -> None:
    shop.profile(catalog=LISTED)
    shop.sync()
    shop.forget_calls()
    shop.store.merchant.reject_sku("T-5")
    for number in TENS:
        shop.m3.change_item(number, price="46.00")
    done = shop.sync()
    assert (done["published"], done["refused"]) == (9, 1)
    listed = {sku: shop.truth(sku)["list_prices"]["1"]["usd"] for sku in TENS}
    assert [sku for sku, price in listed.items() if price != "46"] == ["T-5"]
    assert shop.writes() == ["store PUT /v3/pricelists/1/records"] * 2
    _accept(shop, "T-5", _explained(shop, "T-5", Aspect.PRICE))
    assert shop.truth("T-5")["list_prices"]["1"]["usd"] == "46"


def test_prices_go_to_another_list_that_the_profile_names_though_none_has_changed(shop: Shop) -> None:
    for price_list in ("1", "2"):
        shop.profile(catalog=LISTED.replace("price_list: 1", f"price_list: {price_list}"))
        shop.sync()
        assert "usd" in shop.truth("T-6")["list_prices"].get(price_list, {})


def test_a_price_that_one_of_two_skus_took_is_taken_back_from_it(shop: Shop) -> None:
    shop.profile(catalog="{create: true, visible: false, fields: [price]}", items="{rule: same, table: {T-1: T-0}}")
    shop.m3.change_item("T-0", price="51.00")
    shop.sync()
    shop.store.merchant.reject_sku("T-1")
    shop.m3.change_item("T-0", price="52.00")
    shop.sync()
    assert [shop.truth(sku)["price"] for sku in ("T-0", "T-1")] == ["52", "51"]
    shop.store.merchant.accept_sku("T-1")
    shop.m3.change_item("T-0", price="51.00")
    shop.sync()
    assert [shop.truth(sku)["price"] for sku in ("T-0", "T-1")] == ["51", "51"]
    shop.profile()


def test_one_new_item_that_is_rejected_keeps_no_other_out(shop: Shop) -> None:
    shop.store.merchant.reject_sku("N-1")
    shop.m3.control["add_items"]({"N-1": "New one", "N-2": "New two"})
    shop.sync()
    assert "n-1" not in shop.store.merchant.truth()
    assert shop.truth("N-2")["name"] == "New two"
    refused = shop.rows(ItemState.REFUSED)
    assert {(row.number, row.aspect) for row in refused} == {("N-1", Aspect.DETAILS), ("N-1", Aspect.PRICE)}
    assert all(WORDS in row.reason for row in refused)
    _accept(shop, "N-1", f"i-{refused[0].id}")
    assert shop.truth("N-1")["name"] == "New one"


def test_items_that_share_a_name_are_all_there_once_their_names_have_their_skus(shop: Shop) -> None:
    same = ("D-1", "D-2", "D-3")
    shop.profile(catalog="{create: true, visible: false, fields: [name, price]}")
    shop.m3.control["add_items"](dict.fromkeys(same, "Anorak"))
    shop.sync()
    refused = {row.number for row in shop.rows(ItemState.REFUSED)}
    assert len(refused & set(same)) == 2
    assert all("duplicate" in row.reason for row in shop.rows(ItemState.REFUSED))

    shop.profile(catalog="{create: true, visible: false, fields: [name, price], names: with_sku}")
    shop.sync()
    assert [shop.truth(sku)["name"] for sku in same] == [f"Anorak ({sku})" for sku in same]
    assert shop.rows(ItemState.REFUSED) == []
    shop.forget_calls()
    shop.sync(whole=True)
    assert shop.writes() == []


def test_one_balance_of_two_thousand_that_is_rejected_keeps_none_of_the_others_out(shop: Shop) -> None:
    shop.profile(catalog="{fields: []}")
    shop.m3.make_items(MANY, prefix="M-")
    shop.store.merchant.make_products(MANY, prefix="M-", name="Item")
    numbers = [f"M-{number:06}" for number in range(1, MANY + 1)]
    shop.sync(whole=True)
    shop.forget_calls()
    shop.store.merchant.reject_sku("M-001234")
    for number in numbers:
        shop.m3.set_stock(number, "001", on_hand="3210")
    done = shop.sync()
    assert (done["published"], done["refused"]) == (MANY - 1, 1)
    truth = shop.store.merchant.truth()
    assert [sku for sku in numbers if truth[sku.lower()]["stock"]["1"] != 3210] == ["M-001234"]
    assert shop.writes() == ["store PUT /v3/inventory/adjustments/absolute"] * 2  # the one is named
    _accept(shop, "M-001234", _explained(shop, "M-001234", Aspect.STOCK))
    assert shop.truth("M-001234")["stock"]["1"] == 3210
