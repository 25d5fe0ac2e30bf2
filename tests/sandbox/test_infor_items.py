"""Items and table ranges: what M3 lists of them, from where, and since when."""

from __future__ import annotations

import pytest
from infor_rig import Rig

DAY = 86_400


@pytest.fixture
def rig() -> Rig:
    """A company on 2026-05-28 that has three items of its own besides the three to fail on."""
    return Rig(items={"A-1": "Anvil", "B.2": "Bell", "C_3/X": "Cart"})


def numbers(rows: list[dict[str, str]]) -> list[str]:
    return [row["ITNO"] for row in rows]


def test_an_item_tells_what_it_is(rig):
    rig.sandbox.change_item("A-1", name="Anvil, heavy", description="For smiths", weight="12.5", sale=0, status="50")
    item = rig.run("MMS200MI/GetItmBasic", ITNO="A-1")[0]
    told = {name: item[name] for name in ("ITNO", "ITDS", "FUDS", "STAT", "SALE", "NEWE", "UNMS", "ITTY", "LMDT")}
    assert told == {
        "ITNO": "A-1",
        "ITDS": "Anvil, heavy",
        "FUDS": "For smiths",
        "STAT": "50",
        "SALE": "0",
        "NEWE": "12.5",
        "UNMS": "EA",
        "ITTY": "FIN",
        "LMDT": "20260528",
    }
    assert rig.refusal("MMS200MI/GetItmBasic", ITNO="NONE") == ("WIT0103", "ITNO")


def test_a_long_name_is_cut_where_one_item_is_read_and_whole_in_a_list(rig):
    rig.sandbox.change_item("A-1", name="n" * 60)
    assert rig.run("MMS200MI/GetItmBasic", ITNO="A-1")[0]["ITDS"] == "n" * 30
    assert rig.run("MMS200MI/LstItmByItm", ITNO="A-1")[0]["ITDS"] == "n" * 60
    number = rig.order(item="A-1")
    assert rig.run("OIS100MI/LstBatchLine", ORNO=number)[0]["ITDS"] == "n" * 30


def test_a_list_of_items_starts_at_a_number_and_rises(rig):
    every = ["A-1", "B.2", "BREAKS", "C_3/X", "FAILSLATE", "OLD-ITEM"]
    assert numbers(rig.run("MMS200MI/LstItmByItm", ITNO="!")) == every
    assert numbers(rig.run("MMS200MI/LstItmByItm", ITNO="B.2")) == every[1:]
    assert numbers(rig.run("MMS200MI/LstItmByItm", ITNO="B.3")) == every[2:]
    assert rig.run("MMS200MI/LstItmByItm", ITNO="Z") == []
    rig.sandbox.control["add_items"]({"A-0": "Before"})
    assert numbers(rig.run("MMS200MI/LstItmByItm", ITNO="!")) == ["A-0", *every]


def test_pages_of_items_join_without_a_gap(rig):
    rig.sandbox.make_items(25, prefix="P-")
    seen, start = [], "P-"
    while True:
        step = ("LstItmByItm", {"ITNO": start})
        answer = rig.bulk("MMS200MI", step, maxReturnedRecords=10).get_json()["results"][0]["records"]
        fresh = [number for number in numbers(answer) if number not in seen]
        if not fresh:
            break
        seen += fresh
        start = fresh[-1]
    assert seen == [f"P-{place:06}" for place in range(1, 26)]


def test_items_are_listed_by_the_day_they_changed(rig):
    rig.passes(2 * DAY)
    rig.sandbox.change_item("B.2", name="Bell, brass")
    rig.passes(DAY)
    rig.sandbox.change_item("A-1", price="12.00")
    assert numbers(rig.run("MMS200MI/LstItmByChgDate", FLMD="20260530")) == ["B.2", "A-1"]
    assert numbers(rig.run("MMS200MI/LstItmByChgDate", FLMD="20260530", TLMD="20260530")) == ["B.2"]
    assert numbers(rig.run("MMS200MI/LstItmByChgDate", CSDS="0")) == ["A-1"]
    assert numbers(rig.run("MMS200MI/LstItmByChgDate", CSDS="1")) == ["B.2", "A-1"]
    assert numbers(rig.run("MMS200MI/LstItmByChgDate"))[-2:] == ["B.2", "A-1"]
    assert len(rig.run("MMS200MI/LstItmByChgDate")) == 6
    assert rig.refusal("MMS200MI/LstItmByChgDate", FLMD="2026-05-30") == ("WDT0001", "FLMD")


def test_a_clock_set_back_hides_no_change(rig):
    rig.passes(2 * DAY)
    rig.sandbox.change_item("B.2", name="Bell, brass")
    rig.passes(-DAY)
    rig.sandbox.change_item("A-1", name="Anvil, heavy")
    assert numbers(rig.run("MMS200MI/LstItmByChgDate", FLMD="20260530")) == ["A-1", "B.2"]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"number": "NONE", "name": "x"}, "Refused"),
        ({"number": "A-1", "colour": "red"}, "KeyError"),
        ({"number": "A-1", "weight": "1,5"}, "Refused"),
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(rig, words, fault):
    before = rig.sandbox.items()
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the control panel tells every exception's name
        rig.sandbox.control["change_item"](words)
    assert caught.type.__name__ == fault
    assert rig.sandbox.items() == before


def test_an_item_number_is_taken_once(rig):
    with pytest.raises(ValueError, match="taken"):
        rig.sandbox.control["add_items"]({"A-1": "Again"})
    with pytest.raises(ValueError, match="too long"):
        rig.sandbox.control["add_items"]({"N" * 16: "Long"})
    assert rig.select("count(*) from MITMAS") == ["6"]


def test_made_items_are_the_same_for_the_same_seed(rig):
    other = Rig(items={})
    assert rig.sandbox.control["make_items"]({"count": 3, "prefix": "P-", "seed": 7}) == 3
    assert other.sandbox.make_items(3, prefix="P-", seed=7) == 3
    made = {number: rig.sandbox.items()[number] for number in ("P-000001", "P-000002", "P-000003")}
    assert made.items() <= other.sandbox.items().items()
    assert made["P-000001"] != made["P-000002"]
    assert made["P-000001"] == {
        "name": "Item P-000001",
        "description": "Item P-000001",
        "weight": made["P-000001"]["weight"],
        "price": made["P-000001"]["price"],
        "price_per": "1",
        "status": "20",
        "sale": "1",
        "currency": "USD",
        "with_tax": "0",
    }


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("MBITNO >= 'A-1' and MBITNO <= 'BREAKS'", ["A-1", "A-1", "B.2", "B.2", "BREAKS"]),
        ("MBCONO = 100 and MBWHLO = '002' and MBITNO > 'A-1' and MBITNO < 'FAILSLATE'", ["B.2", "C_3/X"]),
        ("MBITNO >= 'C' and MBITNO <= 'B'", []),
        ("MBITNO = 'C_3/X' and MBWHLO = '001'", ["C_3/X"]),
        ("MBITNO in ('OLD-ITEM', 'A-1') and MBWHLO = '001'", ["A-1", "OLD-ITEM"]),
        ("(MBITNO = 'A-1' or MBITNO = 'B.2') and MBWHLO = '001'", ["A-1", "B.2"]),
        ("MBWHLO = '001' and (MBITNO >= 'B.2' and MBITNO <= 'BZ')", ["B.2", "BREAKS"]),
        ("MBWHLO = '002' and MBITNO <> 'A-1'", ["B.2", "C_3/X"]),
        ("MBITNO = 'A-1' and MBITNO = 'B.2'", []),
    ],
)
def test_a_range_of_keys_finds_what_a_whole_reading_would(rig, where, found):
    assert rig.select(f"MBITNO from MITBAL where {where}") == found


def test_a_range_of_keys_reads_no_more_than_the_range(rig):
    rig.sandbox.make_items(50, prefix="P-")
    rows = rig.sandbox._tenant.rows["MITBAL"]
    read = list(rows.between("P-000010", "P-000012"))
    assert [row["ITNO"] for row in read] == ["P-000010"] * 2 + ["P-000011"] * 2 + ["P-000012"] * 2
    rows.remove("P-000011")
    rows.add(read[0] | {"ITNO": "P-000010/B"})
    expected = ["P-000010", "P-000010", "P-000010/B", "P-000012", "P-000012"]
    assert [row["ITNO"] for row in rows.between("P-000010", "P-000012")] == expected


def test_rows_last_written_come_first(rig):
    rows = rig.sandbox._tenant.rows["MITMAS"]
    for number in ("B.2", "OLD-ITEM", "A-1", "B.2"):
        rig.sandbox.change_item(number, name=f"Changed {number}")
    assert numbers(list(rows.latest())) == ["B.2", "A-1", "OLD-ITEM", "BREAKS", "FAILSLATE", "C_3/X"]
    assert len(rows) == 6


def test_the_item_table_shows_numbers_as_the_database_keeps_them(rig):
    rig.sandbox.change_item("A-1", weight="0.5", price="19.999", price_per="100")
    query = "MMITNO,MMSALE,MMNEWE,MMSAPR,MMSACD,MMCUCS from MITMAS where MMITNO = 'A-1' and MMSALE = 1"
    assert rig.select(query) == ["A-1;1;0.500;19.999000;100;USD"]
    changed = int(rig.time * 1000)
    assert rig.select(f"MMLMDT from MITMAS where MMITNO = 'A-1' and MMLMTS >= {changed}") == ["20260528"]
