"""What SyteLine may answer that the simulator does not, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from infor_script import DOCUMENT, KEY, House, Script, entry, free

from connector.domain.connection import Booking, Connection, ErpCredentials
from connector.domain.document import Customer
from connector.domain.faults import ContractBroken, MappingGap, Misconfigured, OutcomeUnknown, Rejected, Truncated
from connector.domain.inquiry import FindingState
from connector.domain.money import Money
from connector.domain.order import Address
from connector.infor.registry import build_erp, check_company
from connector.infor.syteline import filters
from connector.infor.syteline.wire.journals import mark, unmarked
from connector.ports import Finding

COMPANY = {"config": "ACME_MAIN", "site": "MAIN", "currency": "USD", "journal": "BigCom", "warehouse": "MAIN"}
BOD = {"gl": "bod", "bod_from": "lid://infor.ims.bigcommerce", "accounting_entity": "401"}
HEAD = {"CoNum": "      1001", "CustPo": "BC-1042", "CustNum": " WEBGST", "Stat": "P", "Type": "R", "CurrCode": "USD"}
REFERENCE = {"Name": "CustPo", "DataType": "String", "Length": 22, "JustifyFormat": "L"}
NUMBER = {"Name": "CoNum", "DataType": "String", "Length": 10, "JustifyFormat": "R"}


def syteline(*steps: tuple[str, object], store_prefix: str = "", **company: str):
    script, house = Script(*steps), House()
    connection = Connection("acme", "abc", "syteline", Booking.FULL, house.now(), COMPANY | company, {}, store_prefix)
    credentials = ErpCredentials({"ti": "ACME", "iu": "https://ion.example.com"})
    erp = build_erp(connection, credentials, tokens=house, transport=script, budget=house, clock=house)  # type: ignore[arg-type]
    return erp, script


def info(*told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return 200, {"Message": None, "Success": False, "Keys": [], "Properties": list(told)}


def page(*rows: dict[str, str], more: bool = False, bookmark: str = "<B/>") -> tuple[int, dict[str, Any]]:
    return 200, {"Items": list(rows), "Bookmark": bookmark, "MoreRowsExist": more, "Success": True, "Message": None}


ORDERS = ("info/SLCos", info(REFERENCE, NUMBER))


def test_every_call_names_the_configuration_and_how_many_rows_it_wants():
    erp, script = syteline(ORDERS, ("load/SLCos", page()))
    erp.find_document("BC-1042")
    asked = script.requests[-1]
    assert asked.url == "https://ion.example.com/ACME/CSI/IDORequestService/ido/load/SLCos"
    assert {request.headers["X-Infor-MongooseConfig"] for request in script.requests} == {"ACME_MAIN"}
    assert (asked.params["recordCap"], asked.params["filter"]) == ("1000", "CustPo = N'BC-1042'")


def test_what_an_ido_has_is_asked_once():
    erp, script = syteline(ORDERS, ("load/SLCos", page()), ("load/SLCos", page()))
    erp.find_document("BC-1")
    erp.find_document("BC-2")
    assert script.over()


@pytest.mark.parametrize(
    ("prefixes", "number"),
    [
        ({}, "W000142"),
        ({"customer_prefix": "Z"}, "Z000142"),
        ({"store_prefix": "EU"}, "EU00142"),
        ({"customer_prefix": "Z", "store_prefix": "EU"}, "ZEU0142"),
        ({"store_prefix": "A"}, "A000142"),
        ({"store_prefix": "A1"}, "A1-0142"),
    ],
)
def test_buyers_of_two_stores_in_one_site_never_have_one_number(prefixes: dict[str, str], number: str):
    told = {"Name": "CustNum", "DataType": "String", "Length": 7, "JustifyFormat": "R"}
    erp, script = syteline(("info/SLCustomers", info(told)), ("load/SLCustomers", page()), **prefixes)
    erp.find_customer(Customer(142, Address()))
    assert script.requests[-1].params["filter"] == f"CustNum = N'{number}' and CustSeq = 0"


def test_a_list_is_read_until_no_more_rows_exist():
    first = page({**HEAD, "CustPo": "BC-104"}, more=True, bookmark="<B>1</B>")
    erp, script = syteline(ORDERS, ("load/SLCos", first), ("load/SLCos", page({**HEAD, "Stat": "O"})))
    assert erp.find_document("BC-1042") == Finding(FindingState.BOOKED, "1001", "1001")
    assert (script.requests[-1].params["loadType"], script.requests[-1].params["bookmark"]) == ("NEXT", "<B>1</B>")


@pytest.mark.parametrize(
    "second",
    [
        page(HEAD, more=True, bookmark="<B>1</B>"),
        page(more=True, bookmark="<B>2</B>"),
        (200, {"Success": False, "Message": "The session has ended"}),
    ],
    ids=["the same way again", "no rows", "refused"],
)
def test_a_list_whose_end_is_never_reached_is_no_answer(second: object):
    erp, _ = syteline(ORDERS, ("load/SLCos", page(more=True, bookmark="<B>1</B>")), ("load/SLCos", second))
    with pytest.raises(Truncated):
        erp.find_document("BC-1042")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            (200, {"Success": False, "Message": "User requires [Read] privilege for SLCos"}),
            "requires .Read. privilege",
        ),
        ((200, {"Items": [], "Success": True}), "MoreRowsExist"),
        ((200, {"Items": [], "MoreRowsExist": False}), "did not say whether it succeeded"),
        ((200, []), "no object"),
    ],
)
def test_an_answer_that_does_not_say_yes_is_none(answer: object, said: str):
    erp, _ = syteline(ORDERS, ("load/SLCos", answer))
    with pytest.raises(ContractBroken, match=said):
        erp.find_document("BC-1042")


def test_a_path_that_does_not_exist_is_a_set_up_fault():
    erp, _ = syteline(("info/SLCos", (404, {"error": {"message": "not found"}})))
    with pytest.raises(Misconfigured, match="service"):
        erp.find_document("BC-1042")


@pytest.mark.parametrize(
    ("status", "state"),
    [("P", FindingState.ORPHAN), ("O", FindingState.BOOKED), ("C", FindingState.BOOKED), ("S", FindingState.PENDING)],
)
def test_what_is_planned_was_begun_and_what_is_ordered_is_booked(status: str, state: FindingState):
    erp, _ = syteline(ORDERS, ("load/SLCos", page({**HEAD, "Stat": status})))
    assert erp.find_document("BC-1042").state is state


def test_an_estimate_and_an_order_of_a_like_reference_are_not_ours():
    erp, _ = syteline(ORDERS, ("load/SLCos", page({**HEAD, "Type": "E"}, {**HEAD, "CustPo": "bc-1042"})))
    assert erp.find_document("BC-1042") == Finding(FindingState.ABSENT)


def test_an_order_that_somebody_planned_again_after_it_was_booked_waits():
    erp, _ = syteline(ORDERS, ("load/SLCos", page(HEAD)))
    assert erp.settle_document("BC-1042", "1001").state is FindingState.PENDING


SLCOS = ("CustNum", "CustSeq", "OrderDate", "Stat", "Type", "CurrCode", "Whse", "OrigSite", "Contact", "Phone")
SLCOITEMS = ("CoNum", "CoLine", "Item", "DueDate", "Stat", "QtyOrdered", "QtyOrderedConv", "Price")


def texts(*names: str) -> list[dict[str, Any]]:
    return [{"Name": name, "DataType": "String", "Length": 30} for name in names]


PRICED = ("info/SLCoitems", info(*texts(*SLCOITEMS), {"Name": "PriceConv", "DataType": "Decimal", "DecimalPos": 5}))
WRITTEN = ("info/SLCos", info(REFERENCE, NUMBER, *texts(*SLCOS)))


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Success": True, "Message": None, "RefreshItems": None}),
        (200, {"Success": True, "RefreshItems": [{"ItemId": "x", "Properties": []}]}),
        (200, {"Success": True, "RefreshItems": "none"}),
        (200, {"Message": None}),
        (502, {}),
    ],
)
def test_a_head_whose_number_was_not_told_is_uncertain(answer: object):
    erp, _ = syteline(PRICED, WRITTEN, ("update/SLCos", answer))
    with pytest.raises(OutcomeUnknown):
        erp.post_document(DOCUMENT, found=Finding(FindingState.ABSENT), guard=free)


def test_a_change_that_is_refused_with_status_200_is_refused():
    answer = (200, {"Success": False, "Message": "Customer that has [Customer: X]\r\n does not exist"})
    erp, script = syteline(PRICED, WRITTEN, ("update/SLCos", answer))
    with pytest.raises(Rejected, match=r"\[Customer: X\] does not exist"):
        erp.post_document(DOCUMENT, found=Finding(FindingState.ABSENT), guard=free)
    body: Any = script.requests[-1].json
    assert [change["Action"] for change in body["Changes"]] == [1]
    assert {each["Name"]: each["Value"] for each in body["Changes"][0]["Properties"]}["Stat"] == "P"


JOURNAL = ("AcctUnit1", "AcctUnit2", "AcctUnit3", "AcctUnit4", "Id", "Acct", "TransDate", "CurrCode", "Ref")
LINES = ("info/SLJournals", info(*texts(*JOURNAL[:-1]), {"Name": "Ref", "DataType": "String", "Length": 60},
                                 {"Name": "ForAmount", "DataType": "Decimal", "DecimalPos": 2}))  # fmt: skip
OPEN = page({"Acct": "1200"}, {"Acct": "4000"})
ACCOUNTS = ("info/SLChartAccts", info(*texts("Acct")))
NOTHING = {KEY: Finding(FindingState.ABSENT)}


def euro() -> Any:
    whole = entry()
    lines = tuple(replace(line, amount=Money(Decimal("1.00"), "EUR")) for line in whole.lines)
    return replace(whole, currency="EUR", lines=lines)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            (200, {"Success": True, "ReturnValue": "16", "Parameters": ["EUR", *[None] * 7, "No rate of EUR"]}),
            "returned 16: No rate of EUR",
        ),
        ((200, {"Success": True, "Parameters": ["EUR", "1.09"]}), "returned nothing"),
        ((200, {"Success": False, "Message": "No such method"}), "No such method"),
        ((200, {"Success": True, "ReturnValue": "0", "Parameters": ["EUR", "", "", "", ""]}), "tells no rate of EUR"),
    ],
)
def test_a_method_that_says_no_is_not_taken_for_done(answer: object, said: str):
    erp, script = syteline(
        LINES, ACCOUNTS, ("load/SLChartAccts", OPEN), ("invoke/SLJournals/JournalChgCurrCodeSp", answer)
    )
    outcome = erp.post_journals([euro()], found=NOTHING, guard=free)[KEY]
    assert isinstance(outcome, Rejected)
    assert said in outcome.what
    assert script.over()


def test_a_line_without_room_for_our_key_is_a_gap():
    cramped = [{"Name": "Ref", "DataType": "String", "Length": 12}]
    erp, script = syteline(("info/SLJournals", info(*texts(*JOURNAL[:-1], "ForAmount"), *cramped)))
    outcome = erp.post_journals([entry()], found=NOTHING, guard=free)[KEY]
    assert isinstance(outcome, MappingGap)
    assert script.over()


@pytest.mark.parametrize(("length", "text"), [(30, f"{KEY}/1/2 BC-1042 re"), (26, f"{KEY}/1/2 ")])
def test_a_line_names_its_order_whole_or_not_at_all(length: int, text: str):
    cramped = [{"Name": "Ref", "DataType": "String", "Length": length}]
    steps = (
        ("info/SLJournals", info(*texts(*JOURNAL[:-1], "ForAmount"), *cramped)),
        ACCOUNTS,
        ("load/SLChartAccts", OPEN),
        *(("update/SLJournals", (200, {"Success": True, "RefreshItems": []})) for _ in range(2)),
    )
    erp, script = syteline(*steps)
    erp.post_journals([entry()], found=NOTHING, guard=free)
    first = next(request.json for request in script.requests if request.method == "POST")
    assert {each["Name"]: each["Value"] for each in first["Changes"][0]["Properties"]}["Ref"] == text


def test_a_filter_escapes_what_it_is_given():
    assert filters.equals("Name", "O'Brien") == "Name = N'O''Brien'"
    assert filters.begins("Ref", "A_1%/") == "Ref like N'A[_]1[%]/%'"
    moment = datetime(2026, 11, 20, 12, 0, 0, 120_000, tzinfo=UTC)
    assert filters.since("RecordDate", moment, UTC) == "RecordDate >= '20261120 12:00:00.120'"
    assert filters.between("TransDate", date(2026, 1, 1), date(2026, 1, 31)) == (
        "TransDate >= '20260101' and TransDate < '20260201'"
    )


@pytest.mark.parametrize(
    ("minutes", "shown"), [(-61, "00:59"), (-60, "00:00"), (-5, "00:55"), (0, "01:00"), (5, "01:05")]
)
def test_what_changes_after_the_clock_went_back_is_not_earlier_than_what_is_asked_for(minutes: int, shown: str):
    moment = datetime(2026, 11, 1, 6, tzinfo=UTC) + timedelta(minutes=minutes)
    assert filters.since("T", moment, ZoneInfo("America/New_York")) == f"T >= '20261101 {shown}:00.000'"


def test_a_line_says_itself_which_and_how_many_there_are():
    found = mark("BCAAAA/2/4 BC-1042 sales")
    assert found is not None
    assert (found.key, found.place, found.of) == ("BCAAAA", 2, 4)
    assert unmarked("BCAAAA/2/4 BC-1042 sales") == "BC-1042 sales"
    assert mark("INV 12/3 April") is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"config": ""}, "config is missing"),
        ({"journal": ""}, "journal is missing"),
        ({"warehouse": ""}, "warehouse is missing"),
        ({"gl": "csv"}, "gl must be ido or bod"),
        ({"gl": "bod"}, "bod_from is missing"),
        ({"changes_per_request": "0"}, "changes_per_request must be a number from 1 on"),
        ({"head": "Contact=hat"}, "head knows no hat"),
        ({"names": "stocks=X"}, "names knows no stocks"),
        ({"colour": "red"}, "colour is unknown"),
    ],
)
def test_settings_that_cannot_work_are_refused_when_they_are_saved(wrong: dict[str, str], said: str):
    with pytest.raises(Misconfigured, match=said):
        check_company("syteline", COMPANY | wrong, Booking.FULL)


def test_by_bod_a_journal_needs_no_ido():
    company = {name: value for name, value in COMPANY.items() if name != "journal"} | BOD
    check_company("syteline", company, Booking.FULL)
    erp, script = syteline(**BOD)
    with pytest.raises(Misconfigured, match="save the connection first"):
        raise erp.post_journals([entry()], found=NOTHING, guard=free)[KEY]
    assert script.requests == []
