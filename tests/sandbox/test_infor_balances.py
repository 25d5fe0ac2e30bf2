"""Balances: what each warehouse has and may promise, what changes it, and how lists of it break."""

from __future__ import annotations

import pytest
from infor_rig import Rig


@pytest.fixture
def rig() -> Rig:
    """A company with two items of its own, an hour after it was planted."""
    rig = Rig(items={"A-1": "Anvil", "B.2": "Bell"})
    rig.passes(3600)
    return rig


def new(rig: Rig) -> list[str]:
    """List what changed in this millisecond."""
    rows = rig.run("OIS100MI/LstNewBalances", LMTS=str(int(rig.time * 1000)))
    return [" ".join(row[name] for name in ("WHLO", "ITNO", "AV01", "AV02")) for row in rows]


def test_a_balance_tells_what_is_on_hand_and_what_may_be_promised(rig):
    rig.sandbox.set_stock("A-1", "002", on_hand="12.5", allocated="2", reserved="3.25")
    balance = rig.run("MMS200MI/GetItmWhsBal", WHLO="002", ITNO="A-1")[0]
    told = {name: balance[name] for name in ("WHLO", "ITNO", "STQT", "ALQT", "REQT", "AVAL", "AV01", "AV02", "FACI")}
    assert told == {
        "WHLO": "002",
        "ITNO": "A-1",
        "STQT": "12.5",
        "ALQT": "2",
        "REQT": "3.25",
        "AVAL": "12.5",
        "AV01": "10.5",
        "AV02": "9.25",
        "FACI": "A01",
    }
    query = "MBITNO,MBSTQT,MBALQT,MBREQT,MBAVAL,MBLMDT from MITBAL where MBITNO = 'A-1' and MBWHLO = '002'"
    assert rig.select(query) == ["A-1;12.500000;2.000000;3.250000;12.500000;20260528"]


@pytest.mark.parametrize(
    ("warehouse", "item", "refusal"),
    [
        ("999", "A-1", ("WWH0103", "WHLO")),
        ("001", "NONE", ("WIT0103", "ITNO")),
        ("002", "OLD-ITEM", ("WIT0203", "ITNO")),
    ],
)
def test_a_balance_that_is_not_there_is_refused(rig, warehouse, item, refusal):
    assert rig.refusal("MMS200MI/GetItmWhsBal", WHLO=warehouse, ITNO=item) == refusal


def test_an_item_is_listed_by_warehouse_and_a_warehouse_by_item(rig):
    rows = rig.run("OIS100MI/LstWarehBalance", ITNO="A-1")
    assert [(row["WHLO"], row["AV01"], row["LMDT"]) for row in rows] == [
        ("001", "100", "20260528"),
        ("002", "40", "20260528"),
    ]
    assert rig.refusal("OIS100MI/LstWarehBalance", ITNO="NONE") == ("WIT0103", "ITNO")
    fields = ("WHNM", "ITNO", "ITDS", "UNMS", "STQT", "ALQT")
    second = [tuple(row[name] for name in fields) for row in rig.run("MMS060MI/LstSumQty", WHLO="002")]
    assert second == [
        ("Second warehouse", "A-1", "Anvil", "EA", "40", "0"),
        ("Second warehouse", "B.2", "Bell", "EA", "40", "0"),
    ]
    main = rig.run("MMS060MI/LstSumQty", WHLO="001", ITNO="B.2")
    assert [row["ITNO"] for row in main] == ["B.2", "BREAKS", "FAILSLATE", "OLD-ITEM"]
    assert rig.refusal("MMS060MI/LstSumQty", WHLO="999") == ("WWH0103", "WHLO")


def test_new_balances_are_those_of_every_warehouse_written_since_a_millisecond(rig):
    begin = str(int(rig.time * 1000))
    rig.sandbox.set_stock("B.2", "002", on_hand="7")
    rig.passes(1)
    rig.sandbox.set_stock("A-1", "001", reserved="5")
    assert new(rig) == ["001 A-1 100 95"]
    rig.passes(1)
    rig.sandbox.set_stock("B.2", "002", allocated="9")
    assert new(rig) == ["002 B.2 -2 7"]
    rows = rig.run("OIS100MI/LstNewBalances", LMTS=begin)
    assert [(row["WHLO"], row["ITNO"]) for row in rows] == [("001", "A-1"), ("002", "B.2")]
    assert len(rig.run("OIS100MI/LstNewBalances")) == 7


def test_an_item_comes_to_another_warehouse_by_its_first_stock(rig):
    rig.sandbox.set_stock("OLD-ITEM", "002", on_hand="1")
    assert rig.sandbox.stock()["OLD-ITEM"] == {"001": "100", "002": "1"}
    assert rig.run("MMS200MI/GetItmWhsBal", WHLO="002", ITNO="OLD-ITEM")[0]["AV01"] == "1"


@pytest.mark.parametrize(
    "words", [{"item": "NONE"}, {"warehouse": "999"}, {"on_hand": "1,5"}, {"on_hand": "1", "colour": "red"}]
)
def test_stock_that_makes_no_sense_is_not_set(rig, words):
    before = rig.sandbox.stock()
    with pytest.raises(Exception, match=r"\(|colour"):
        rig.sandbox.control["set_stock"]({"item": "OLD-ITEM", "warehouse": "002"} | words)
    assert rig.sandbox.stock() == before


def test_a_confirmed_order_takes_its_quantity_from_what_may_be_promised(rig):
    number = rig.order(item="A-1")
    rig.run("OIS100MI/AddBatchLine", ORNO=number, ITNO="A-1", ORQT="1.5", SAPR="19.99", WHLO="002")
    assert rig.sandbox.stock()["A-1"] == {"001": "100", "002": "40"}
    rig.run("OIS100MI/Confirm", ORNO=number)
    rig.passes(1)
    assert rig.sandbox.stock()["A-1"] == {"001": "98", "002": "38.5"}
    assert new(rig) == ["001 A-1 98 100", "002 A-1 38.5 40"]
    assert rig.sandbox.stock()["B.2"] == {"001": "100", "002": "40"}


def test_an_order_that_fails_or_gives_back_allocates_nothing(rig):
    before = rig.sandbox.stock()
    rig.run("OIS100MI/Confirm", ORNO=rig.order(item="FAILSLATE"))
    credit = rig.run("OIS100MI/AddBatchHead", CUNO="WEBGUEST", ORTP="WCR")[0]["ORNO"]
    rig.run("OIS100MI/AddBatchLine", ORNO=credit, ITNO="A-1", ORQT="-1", SAPR="5.00")
    rig.run("OIS100MI/Confirm", ORNO=credit)
    rig.passes(1)
    assert rig.sandbox.stock() == before
    assert rig.run("OIS100MI/GetOrderNo", ORNO=credit)[0]["ORNR"]


LISTS = [
    ("MMS200MI/LstItmByItm", {"ITNO": "A"}),
    ("MMS200MI/LstItmByChgDate", {}),
    ("OIS320MI/LstNewPrices", {}),
    ("OIS320MI/LstListPrices", {"PRRF": "WEB"}),
    ("OIS017MI/LstBasePrice", {"PRRF": "WEB", "CUCD": "USD", "FVDT": "20200101"}),
    ("OIS100MI/LstNewBalances", {}),
    ("MMS060MI/LstSumQty", {"WHLO": "001"}),
    ("EXPORTMI/Select", {"QERY": "MBITNO from MITBAL where MBITNO >= 'A'"}),
]


@pytest.mark.parametrize(("name", "record"), LISTS, ids=[name for name, _ in LISTS])
def test_every_list_can_be_capped_and_broken_off(rig, name, record):
    whole = rig.run(name, **record)
    assert len(whole) >= 5
    rig.sandbox.control["ceiling"](4)
    assert rig.run(name, **record) == whole[:4]
    rig.sandbox.control["cut_short"]([name])
    broken = rig.result(name, **record)
    assert (broken["records"], broken["errorCode"]) == (whole[:2], "XLS0001")


def test_the_panel_answers_in_plain_json(rig):
    control = rig.sandbox.control
    control["set_stock"]({"item": "A-1", "warehouse": "001", "on_hand": 3})
    assert control["stock"]({})["A-1"] == {"001": "3", "002": "40"}
    control["change_item"]({"number": "A-1", "price": "3.50"})
    assert control["items"]({})["A-1"]["price"] == "3.50"
