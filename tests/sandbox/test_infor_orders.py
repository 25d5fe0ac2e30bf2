"""OIS100MI: batch orders, their confirmation in the background, and what they become."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from infor_rig import Rig


@pytest.fixture
def rig() -> Rig:
    return Rig()


def status(rig: Rig, number: str) -> tuple[str, str]:
    answer = rig.run("OIS275MI/GetTmpOrderStat", ORNO=number)[0]
    return answer["STAT"], answer["ORNR"]


def test_confirm_answers_at_once_and_the_order_appears_when_the_batch_job_is_done(rig):
    number = rig.order("BC-1042")
    assert rig.run("OIS100MI/Confirm", ORNO=number) == [{"ORNO": number, "STAT": "20"}]
    assert status(rig, number) == ("20", "")
    assert rig.run("OIS100MI/GetOrderNo", ORNO=number) == [{"ORNR": ""}]
    assert rig.sandbox.orders_by_reference() == {}
    rig.passes(0.2)
    assert status(rig, number) == ("90", "0010000001")
    assert rig.sandbox.orders_by_reference() == {"BC-1042": ["0010000001"]}
    assert rig.select("OAORNO,OACUOR,OASTAT,OAORNR from OXHEAD where OACUOR = 'BC-1042'") == [
        f"{number};BC-1042;90;0010000001"
    ]
    assert rig.select("OAORNO,OACUNO,OAORST from OOHEAD where OACONO = 100 and OACUOR = 'BC-1042'") == [
        "0010000001;WEBGUEST;22"
    ]


def test_the_order_keeps_lines_charges_address_and_texts(rig):
    number = rig.order()
    rig.run("OIS100MI/AddBatchAddress", ORNO=number, ADRT="1", CUNM="Ann Lee", CUA1="1 Main St", CSCD="US")
    rig.run("OIS100MI/AddBatchHeadChg", ORNO=number, CRID="FRT", CRAM="7.50")
    rig.run("OIS100MI/AddBatchLineChg", ORNO=number, PONR="1", POSX="0", CRID="WRP", CRAM="2.00")
    rig.run("OIS100MI/AddBatchText", ORNO=number, TYPE="1", TYTR="1", PARM="Leave at the door")
    rig.run("OIS100MI/Confirm", ORNO=number)
    rig.passes(1)
    (order,) = rig.sandbox.state()["orders"]
    assert [(line["ITNO"], line["ORQT"], line["LNAM"], line["CUPO"]) for line in order["lines"]] == [
        ("10045", "2", "39.98", "1")
    ]
    assert [(row["CRID"], row["CRAM"]) for row in order["charges"]] == [("FRT", "7.50"), ("WRP", "2.00")]
    assert order["addresses"][0]["CUNM"] == "Ann Lee"
    assert order["texts"][0]["PARM"] == "Leave at the door"
    head = rig.run("OIS100MI/GetHead", ORNO=order["ORNO"])[0]
    assert (head["NTAM"], head["TOPY"], head["ORST"]) == ("39.98", "49.48", "22")
    assert [row["ITNO"] for row in rig.run("OIS100MI/LstLine", ORNO=order["ORNO"])] == ["10045"]
    assert [row["ORNO"] for row in rig.run("OIS100MI/LstHead", CUNO="WEBGUEST")] == [order["ORNO"]]


def test_a_price_counts_per_its_price_quantity(rig):
    number = rig.run("OIS100MI/AddBatchHead", CUNO="WEBGUEST")[0]["ORNO"]
    line = {"ORNO": number, "ITNO": "10045", "ORQT": "3", "SAPR": "10.00", "SACD": "3", "DIA1": "1.00"}
    rig.run("OIS100MI/AddBatchLine", **line)
    assert rig.sandbox.state()["batch_orders"][0]["lines"][0]["LNAM"] == "9.00"


def test_a_second_order_with_the_same_reference_is_accepted_in_silence(rig):
    for number in (rig.order("BC-7"), rig.order("BC-7")):
        rig.run("OIS100MI/Confirm", ORNO=number)
    rig.passes(1)
    assert rig.sandbox.orders_by_reference() == {"BC-7": ["0010000001", "0010000002"]}


def test_a_batch_order_is_confirmed_once(rig):
    number = rig.order()
    rig.run("OIS100MI/Confirm", ORNO=number)
    assert rig.refusal("OIS100MI/Confirm", ORNO=number) == ("XOR1001", "ORNO")
    rig.passes(1)
    assert rig.refusal("OIS100MI/Confirm", ORNO=number) == ("XOR1002", "ORNO")
    assert len(rig.sandbox.state()["orders"]) == 1


def test_a_batch_order_is_deleted_whole_unless_it_is_being_confirmed_or_was(rig):
    orphan, kept = rig.order("BC-1"), rig.order("BC-2")
    assert rig.sandbox.orphan_heads() == [orphan, kept]
    rig.run("OIS100MI/DelBatchHead", ORNO=orphan)
    assert rig.refusal("OIS100MI/GetBatchHead", ORNO=orphan) == ("WOR0103", "ORNO")
    assert rig.select("OBORNO from OXLINE") == [kept]
    rig.run("OIS100MI/Confirm", ORNO=kept)
    assert rig.refusal("OIS100MI/DelBatchHead", ORNO=kept) == ("XOR1001", "ORNO")
    rig.passes(1)
    assert rig.refusal("OIS100MI/DelBatchHead", ORNO=kept) == ("XOR1002", "ORNO")
    assert [row["STAT"] for row in rig.run("OIS100MI/LstBatchHead", CUNO="WEBGUEST")] == ["90"]
    assert rig.sandbox.orphan_heads() == []


@pytest.mark.parametrize(
    ("item", "customer", "expected", "code"),
    [
        ("FAILSLATE", "WEBGUEST", "25", "XOR1005"),
        ("BREAKS", "WEBGUEST", "55", "XOR1007"),
        ("10045", "CREDSTOP", "30", "XOR1006"),
    ],
)
def test_an_order_that_fails_after_confirm_says_why_and_can_be_deleted(rig, item, customer, expected, code):
    number = rig.order(item=item, customer=customer)
    rig.run("OIS100MI/Confirm", ORNO=number)
    assert rig.run("OIS100MI/LstErrMsgOrder", ORNO=number) == []
    rig.passes(1)
    assert status(rig, number) == (expected, "")
    assert [row["MSID"] for row in rig.run("OIS100MI/LstErrMsgOrder", ORNO=number)] == [code]
    assert rig.sandbox.state()["orders"] == []
    rig.run("OIS100MI/DelBatchHead", ORNO=number)
    assert rig.sandbox.state()["batch_orders"] == []


def test_a_head_with_an_unknown_payer_is_taken_with_status_15_and_cannot_be_confirmed(rig):
    number = rig.run("OIS100MI/AddBatchHead", CUNO="WEBGUEST", PYNO="NOBODY")[0]["ORNO"]
    assert rig.run("OIS100MI/GetBatchHead", ORNO=number)[0]["STAT"] == "15"
    assert rig.refusal("OIS100MI/Confirm", ORNO=number) == ("XOR1004", "ORNO")


def test_an_order_without_lines_cannot_be_confirmed(rig):
    number = rig.run("OIS100MI/AddBatchHead", CUNO="WEBGUEST")[0]["ORNO"]
    assert rig.refusal("OIS100MI/Confirm", ORNO=number) == ("XOR1003", "ORNO")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"CUNO": "NOBODY"}, ("WCU0103", "CUNO")),
        ({"CUNO": "CLOSED"}, ("WCU0902", "CUNO")),
        ({"CUNO": "WEBGUEST", "ORTP": "XXX"}, ("WOT0103", "ORTP")),
        ({"CUNO": "WEBGUEST", "WHLO": "999"}, ("WWH0103", "WHLO")),
        ({"CUNO": "WEBGUEST", "CUCD": "XXX"}, ("WCUC103", "CUCD")),
        ({"CUNO": "WEBGUEST", "ORDT": "2026-01-05"}, ("WNU0001", "ORDT")),
        ({"CUNO": "WEBGUEST", "CUDT": "20261301"}, ("WDT0001", "CUDT")),
        ({"CUNO": "WEBGUEST", "RLDT": "20260230"}, ("WDT0001", "RLDT")),
    ],
)
def test_a_head_that_names_what_does_not_exist_is_refused(rig, fields, refusal):
    assert rig.refusal("OIS100MI/AddBatchHead", **fields) == refusal
    assert rig.sandbox.state()["batch_orders"] == []


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"ITNO": "NONE"}, ("WIT0103", "ITNO")),
        ({"ITNO": "OLD-ITEM"}, ("WIT0902", "ITNO")),
        ({"ORQT": "0"}, ("WQT0001", "ORQT")),
        ({"ORQT": "-1"}, ("WQT0001", "ORQT")),
        ({"SAPR": "1,50"}, ("WNU0001", "SAPR")),
        ({"SAPR": "1e3"}, ("WNU0001", "SAPR")),
        ({"WHLO": "999"}, ("WWH0103", "WHLO")),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(rig, fields, refusal):
    number = rig.run("OIS100MI/AddBatchHead", CUNO="WEBGUEST")[0]["ORNO"]
    line = {"ORNO": number, "ITNO": "10045", "ORQT": "1", "SAPR": "1.50"} | fields
    assert rig.refusal("OIS100MI/AddBatchLine", **line) == refusal
    assert rig.run("OIS100MI/LstBatchLine", ORNO=number) == []


def test_a_credit_order_takes_negative_quantities(rig):
    number = rig.run("OIS100MI/AddBatchHead", CUNO="WEBGUEST", ORTP="WCR")[0]["ORNO"]
    rig.run("OIS100MI/AddBatchLine", ORNO=number, ITNO="10045", ORQT="-1", SAPR="5")
    assert rig.sandbox.state()["batch_orders"][0]["lines"][0]["LNAM"] == "-5.00"


def test_addresses_and_charges_are_taken_once_each(rig):
    number = rig.order()
    rig.run("OIS100MI/AddBatchAddress", ORNO=number, ADRT="1", CSCD="US")
    assert rig.refusal("OIS100MI/AddBatchAddress", ORNO=number, ADRT="1") == ("WAD0104", "ADRT")
    assert rig.refusal("OIS100MI/AddBatchAddress", ORNO=number, ADRT="2", CSCD="usa") == ("WCS0103", "CSCD")
    rig.run("OIS100MI/AddBatchHeadChg", ORNO=number, CRID="FRT", CRAM="7.50")
    assert rig.refusal("OIS100MI/AddBatchHeadChg", ORNO=number, CRID="FRT", CRAM="1") == ("WCH0104", "CRID")
    assert rig.refusal("OIS100MI/AddBatchHeadChg", ORNO=number, CRID="XXX", CRAM="1") == ("WCH0103", "CRID")
    assert rig.refusal("OIS100MI/AddBatchHeadChg", ORNO=number, CRID="HND", CRAM="1.001") == ("WAM0001", "CRAM")


def test_texts_belong_to_the_head_or_to_a_line_that_exists(rig):
    number = rig.order()
    rig.run("OIS100MI/AddBatchText", ORNO=number, TYPE="2", TYTR="2", PARM="gift", PONR="1")
    text = {"ORNO": number, "TYTR": "1", "PARM": "x"}
    assert rig.refusal("OIS100MI/AddBatchText", **text, TYPE="2", PONR="9") == ("WLI0103", "PONR")
    assert rig.refusal("OIS100MI/AddBatchText", **text, TYPE="3") == ("WTY0001", "TYPE")


def test_many_callers_at_once_get_a_number_each(rig):
    assert rig.token
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: rig.order(f"BC-{n}"), range(40)))
    assert len(set(numbers)) == 40
    assert sorted(head["CUOR"] for head in rig.sandbox.state()["batch_orders"]) == sorted(
        f"BC-{n}" for n in range(40)
    )
