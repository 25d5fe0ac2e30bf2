"""The simulated SyteLine, asked by a client that knows nothing of ours."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from connector.sandbox.infor.syteline.app import InforSyteLine

BASE = "/ACME_TST/CSI/IDORequestService/ido"
HEAD = {"CustNum": " WEBGST", "CustSeq": "0", "CustPo": "BC-1", "Stat": "P", "Type": "R", "Whse": "MAIN"}


class Rig:
    def __init__(self, **options: Any) -> None:
        self.now = 1_780_000_000.0
        self.sandbox = InforSyteLine(now=lambda: self.now, batch_seconds=5, **options)
        self.client = Client(self.sandbox.wsgi)
        file = self.sandbox.ionapi("http://x")
        form = {"grant_type": "password", "client_id": file["ci"], "client_secret": file["cs"]}
        keys = {"username": file["saak"], "password": file["sask"]}
        token = self.client.post("/ACME_TST/as/token.oauth2", data=form | keys).get_json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}", "X-Infor-MongooseConfig": "ACME_TST_MAIN"}

    def get(self, path: str, **query: str) -> TestResponse:
        return self.client.get(f"{BASE}/{path}", query_string=query, headers=self.headers)

    def load(self, ido: str, **query: str) -> dict[str, Any]:
        answer = self.get(f"load/{ido}", **query)
        assert answer.status_code == 200
        told: dict[str, Any] = answer.get_json()
        return told

    def change(self, ido: str, *changes: dict[str, Any]) -> dict[str, Any]:
        body = {"IDOName": ido, "RefreshAfterSave": True, "Changes": list(changes)}
        told: dict[str, Any] = self.client.post(f"{BASE}/update/{ido}", json=body, headers=self.headers).get_json()
        return told

    def insert(self, ido: str, **values: str) -> dict[str, Any]:
        return self.change(ido, change(1, "", **values))

    def line(self, number: int, account: str, amount: str, ref: str) -> dict[str, Any]:
        return self.insert(
            "SLJournals", Id="BigCom", Seq=str(number), Acct=account, TransDate="20260105 00:00:00.000",
            DomAmount=amount, ForAmount=amount, CurrCode="USD", Ref=ref,
        )  # fmt: skip


def change(action: int, item_id: str, **values: str) -> dict[str, Any]:
    told = [{"Name": name, "Value": value, "Modified": True, "IsNull": False} for name, value in values.items()]
    return {"Action": action, "ItemId": item_id, "Properties": told, "UpdateLocking": 0}


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_a_list_ends_at_two_hundred_rows_unless_it_is_told_otherwise(rig: Rig):
    rig.sandbox.make_items(250)
    short = rig.load("SLItems", properties="Item")
    assert (len(short["Items"]), short["MoreRowsExist"]) == (200, True)
    whole = rig.load("SLItems", properties="Item", recordCap="0")
    assert (len(whole["Items"]) > 250, whole["MoreRowsExist"]) == (True, False)
    seen, page = [], rig.load("SLItems", properties="Item", recordCap="100", loadType="FIRST")
    while True:
        seen += [row["Item"] for row in page["Items"]]
        if not page["MoreRowsExist"]:
            break
        page = rig.load("SLItems", properties="Item", recordCap="100", loadType="NEXT", bookmark=page["Bookmark"])
    assert seen == [row["Item"] for row in whole["Items"]]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Item = N'10045'", 1),
        ("Item in (N'10045',N'10046') and Stat = 'A'", 2),
        ("(Item = '10045' or Item = '10046') and UnitWeight > 0", 2),
        ("Item like N'1004%'", 3),
        ("Item like N'1004[[]%'", 0),
        ("Item = N'x'' or 1=1 --'", 0),
        ("RecordDate >= '20200101 00:00:00.000' and Item < '10046'", 1),
    ],
)
def test_filters_are_conditions_of_properties(rig: Rig, where: str, found: int):
    assert len(rig.load("SLItems", properties="Item", filter=where)["Items"]) == found


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"filter": "UPPER(Item) = 'A'"}, "does not exist"),
        ({"filter": "Item = 'A' union select 1"}, "IllegalFilterException"),
        ({"filter": "Colour = 'red'"}, "Property Colour does not exist"),
        ({"properties": "Colour"}, "Property Colour does not exist"),
    ],
)
def test_a_wrong_question_is_answered_with_status_200(rig: Rig, query: dict[str, str], said: str):
    told = rig.load("SLItems", **query)
    assert (told["Success"], said in told["Message"]) == (False, True)


def test_without_its_configuration_nothing_is_told(rig: Rig):
    del rig.headers["X-Infor-MongooseConfig"]
    assert rig.load("SLItems")["Success"] is False
    rig.headers["Authorization"] = "Bearer eyJother"
    assert rig.get("load/SLItems").status_code == 401


def test_info_tells_lengths_and_which_keys_are_padded(rig: Rig):
    told = {each["Name"]: each for each in rig.get("info/SLCos").get_json()["Properties"]}
    assert (told["CustNum"]["Length"], told["CustNum"]["JustifyFormat"], told["CustPo"]["JustifyFormat"]) == (
        7,
        "R",
        "L",
    )
    assert rig.get("info/SLNothing").get_json()["Success"] is False


def test_the_same_reference_is_taken_twice(rig: Rig):
    for _ in range(2):
        told = rig.insert("SLCos", **HEAD)
        assert told["Success"] is True
    numbers = [row["CoNum"] for row in rig.load("SLCos", properties="CoNum")["Items"]]
    assert numbers == ["      1001", "      1002"]
    assert len(rig.sandbox.orphan_heads()) == 2


def test_only_the_first_change_of_a_request_is_done(rig: Rig):
    told = rig.change("SLCos", change(1, "", **HEAD), change(1, "", **HEAD))
    assert (told["Success"], len(rig.load("SLCos")["Items"])) == (True, 1)


def test_a_row_that_was_changed_since_it_was_read_is_not_changed(rig: Rig):
    rig.insert("SLCos", **HEAD)
    (head,) = rig.load("SLCos", properties="CoNum,Stat")["Items"]
    line = {"CoNum": head["CoNum"], "CoLine": "1", "Item": "10045", "QtyOrderedConv": "1", "PriceConv": "2.00"}
    assert rig.insert("SLCoitems", **line)["Success"] is True
    stale = rig.change("SLCos", change(2, head["_ItemId"], Stat="O"))
    assert (stale["Success"], "changed by another user" in stale["Message"]) == (False, True)
    (head,) = rig.load("SLCos", properties="CoNum,Stat")["Items"]
    assert rig.change("SLCos", change(2, head["_ItemId"], Stat="O"))["Success"] is True
    assert rig.sandbox.orders_by_reference() == {"BC-1": ["1001"]}


def test_what_is_ordered_is_taken_from_stock_and_cannot_be_deleted(rig: Rig):
    before = rig.sandbox.articles()["10045"].pieces
    rig.insert("SLCos", **HEAD)
    rig.insert("SLCoitems", CoNum="1001", CoLine="1", Item="10045", QtyOrderedConv="3", PriceConv="2.00")
    (head,) = rig.load("SLCos")["Items"]
    rig.change("SLCos", change(2, head["_ItemId"], Stat="O"))
    assert rig.sandbox.articles()["10045"].pieces == before - 3
    (head,) = rig.load("SLCos")["Items"]
    assert rig.change("SLCos", change(4, head["_ItemId"]))["Success"] is False


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"CustNum": "NOBODY"}, "Customer that has"),
        ({"Whse": "NONE"}, "Warehouse that has"),
        ({"Stat": "X"}, "Status or Type"),
        ({"CustPo": "x" * 23}, "truncated"),
        ({"Colour": "red"}, "does not exist on IDO"),
        ({"RecordDate": "20260101"}, "read only"),
    ],
)
def test_a_refused_insert_changes_nothing(rig: Rig, values: dict[str, str], said: str):
    told = rig.insert("SLCos", **(HEAD | values))
    assert (told["Success"], said in told["Message"]) == (False, True)
    assert rig.load("SLCos")["Items"] == []


def test_a_journal_waits_until_it_balances_and_is_posted_then(rig: Rig):
    rig.line(1, "1200", "10.00", "K1/1/2 BC-1 receivable")
    rig.now += 10
    assert (rig.sandbox.trial_balance(), rig.sandbox.vouchers_by_key()) == ({}, {"K1": []})
    assert rig.line(1, "4000", "-10.00", "K1/2/2 BC-1 sales")["Success"] is False
    rig.line(2, "4000", "-10.00", "K1/2/2 BC-1 sales")
    rig.now += 10
    assert {account: str(amount) for (account, _), amount in rig.sandbox.trial_balance().items()} == {
        "1200": "10.00",
        "4000": "-10.00",
    }
    assert len(rig.sandbox.vouchers_by_key()["K1"]) == 1
    assert rig.load("SLJournals")["Items"] == []


def test_a_journal_posted_twice_is_seen_twice(rig: Rig):
    for number in (1, 3):
        rig.line(number, "1200", "10.00", "K1/1/2 BC-1 receivable")
        rig.line(number + 1, "4000", "-10.00", "K1/2/2 BC-1 sales")
    rig.now += 10
    assert len(rig.sandbox.vouchers_by_key()["K1"]) == 2


def test_a_method_that_says_no_succeeds_all_the_same(rig: Rig):
    def convert(currency: str) -> dict[str, Any]:
        given = [currency, None, None, "20260105", None, None, "100", "0", None]
        path = f"{BASE}/invoke/SLJournals?method=JournalChgCurrCodeSp"
        told: dict[str, Any] = rig.client.post(path, json=given, headers=rig.headers).get_json()
        return told

    assert convert("EUR")["Parameters"][1:5] == ["109.00", "0.00", "20260105", "1.09"]
    refused = convert("XXX")
    assert (refused["Success"], refused["ReturnValue"]) == (True, "16")
    assert "Currency Rate" in refused["Parameters"][8]
