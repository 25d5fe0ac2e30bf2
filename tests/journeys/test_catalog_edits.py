"""Webhooks of our own writes and of others: echoes end as such, edits are put right once, nobody is fought."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.domain.faults import EditedInStore
from connector.domain.item import ItemState
from tests.journeys.shop import Shop
from tests.rig import Rig, until

NUMBERS = ("10045", *(f"E-{number}" for number in range(1, 10)))
RIG = {"infor": {"items": {number: f"Item {number}" for number in NUMBERS}}, "store": {"inventory_lag": 0}}
PROCESSES = ("web",)
FATES = ("", "doubled", "late", "reordered")
REPORTS = "{create: true, visible: false, fields: [name, description, price, weight], edits: report}"
PRODUCT, STOCK = "store/product/updated", "store/product/inventory/updated"


@pytest.fixture(scope="module")
def shop(rig: Rig) -> Shop:
    """Everything of M3 is in the store, and what the store said of that is looked at."""
    made = Shop(rig)
    made.sync()
    _hear(made)
    return made


@pytest.fixture(autouse=True)
def _afresh(shop: Shop) -> Iterator[None]:
    shop.forget_calls()
    yield
    shop.store.webhooks.forget_fates()
    shop.rig.sandbox.dial.clear()
    _hear(shop)


def _hear(shop: Shop) -> None:
    """Let every webhook arrive, and do what comes of it."""
    assert shop.store.webhooks.settle()
    shop.sync()
    assert shop.store.webhooks.settle()


def _edit(shop: Shop, sku: str, **changes: object) -> None:
    """Let the merchant change something, and do what comes of it."""
    shop.store.merchant.edit_product(sku, changes)
    _hear(shop)


def _ends(shop: Shop, since: int) -> dict[str, set[str]]:
    """Tell in which states the deliveries of each scope ended that came since."""
    ends: dict[str, set[str]] = {}
    for state in ("echo", "taken", "ignored", "dead"):
        for row in shop.deliveries(state):
            if row.id > since:
                ends.setdefault(row.scope, set()).add(state)
    return ends


def _last(shop: Shop) -> int:
    return max(row.id for state in ("echo", "taken") for row in shop.deliveries(state))


@pytest.mark.parametrize("fate", FATES)
def test_a_webhook_of_our_own_write_ends_as_an_echo_and_nothing_comes_of_it(shop: Shop, fate: str) -> None:
    since = _last(shop)
    if fate:
        shop.store.webhooks.fate("store/product/*", fate)
    for number in ("E-1", "E-2"):
        shop.m3.change_item(number, price=f"{10 + FATES.index(fate)}.25")
        shop.m3.set_stock(number, "001", on_hand=str(20 + FATES.index(fate)))
    shop.sync()
    written = shop.writes()
    assert len(written) == 2  # the prices of both in one call, the pieces of both in another
    for _ in range(3):
        _hear(shop)
    until(lambda: _ends(shop, since).keys() == {PRODUCT, STOCK})
    assert _ends(shop, since) == {PRODUCT: {"echo"}, STOCK: {"echo"}}
    shop.sync(whole=True)
    assert shop.writes() == written


def test_no_turn_ever_answers_the_webhooks_of_a_turn(shop: Shop) -> None:
    shop.store.webhooks.fate("store/*", "copied", count=5)
    shop.m3.control["add_items"]({"E-NEW": "A new one"})
    shop.sync()
    written = shop.writes()
    assert written.count("store POST /v3/catalog/products") == 1
    for _ in range(5):
        _hear(shop)
    assert shop.writes() == written


def test_pieces_that_a_shopper_took_are_no_edit(shop: Shop) -> None:
    since, product = _last(shop), shop.truth("E-3")["product"]
    taken = {"product_id": product, "method": "relative", "value": -1}
    what = {"type": "product", "id": product, "inventory": taken}
    shop.store.webhooks.announce("store/product/inventory/order/updated", what)
    _hear(shop)
    until(lambda: _ends(shop, since))
    assert _ends(shop, since) == {"store/product/inventory/order/updated": {"ignored"}}
    assert shop.writes() == []


def test_an_edit_that_was_taken_for_our_echo_is_found_by_the_next_whole_look(shop: Shop) -> None:
    shop.store.webhooks.fate("store/product/*", "lost", times=2)
    shop.m3.change_item("E-3", price="31.00")
    shop.m3.set_stock("E-3", "001", on_hand="31")
    shop.sync()
    _edit(shop, "E-3", price="1.00", stock=99)
    assert (shop.truth("E-3")["price"], shop.truth("E-3")["stock"]["1"]) == ("1", 99)
    shop.sync(whole=True)
    assert (shop.truth("E-3")["price"], shop.truth("E-3")["stock"]["1"]) == ("31", 31)


def test_a_field_that_infor_does_not_master_is_never_written(shop: Shop) -> None:
    _edit(shop, "E-4", is_visible=True, categories=[7])
    shop.m3.change_item("E-4", name="Four")
    shop.sync(whole=True)
    made = shop.truth("E-4")
    assert (made["name"], made["visible"]) == ("Four", True)
    _edit(shop, "E-4", is_visible=False)
    assert shop.truth("E-4")["visible"] is False
    assert shop.writes() == ["store PUT /v3/catalog/products"]


def test_an_edited_price_is_restored_once_and_then_reported(shop: Shop) -> None:
    ours = shop.truth("E-5")["price"]
    _edit(shop, "E-5", price="1.00")
    assert shop.truth("E-5")["price"] == ours
    told = f"price is '1.0' in the store, '{ours}' by the ERP"
    assert shop.trail("E-5") == [("edit_restored", [told])]
    _edit(shop, "E-5", price="1.00")
    assert shop.truth("E-5")["price"] == "1"
    [row] = shop.rows(ItemState.REFUSED, "E-5")
    assert (row.aspect.value, row.fault_code) == ("price", EditedInStore.code)
    assert row.reason == f"price of item E-5: {told}"
    assert [action for action, _ in shop.trail("E-5")] == ["edit_restored", "edit_reported"]
    shop.sync(whole=True)
    assert shop.writes() == ["store PUT /v3/catalog/products"]
    shop.m3.change_item("E-5", price="55.00")
    shop.sync()
    assert shop.truth("E-5")["price"] == "55"


def test_an_edit_that_was_reported_and_taken_back_is_no_fault_any_more(shop: Shop) -> None:
    shop.profile(catalog=REPORTS)
    ours = shop.truth("E-6")
    _edit(shop, "E-6", price="2.00", stock=77)
    assert {(row.aspect.value, row.fault_code) for row in shop.rows(ItemState.REFUSED, "E-6")} == {
        ("price", EditedInStore.code),
        ("stock", EditedInStore.code),
    }
    assert [action for action, _ in shop.trail("E-6")] == ["edit_reported", "edit_reported"]
    _edit(shop, "E-6", price=ours["price"], stock=ours["stock"]["1"])
    assert shop.rows(ItemState.REFUSED, "E-6") == []
    assert shop.writes() == []
    shop.profile()


def test_pieces_edited_by_hand_are_restored_once_and_then_reported(shop: Shop) -> None:
    ours = shop.truth("E-7")["stock"]["1"]
    _edit(shop, "E-7", stock=7)
    assert shop.truth("E-7")["stock"]["1"] == ours
    _edit(shop, "E-7", stock=7)
    assert shop.truth("E-7")["stock"]["1"] == 7
    [row] = shop.rows(ItemState.REFUSED, "E-7")
    assert row.reason == f"stock of item E-7: stock at location 1 is '7' in the store, '{ours}' by the ERP"
    assert shop.writes() == ["store PUT /v3/inventory/adjustments/absolute"]


def test_an_app_with_prices_of_its_own_is_not_fought(shop: Shop) -> None:
    for turn in range(10):
        _edit(shop, "E-8", price=f"{3 + turn % 2}.00")
    assert shop.writes() == ["store PUT /v3/catalog/products"] * 2
    for turn in range(10):
        _edit(shop, "E-9", price=f"{10 + turn}.00")
    assert len(shop.writes()) == 2 + 4
    assert shop.truth("E-9")["price"] == "19"
