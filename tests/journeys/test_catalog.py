"""Items, prices and stock of M3 in the store's catalog: what is written, what is left alone, what is explained."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.domain.connection import Check
from connector.domain.item import Aspect, ItemState
from connector.domain.progress import OrderState
from connector.flows import catalog, connections, reading, setup, stocking
from connector.flows.turn import LONGEST
from tests.journeys.shop import Later, Shop
from tests.rig import NAME, Rig, until

NUMBERS = ("10045", "10046", *(f"A-{number}" for number in range(1, 9)))
RIG = {"infor": {"items": {number: f"Item {number}" for number in NUMBERS}}, "store": {"inventory_lag": 0}}
PROCESSES = ("web", "worker")

TOGETHER = '[{infor: "001", location: 1}, {infor: "002", location: 1}]'
APART = '[{infor: "001", location: 1}, {infor: "002", location: 2}]'


@pytest.fixture(scope="module")
def shop(rig: Rig) -> Shop:
    """Everything of M3 is in the store; one item is a variant that the merchant had made."""
    made = Shop(rig)
    skus = ("tee-RED-s", "TEE-M")
    sizes = [{"sku": sku, "option_values": [{"option_display_name": "Size", "label": sku}]} for sku in skus]
    made.store.merchant.add_product(
        name="The tee", description="<p>Soft</p>", inventory_tracking="variant", variants=sizes, announce=False
    )
    made.profile()
    made.sync()
    return made


@pytest.fixture(autouse=True)
def _afresh(shop: Shop) -> Iterator[None]:
    shop.forget_calls()
    yield
    shop.rig.sandbox.dial.clear()


def test_a_new_item_becomes_a_hidden_product_with_its_price_and_pieces(shop: Shop) -> None:
    item, made = shop.m3.items()["A-1"], shop.truth("A-1")
    assert (made["name"], made["visible"]) == ("Item A-1", False)
    assert (Decimal(made["price"]), Decimal(made["weight"])) == (Decimal(item["price"]), Decimal(item["weight"]))
    assert made["stock"] == {"1": int(Decimal(shop.m3.stock()["A-1"]["001"])), "2": 0}


def test_a_variant_is_found_whatever_its_case_and_keeps_the_merchants_words(shop: Shop) -> None:
    made, price = shop.truth("TEE-RED-S"), shop.m3.items()["10045"]["price"]
    assert (made["name"], made["description"]) == ("The tee", "<p>Soft</p>")
    assert Decimal(made["price"]) == Decimal(price)
    assert made["stock"]["1"] == int(Decimal(shop.m3.stock()["10045"]["001"]))


def test_an_item_that_is_not_sold_is_left_out_with_its_reason(shop: Shop) -> None:
    [row] = shop.rows(number="OLD-ITEM")
    assert (row.state, row.reason) == (ItemState.LEFT_OUT, "it is not sold")


def test_nothing_is_written_where_nothing_changed(shop: Shop) -> None:
    shop.sync()
    shop.sync(whole=True)
    assert shop.writes() == []


def test_each_fact_is_published_apart(shop: Shop) -> None:
    shop.m3.change_item("A-2", price="77.70")
    assert shop.sync()["published"] == 1
    assert shop.writes() == ["store PUT /v3/catalog/products"]
    shop.m3.set_stock("A-2", "001", on_hand="12")
    assert shop.sync()["published"] == 1
    assert shop.writes()[1:] == ["store PUT /v3/inventory/adjustments/absolute"]
    assert (shop.truth("A-2")["price"], shop.truth("A-2")["stock"]["1"]) == ("77.7", 12)


def test_a_turn_does_a_piece_of_every_kind_of_work_however_long_the_first_takes(shop: Shop) -> None:
    shop.m3.change_item("A-1", price="81.00")
    shop.m3.set_stock("A-1", "001", on_hand="8")
    shop.poll()
    clock, pace = Later(shop.rig.house.clock, timedelta(0)), shop.rig.house.pace
    house = replace(shop.rig.house, clock=clock, pace=replace(pace, claim_lease=10 * LONGEST))
    shop.rig.sandbox.dial.after("m3 MMS200MI/LstItmByChgDate", lambda _: setattr(clock, "ahead", LONGEST))
    catalog.run(house, NAME)
    made = shop.truth("A-1")
    assert (made["price"], made["stock"]["1"]) == ("81", 8)


def test_ten_changes_of_an_item_between_two_polls_are_one_publication(shop: Shop) -> None:
    for number in range(10):
        shop.m3.change_item("A-3", price=f"{50 + number}.00", name=f"Tee, {number}. edition")
        shop.m3.set_stock("A-3", "001", on_hand=str(number))
    shop.sync()
    assert Counter(shop.writes()) == {
        "store PUT /v3/catalog/products": 1,
        "store PUT /v3/inventory/adjustments/absolute": 1,
    }
    made = shop.truth("A-3")
    assert (made["name"], made["price"], made["stock"]["1"]) == ("Tee, 9. edition", "59", 9)


def test_a_price_for_ten_units_is_the_tenth_of_it(shop: Shop) -> None:
    shop.m3.change_item("A-4", price="99.95", price_per="10")
    shop.sync()
    assert shop.truth("A-4")["price"] == "10"


def test_an_item_that_has_no_price_any_more_is_told_until_it_has_one_or_is_not_sold(shop: Shop) -> None:
    cheap, gone = "A-4", "A-8"
    for number in (cheap, gone):
        shop.m3.change_item(number, price="0", price_per="1")
    shop.sync()
    told = {row.number: (row.fault_code, row.reason) for row in shop.rows(ItemState.REFUSED)}
    assert told == {
        number: ("unpriced", f"item {number} has no price in Infor today: the store keeps the one that it has")
        for number in (cheap, gone)
    }
    assert shop.truth(cheap)["price"] == "10"
    shop.m3.change_item(cheap, price="9.99")
    shop.m3.change_item(gone, status="90")
    shop.sync()
    assert shop.rows(ItemState.REFUSED) == []
    assert shop.truth(cheap)["price"] == "9.99"
    shop.m3.change_item(gone, status="20", price="20.00")
    shop.sync()


def test_a_field_that_was_the_merchants_for_a_while_is_told_again(shop: Shop) -> None:
    price = shop.truth("A-2")["price"]
    shop.profile(catalog="{create: true, visible: false, fields: [name]}")
    shop.sync()
    shop.store.merchant.edit_product("A-2", {"price": "1.00"}, announce=False)
    shop.profile()
    shop.sync()
    assert shop.truth("A-2")["price"] == price


def test_several_warehouses_fill_several_locations(shop: Shop) -> None:
    for warehouse, pieces in (("001", "5"), ("002", "2.8")):
        shop.m3.set_stock("A-5", warehouse, on_hand=pieces)
    shop.profile(warehouses=TOGETHER)
    shop.sync()
    assert shop.truth("A-5")["stock"] == {"1": 7, "2": 0}
    shop.profile(warehouses=APART)
    shop.sync()
    assert shop.truth("A-5")["stock"] == {"1": 5, "2": 2}
    shop.profile()
    shop.sync()
    assert shop.truth("A-5")["stock"]["1"] == 5


def test_a_warehouse_that_comes_back_into_the_profile_is_counted_anew(shop: Shop) -> None:
    shop.profile(warehouses=APART)
    shop.m3.set_stock("A-2", "002", on_hand="8")
    shop.sync()
    shop.profile()
    shop.m3.set_stock("A-2", "002", on_hand="0")
    with shop.later(2 * reading.OVERLAP):
        shop.sync()
        shop.profile(warehouses=APART)
        shop.sync()
    assert shop.truth("A-2")["stock"]["2"] == 0
    shop.profile()
    shop.sync(whole=True)


def test_a_place_that_is_not_there_is_named_before_it_is_saved(shop: Shop) -> None:
    def wrong(checks: list[Check]) -> list[str]:
        return [check.detail for check in checks if not check.ok]

    house = shop.rig.house
    told = "orders are delivered from {} (infor.warehouse), which warehouses puts at no location"
    elsewhere = shop.rig.profile().replace('infor: "001"', 'infor: "002"')
    [fault] = wrong(connections.check_profile(house, NAME, elsewhere))
    assert fault.startswith(told.format("001"))

    nowhere = shop.rig.profile().replace("location: 1", "location: 99").replace("{create", "{price_list: 98, create")
    location, price_list = wrong(connections.check_profile(house, NAME, nowhere))
    assert location.endswith(": warehouses[0].location: the store has no location 99")
    assert price_list.endswith(": catalog.price_list: the store has no price list 98")

    file = shop.rig.folder / "files" / NAME / "connection.yaml"
    saved = file.read_text()
    file.write_text(saved.replace('warehouse: "001"', 'warehouse: "002"'))
    [fault] = wrong(setup.add(house, file, by="test")[1])
    file.write_text(saved)
    assert fault.startswith(told.format("002"))


def test_where_no_warehouse_fills_a_location_nothing_is_left_to_do(shop: Shop) -> None:
    shop.profile(warehouses="[]")
    with shop.later(timedelta(hours=1)):
        shop.sync()
        assert catalog.due(shop.rig.house) == []
    assert "m3 OIS100MI/LstNewBalances" not in shop.rig.sandbox.dial.counts()
    shop.profile()
    shop.sync(whole=True)


def test_a_list_that_was_cut_moves_no_watermark_and_all_is_read_instead(shop: Shop) -> None:
    shop.m3.control["cut_short"](["MMS200MI/LstItmByChgDate", "OIS100MI/LstNewBalances"])
    shop.m3.change_item("A-6", name="Seen all the same")
    shop.m3.set_stock("A-6", "001", on_hand="3")
    shop.sync()
    shop.m3.control["cut_short"]([])
    made = shop.truth("A-6")
    assert (made["name"], made["stock"]["1"]) == ("Seen all the same", 3)
    assert shop.rig.sandbox.dial.counts()["m3 MMS200MI/LstItmByItm"] > 0


def test_what_is_asked_for_while_m3_answers_is_read_once_more(shop: Shop) -> None:
    def change(_: str) -> None:
        shop.m3.set_stock("A-7", "001", on_hand="21")
        shop.poll()

    shop.rig.sandbox.dial.after("m3 OIS100MI/LstNewBalances", change)
    shop.sync()
    assert shop.truth("A-7")["stock"]["1"] == 21


def test_a_whole_reading_begins_anew_when_it_is_asked_for_once_more(shop: Shop) -> None:
    def change(_: str) -> None:
        shop.m3.change_item("A-7", name="Changed behind the reader")
        shop.poll(whole=True)

    shop.rig.sandbox.dial.after("m3 MMS200MI/LstItmByItm", change)
    shop.sync(whole=True)
    assert shop.truth("A-7")["name"] == "Changed behind the reader"


def test_what_an_order_takes_is_counted_off_before_m3_has_heard_of_it(shop: Shop) -> None:
    shop.m3.set_stock("A-7", "001", on_hand="10")
    shop.sync()
    words = {"lines": [{"sku": "A-7", "name": "Seven", "quantity": 4, "price": "5.00"}], "status": 7}
    order = shop.store.place_order(**words)
    shop.rig.wait_settled([order])
    shop.m3.set_stock("A-7", "001", on_hand="9")
    shop.sync()
    assert shop.truth("A-7")["stock"]["1"] == 5
    shop.store.set_status(order, 11)
    until(lambda: shop.rig.order(order).state is OrderState.POSTED)
    shop.sync()
    assert (shop.m3.stock()["A-7"]["001"], shop.truth("A-7")["stock"]["1"]) == ("5", 5)
    shop.m3.set_stock("A-7", "001", on_hand="19")
    shop.sync()
    assert shop.truth("A-7")["stock"]["1"] == 15


def test_a_level_that_the_store_was_told_before_the_order_was_read_is_put_right(shop: Shop) -> None:
    shop.m3.set_stock("A-4", "001", on_hand="30")
    shop.sync()
    words = {"lines": [{"sku": "A-4", "name": "Four", "quantity": 4, "price": "5.00"}], "status": 7}
    order = shop.store.place_order(**words, announce=False)
    shop.m3.set_stock("A-4", "001", on_hand="29")
    shop.sync()
    assert shop.truth("A-4")["stock"]["1"] == 29
    shop.rig.cli("backfill", NAME)
    shop.rig.wait_settled([order])
    shop.turn()
    assert shop.truth("A-4")["stock"]["1"] == 25


def test_pieces_that_came_in_as_an_order_took_as_many_are_told(shop: Shop) -> None:
    shop.m3.set_stock("A-6", "001", on_hand="50")
    shop.sync()
    words = {"lines": [{"sku": "A-6", "name": "Six", "quantity": 3, "price": "5.00"}], "status": 7}
    order = shop.store.place_order(**words, created=shop.rig.house.now() + timedelta(minutes=5))
    shop.store.merchant.edit_product("A-6", {"stock": 47}, announce=False)  # the store counts off itself
    shop.rig.wait_settled([order])
    shop.m3.set_stock("A-6", "001", on_hand="53")
    shop.sync()
    assert shop.truth("A-6")["stock"]["1"] == 50


def test_an_order_that_is_read_tells_the_store_no_level_that_it_has(shop: Shop) -> None:
    shop.m3.set_stock("A-4", "001", on_hand="40")
    shop.sync()
    later = shop.rig.house.now() + timedelta(minutes=5)
    words = {"lines": [{"sku": "A-4", "name": "Four", "quantity": 1, "price": "5.00"}], "status": 7}
    shop.forget_calls()
    shop.rig.wait_settled([shop.store.place_order(**words, created=later)])
    shop.turn()
    assert shop.writes() == []


def test_pieces_of_a_booked_order_are_counted_off_until_m3s_balances_were_read(shop: Shop) -> None:
    shop.m3.set_stock("A-3", "001", on_hand="20")
    shop.sync()
    words = {"lines": [{"sku": "A-3", "name": "Three", "quantity": 4, "price": "5.00"}]}
    order = shop.store.place_order(**words)
    shop.rig.wait_settled([order])
    shop.rig.cli("records", "replay", f"o-{shop.rig.order(order).id}")
    shop.rig.wait_settled([order])
    shop.profile()
    shop.turn()
    assert (shop.m3.stock()["A-3"]["001"], shop.truth("A-3")["stock"]["1"]) == ("16", 16)
    shop.sync()
    assert shop.truth("A-3")["stock"]["1"] == 16


def test_pieces_added_to_a_booked_order_are_counted_off_until_m3_was_changed_by_hand(shop: Shop) -> None:
    def pieces(on_hand: str) -> int:
        shop.m3.set_stock("E-1", "001", on_hand=on_hand)
        shop.sync()
        return int(shop.truth("E-1")["stock"]["1"])

    def moves(status: int) -> None:
        shop.store.set_status(order, status)
        until(lambda: shop.rig.order(order).status_id == status)
        shop.rig.wait_settled([order])

    shop.m3.control["add_items"]({"E-1": "To be edited"})
    assert pieces("30") == 30
    line = {"sku": "E-1", "name": "To be edited", "quantity": 2, "price": "5.00"}
    order = shop.store.place_order(lines=[line])
    shop.rig.wait_settled([order])
    assert pieces("32") == 30
    shop.store.edit_order(order, lines=[line | {"quantity": 7}])
    until(lambda: shop.rig.order(order).fault_code == "edited_after_posting")
    assert pieces("40") == 33
    moves(2)
    assert pieces("50") == 43

    shop.rig.cli("orders", "done", NAME, str(order))
    assert pieces("55") == 53
    moves(10)
    assert pieces("60") == 58

    shop.store.edit_order(order, lines=[line | {"quantity": 9}])
    until(lambda: "now 9 ×" in shop.rig.order(order).reason)
    shop.rig.wait_settled([order])
    assert pieces("70") == 66
    shop.rig.cli("orders", "done", NAME, str(order))
    assert pieces("75") == 73


def test_one_level_never_stands_for_several_items(shop: Shop) -> None:
    def refused() -> dict[str, str]:
        shop.sync(whole=True)
        return {row.number: row.reason for row in shop.rows(ItemState.REFUSED) if row.aspect is Aspect.STOCK}

    skus = ("KIT-1", "KIT-2")
    options = [{"sku": sku, "option_values": [{"option_display_name": "Kit", "label": sku}]} for sku in skus]
    kits = {"name": "Kits", "inventory_tracking": "product", "variants": options}
    shop.store.merchant.add_product(**kits, announce=False)
    shop.m3.control["add_items"](dict.fromkeys(skus, "Kit"))
    for sku, pieces in zip(skus, ("3", "70"), strict=True):
        shop.m3.set_stock(sku, "001", on_hand=pieces)
    assert refused() == dict.fromkeys(skus, stocking.TOGETHER)
    assert {shop.truth(sku)["stock"].get("1", 0) for sku in skus} == {0}

    second = shop.truth("KIT-2")
    shop.store.merchant.edit_product("KIT-2", {"sku": ""}, announce=False)
    assert refused() == {}
    assert shop.truth("KIT-1")["stock"]["1"] == 3

    shop.store.catalog.change_variant(second["product"], second["variant"], {"sku": "KIT-2"})
    assert refused() == dict.fromkeys(skus, stocking.TOGETHER)


def test_a_product_that_the_merchant_deleted_is_not_made_again(shop: Shop) -> None:
    shop.store.merchant.delete_product("A-8")
    assert shop.store.webhooks.settle()
    shop.m3.change_item("A-8", name="Gone", price="1.00")
    shop.m3.set_stock("A-8", "001", on_hand="3")
    shop.sync()
    assert shop.writes() == []
    [details] = [row for row in shop.rows(ItemState.LEFT_OUT, "A-8") if row.aspect.value == "details"]
    assert details.reason == "its product was deleted in the store: create it there, or replay this record"
    shop.rig.cli("records", "replay", f"i-{details.id}")
    shop.sync()
    made = shop.truth("A-8")
    assert (made["name"], made["price"], made["stock"]["1"]) == ("Gone", "1", 3)


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(shop: Shop) -> None:
    shop.m3.change_item("A-1", price="88.80")
    told = json.loads(shop.rig.cli("catalog", "sync", NAME, "--dry-run", "--json"))
    assert told["would_write"] == [{"sku": "A-1", "what": "price 88.80"}]
    assert shop.writes() == []
    shop.rig.cli("catalog", "sync", NAME)
    assert shop.truth("A-1")["price"] == "88.8"


def test_a_paused_connection_is_looked_at_and_not_written_to(shop: Shop) -> None:
    shop.m3.change_item("A-1", price="77.70")
    shop.rig.cli("connection", "pause", NAME)
    told = json.loads(shop.rig.cli("catalog", "sync", NAME, "--dry-run", "--json"))
    assert told["would_write"] == [{"sku": "A-1", "what": "price 77.70"}]
    for words in (["catalog", "sync", NAME], ["catalog", "drift", NAME, "--heal", "--yes"]):
        refused = shop.rig.typed(*words)
        assert refused.returncode == 1
        assert f"{NAME} is paused: `ml-connector connection resume {NAME}` lets it work again" in refused.stderr
    assert shop.writes() == []
    shop.rig.cli("connection", "resume", NAME)
    shop.rig.cli("catalog", "sync", NAME)
    assert shop.truth("A-1")["price"] == "77.7"


def test_a_fact_is_a_record_with_its_reason(shop: Shop) -> None:
    listed = json.loads(shop.rig.cli("records", "list", NAME, "--kind", "item", "--state", "left_out", "--json"))
    [line] = [line for line in listed if line["subject"] == "OLD-ITEM details"]
    assert line["reason"] == "it is not sold"
    shown = json.loads(shop.rig.cli("records", "show", line["id"], "--json"))
    assert shown["fact"]["number"] == "OLD-ITEM"
