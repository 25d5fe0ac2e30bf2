"""The set-up check and the master data check on tenants that do not fit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from infor_script import COMPANY, bulk, m3, no, ok, rows

from connector.domain.connection import Booking
from connector.domain.faults import ContractBroken, Unavailable
from connector.domain.period import AccountingPeriod
from connector.infor.m3.company import read_company
from connector.infor.m3.wire import price_table, setup, stock
from connector.ports import Masters

READABLE = (("MMS200MI/LstItmByItm", bulk(ok({"ITNO": "10045"}))), ("OIS100MI/LstNewBalances", bulk(ok())))


def test_a_ping_with_refused_credentials_says_so_in_one_line():
    erp, _ = m3(("MNS150MI/GetUserData", (401, {})), ("MNS150MI/GetUserData", (401, {})))
    (check,) = erp.ping()
    assert (check.name, check.ok) == ("token", False)
    assert "two tokens in a row" in check.detail
    assert check.remedy


def test_a_ping_of_a_tenant_without_m3_says_so_in_one_line():
    erp, _ = m3(("MNS150MI/GetUserData", (404, {})))
    (check,) = erp.ping()
    assert (check.name, check.ok) == ("M3", False)
    assert "is M3 part of this tenant" in check.detail


def test_a_ping_names_fields_that_are_missing_or_shorter_and_a_facility_of_another_division():
    fields = [{"FLNM": "CUNO", "LENG": "10"}, {"FLNM": "CUOR", "LENG": "15"}, {"FLNM": "ORTP", "LENG": ""}]
    erp, _ = m3(
        ("MNS150MI/GetUserData", bulk(ok({"USID": "SVC", "CONO": "100"}))),
        ("MNS100MI/GetBasicData", bulk(ok({"CONM": "Acme", "LOCD": "USD"}))),
        ("CRS630MI/LstAccountID", bulk(ok({"AITM": "1000", "TX40": "Cash"}))),
        ("CRS008MI/Get", bulk(ok({"FACI": "A01", "DIVI": "BBB"}))),
        ("MMS005MI/GetWarehouse", Unavailable("silence")),
        ("OIS010MI/LstOrderTypes", bulk(ok({"ORTP": "WEB"}))),
        ("MRS001MI/LstAdtFieldInf", bulk(ok(*fields), *[no("not here")] * 11)),
        ("EXPORTMI/LstFields", bulk(*[no("not authorised")] * 5)),
        *READABLE,
    )
    faults = {check.name: check.detail for check in erp.ping() if not check.ok}
    assert set(faults) == {"facility A01", "warehouse 001", "fields", "tables"}
    assert faults["facility A01"] == "facility A01 is not of division AAA"
    assert "OIS100MI/AddBatchHead has no field FACI" in faults["fields"]
    assert "OIS100MI/AddBatchHead takes 15 characters of CUOR, we send up to 20" in faults["fields"]
    assert "OIS100MI/AddBatchHead has no field ORTP" not in faults["fields"]
    assert "GLS840MI/AddBatchLineFld is not known (not here)" in faults["fields"]
    assert "not authorised" in faults["tables"]


def columns(names: Iterable[str]) -> dict[str, Any]:
    return ok(*({"FLDN": name} for name in names))


TABLES = setup.inquired(read_company(COMPANY, Booking.FULL))
FITTING = (
    ("MNS150MI/GetUserData", bulk(ok({"USID": "SVC"}))),
    ("MNS100MI/GetBasicData", bulk(ok({"CONM": "Acme"}))),
    ("CRS630MI/LstAccountID", bulk(ok({"AITM": "1000", "TX40": "Cash"}))),
    ("CRS008MI/Get", bulk(ok({"DIVI": "AAA"}))),
    ("MMS005MI/GetWarehouse", bulk(ok({"WHLO": "001"}))),
    ("OIS010MI/LstOrderTypes", bulk(ok({"ORTP": "WEB"}))),
    ("MRS001MI/LstAdtFieldInf", bulk(*[ok()] * 12)),
    ("EXPORTMI/LstFields", bulk(*map(columns, TABLES.values()))),
    ("EXPORTMI/Select", bulk(*[ok()] * 5)),
)
"""A ping up to the catalog; what these lines find is told elsewhere."""


def test_a_table_that_may_not_be_asked_as_a_posting_will_ask_it_is_told():
    refused = bulk(ok(), ok(), no("Selection on FHDIVI is not allowed"), ok(), no("not authorised"))
    *before, _ = FITTING
    erp, _ = m3(*before, ("EXPORTMI/Select", refused), *READABLE)
    [line] = [check for check in erp.ping() if check.name == "tables"]
    assert (line.ok, line.detail) == (
        False,
        "M3 refuses to be asked by EXPORTMI/Select: FGLEDG: not authorised; "
        "FGLINH: Selection on FHDIVI is not allowed",
    )


def pinged_catalog(*steps: tuple[str, object], **company: str):
    erp, script = m3(*FITTING, *steps, **company)
    *_, line = erp.ping()
    assert (line.name, script.over()) == ("catalog", True)
    return line, script


def test_a_ping_reads_one_item_and_no_balance_to_see_that_both_may_be_read():
    line, script = pinged_catalog(*READABLE)
    assert (line.ok, line.detail) == (True, "items can be read, the first is 10045")
    assert script.sent()[-2:] == [{"ITNO": "!"}, {"LMTS": "4102444800000"}]
    assert script.limits()[-2:] == [1, 1]


def test_items_that_cannot_be_read_are_no_fault_of_a_connection_that_only_takes_orders_in():
    line, _ = pinged_catalog(("MMS200MI/LstItmByItm", bulk(no("Not authorised"))))
    assert (line.ok, line.remedy) == (True, "")
    assert line.detail == (
        "items cannot be read: MMS200MI/LstItmByItm would not answer: Not authorised; the way back will not work"
    )


def test_items_that_cannot_be_read_are_a_fault_of_a_connection_that_names_a_price_list():
    line, _ = pinged_catalog(("MMS200MI/LstItmByItm", bulk(no("Not authorised"))), price_list="WEB")
    assert (line.ok, bool(line.remedy)) == (False, True)


def test_a_ping_looks_the_price_list_up_and_the_columns_of_the_catalogs_tables():
    later = {"PRRF": "WEB2", "CUNO": "", "CUCD": "USD", "FVDT": "20260101"}
    line, _ = pinged_catalog(
        *READABLE,
        ("OIS320MI/LstPricelists", bulk(ok(later | {"PRRF": "WEB"}, later))),
        ("EXPORTMI/LstFields", bulk(columns(stock.ASKED), columns(price_table.ASKED))),
        price_list="WEB",
        catalog_route="table",
    )
    assert (line.ok, line.detail) == (
        True,
        "items can be read, the first is 10045; price list WEB exists; MITBAL, OPRBAS have the columns that are read",
    )


def test_a_price_list_that_does_not_exist_or_columns_that_are_missing_are_told():
    other = {"PRRF": "WEB2", "CUNO": "", "CUCD": "USD", "FVDT": "20260101"}
    line, _ = pinged_catalog(*READABLE, ("OIS320MI/LstPricelists", bulk(ok(other))), price_list="WEB")
    assert not line.ok
    assert "price_list: M3 has no price list WEB for all customers" in line.detail

    without = tuple(name for name in stock.ASKED if name != "MBAVAL")
    line, _ = pinged_catalog(*READABLE, ("EXPORTMI/LstFields", bulk(columns(without))), catalog_route="table")
    assert not line.ok
    assert "MITBAL has no column MBAVAL: set the connection's `catalog_route` to api" in line.detail


def test_an_account_that_is_not_open_yet_is_told_with_its_day():
    dates = {"LCCD": "0", "VFDT": "20270101", "VTDT": "0"}
    erp, _ = m3(("CRS630MI/GetAccountID", bulk(ok(dates))))
    (check,) = erp.check_masters(Masters({"4000": "accounts.sales"}, {}, {}, {}, {}, {}, {}))
    assert check.detail == "accounts.sales: account 4000 is valid only from 20270101"


def test_charges_are_found_by_their_own_id_in_a_list_that_begins_there():
    erp, _ = m3(
        ("OIS030MI/LstOrderCharges", bulk(ok({"CRID": "FRT"}), ok({"CRID": "XYZZ"}))),
    )
    (check,) = erp.check_masters(Masters({}, {}, {}, {}, {"FRT": "a", "XYZ": "charges.handling"}, {}, {}))
    assert check.detail == "charges.handling: charge XYZ does not exist"


SHUT = {"closed_periods": "CPXXXX=9"}
OF_TYPE_1 = ("MNS100MI/GetBasicData", bulk(ok({"PTFA": "1"})))


def test_the_periods_are_asked_for_by_the_type_that_the_division_keeps_its_books_by():
    erp, script = m3(
        ("MNS100MI/GetBasicData", bulk(ok({"PTFA": "3"}))),
        (
            "EXPORTMI/Select",
            bulk(
                rows(
                    "AAA;2026;2;20260201;20260228;9",
                    "AAA;2026;1;20260101;20260131;",
                    "BBB;2026;1;20260101;20260131;9",
                )
            ),
        ),
        **SHUT,
    )
    assert erp.periods(date(2026, 1, 5)) == [
        AccountingPeriod("2026-01", date(2026, 1, 1), date(2026, 1, 31), closed=False),
        AccountingPeriod("2026-02", date(2026, 2, 1), date(2026, 2, 28), closed=True),
    ]
    assert script.sent()[1]["QERY"] == (
        "CPDIVI,CPYEA4,CPPERI,CPFDAT,CPTDAT,CPXXXX from CSYPER where CPCONO = 100 and CPPETP = 3 "
        "and CPTDAT >= 20260105"
    )


def test_a_period_without_its_days_is_no_answer():
    erp, _ = m3(OF_TYPE_1, ("EXPORTMI/Select", bulk(rows("AAA;2026;1;20260101;0;"))), **SHUT)
    with pytest.raises(ContractBroken, match="a period without its days"):
        erp.periods(date(2026, 1, 5))


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (("CPXXXX",), "CSYPER has no periods of division AAA"),
        ((), "CSYPER has no column CPXXXX: set the connection's `closed_periods` to the column of CSYPER"),
    ],
)
def test_a_ping_says_why_closed_periods_cannot_be_told(columns: tuple[str, ...], told: str):
    listed = ("CPCONO", "CPDIVI", "CPPETP", "CPYEA4", "CPPERI", "CPFDAT", "CPTDAT", *columns)
    asked = ("EXPORTMI/LstFields", bulk(ok(*({"FLDN": name} for name in listed))))
    empty = (OF_TYPE_1, ("EXPORTMI/Select", bulk(rows()))) if columns else ()
    erp, script = m3(*FITTING, asked, *empty, *READABLE, **SHUT)
    [line] = [check for check in erp.ping() if check.name == "periods"]
    assert (line.ok, script.over()) == (False, True)
    assert line.detail.startswith(told)


def test_a_ping_of_a_connection_that_cannot_tell_closed_periods_says_what_that_means():
    erp, _ = m3(*FITTING, *READABLE)
    [line] = [check for check in erp.ping() if check.name == "periods"]
    assert (line.ok, line.detail.partition(":")[0]) == (True, "closed ones are told by M3's refusals alone")
