"""What every adapter that has items owes the store's catalog: the same truth, whole, whatever the gateway cuts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from erp_rigs import Rig, document
from erp_suites import rigs

from connector.domain.faults import Truncated
from connector.domain.item import Item
from connector.ports import Items

rig = rigs(which=lambda suite: suite.goods)
FIRST = "10045"


def items(rig: Rig) -> Items:
    assert rig.erp.items is not None
    return rig.erp.items


def moment(rig: Rig) -> datetime:
    return datetime.fromtimestamp(rig.simulator.now, UTC)


def every(rig: Rig) -> Iterator[list[Item]]:
    after = ""
    while page := items(rig).all_items(after):
        yield page
        after = page[-1].number


def price(rig: Rig, item: str) -> Decimal | None:
    (told,) = items(rig).prices([item])
    term = told.on(moment(rig).date())
    return term.amount.amount if term else None


def pieces(rig: Rig, item: str) -> Decimal:
    (told,) = items(rig).stock([item], [rig.suite.goods.warehouse])
    return told.available


def test_every_item_is_read_once_by_rising_number_and_only_articles_are_sold(rig: Rig):
    rig.simulator.app.make_items(rig.suite.goods.page + 5)
    pages = list(every(rig))
    found = [item for page in pages for item in page]
    assert len(pages) == 2
    assert [item.number for item in found] == sorted({item.number for item in found})
    truth = rig.simulator.app.articles()
    assert {item.number: item.name for item in found if item.sold} == {
        number: article.name for number, article in truth.items()
    }


@pytest.mark.parametrize("rows", [7, 100])
def test_a_gateway_that_gives_fewer_rows_does_not_end_the_reading(rig: Rig, rows: int):
    rig.simulator.app.make_items(210)
    whole = [item for page in every(rig) for item in page]
    rig.simulator.lists_at_most(rows)
    assert [item for page in every(rig) for item in page] == whole


def test_a_list_that_breaks_off_is_never_taken_for_the_end(rig: Rig):
    rig.simulator.app.control["cut_short"]([rig.suite.goods.items])
    with pytest.raises(Truncated):
        list(every(rig))


def test_an_item_that_was_renamed_is_told_from_that_day_on(rig: Rig):
    rig.simulator.now += 3 * 24 * 3600
    rig.simulator.app.change_item(FIRST, name="Tee, new", weight="0.125")
    (changed,) = items(rig).changed_items(moment(rig))
    assert (changed.number, changed.name, changed.weight) == (FIRST, "Tee, new", Decimal("0.125"))
    rig.simulator.now += 3 * 24 * 3600
    assert items(rig).changed_items(moment(rig)) == []


def test_every_article_has_its_price_and_what_lies_in_the_main_warehouse(rig: Rig):
    rig.simulator.app.make_items(120)
    truth = rig.simulator.app.articles()
    numbers = sorted(truth)
    prices, stock = items(rig).prices(numbers), items(rig).stock(numbers, [rig.suite.goods.warehouse])
    today = moment(rig).date()
    terms = {told.item: told.on(today) for told in prices}
    assert {number: term.amount.amount for number, term in terms.items() if term} == {
        number: article.price for number, article in truth.items()
    }
    assert [(told.item, told.available) for told in stock] == [(number, truth[number].pieces) for number in numbers]


def test_what_the_erp_does_not_have_costs_nothing_and_is_not_there(rig: Rig):
    assert (price(rig, "NOSUCH"), pieces(rig, "NOSUCH")) == (None, Decimal(0))


def test_a_new_price_and_a_new_count_are_among_what_changed(rig: Rig):
    before = moment(rig)
    rig.simulator.now += 60
    rig.simulator.app.change_item(FIRST, price="8.25")
    rig.simulator.app.count_stock(FIRST, "3")
    today = moment(rig).date()
    terms = {told.item: told.on(today) for told in items(rig).changed_prices(before)}
    assert terms[FIRST] is not None
    assert terms[FIRST].amount.amount == Decimal("8.25")
    assert Decimal(3) in [
        told.available
        for told in items(rig).changed_stock(before)
        if (told.item, told.warehouse) == (FIRST, rig.suite.goods.warehouse)
    ]


def test_pieces_of_a_booked_order_are_counted_off(rig: Rig):
    before = pieces(rig, FIRST)
    rig.post_document(document())
    rig.simulator.settle()
    assert pieces(rig, FIRST) == before - 6
