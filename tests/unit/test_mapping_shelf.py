"""What an item becomes in the store, by the mapping profile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connector.domain.faults import MappingGap, Unpriced
from connector.domain.item import Item, ItemPrice, ItemStock, PriceTerm
from connector.domain.money import Money
from connector.domain.product import Article, Binding, NewProduct, ProductChange, StoreMode, Tracking, VariantChange
from connector.mapping.drift import ForeignValue, differences
from connector.mapping.profile import parse_profile
from connector.mapping.shelf import Shelf

TODAY = date(2026, 6, 1)
TEE = Item("10045", "Tee red S", "Soft & red", Decimal("0.25"), sold=True)
SIMPLE = Binding("TEE-RED-S", 184, 421, base=True, tracking=Tracking.PRODUCT)
VARIANT = Binding("TEE-RED-S", 184, 421, base=False, tracking=Tracking.VARIANT)


def shelf(catalog: str = "{}", items: str = "{}", *, with_tax: bool = False, warehouses: str = "[]") -> Shelf:
    text = f'accounts: {{receivable: "1200"}}\ncatalog: {catalog}\nitems: {items}\nwarehouses: {warehouses}\n'
    return Shelf(parse_profile(text, "mapping.yaml"), StoreMode("USD", with_tax, "kg"), TODAY)


def priced(amount: str, currency: str = "USD", *, with_tax: bool = False) -> ItemPrice:
    return ItemPrice("10045", (PriceTerm(Money(Decimal(amount), currency), with_tax, TODAY),))


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def test_an_item_is_its_own_sku_and_those_of_the_table() -> None:
    table = '{rule: same, table: {TEE-RED-S: "10045", tee-alt: "10045", "10046": "X-1"}}'
    assert shelf(items=table).skus("10045") == ["TEE-RED-S", "tee-alt", "10045"]
    assert shelf(items=table).skus("10046") == []
    assert shelf(items=table).skus("X-1") == ["10046", "X-1"]


def test_by_a_table_only_what_is_listed_is_in_the_store() -> None:
    by_table = shelf(items='{rule: table, table: {TEE-RED-S: "10045"}}')
    assert (by_table.skus("10045"), by_table.skus("10046")) == (["TEE-RED-S"], [])
    assert (by_table.item("tee-red-s"), by_table.item("10046")) == ("10045", None)


def test_a_sku_is_found_whatever_its_case() -> None:
    assert shelf(items='{table: {TEE-RED-S: "10045"}}').item(" tee-RED-s ") == "10045"
    assert shelf().item("10046") == "10046"


def test_only_the_fields_that_the_profile_names_are_written() -> None:
    whole = ProductChange(184, name="Tee red S", description="Soft &amp; red", weight=Decimal("0.25"))
    assert shelf().details(TEE, SIMPLE) == whole
    assert shelf("{fields: [price]}").details(TEE, SIMPLE) is None


def test_a_name_has_its_sku_where_the_profile_asks_for_it_and_keeps_it_however_long() -> None:
    changed = shelf("{names: with_sku, fields: [name]}").details(TEE, SIMPLE)
    assert changed == ProductChange(184, name="Tee red S (TEE-RED-S)")
    long = replace(TEE, name="x" * 300)
    changed = shelf("{names: with_sku, fields: [name]}").details(long, SIMPLE)
    assert isinstance(changed, ProductChange)
    assert changed.name == "x" * 238 + " (TEE-RED-S)"
    assert len(changed.name) == 250


def test_a_variant_has_only_a_weight_of_its_own() -> None:
    assert shelf().details(TEE, VARIANT) == VariantChange(421, weight=Decimal("0.25"))
    assert shelf("{fields: [name]}").details(TEE, VARIANT) is None


def test_an_empty_description_leaves_the_merchants_own_alone() -> None:
    bare = Item("10045", "Tee", "  ", None, sold=True)
    assert shelf().details(bare, SIMPLE) == ProductChange(184, name="Tee")


def test_an_item_that_is_not_sold_is_hidden_where_visibility_is_ours() -> None:
    withdrawn = Item("10045", "Tee", "", None, sold=False)
    assert shelf("{fields: [visibility]}").details(withdrawn, SIMPLE) == ProductChange(184, visible=False)
    assert shelf("{fields: [visibility]}").details(TEE, SIMPLE) is None


def test_weights_are_converted_between_units() -> None:
    pounds = Shelf(
        parse_profile('accounts: {receivable: "1"}\ncatalog: {weight_unit: kg, fields: [weight]}\n', "f"),
        StoreMode("USD", with_tax=False, weight_unit="lb"),
        TODAY,
    )
    assert pounds.details(TEE, SIMPLE) == ProductChange(184, weight=Decimal("0.5512"))


def test_a_price_is_rounded_once_to_the_cent() -> None:
    assert shelf().price(priced("9.995")) == usd("10.00")


def test_what_costs_less_than_the_smallest_coin_is_never_given_away() -> None:
    assert shelf().price(priced("0.005")) == usd("0.01")
    with pytest.raises(MappingGap, match=r"one piece of item 10045 costs 0.004 USD, which the store would give away"):
        shelf().price(priced("0.004"))
    with pytest.raises(MappingGap, match=r"0.4 JPY"):
        shelf("{price_list: 3}").price(priced("0.4", "JPY"))


def test_a_price_without_tax_gets_it_where_the_store_keeps_prices_with_tax() -> None:
    assert shelf('{tax_rate: "20"}', with_tax=True).price(priced("10.00")) == usd("12.00")
    assert shelf('{tax_rate: "20"}').price(priced("12.00", with_tax=True)) == usd("10.00")
    assert shelf(with_tax=True).price(priced("12.00", with_tax=True)) == usd("12.00")


def test_tax_on_one_side_only_is_a_gap_without_a_rate() -> None:
    with pytest.raises(
        MappingGap, match=r"item 10045 is priced without tax, the store .* with: set catalog.tax_rate"
    ):
        shelf(with_tax=True).price(priced("10.00"))


def test_another_currency_is_a_gap_unless_it_goes_to_a_price_list() -> None:
    with pytest.raises(MappingGap, match="priced in EUR, the store keeps USD"):
        shelf().price(priced("10.00", "EUR"))
    assert shelf("{price_list: 3}").price(priced("10.00", "EUR")) == Money(Decimal("10.00"), "EUR")


def test_two_prices_that_began_on_one_day_are_not_chosen_from() -> None:
    both = ItemPrice("10045", (*priced("10.00").terms, *priced("9.00", "EUR").terms))
    for catalog in ("{}", "{price_list: 3}"):
        with pytest.raises(Unpriced, match=r"priced in USD and in EUR from 2026-06-01 on"):
            shelf(catalog).price(both)


def test_no_price_today_is_no_price() -> None:
    assert shelf().price(ItemPrice("10045", ())) is None
    assert shelf("{fields: [name]}").price(priced("10.00")) is None


def test_the_warehouses_of_a_location_are_added_up() -> None:
    stock = [
        ItemStock("10045", house, Decimal(pieces)) for house, pieces in (("001", "7.9"), ("002", "3"), ("9", "5"))
    ]
    rows = '[{infor: "001", location: 1}, {infor: "002", location: 1}, {infor: "002", location: 2}]'
    assert shelf(warehouses=rows).pieces(stock) == {1: 10, 2: 3}


def test_what_is_promised_beyond_the_stock_is_none_left() -> None:
    stock = [ItemStock("10045", "001", Decimal("-4"))]
    assert shelf(warehouses='[{infor: "001", location: 1}]').pieces(stock) == {1: 0}


def test_a_warehouse_that_is_named_twice_for_a_location_has_its_pieces_once() -> None:
    twice = '[{infor: "001", location: 1}, {infor: "001", location: 1}]'
    assert shelf(warehouses=twice).pieces([ItemStock("10045", "001", Decimal(5))]) == {1: 5}


def test_a_missing_product_is_made_hidden_unless_the_profile_says_otherwise() -> None:
    made = shelf().missing("10045", TEE, priced("10.00"))
    assert made == NewProduct(
        "10045", "Tee red S", "Soft &amp; red", Decimal("10.00"), Decimal("0.25"), visible=False
    )
    assert shelf("{categories: [23, 5]}").missing("10045", TEE, priced("10")).categories == (23, 5)  # type: ignore[union-attr]
    assert shelf("{visible: true}").missing("10045", TEE, priced("10")).visible is True  # type: ignore[union-attr]


def test_a_missing_product_says_why_it_is_not_made() -> None:
    hidden = Item("10045", "Tee", "", None, sold=False)
    assert shelf().missing("10045", hidden, priced("10")) == "it is not sold"
    assert shelf("{create: false}").missing("10045", TEE, priced("10")) == (
        "the store has no product with SKU 10045, and catalog.create is off"
    )
    assert shelf().missing("10045", TEE, ItemPrice("10045", ())) is None
    assert shelf().missing("10045", Item("10045", " ", "", None, sold=True), priced("1")) == "it has no name"
    assert shelf("{fields: [name]}").missing("10045", TEE, priced("10")) == (
        "the store makes no product without a price, and catalog.fields has none: create 10045 there"
    )


def test_a_difference_is_told_for_fields_of_ours_alone() -> None:
    article = Article(
        "TEE-RED-S",
        184,
        421,
        True,
        Tracking.PRODUCT,
        "Tee",
        "<p>Mine</p>",
        Decimal("9.00"),
        Decimal("0.250"),
        True,
    )
    change = ProductChange(184, name="Tee", price=Decimal("10.00"), weight=Decimal("0.25"))
    assert differences(article, change) == [ForeignValue("price", "9.00", "10.00")]
