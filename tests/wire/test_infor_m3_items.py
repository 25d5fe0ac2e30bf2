"""M3's items: which day is asked from, how pages follow each other, and what a row means."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from infor_script import bulk, m3, no, ok

from connector.domain.faults import ContractBroken, Truncated
from connector.domain.item import Item

TEE = {"ITNO": "10045", "ITDS": "Tee", "FUDS": "A tee", "STAT": "20", "SALE": "1", "NEWE": "0.250"}
CHANGED, LISTED = "MMS200MI/LstItmByChgDate", "MMS200MI/LstItmByItm"
LONG_AGO = datetime(2026, 11, 19, 3, tzinfo=UTC)


def numbered(*numbers: str):
    return bulk(ok(*({"ITNO": number, "STAT": "20"} for number in numbers)))


def test_changed_items_are_asked_for_from_the_day_before_in_the_companys_own_time():
    erp, script = m3((CHANGED, bulk(ok(TEE))), timezone="America/New_York")
    assert erp.items.changed_items(LONG_AGO) == [Item("10045", "Tee", "A tee", Decimal("0.250"), sold=True)]
    assert (script.sent(), script.limits()) == ([{"FLMD": "20261117"}], [10_000])
    assert script.requests[0].params["returncols"] == "ITNO,ITDS,FUDS,STAT,SALE,NEWE"


def test_a_company_without_a_time_zone_lives_by_utc():
    erp, script = m3((CHANGED, bulk(ok())))
    assert erp.items.changed_items(LONG_AGO) == []
    assert script.sent() == [{"FLMD": "20261118"}]


def test_an_item_listed_twice_is_given_once_as_it_was_told_last():
    erp, _ = m3((CHANGED, bulk(ok(TEE, TEE | {"ITDS": "Tea"}))))
    assert [item.name for item in erp.items.changed_items(LONG_AGO)] == ["Tea"]


@pytest.mark.parametrize("rows", [100, 1000, 10_000])
def test_a_list_of_changes_that_may_be_cut_is_refused(rows: int):
    erp, _ = m3((CHANGED, bulk(ok(*[TEE] * rows))))
    with pytest.raises(Truncated):
        erp.items.changed_items(LONG_AGO)


@pytest.mark.parametrize(
    ("fields", "sold"),
    [
        ({"STAT": "20", "SALE": "1"}, True),
        ({"STAT": "89", "SALE": ""}, True),
        ({"STAT": "20"}, True),
        ({"STAT": "20", "SALE": "0"}, False),
        ({"STAT": "10", "SALE": "1"}, False),
        ({"STAT": "90", "SALE": "1"}, False),
        ({"STAT": "", "SALE": "1"}, False),
        ({"STAT": "9" * 5000, "SALE": "1"}, False),
    ],
)
def test_an_item_is_sold_by_its_status_unless_it_is_marked_as_none_for_sale(fields: dict[str, str], sold: bool):
    erp, _ = m3((CHANGED, bulk(ok({"ITNO": "A", **fields}))))
    assert [item.sold for item in erp.items.changed_items(LONG_AGO)] == [sold]


@pytest.mark.parametrize(("weight", "read"), [("", None), ("0.000", None), ("1.5", Decimal("1.5"))])
def test_a_weight_of_zero_is_none(weight: str, read: Decimal | None):
    erp, _ = m3((CHANGED, bulk(ok(TEE | {"NEWE": weight}))))
    assert [item.weight for item in erp.items.changed_items(LONG_AGO)] == [read]


@pytest.mark.parametrize("row", [TEE | {"NEWE": "1,5"}, TEE | {"NEWE": "1E+30"}, TEE | {"ITNO": ""}])
def test_a_row_that_makes_no_sense_is_refused(row: dict[str, str]):
    erp, _ = m3((CHANGED, bulk(ok(row))))
    with pytest.raises(ContractBroken):
        erp.items.changed_items(LONG_AGO)


def test_pages_follow_each_other_by_item_number_and_end_with_an_empty_one():
    erp, script = m3((LISTED, numbered("10045", "A/1")), (LISTED, numbered("A/1", "Z")), (LISTED, numbered("Z")))
    pages = [[item.number for item in erp.items.all_items(after)] for after in ("", "A/1", "Z")]
    assert pages == [["10045", "A/1"], ["Z"], []]
    assert script.sent() == [{"ITNO": "!"}, {"ITNO": "A/1"}, {"ITNO": "Z"}]
    assert script.limits() == [1000] * 3


@pytest.mark.parametrize("rows", [100, 1000])
def test_a_page_that_is_full_or_cut_by_the_gateway_is_taken_and_the_next_one_asked(rows: int):
    erp, _ = m3((LISTED, numbered(*(f"{number:04}" for number in range(rows)))))
    assert len(erp.items.all_items("")) == rows


def test_a_page_goes_on_behind_an_item_that_is_gone():
    erp, _ = m3((LISTED, numbered("B", "C")))
    assert [item.number for item in erp.items.all_items("A")] == ["B", "C"]


@pytest.mark.parametrize("numbers", [("B", "A"), ("B", "B"), ("0",)])
def test_a_page_that_does_not_rise_is_refused(numbers: tuple[str, ...]):
    erp, _ = m3((LISTED, numbered(*numbers)))
    with pytest.raises(ContractBroken, match="not rising"):
        erp.items.all_items("A")


def test_a_list_that_m3_refuses_is_never_the_end():
    erp, _ = m3((LISTED, bulk(no("Not authorised"))))
    with pytest.raises(ContractBroken, match="Not authorised"):
        erp.items.all_items("A")
