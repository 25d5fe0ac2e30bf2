"""GLS840MI and the ledger: a batch is entered, controlled, posted in the background, and proved."""

from __future__ import annotations

from decimal import Decimal

import pytest
from infor_rig import SALE, Rig

KEY = "BCAAAAAAAAAAAAA"
BATCH = {"CONO": "100", "KEY1": KEY}


@pytest.fixture
def rig() -> Rig:
    return Rig()


def batch_status(rig: Rig, key: str = KEY) -> str:
    return rig.select(f"FHSTAT from FGLINH where FHKEY1 = '{key}'")[0]


def post(rig: Rig, key: str, text: str) -> None:
    rig.batch(key, *SALE, text=text)
    finish(rig, key)


def finish(rig: Rig, key: str) -> None:
    rig.run("GLS840MI/CtrlBatch", CONO="100", KEY1=key)
    rig.run("GLS840MI/UpdBatch", CONO="100", KEY1=key)


def test_a_batch_goes_from_entered_to_updated_and_only_then_is_in_the_ledger(rig):
    rig.batch(KEY, *SALE)
    assert batch_status(rig) == "10"
    assert rig.run("GLS840MI/CtrlBatch", **BATCH) == [{"CONO": "100"}]
    assert batch_status(rig) == "20"
    assert rig.run("GLS840MI/UpdBatch", **BATCH) == [{"CONO": "100"}]
    assert batch_status(rig) == "60"
    assert rig.sandbox.trial_balance() == {}
    rig.passes(0.2)
    assert batch_status(rig) == "90"
    assert rig.sandbox.trial_balance() == {
        ("1200", "USD"): Decimal("100.00"),
        ("4000", "USD"): Decimal("-90.00"),
        ("2200", "USD"): Decimal("-10.00"),
    }
    assert rig.sandbox.vouchers_by_key() == {KEY: ["20000001"]}
    assert rig.select(f"FHVONO,FHYEA4 from FGLINH where FHKEY1 = '{KEY}'") == ["20000001;2026"]


def test_a_voucher_can_be_read_back_with_its_lines(rig):
    post(rig, KEY, "BC-1042")
    rig.passes(1)
    voucher = {"DIVI": "AAA", "YEA4": "2026", "VONO": "20000001"}
    head = rig.run("GLS200MI/GetVoucherHead", **voucher)[0]
    assert (head["CUAD"], head["CUAC"], head["CUCD"]) == ("100.00", "-100.00", "USD")
    lines = rig.run("GLS200MI/LstVoucherLines", **voucher)
    assert [(line["AIT1"], line["CUAM"], line["DBCR"], line["VTXT"], line["ACDT"]) for line in lines] == [
        ("1200", "100.00", "D", "BC-1042 sale", "20260105"),
        ("4000", "-90.00", "C", "BC-1042 sale", "20260105"),
        ("2200", "-10.00", "C", "BC-1042 sale", "20260105"),
    ]
    assert rig.refusal("GLS200MI/GetVoucherHead", **(voucher | {"VONO": "1"})) == ("WVO0103", "VONO")
    assert rig.select(f"EGAIT1,EGCUAM from FGLEDG where EGKEY1 = '{KEY}' and EGCUAM < 0") == [
        "4000;-90.00",
        "2200;-10.00",
    ]


def test_a_key_and_a_line_number_are_taken_once(rig):
    rig.batch(KEY, *SALE)
    head = BATCH | {"INTN": "BCGLIF", "DESC": "again"}
    assert rig.refusal("GLS840MI/AddBatchHead", **head) == ("WKE0104", "KEY1")
    line = {"KEY1": KEY, "LINE": "0001", "INRI": "I1", "AIT1": "1200", "CUAM": "1", "CUCD": "USD"}
    assert rig.refusal("GLS840MI/AddBatchLineFld", **line) == ("WLN0104", "LINE")
    assert len(rig.sandbox.state()["batches"][0]["lines"]) == 3


def test_a_head_needs_a_known_interface_of_the_right_usage_and_a_division(rig):
    head = BATCH | {"DESC": "x"}
    assert rig.refusal("GLS840MI/AddBatchHead", **head, INTN="NOSUCH") == ("WIN0103", "INTN")
    rig.run("GLS840MI/AddBatchHead", **head, INTN="OLDGLIF")
    line = {"KEY1": KEY, "LINE": "1", "INRI": "I1"}
    assert rig.refusal("GLS840MI/AddBatchLineFld", **line) == ("WIN0203", "KEY1")
    rig.run("GLS840MI/AddBatchLine", **BATCH, LINE="1", PARM="I1 positions")
    answer = rig.bulk("GLS840MI", ("AddBatchHead", head | {"KEY1": "B", "INTN": "BCGLIF"}), divi="")
    assert answer.get_json()["results"][0]["errorField"] == "DIVI"
    assert [batch["KEY1"] for batch in rig.sandbox.state()["batches"]] == [KEY]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"AIT1": "7777"}, ("WAI0103", "AIT1")),
        ({"AIT1": "9998"}, ("WAI0203", "AIT1")),
        ({"AIT1": "9997"}, ("WAI0303", "AIT1")),
        ({"AIT1": ""}, ("WAI0103", "AIT1")),
        ({"AIT2": "NOPE"}, ("WAI0103", "AIT2")),
        ({"ACDT": "20260230"}, ("WDT0001", "ACDT")),
        ({"ACDT": ""}, ("WDT0001", "ACDT")),
        ({"CUAM": "-10.001"}, ("WAM0001", "CUAM")),
        ({"CUAM": "0"}, ("WAM0001", "CUAM")),
        ({"CUAM": "-9.00"}, ("XGL1001", "CUAM")),
        ({"GRNR": "2"}, ("XGL1001", "CUAM")),
        ({"CUCD": "EUR"}, ("XGL1001", "CUAM")),
        ({"CUCD": "XXX"}, ("WCUC103", "CUCD")),
    ],
)
def test_control_refuses_a_batch_with_a_bad_line_and_nothing_is_posted(rig, fields, refusal):
    rig.batch(KEY, *SALE[:2])
    rig.line(KEY, 3, **({"AIT1": "2200", "CUAM": "-10.00"} | fields))
    assert rig.refusal("GLS840MI/CtrlBatch", **BATCH) == refusal
    assert batch_status(rig) == "25"
    assert rig.refusal("GLS840MI/UpdBatch", **BATCH) == ("XGL1002", "KEY1")
    rig.passes(1)
    assert rig.sandbox.state()["ledger"] == []


def test_control_refuses_a_line_of_a_closed_period_until_it_is_opened(rig):
    period = "CPSTAT from CSYPER where CPPETP = 1 and CPYEA4 = 2026 and CPPERI = 1"
    assert rig.sandbox.control["close_period"]("2026-01")
    assert rig.select(period) == ["90"]
    rig.batch(KEY, *SALE)
    assert rig.refusal("GLS840MI/CtrlBatch", **BATCH) == ("WPE0203", "ACDT")
    assert batch_status(rig) == "25"
    assert rig.sandbox.control["open_period"]("2026-01")
    assert rig.select(period) == ["20"]
    finish(rig, KEY)
    rig.passes(1)
    assert batch_status(rig) == "90"
    assert not rig.sandbox.control["close_period"]("2031-01")


def test_a_period_that_closes_after_the_control_stops_the_update(rig):
    rig.batch(KEY, *SALE)
    finish(rig, KEY)
    rig.sandbox.control["close_period"]("2026-01")
    rig.passes(1)
    assert (batch_status(rig), rig.sandbox.trial_balance()) == ("25", {})


def test_a_line_whose_date_is_no_number_is_refused_at_once(rig):
    rig.batch(KEY)
    line = {"KEY1": KEY, "LINE": "1", "INRI": "I1", "ACDT": "2026-01-05"}
    assert rig.refusal("GLS840MI/AddBatchLineFld", **line) == ("WNU0001", "ACDT")
    assert rig.sandbox.state()["batches"][0]["lines"] == []


def test_a_batch_is_updated_once_and_only_after_a_good_control(rig):
    rig.batch(KEY, *SALE)
    assert rig.refusal("GLS840MI/UpdBatch", **BATCH) == ("XGL1002", "KEY1")
    finish(rig, KEY)
    for call in ("CtrlBatch", "UpdBatch", "DelBatch"):
        assert rig.refusal(f"GLS840MI/{call}", **BATCH) == ("XGL1004", "KEY1")
    rig.passes(1)
    for call in ("CtrlBatch", "UpdBatch", "DelBatch"):
        assert rig.refusal(f"GLS840MI/{call}", **BATCH) == ("XGL1003", "KEY1")
    line = {"KEY1": KEY, "LINE": "9", "INRI": "I1"}
    assert rig.refusal("GLS840MI/AddBatchLineFld", **line) == ("XGL1003", "KEY1")
    assert len(rig.sandbox.state()["ledger"]) == 3


def test_a_line_added_after_control_asks_for_another_control(rig):
    rig.batch(KEY, *SALE)
    rig.run("GLS840MI/CtrlBatch", **BATCH)
    rig.line(KEY, 4, AIT1="4000", CUAM="-1.00")
    assert rig.refusal("GLS840MI/UpdBatch", **BATCH) == ("XGL1002", "KEY1")
    assert rig.refusal("GLS840MI/CtrlBatch", **BATCH) == ("XGL1001", "CUAM")


def test_a_batch_without_lines_cannot_be_controlled(rig):
    rig.batch(KEY)
    assert rig.refusal("GLS840MI/CtrlBatch", **BATCH) == ("XGL1005", "KEY1")


def test_an_account_blocked_between_control_and_update_stops_the_posting(rig):
    rig.batch(KEY, *SALE)
    finish(rig, KEY)
    assert rig.sandbox.control["block_account"]("4000") is True
    rig.passes(0.2)
    assert batch_status(rig) == "25"
    assert rig.sandbox.state()["ledger"] == []
    assert rig.sandbox.control["open_account"]("4000") is True
    finish(rig, KEY)
    rig.passes(0.2)
    assert rig.sandbox.vouchers_by_key() == {KEY: ["20000001"]}


def test_a_deleted_batch_frees_its_key(rig):
    rig.batch(KEY, *SALE)
    rig.run("GLS840MI/DelBatch", **BATCH)
    assert rig.sandbox.state()["batches"] == []
    rig.batch(KEY, *SALE)
    assert len(rig.sandbox.state()["batches"][0]["lines"]) == 3


def test_the_interface_may_tell_debit_from_credit_by_a_code():
    rig = Rig(sign="dbcr")
    rig.batch(KEY)
    rig.line(KEY, 1, AIT1="1200", CUAM="5.00", DBCR="D")
    rig.line(KEY, 2, AIT1="4000", CUAM="5.00", DBCR="C")
    finish(rig, KEY)
    rig.passes(1)
    assert rig.sandbox.trial_balance() == {("1200", "USD"): Decimal("5.00"), ("4000", "USD"): Decimal("-5.00")}
    rig.batch("OTHER")
    rig.line("OTHER", 1, AIT1="1200", CUAM="-5.00", DBCR="D")
    assert rig.refusal("GLS840MI/CtrlBatch", CONO="100", KEY1="OTHER") == ("WDC0001", "DBCR")


def test_currencies_are_kept_apart_and_recorded_at_the_lines_rate(rig):
    rig.batch(KEY)
    rig.line(KEY, 1, AIT1="1200", CUAM="1000", CUCD="JPY", ARAT="0.0065", AIT2="WEB")
    rig.line(KEY, 2, AIT1="4000", CUAM="-1000", CUCD="JPY", ARAT="0.0065")
    finish(rig, KEY)
    rig.passes(1)
    assert rig.sandbox.trial_balance() == {("1200", "JPY"): Decimal(1000), ("4000", "JPY"): Decimal(-1000)}
    assert [(row["ACAM"], row["AIT2"]) for row in rig.sandbox.state()["ledger"]] == [("6.50", "WEB"), ("-6.50", "")]


def test_balances_are_told_per_order_reference(rig):
    post(rig, KEY, "BC-1042")
    rig.passes(1)
    assert rig.sandbox.balances_by_reference()["BC-1042"][("1200", "USD")] == Decimal("100.00")


def test_refund_work_on_one_order_that_overlaps_is_counted(rig):
    rig.batch("REFUND1", *SALE, text="Refund 1 of BC-1042")
    rig.batch("REFUND2", *SALE, text="Refund 2 of BC-1042")
    rig.batch("REFUND3", *SALE, text="Refund 3 of BC-9")
    assert rig.sandbox.state()["overlapping_refunds"] == {"BC-1042": 1}


def test_refunds_one_after_another_do_not_overlap(rig):
    post(rig, "REFUND1", "Refund 1 of BC-1042")
    post(rig, "REFUND2", "Refund 2 of BC-1042")
    rig.batch("REFUND3", *SALE[:2], text="Refund 3 of BC-1042")
    assert rig.refusal("GLS840MI/CtrlBatch", CONO="100", KEY1="REFUND3")[0] == "XGL1001"
    post(rig, "REFUND4", "Refund 4 of BC-1042")
    post(rig, KEY, "BC-1042")
    assert rig.sandbox.state()["overlapping_refunds"] == {}


def test_a_refund_may_be_named_by_its_lines_alone(rig):
    for key in ("REFUND1", "REFUND2"):
        rig.batch(key, text="BigCommerce")
        rig.line(key, 1, AIT1="1200", CUAM="1", VTXT="refund EU-BC-7")
    assert rig.sandbox.state()["overlapping_refunds"] == {"EU-BC-7": 1}
