"""M3's balances: by the programs and by the table, and what a refusal does and does not mean."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from infor_script import bulk, m3, no, ok, rows

from connector.domain.faults import ContractBroken, Truncated
from connector.domain.item import ItemStock

NEW, ONE, TABLE = "OIS100MI/LstNewBalances", "MMS200MI/GetItmWhsBal", "EXPORTMI/Select"
SINCE = datetime(2026, 11, 20, 0, 0, 0, 500_000, tzinfo=UTC)


def of(item: str, warehouse: str, available: str) -> ItemStock:
    return ItemStock(item, warehouse, Decimal(available))


def query(first: str, last: str, warehouse: str = "001") -> str:
    return (
        f"MBITNO,MBWHLO,MBAVAL,MBALQT,MBSTQT,MBREQT from MITBAL where MBCONO = 100 and MBWHLO = '{warehouse}' "
        f"and MBITNO >= '{first}' and MBITNO <= '{last}'"
    )


def test_changed_balances_are_asked_for_by_the_millisecond_and_may_be_negative_or_a_fraction():
    found = [{"WHLO": "001", "ITNO": "A", "AV01": "-2.000"}, {"WHLO": "002", "ITNO": "A", "AV01": "0.5"}]
    erp, script = m3((NEW, bulk(ok(*found))))
    assert erp.items.changed_stock(SINCE) == [of("A", "001", "-2"), of("A", "002", "0.5")]
    assert (script.sent(), script.limits()) == ([{"LMTS": "1795132800500"}], [10_000])


def test_a_balance_told_twice_is_given_once_as_it_was_told_last():
    erp, _ = m3((NEW, bulk(ok(*({"WHLO": "001", "ITNO": "A", "AV01": text} for text in ("1", "2"))))))
    assert erp.items.changed_stock(SINCE) == [of("A", "001", "2")]


@pytest.mark.parametrize("count", [100, 1000, 10_000])
def test_a_list_of_changes_that_may_be_cut_is_refused(count: int):
    erp, _ = m3((NEW, bulk(ok(*[{"WHLO": "001", "ITNO": "A", "AV01": "1"}] * count))))
    with pytest.raises(Truncated):
        erp.items.changed_stock(SINCE)


ODD = [{"WHLO": "001", "AV01": "1"}, {"ITNO": "A", "AV01": "1"}, {"AV01": "1-"}, {"ITNO": "A", "WHLO": "001"}]


@pytest.mark.parametrize("row", ODD)
def test_a_row_that_makes_no_sense_is_refused(row: dict[str, str]):
    erp, _ = m3((NEW, bulk(ok(row))))
    with pytest.raises(ContractBroken):
        erp.items.changed_stock(SINCE)


def test_each_item_is_asked_for_in_each_warehouse_and_is_zero_where_m3_keeps_none():
    erp, script = m3((ONE, bulk(ok({"AV01": "7"}), no("does not exist"), ok(), ok({"AV01": "1.5"}))))
    assert erp.items.stock(["A/1", "B"], ["001", "002"]) == [
        of("A/1", "001", "7"),
        of("A/1", "002", "0"),
        of("B", "001", "0"),
        of("B", "002", "1.5"),
    ]
    assert script.sent()[1] == {"WHLO": "002", "ITNO": "A/1"}


def test_a_balance_that_does_not_say_what_is_available_is_not_zero():
    erp, _ = m3((ONE, bulk(ok({"AV01": "7"}), ok({"STQT": "9"}))))
    with pytest.raises(ContractBroken, match="item B in warehouse 001 without AV01 and AV02"):
        erp.items.stock(["A", "B"], ["001"])


def test_fifty_are_asked_for_in_one_call():
    erp, script = m3((ONE, bulk(*[ok({"AV01": "1"})] * 50)), (ONE, bulk(ok({"AV01": "1"}))))
    assert len(erp.items.stock([f"{number:02}" for number in range(51)], ["001"])) == 51
    assert script.over()


def test_nothing_is_asked_for_nothing():
    for route in ("api", "table"):
        erp, script = m3(catalog_route=route)
        assert (erp.items.stock([], ["001"]), erp.items.stock(["A"], [])) == ([], [])
        assert script.requests == []


STOPPED = {
    "results": [{"records": [{"AV01": "1"}]}, {"notProcessed": True, "records": []}],
    "wasTerminated": True,
    "nrOfSuccessfullTransactions": 1,
    "nrOfFailedTransactions": 0,
    "nrOfNotProcessedTransactions": 1,
}
UNKNOWN = {"errorMessage": "was not found", "errorType": "TransactionNotFound"}


@pytest.mark.parametrize("answer", [(200, STOPPED), (400, UNKNOWN), (400, {"errorMessage": "no"}), (400, {})])
def test_what_was_never_asked_is_not_zero(answer: object):
    erp, _ = m3((ONE, answer))
    with pytest.raises(ContractBroken):
        erp.items.stock(["A", "B"], ["001"])


def test_one_item_alone_that_m3_refuses_by_status_400_is_zero():
    erp, _ = m3((ONE, (400, {"errorMessage": "does not exist", "errorType": "ServerReturnedNOK"})))
    assert erp.items.stock(["A"], ["001"]) == [of("A", "001", "0")]


def test_the_table_is_asked_for_a_range_of_each_warehouse_in_one_call():
    answer = bulk(rows("A;001;10.000000;3.000000;99;0", "B;001;9;0;99;0", "C;001;0;1;99;0"), rows("C;002;9;0;9;4;"))
    erp, script = m3((TABLE, answer), (ONE, bulk(no("does not exist"))), catalog_route="table")
    assert erp.items.stock(["A", "C"], ["001", "002"]) == [
        of("A", "001", "7"),
        of("A", "002", "0"),
        of("C", "001", "-1"),
        of("C", "002", "5"),
    ]
    assert [record.get("QERY") for record in script.sent()] == [query("A", "C"), query("A", "C", "002"), None]
    assert script.limits() == [1000, 100]


def test_the_smaller_of_what_is_neither_allocated_nor_reserved_is_promised():
    erp, _ = m3((ONE, bulk(ok({"AV01": "7", "AV02": "5"}), ok({"AV01": "3", "AV02": "5"}))))
    assert erp.items.stock(["A", "B"], ["001"]) == [of("A", "001", "5"), of("B", "001", "3")]


def test_a_range_that_may_be_cut_is_asked_for_again_in_halves():
    many = [f"{number:03}" for number in range(150)]
    told = [f"{number};001;1;0;99;0" for number in many]
    erp, script = m3(
        (TABLE, bulk(rows(*told[:100]))), (TABLE, bulk(rows(*told[:75]), rows(*told[75:]))), catalog_route="table"
    )
    assert erp.items.stock(many, ["001"]) == [of(number, "001", "1") for number in many]
    assert [record["QERY"] for record in script.sent()] == [
        query("000", "149"),
        query("000", "074"),
        query("075", "149"),
    ]


def test_one_item_with_more_rows_than_can_be_told_is_refused():
    erp, _ = m3((TABLE, bulk(rows(*["A;001;1;0;99;0"] * 1000))), catalog_route="table")
    with pytest.raises(Truncated):
        erp.items.stock(["A"], ["001"])


def test_an_item_or_warehouse_that_may_not_enter_a_query_is_asked_for_by_itself():
    erp, script = m3(
        (TABLE, bulk(rows("A;001;1;0;99;0"))), (ONE, bulk(*[ok({"AV01": "2"})] * 3)), catalog_route="table"
    )
    assert erp.items.stock(["A", "A/1"], ["001", "0'1"]) == [
        of("A", "001", "1"),
        of("A", "0'1", "2"),
        of("A/1", "001", "2"),
        of("A/1", "0'1", "2"),
    ]
    assert [record.get("QERY") for record in script.sent()] == [query("A", "A"), None, None, None]


def test_a_table_that_sorts_otherwise_than_we_do_is_refused():
    erp, _ = m3((TABLE, bulk(rows("a;001;1;0;99;0"))), catalog_route="table")
    with pytest.raises(ContractBroken, match="catalog_route to api"):
        erp.items.stock(["A", "C"], ["001"])


def test_a_table_that_cannot_be_read_is_refused_and_nothing_is_zero():
    erp, _ = m3((TABLE, bulk(no("Not authorised"))), catalog_route="table")
    with pytest.raises(ContractBroken, match="Not authorised"):
        erp.items.stock(["A"], ["001"])
