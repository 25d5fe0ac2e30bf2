"""M3's prices: an item's own and a price list's, per unit, exact."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from infor_script import bulk, m3, no, ok, rows

from connector.domain.faults import ContractBroken, Misconfigured, Truncated
from connector.domain.item import ItemPrice, PriceTerm
from connector.domain.money import Money

OWN, NEW, CHANGED = "MMS200MI/GetItmPrice", "OIS320MI/LstNewPrices", "MMS200MI/LstItmByChgDate"
VERSIONS, FIRST, BASE = "OIS320MI/LstPricelists", "OIS320MI/LstListPrices", "OIS017MI/GetBasePrice"
TABLE = "EXPORTMI/Select"
SINCE = datetime(2026, 11, 20, tzinfo=UTC)
ALWAYS, NEW_YEAR = date(2000, 1, 1), date(2027, 1, 1)
V2026 = {"PRRF": "WEB", "CUNO": "", "CUCD": "USD", "FVDT": "20260101", "LVDT": "20261231"}
V2027 = V2026 | {"FVDT": "20270101", "LVDT": "0"}
CHANGE = V2026 | {"ITNO": "A", "QTYL": "0", "SAPR": "12.00", "SACD": "1", "TINC": "0", "OBV1": ""}


def term(amount: str, since: date = ALWAYS, until: date | None = None, *, tax: bool = False, currency: str = "USD"):
    return PriceTerm(Money(Decimal(amount), currency), tax, since, until)


def own(price: str, units: str = "", currency: str = "USD") -> dict[str, Any]:
    return ok({"SAPR": price, "SACD": units, "CUCS": currency})


@pytest.mark.parametrize(
    ("price", "units", "amount"),
    [
        ("19.99", "", "19.99"),
        ("19.99", "0", "19.99"),
        ("199.90", "10", "19.99"),
        ("1.00", "1000", "0.001"),
        ("0.000001", "32768", "3.0517578125E-11"),
        ("10.00", "3", "3.333333333333"),
        ("20.00", "3", "6.666666666667"),
    ],
)
def test_a_price_is_of_one_unit_exact_or_to_twelve_decimals(price: str, units: str, amount: str):
    erp, _ = m3((OWN, bulk(own(price, units))))
    assert erp.items.prices(["A"]) == [ItemPrice("A", (term(amount),))]


def test_an_items_own_price_is_asked_for_fifty_a_call_and_may_be_missing():
    many = [f"{number:02}" for number in range(51)]
    answers = [own("1.00", currency="EUR"), own("0.00"), no("does not exist"), *[own("5.00")] * 47]
    erp, script = m3((OWN, bulk(*answers)), (OWN, bulk(own("6.00"))))
    found = erp.items.prices(many)
    assert [price.item for price in found] == many
    assert [price.terms for price in found[:3]] == [(term("1.00", currency="EUR"),), (), ()]
    assert found[50] == ItemPrice("50", (term("6.00"),))
    assert (len(script.requests), script.sent()[50]) == (2, {"ITNO": "50"})


def test_a_question_about_prices_that_was_never_asked_is_no_missing_price():
    erp, _ = m3((OWN, (400, {"errorMessage": "was not found", "errorType": "TransactionNotFound"})))
    with pytest.raises(ContractBroken):
        erp.items.prices(["A", "B"])


def test_without_a_list_the_prices_of_changed_items_are_read_whole():
    erp, script = m3((CHANGED, bulk(ok({"ITNO": "A"}, {"ITNO": "B"}))), (OWN, bulk(own("1.00"), own("0"))))
    assert erp.items.changed_prices(SINCE) == [ItemPrice("A", (term("1.00"),)), ItemPrice("B", ())]
    assert script.sent() == [{"FLMD": "20261119"}, {"ITNO": "A"}, {"ITNO": "B"}]


def test_changed_terms_of_the_list_are_asked_for_by_the_millisecond():
    later = CHANGE | {"FVDT": "20270101", "LVDT": "99991231", "SAPR": "130", "SACD": "10", "TINC": "1"}
    changes = ok(CHANGE, later, CHANGE | {"ITNO": "B", "FVDT": "0"})
    erp, script = m3((NEW, bulk(changes)), (VERSIONS, bulk(ok(V2026, V2027))), price_list="WEB")
    assert erp.items.changed_prices(SINCE) == [
        ItemPrice(
            "A", (term("12", date(2026, 1, 1), date(2026, 12, 31)), term("13", NEW_YEAR, tax=True)), whole=False
        ),
        ItemPrice("B", (term("12", ALWAYS, date(2026, 12, 31)),), whole=False),
    ]
    assert (script.sent()[0], script.limits()[0]) == ({"LMTS": "1795132800000"}, 10_000)


def test_a_changed_price_without_an_end_ends_with_its_version():
    sale = V2026 | {"FVDT": "20261124", "LVDT": "20261130"}
    row = CHANGE | sale | {"LVDT": "0"}
    erp, _ = m3((NEW, bulk(ok(row))), (VERSIONS, bulk(ok(V2026 | {"LVDT": "0"}, sale))), price_list="WEB")
    sold = term("12", date(2026, 11, 24), date(2026, 11, 30))
    assert erp.items.changed_prices(SINCE) == [ItemPrice("A", (sold,), whole=False)]


@pytest.mark.parametrize(
    "other",
    [
        {"PRRF": "WEB2"},
        {"CUNO": "C1"},
        {"QTYL": "10"},
        {"OBV1": "RED"},
        {"OBV5": "RED"},
        {"ITNO": ""},
        {"SAPR": "0.00"},
    ],
)
def test_a_change_that_is_no_general_price_of_the_list_is_left_out(other: dict[str, str]):
    erp, _ = m3((NEW, bulk(ok(CHANGE | other))), price_list="WEB")
    assert erp.items.changed_prices(SINCE) == []


@pytest.mark.parametrize("order", [("0", "1", "10"), ("10", "1", "0")])
def test_of_several_quantity_steps_the_lowest_is_the_shops_price(order: tuple[str, ...]):
    prices = {"0": "10", "1": "9", "10": "8"}
    steps = [CHANGE | {"QTYL": step, "SAPR": prices[step]} for step in order]
    erp, _ = m3((NEW, bulk(ok(*steps))), price_list="WEB")
    (price,) = erp.items.changed_prices(SINCE)
    assert price.terms == (term("10", date(2026, 1, 1), date(2026, 12, 31)),)


def test_a_list_of_changes_that_may_be_cut_is_refused():
    erp, _ = m3((NEW, bulk(ok(*[CHANGE] * 100))), price_list="WEB")
    with pytest.raises(Truncated):
        erp.items.changed_prices(SINCE)


def test_two_currencies_of_one_item_from_one_day_on_keep_no_other_item_out():
    erp, _ = m3((NEW, bulk(ok(CHANGE, CHANGE | {"CUCD": "EUR"}, CHANGE | {"ITNO": "B"}))), price_list="WEB")
    one, other = erp.items.changed_prices(SINCE)
    assert [term.amount.currency for term in one.rivals(date(2026, 6, 1))] == ["USD", "EUR"]
    assert other.terms == (term("12", date(2026, 1, 1), date(2026, 12, 31)),)


def test_a_date_that_is_none_is_refused():
    erp, _ = m3((NEW, bulk(ok(CHANGE | {"LVDT": "31122026"}))), price_list="WEB")
    with pytest.raises(ContractBroken, match="LVDT"):
        erp.items.changed_prices(SINCE)


def test_each_item_is_asked_for_in_each_version_that_applies_now_or_later():
    ended = V2026 | {"FVDT": "20250101", "LVDT": "20251231"}
    erp, script = m3(
        (VERSIONS, bulk(ok(ended, V2026, V2027, V2027 | {"CUNO": "C1"}, V2027 | {"PRRF": "WHOLESALE"}))),
        (FIRST, bulk(ok(V2026 | {"TINC": "1"}), ok(V2027 | {"TINC": "0"}))),
        (BASE, bulk(ok({"SAPR": "24.00", "SACD": "2"}), ok({"SAPR": "13"}), no("no price"), ok({"SAPR": "5"}))),
        price_list="WEB",
    )
    assert erp.items.prices(["A", "B"]) == [
        ItemPrice("A", (term("12", date(2026, 1, 1), date(2026, 12, 31), tax=True), term("13", NEW_YEAR))),
        ItemPrice("B", (term("5", NEW_YEAR),)),
    ]
    version = {"PRRF": "WEB", "CUCD": "USD", "CUNO": "", "FVDT": "20260101"}
    assert script.sent()[:4] == [
        {"PRRF": "WEB"},
        version,
        version | {"FVDT": "20270101"},
        version | {"ITNO": "A"},
    ]
    assert script.limits() == [1000, 1, 100]


def test_a_first_price_of_another_version_tells_nothing_about_tax():
    erp, _ = m3(
        (VERSIONS, bulk(ok(V2027))),
        (FIRST, bulk(ok(V2027 | {"PRRF": "WEB2", "TINC": "1"}))),
        (BASE, bulk(ok({"SAPR": "5", "LVDT": "20270331"}))),
        price_list="WEB",
    )
    assert erp.items.prices(["A"]) == [ItemPrice("A", (term("5", NEW_YEAR, date(2027, 3, 31)),))]


@pytest.mark.parametrize("since", ["20260101", "20270101"])
def test_versions_in_several_currencies_are_all_kept(since: str):
    euro = V2026 | {"CUCD": "EUR", "FVDT": since}
    erp, _ = m3(
        (VERSIONS, bulk(ok(V2026, euro))),
        (FIRST, bulk(ok(), ok())),
        (BASE, bulk(ok({"SAPR": "12"}), ok({"SAPR": "11"}))),
        price_list="WEB",
    )
    [price] = erp.items.prices(["A"])
    assert {term.amount for term in price.terms} == {Money(Decimal(12), "USD"), Money(Decimal(11), "EUR")}


def test_a_list_that_does_not_exist_is_a_fault_and_not_a_catalog_without_prices():
    erp, _ = m3((VERSIONS, bulk(ok(V2027 | {"PRRF": "WEB2"}))), price_list="WEB")
    with pytest.raises(Misconfigured, match="M3 has no price list WEB"):
        erp.items.prices(["A"])


def test_a_list_that_has_ended_leaves_every_item_without_price():
    erp, script = m3((VERSIONS, bulk(ok(V2026 | {"LVDT": "20261119"}))), price_list="WEB")
    assert erp.items.prices(["A"]) == [ItemPrice("A", ())]
    assert script.over()


def test_versions_are_whole_once_the_list_has_gone_past_ours():
    many = [V2027] * 99
    answers = (FIRST, bulk(*[ok()] * 50)), (FIRST, bulk(*[ok()] * 49))
    erp, _ = m3((VERSIONS, bulk(ok(*many, V2027 | {"PRRF": "WEB2"}))), *answers, price_list="WEB")
    assert erp.items.prices([]) == []
    erp, _ = m3((VERSIONS, bulk(ok(*many, V2027))), price_list="WEB")
    with pytest.raises(Truncated):
        erp.items.prices(["A"])


def test_the_table_is_asked_for_a_range_and_special_versions_are_left_out():
    erp, script = m3(
        (VERSIONS, bulk(ok(V2026, V2027))),
        (FIRST, bulk(ok(V2026 | {"TINC": "1"}), ok())),
        (
            TABLE,
            bulk(
                rows(
                    "WEB;USD;;20250101;0;A;10;1",
                    "WEB;USD;;20260101;0;A;120;10",
                    "WEB;USD;C1;20260101;0;A;1;1",
                    "WEB;EUR;;20260101;0;A;1;1",
                    "WEB;USD;;20260101;0;B;7;1",
                    "WEB;USD;;20270101;20270331;C;0.0000;1",
                    "WEB;USD;;20270101;20270331;C;5;0",
                )
            ),
        ),
        (BASE, bulk(ok({"SAPR": "3"}), no("no price"))),
        price_list="WEB",
        catalog_route="table",
    )
    y2026 = (date(2026, 1, 1), date(2026, 12, 31))
    assert erp.items.prices(["A", "B/1", "C"]) == [
        ItemPrice("A", (term("12", *y2026, tax=True),)),
        ItemPrice("B/1", (term("3", *y2026, tax=True),)),
        ItemPrice("C", (term("5", NEW_YEAR, date(2027, 3, 31)),)),
    ]
    assert script.sent()[3]["QERY"] == (
        "ODPRRF,ODCUCD,ODCUNO,ODFVDT,ODLVDT,ODITNO,ODSAPR,ODSACD from OPRBAS where ODCONO = 100 and ODPRRF = 'WEB' "
        "and ODITNO >= 'A' and ODITNO <= 'C'"
    )


def test_a_list_whose_name_may_not_enter_a_query_is_asked_for_item_by_item():
    version = V2027 | {"PRRF": "WEB LIST"}
    erp, script = m3(
        (VERSIONS, bulk(ok(version))),
        (FIRST, bulk(ok())),
        (BASE, bulk(ok({"SAPR": "3"}))),
        price_list="WEB LIST",
        catalog_route="table",
    )
    assert erp.items.prices(["A"]) == [ItemPrice("A", (term("3", NEW_YEAR),))]
    assert script.over()
