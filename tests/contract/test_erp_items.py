"""What an adapter that has items owes them, over real HTTP against its simulator: by every route, the same truth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from erp_m3 import SUITE
from erp_rigs import Rig

from connector.domain.faults import Misconfigured, Truncated
from connector.domain.item import Item, ItemPrice, ItemStock, PriceTerm
from connector.domain.money import Money
from connector.ports import Items

WAREHOUSES = ("001", "002")
LISTS = ("", "WEB")
ROUTES = ("api", "table")
EVERY_WAY = [(price_list, route) for price_list in LISTS for route in ROUTES]
FIRST = "10045"
"""An item with more prices in the list than others: for twelve pieces, and from the next year on."""


class Shop:
    """One company and what is true of its items."""

    def __init__(self, rig: Rig, price_list: str) -> None:
        assert rig.erp.items is not None
        self.rig = rig
        self.items: Items = rig.erp.items
        self.app = rig.simulator.app  # type: ignore[attr-defined]
        self.price_list = price_list

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.rig.simulator.now, UTC)  # type: ignore[attr-defined]

    def passes(self, seconds: int) -> datetime:
        """Let time pass; gives when it was over."""
        self.rig.simulator.now += seconds  # type: ignore[attr-defined]
        return self.now

    def numbers(self) -> list[str]:
        return sorted(self.app.items())

    def all(self) -> list[Item]:
        """Every item by rising number."""
        return [
            Item(
                number,
                told["name"],
                told["description"],
                Decimal(told["weight"]),
                sold=told["status"] == "20" and told["sale"] == "1",
            )
            for number, told in sorted(self.app.items().items())
        ]

    def prices(self) -> dict[str, tuple[Money, bool]]:
        """What a unit of each item costs today, and whether that holds tax."""
        found = self.app.items(self.price_list).items()
        return {
            number: (
                Money(Decimal(told["price"]) / int(told["price_per"]), told["currency"]),
                told["with_tax"] == "1",
            )
            for number, told in found
            if "price" in told
        }

    def stock(self) -> dict[tuple[str, str], Decimal]:
        return {
            (number, warehouse): Decimal(available)
            for number, places in self.app.stock().items()
            for warehouse, available in places.items()
        }

    def every(self) -> Iterator[list[Item]]:
        """All pages of items."""
        after = ""
        while page := self.items.all_items(after):
            yield page
            after = page[-1].number


@pytest.fixture(params=EVERY_WAY, ids=lambda way: " ".join(filter(None, way)))
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    price_list, route = request.param
    with SUITE.rig(price_list=price_list, catalog_route=route) as rig:
        yield Shop(rig, price_list)


@pytest.fixture
def company() -> Iterator[Shop]:
    """Where the route and the list do not matter."""
    with SUITE.rig() as rig:
        yield Shop(rig, "")


def test_all_items_are_read_by_rising_number_in_pages(company: Shop):
    company.app.make_items(1005)
    pages = list(company.every())
    assert [len(pages[0]), len(pages)] == [1000, 2]
    assert [item for page in pages for item in page] == company.all()
    assert len(company.rig.called()) == 3


@pytest.mark.parametrize("ceiling", [7, 100])
def test_a_gateway_that_gives_fewer_rows_does_not_end_the_reading(company: Shop, ceiling: int):
    company.app.make_items(210)
    company.app.control["ceiling"](ceiling)
    assert [item.number for page in company.every() for item in page] == company.numbers()


def test_a_list_that_breaks_off_is_never_taken_for_the_end(company: Shop):
    company.app.control["cut_short"](["MMS200MI/LstItmByItm"])
    with pytest.raises(Truncated):
        company.items.all_items("")


def test_items_changed_on_the_day_before_or_later_are_told(company: Shop):
    company.passes(3 * 24 * 3600)
    company.app.change_item(FIRST, name="Tee, new", weight="0.125", status="90")
    since = company.passes(24 * 3600)
    (changed,) = company.items.changed_items(since)
    assert changed in company.all()
    assert (changed.name, changed.weight, changed.sold) == ("Tee, new", Decimal("0.125"), False)
    assert company.items.changed_items(company.passes(24 * 3600)) == []


def test_more_changed_items_than_a_gateway_tells_are_refused(company: Shop):
    company.app.make_items(210)
    company.app.control["ceiling"](100)
    with pytest.raises(Truncated):
        company.items.changed_items(company.now)


def test_every_item_has_todays_price(shop: Shop):
    shop.app.make_items(120)
    shop.app.change_item(FIRST, price="1999", price_per="100")
    if shop.price_list:
        shop.app.set_price("WEB", "ITEM-000007", "123.45", per="10")
    found = {price.item: price.on(shop.now.date()) for price in shop.items.prices(shop.numbers())}
    truth = shop.prices()
    assert list(found) == shop.numbers()
    assert {item: (term.amount, term.with_tax) for item, term in found.items() if term} == truth
    assert len(truth) == len(shop.numbers())


@pytest.mark.parametrize("route", ROUTES)
def test_a_list_tells_whether_its_prices_hold_tax_and_which_come_later(route: str):
    with SUITE.rig(price_list="GROSS", catalog_route=route) as rig:
        shop = Shop(rig, "GROSS")
        shop.app.set_price("GROSS", FIRST, "11.90", since="20260101", until="20901231", with_tax=True)
        shop.app.set_price("GROSS", FIRST, "10.00", since="20280101")
        prices = shop.items.prices([FIRST, "10046"])
    later = PriceTerm(Money(Decimal(10), "USD"), with_tax=False, since=date(2028, 1, 1), until=date(2099, 12, 31))
    now = PriceTerm(Money(Decimal("11.90"), "USD"), with_tax=True, since=date(2026, 1, 1), until=date(2090, 12, 31))
    assert prices == [ItemPrice(FIRST, (now, later)), ItemPrice("10046", ())]


def test_changed_prices_are_told_from_their_moment_on(shop: Shop):
    before = shop.passes(2 * 24 * 3600)
    if shop.price_list:
        shop.app.set_price("WEB", FIRST, "8.00", per="100")
        shop.app.set_price("WEB", FIRST, "7.00", from_quantity="24")
        shop.app.set_price("WHOLESALE", FIRST, "6.00")
    else:
        shop.app.change_item(FIRST, price="8.00", price_per="100")
    (changed,) = shop.items.changed_prices(before)
    term = changed.on(shop.now.date())
    assert term is not None
    assert (changed.item, term.amount) == (FIRST, Money(Decimal("0.08"), "USD"))
    (read,) = shop.items.prices([FIRST])
    assert changed.joined(read) == read
    assert shop.items.changed_prices(shop.passes(2 * 24 * 3600)) == []


def test_every_item_has_its_stock_in_every_warehouse_and_zero_where_it_is_not_kept(shop: Shop):
    shop.app.make_items(120)
    shop.app.set_stock(FIRST, "001", on_hand="10.5", allocated="12")
    found = shop.items.stock(shop.numbers(), WAREHOUSES)
    truth = shop.stock()
    assert {(each.item, each.warehouse): each.available for each in found} == {
        (number, warehouse): truth.get((number, warehouse), Decimal(0))
        for number in shop.numbers()
        for warehouse in WAREHOUSES
    }
    assert ItemStock(FIRST, "001", Decimal("-1.5")) in found
    assert ItemStock("OLD-ITEM", "002", Decimal(0)) in found


def test_changed_balances_are_told_from_their_moment_on(company: Shop):
    before = company.passes(60)
    company.app.set_stock(FIRST, "002", on_hand="3")
    assert company.items.changed_stock(before) == [ItemStock(FIRST, "002", Decimal(3))]
    assert company.items.changed_stock(before + timedelta(milliseconds=1)) == []


def test_a_gateway_that_gives_a_hundred_rows_loses_no_price_and_no_stock():
    with SUITE.rig(price_list="WEB", catalog_route="table") as rig:
        shop = Shop(rig, "WEB")
        shop.app.make_items(200)
        whole = shop.items.prices(shop.numbers()), shop.items.stock(shop.numbers(), WAREHOUSES)
        shop.app.control["ceiling"](100)
        assert (shop.items.prices(shop.numbers()), shop.items.stock(shop.numbers(), WAREHOUSES)) == whole


def test_an_item_number_with_a_slash_has_price_and_stock_by_every_route(shop: Shop):
    shop.app.control["add_items"]({"TEE/RED L": "Tee, red"})
    (price,) = shop.items.prices(["TEE/RED L"])
    term = price.on(shop.now.date())
    assert term is not None
    assert (term.amount, term.with_tax) == shop.prices()["TEE/RED L"]
    assert shop.items.stock(["TEE/RED L"], ["001"]) == [ItemStock("TEE/RED L", "001", Decimal(100))]


@pytest.mark.parametrize(("route", "prices", "stock"), [("api", 22, 20), ("table", 3, 1)])
def test_five_hundred_items_take_few_calls(route: str, prices: int, stock: int):
    with SUITE.rig(price_list="LIST", catalog_route=route) as rig:
        shop = Shop(rig, "LIST")
        shop.app.make_items(500)
        shop.app.set_price("LIST", "ITEM-000001", "1.00", since="20200101")
        shop.app.set_price("LIST", "ITEM-000001", "2.00", since="20210101")
        numbers = [f"ITEM-{number:06}" for number in range(1, 501)]
        shop.items.prices(numbers)
        assert len(shop.rig.called()) == prices
        shop.items.stock(numbers, WAREHOUSES)
        assert len(shop.rig.called()) == stock


def test_the_items_that_carry_a_code_are_found_by_exactly_that_code(shop: Shop):
    for number, code in ((FIRST, "0012345678905"), ("MUG-11OZ", "001234567890"), (FIRST, "4006381333931")):
        shop.app.add_alias(number, code)
    shop.app.add_alias("MUG-11OZ", "4006381333931")
    found = shop.items.carrying(["0012345678905", "4006381333931", "001234567890", "999"])
    assert found == {
        "0012345678905": [FIRST],
        "4006381333931": [FIRST, "MUG-11OZ"],
        "001234567890": ["MUG-11OZ"],
    }
    assert shop.rig.called() == ["m3 MMS025MI/LstItem"]


def test_a_ping_finds_the_items_and_everything_that_the_catalog_needs(shop: Shop):
    (line,) = [check for check in shop.rig.erp.ping() if check.name == "catalog"]
    assert (line.ok, line.detail.startswith("items can be read")) == (True, True)


def test_a_price_list_that_does_not_exist_is_told_by_the_ping_and_by_every_reading():
    with SUITE.rig(price_list="NOSUCH") as rig:
        shop = Shop(rig, "NOSUCH")
        (line,) = [check for check in rig.erp.ping() if not check.ok]
        assert (line.name, "NOSUCH" in line.detail) == ("catalog", True)
        with pytest.raises(Misconfigured, match="NOSUCH"):
            shop.items.prices([FIRST])
