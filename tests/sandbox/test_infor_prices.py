"""Prices of items and of price lists: validities, scales, and what changed since."""

from __future__ import annotations

import pytest
from infor_rig import Rig

SHOWN = ("PRRF", "FVDT", "ITNO", "QTYL", "SAPR", "SACD")


@pytest.fixture
def rig() -> Rig:
    """A company on 2026-05-28 with two items of its own, an hour after it was planted."""
    rig = Rig(items={"A-1": "Anvil", "B.2": "Bell"})
    rig.passes(3600)
    return rig


def shown(rows: list[dict[str, str]]) -> list[str]:
    return [" ".join(row[name] for name in SHOWN) for row in rows]


def since(rig: Rig) -> str:
    return str(int(rig.time * 1000))


def test_an_item_has_a_sales_price_for_so_many_units(rig):
    rig.sandbox.change_item("A-1", price="12.50", price_per="100")
    price = rig.run("MMS200MI/GetItmPrice", ITNO="A-1")[0]
    told = {name: price[name] for name in ("SAPR", "SACD", "CUCS", "SPUN", "SAPB", "LMDT")}
    assert told == {
        "SAPR": "12.50",
        "SACD": "100",
        "CUCS": "USD",
        "SPUN": "EA",
        "SAPB": "0.125000",
        "LMDT": "20260528",
    }
    assert rig.refusal("MMS200MI/GetItmPrice", ITNO="NONE") == ("WIT0103", "ITNO")


def test_the_seeded_list_is_valid_now_and_again_from_next_year(rig):
    fields = ("PRRF", "CUCD", "CUNO", "FVDT", "LVDT")
    lists = [tuple(row[name] for name in fields) for row in rig.run("OIS320MI/LstPricelists")]
    assert lists == [("WEB", "USD", "", "20200101", "20991231"), ("WEB", "USD", "", "20270101", "20991231")]
    assert [row["FVDT"] for row in rig.run("OIS320MI/LstPricelists", PRRF="WEB", CUCD="USD", FVDT="20260101")] == [
        "20270101"
    ]
    prices = rig.run("OIS320MI/LstListPrices", PRRF="WEB")
    assert [(row["FVDT"], row["ITNO"], row["QTYL"]) for row in prices] == [
        ("20200101", "A-1", "0"),
        ("20200101", "A-1", "12"),
        ("20200101", "B.2", "0"),
        ("20200101", "BREAKS", "0"),
        ("20200101", "FAILSLATE", "0"),
        ("20200101", "OLD-ITEM", "0"),
        ("20270101", "A-1", "0"),
    ]


def test_a_price_in_a_list_tells_all_about_itself(rig):
    rig.sandbox.set_price(
        "NET", "A-1", "99.95", per="10", since="20260601", until="20260630", with_tax=True, currency="EUR"
    )
    told = {
        "CONO": "100",
        "PRRF": "NET",
        "CUCD": "EUR",
        "CUNO": "",
        "FVDT": "20260601",
        "LVDT": "20260630",
        "ITNO": "A-1",
        "QTYL": "0",
        "SAPR": "99.95",
        "SACD": "10",
        "SPUN": "EA",
        "NTCD": "0",
        "TINC": "1",
    }
    listed = [{name: row[name] for name in told} for row in rig.run("OIS320MI/LstListPrices", PRRF="NET")]
    assert listed[0] == told
    key = {"PRRF": "NET", "CUCD": "EUR", "FVDT": "20260601"}
    base = {name: value for name, value in told.items() if name not in {"QTYL", "TINC"}}
    got = rig.run("OIS017MI/GetBasePrice", **key, ITNO="A-1")
    assert [{name: row[name] for name in base} for row in got] == [base]
    assert shown_base(rig.run("OIS017MI/LstBasePrice", **key)) == ["A-1 99.95"]
    query = "ODPRRF,ODCUCD,ODFVDT,ODLVDT,ODITNO,ODSAPR,ODSACD from OPRBAS where ODITNO >= 'A' and ODITNO <= 'B'"
    assert rig.select(f"{query} and ODPRRF = 'NET'") == ["NET;EUR;20260601;20260630;A-1;99.950000;10"]


def shown_base(rows: list[dict[str, str]]) -> list[str]:
    return [f"{row['ITNO']} {row['SAPR']}" for row in rows]


@pytest.mark.parametrize(
    "wrong", [{"PRRF": "NONE"}, {"CUCD": "EUR"}, {"FVDT": "20200102"}, {"ITNO": "C-3"}, {"CUNO": "WEBGUEST"}]
)
def test_a_base_price_that_is_not_there_is_refused(rig, wrong):
    key = {"PRRF": "WEB", "CUCD": "USD", "FVDT": "20200101", "ITNO": "A-1"}
    assert rig.run("OIS017MI/GetBasePrice", **key)[0]["LVDT"] == "20991231"
    assert rig.refusal("OIS017MI/GetBasePrice", **(key | wrong)) == ("WPR0103", "ITNO")
    assert rig.run("OIS017MI/LstBasePrice", PRRF="NONE", CUCD="USD", FVDT="20200101") == []


def test_a_price_from_a_quantity_on_is_no_base_price(rig):
    rig.sandbox.set_price("NET", "A-1", "10.00", since="20260101")
    rig.sandbox.set_price("NET", "A-1", "8.00", since="20260101", from_quantity="100")
    rig.sandbox.set_price("NET", "A-1", "9.00", since="20260101", from_quantity="20")
    assert shown(rig.run("OIS320MI/LstListPrices", PRRF="NET"))[:3] == [
        "NET 20260101 A-1 0 10.00 1",
        "NET 20260101 A-1 20 9.00 1",
        "NET 20260101 A-1 100 8.00 1",
    ]
    key = {"PRRF": "NET", "CUCD": "USD", "FVDT": "20260101"}
    assert shown_base(rig.run("OIS017MI/LstBasePrice", **key)) == ["A-1 10.00"]
    assert rig.select("ODSAPR from OPRBAS where ODPRRF = 'NET'") == ["10.000000"]


def test_new_prices_are_those_written_since_a_millisecond_in_that_order(rig):
    rig.sandbox.set_price("WEB", "B.2", "1.00")
    rig.passes(1)
    begin = since(rig)
    rig.sandbox.set_price("WEB", "A-1", "7.00", from_quantity="12")
    rig.passes(1)
    rig.sandbox.set_price("NET", "B.2", "3.00", since="20270101")
    rig.passes(1)
    rig.sandbox.set_price("WEB", "A-1", "2.00")
    assert shown(rig.run("OIS320MI/LstNewPrices", LMTS=begin)) == [
        "WEB 20200101 A-1 12 7.00 1",
        "NET 20270101 B.2 0 3.00 1",
        "WEB 20200101 A-1 0 2.00 1",
    ]
    assert shown(rig.run("OIS320MI/LstNewPrices", LMTS=since(rig))) == ["WEB 20200101 A-1 0 2.00 1"]
    assert rig.run("OIS320MI/LstNewPrices", LMTS=str(int(rig.time * 1000) + 1)) == []
    assert len(rig.run("OIS320MI/LstNewPrices")) == 8


def test_the_truth_tells_the_price_that_counts_today(rig):
    rig.sandbox.change_item("A-1", price="5.00", price_per="2")
    own = rig.sandbox.items()["A-1"]
    assert (own["price"], own["price_per"], own["currency"], own["with_tax"]) == ("5.00", "2", "USD", "0")
    rig.sandbox.set_price("NET", "A-1", "10.00", since="20260101", with_tax=True)
    rig.sandbox.set_price("NET", "A-1", "6.00", since="20260501", until="20260531")
    rig.sandbox.set_price("NET", "A-1", "11.00", since="20260601", currency="EUR")
    assert rig.sandbox.control["items"]({"price_list": "NET"})["A-1"] == {
        "name": "Anvil",
        "description": "Anvil",
        "weight": "1.000",
        "status": "20",
        "sale": "1",
        "price": "6.00",
        "price_per": "1",
        "currency": "USD",
        "with_tax": "0",
    }
    assert "price" not in rig.sandbox.items("NET")["B.2"]
    rig.passes(5 * 86_400)
    assert rig.sandbox.items("NET")["A-1"]["price"] == "10.00"


def test_without_a_first_day_the_current_price_is_set(rig):
    rig.sandbox.set_price("WEB", "A-1", "4.44")
    key = {"PRRF": "WEB", "CUCD": "USD", "ITNO": "A-1"}
    assert rig.run("OIS017MI/GetBasePrice", FVDT="20200101", **key)[0]["SAPR"] == "4.44"
    assert rig.run("OIS017MI/GetBasePrice", FVDT="20270101", **key)[0]["SAPR"] == "11.25"
    rig.sandbox.set_price("NEW", "A-1", "4.00")
    assert rig.run("OIS320MI/LstPricelists", PRRF="NEW")[0]["FVDT"] == "20260528"


@pytest.mark.parametrize(
    "words",
    [
        {"item": "NONE"},
        {"amount": "1,00"},
        {"since": "2026-06-01"},
        {"until": "20260631"},
        {"currency": "XXX"},
        {"from_quantity": "many"},
    ],
)
def test_a_price_that_makes_no_sense_is_not_set(rig, words):
    before = rig.run("OIS320MI/LstListPrices"), rig.run("OIS320MI/LstPricelists")
    with pytest.raises(Exception, match=r"\("):
        rig.sandbox.control["set_price"]({"price_list": "NET", "item": "A-1", "amount": "1.00"} | words)
    assert (rig.run("OIS320MI/LstListPrices"), rig.run("OIS320MI/LstPricelists")) == before
