"""Masters, metadata and table reads."""

from __future__ import annotations

import json

import pytest
from infor_rig import Rig

from connector.sandbox.infor.m3.layouts import LAYOUTS
from connector.sandbox.infor.m3.programs import PROGRAMS
from connector.sandbox.infor.m3.tables import TABLES

ANN = {"CUTM": "WEBTMPL", "CUNM": "Ann Lee", "CUA1": "1 Main St", "CSCD": "US"}


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_every_transaction_has_a_layout_and_every_layout_a_transaction():
    assert set(PROGRAMS) == set(LAYOUTS)


def test_a_customer_is_added_from_a_template_with_a_number_of_the_series(rig):
    assert rig.run("CRS610MI/Add", **ANN, ALCU="42") == [{"CUNO": "0001000001", "ERRM": ""}]
    customer = rig.run("CRS610MI/GetBasicData", CUNO="0001000001")[0]
    assert (customer["CUNM"], customer["ALCU"], customer["STAT"]) == ("Ann Lee", "42", "20")
    assert rig.run("OIS100MI/AddBatchHead", CUNO="0001000001")


def test_a_customer_without_a_country_is_added_but_incomplete(rig):
    added = rig.run("CRS610MI/Add", **(ANN | {"CSCD": ""}))[0]
    assert added["ERRM"] == "Country code must be entered"
    assert rig.refusal("OIS100MI/AddBatchHead", CUNO=added["CUNO"]) == ("WCU0902", "CUNO")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"CUTM": "NOSUCH"}, ("WTM0103", "CUTM")),
        ({"CUNO": "WEBGUEST"}, ("WCU0104", "CUNO")),
        ({"CSCD": "USA"}, ("WCS0103", "CSCD")),
    ],
)
def test_a_customer_that_cannot_be_added_is_refused(rig, fields, refusal):
    before = len(rig.sandbox.state()["customers"])
    assert rig.refusal("CRS610MI/Add", **(ANN | fields)) == refusal
    assert len(rig.sandbox.state()["customers"]) == before


def test_a_search_key_is_where_the_list_starts_not_what_it_finds(rig):
    for key in ("5", "42", "420", "42"):
        rig.run("CRS610MI/Add", **ANN, ALCU=key)
    listed = [row["ALCU"] for row in rig.run("CRS610MI/LstBySearchKey", ALCU="42")]
    assert listed == ["42", "42", "420", "5", "CLOSED", "CREDSTOP", "OTHERWEB", "WEBGUEST"]
    assert [row["CUNO"] for row in rig.run("CRS610MI/LstByNumber", CUNO="WEB")] == ["WEBGUEST"]
    assert [row["CUNO"] for row in rig.run("CRS610MI/LstTemplates")] == ["WEBTMPL"]


def test_accounts_tell_their_block_and_validity(rig):
    fields = ("AITM", "LCCD", "VTDT")
    accounts = {
        row["AITM"]: tuple(row[name] for name in fields) for row in rig.run("CRS630MI/LstAccountID", AITP="1")
    }
    assert accounts["9998"] == ("9998", "1", "20991231")
    assert accounts["9997"] == ("9997", "0", "20191231")
    assert accounts["1200"] == ("1200", "0", "20991231")
    assert rig.run("CRS630MI/GetAccountID", AITP="2", AITM="WEB")[0]["AITM"] == "WEB"
    assert rig.refusal("CRS630MI/GetAccountID", AITP="2", AITM="1200") == ("WAI0103", "AIT2")
    assert [row["AITM"] for row in rig.run("CRS630MI/LstAccountID", AITP="1", AITM="9997")] == ["9997", "9998"]


def test_the_company_can_be_checked_piece_by_piece(rig):
    user = rig.run("MNS150MI/GetUserData")[0]
    assert (user["CONO"], user["DIVI"], user["DCFM"], user["USTA"]) == ("100", "AAA", ".", "20")
    assert rig.refusal("MNS150MI/GetUserData", USID="NOBODY") == ("WUS0103", "USID")
    assert rig.run("MNS100MI/GetBasicData", CONO="100", DIVI="AAA")[0]["LOCD"] == "USD"
    assert rig.run("MNS100MI/LstDivisions", CONO="100")[0]["DIVI"] == "AAA"
    assert rig.run("CRS008MI/Get", FACI="A01")[0]["WHLO"] == "001"
    assert rig.run("MMS005MI/GetWarehouse", WHLO="001")[0]["WHNM"] == "Main warehouse"
    assert rig.run("MMS200MI/GetItmBasic", ITNO="10045")[0]["ITDS"] == "Tee red S"
    assert [row["ORTP"] for row in rig.run("OIS010MI/LstOrderTypes")] == ["WCR", "WEB"]
    assert [row["CRID"] for row in rig.run("OIS030MI/LstOrderCharges")] == ["FEE", "FRT", "GCT", "HND", "WRP"]
    assert rig.refusal("MMS005MI/GetWarehouse", WHLO="999") == ("WWH0103", "WHLO")


def test_items_come_from_the_options_and_can_be_added_later():
    rig = Rig(items={"A": "Only one"})
    assert rig.refusal("MMS200MI/GetItmBasic", ITNO="10045") == ("WIT0103", "ITNO")
    rig.sandbox.control["add_items"]({"10045": "Tee"})
    assert rig.run("MMS200MI/GetItmBasic", ITNO="10045")[0]["STAT"] == "20"
    assert rig.select("MBITNO,MBSTQT from MITBAL where MBWHLO = '001' and MBITNO = '10045'") == ["10045;100.000000"]


def test_metadata_lists_transactions_and_their_fields(rig):
    names = [row["TRNM"] for row in rig.run("MRS001MI/LstTransactions", MINM="GLS840MI")]
    assert names == ["AddBatchHead", "AddBatchLine", "AddBatchLineFld", "CtrlBatch", "DelBatch", "UpdBatch"]
    fields = rig.run("MRS001MI/LstAdtFieldInf", MINM="GLS840MI", TRNM="AddBatchHead", TRTP="I")
    shown = [(row["FLNM"], row["FRPO"], row["TOPO"], row["LENG"], row["TYPE"], row["MAND"]) for row in fields[:3]]
    assert shown == [
        ("CONO", "16", "18", "3", "N", "1"),
        ("KEY1", "19", "33", "15", "A", "1"),
        ("INTN", "34", "48", "15", "A", "1"),
    ]
    output = rig.run("MRS001MI/LstFields", MINM="OIS100MI", TRNM="GetOrderNo", TRTP="O")
    assert [row["FLNM"] for row in output] == ["ORNR"]
    assert "EXPORTMI" in [row["MINM"] for row in rig.run("MRS001MI/LstPrograms")]
    assert rig.refusal("MRS001MI/LstTransactions", MINM="ABS100MI") == ("WMI0103", "MINM")
    assert rig.refusal("MRS001MI/LstFields", MINM="OIS100MI", TRNM="Nope", TRTP="I") == ("WMI0103", "TRNM")


def test_a_table_tells_its_columns(rig):
    rows = rig.run("EXPORTMI/LstFields", FILE="FGLINH")
    assert (rows[2]["FLDN"], rows[2]["FLTY"], rows[2]["FLLE"]) == ("FHKEY1", "A", "15")
    assert len(rows) == len(TABLES["FGLINH"].columns)
    assert rig.refusal("EXPORTMI/LstFields", FILE="NOSUCH") == ("XEX0002", "FILE")


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("", ["1;A", "2;B", "3;C"]),
        (" where OACONO = 100 and OACUOR = 'B'", ["2;B"]),
        (" WHERE OACUOR IN ('A','C') AND OACONO=100", ["1;A", "3;C"]),
        (" where OACUOR = 'A' or OACUOR = 'B' and OAORDT > 0", ["1;A", "2;B"]),
        (" where (OACUOR = 'A' or OACUOR = 'B') and OAORDT = 0", []),
        (" where OACUOR >= 'B'", ["2;B", "3;C"]),
        (" where OACUOR <= 'B' and OACUOR <> 'A'", ["2;B"]),
        (" where OACUOR = 'B   '", ["2;B"]),
        (" where OACUOR = ''", []),
        (" where OACONO in (200, 300)", []),
    ],
)
def test_a_query_keeps_the_rows_it_asks_for(rig, where, found):
    for reference in "ABC":
        rig.run("OIS100MI/AddBatchHead", CUNO="WEBGUEST", CUOR=reference)
    rows = rig.select(f"OAORNO, OACUOR from OXHEAD{where}")
    assert [row[9:] for row in rows] == found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("OAORNO from NOSUCH", "XEX0002"),
        ("OAXXXX from OXHEAD", "XEX0003"),
        ("ORNO from OXHEAD", "XEX0003"),
        ("OAORNO from OXHEAD where OAXXXX = 1", "XEX0003"),
        ("OAORNO from OXHEAD where OACUOR = BC", "XEX0001"),
        ("OAORNO from OXHEAD where OACUOR = 100", "XEX0001"),
        ("OAORNO from OXHEAD where OACONO = '100'", "XEX0001"),
        ("OAORNO from OXHEAD where OACUOR = 'it''s'", "XEX0001"),
        ("OAORNO from OXHEAD where OACUOR = 'open", "XEX0001"),
        ("OAORNO from OXHEAD where OACUOR like 'BC%'", "XEX0001"),
        ("OAORNO from OXHEAD where OACONO = 100 order by OAORNO", "XEX0001"),
        ("OAORNO from OXHEAD where", "XEX0001"),
        ("OAORNO OACUOR from OXHEAD", "XEX0001"),
        ("select OAORNO from OXHEAD", "XEX0001"),
        ("OAORNO", "XEX0001"),
    ],
)
def test_a_query_that_is_not_understood_is_refused(rig, query, code):
    assert rig.refusal("EXPORTMI/Select", QERY=query, SEPC=";") == (code, "QERY")


def test_replies_have_headers_padding_and_counts_on_request(rig):
    query = "MMITNO,MMSTAT from MITMAS where MMITNO = '10045'"
    assert rig.select(query, HDRS="1") == ["MMITNO;MMSTAT", "10045;20"]
    assert rig.select(query, SEPC="") == ["10045".ljust(15) + "20"]
    padded = rig.bulk("EXPORTMI", ("SelectPad", {"QERY": query, "SEPC": "|"}), rightTrim=False).get_json()
    assert padded["results"][0]["records"] == [{"REPL": ("10045".ljust(15) + "|20").ljust(3985)}]
    assert rig.select("count(*) from MITMAS where MMSTAT = '90'") == ["1"]
    assert rig.select("count(#) from MITMAS") == ["8"]


def test_a_query_is_at_most_982_characters(rig):
    answer = rig.bulk("EXPORTMI", ("Select", {"QERY": "X" * 983}))
    assert (answer.status_code, answer.get_json()["errorType"]) == (400, "InputFieldTooLong")


def test_a_company_may_forbid_table_reads():
    rig = Rig(exportmi=False)
    assert rig.refusal("EXPORTMI/Select", QERY="OAORNO from OXHEAD")[0] == "XAU0001"


def test_the_whole_state_is_plain_json(rig):
    number = rig.order()
    rig.run("OIS100MI/Confirm", ORNO=number)
    rig.passes(1)
    state = rig.sandbox.control["state"](None)
    assert json.loads(json.dumps(state)) == state
    assert state["orders_by_reference"] == {"BC-1042": ["0010000001"]}
    assert json.dumps(rig.sandbox.control["trial_balance"](None)) == "[]"
