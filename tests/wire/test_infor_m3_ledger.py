"""Journals in M3's fields, inquiries by EXPORTMI, and what their rows mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connector.domain.faults import ContractBroken, MappingGap, Misconfigured
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry, JournalLine, Side
from connector.domain.money import Money
from connector.infor.m3.company import Company, Tables
from connector.infor.m3.transaction import Outcome, Refusal, Transaction
from connector.infor.m3.wire import export, ledger, order_inquiry
from connector.ports import Finding

COMPANY = Company("100", "AAA", "BCGLIF")
BY_CODE = replace(COMPANY, gl_sign="dbcr")
ASKED = Transaction("EXPORTMI", "Select", {})
KEY = "BC2026010500001"


def line(side: Side, account: str, **changes: object) -> JournalLine:
    base = JournalLine(account, side, Money(Decimal("100.00"), "USD"), "clearing", "accounts.clearing.default")
    return replace(base, **changes)


def entry(*lines: JournalLine, **changes: object) -> JournalEntry:
    made = lines or (line(Side.DEBIT, "1930"), line(Side.CREDIT, "1510"))
    base = JournalEntry(KEY, "BC-100123", "Payment 7 of BC-100123", date(2026, 1, 5), "USD", made)
    return replace(base, **changes)


def replies(*rows: str) -> Outcome:
    return Outcome(ASKED, tuple({"REPL": row} for row in rows))


def test_a_batch_is_opened_under_its_key_for_the_interface():
    head = ledger.head(entry(text="Refund 9 of BC-100123, " + "x" * 40), COMPANY)
    assert str(head) == "GLS840MI/AddBatchHead"
    assert head.record == {
        "CONO": "100",
        "DIVI": "AAA",
        "KEY1": KEY,
        "INTN": "BCGLIF",
        "DESC": "Refund 9 of BC-100123, xxxxxxxxxxxxxxxxx",
    }


def test_lines_carry_signed_amounts_dimensions_and_the_reference():
    debit, credit = ledger.lines(
        entry(line(Side.DEBIT, "1930", dimensions={"AIT2": "WEB"}), line(Side.CREDIT, "1510", text="paid in full")),
        COMPANY,
    )
    common = {"KEY1": KEY, "DIVI": "AAA", "INRI": "I1", "GRNR": "1", "CUCD": "USD", "ACDT": "20260105"}
    assert debit.record == common | {
        "LINE": "1",
        "AIT1": "1930",
        "AIT2": "WEB",
        "VTXT": "BC-100123 clearing",
        "CUAM": "100.00",
    }
    assert credit.record == common | {
        "LINE": "2",
        "AIT1": "1510",
        "VTXT": "BC-100123 paid in full",
        "CUAM": "-100.00",
    }


def test_a_template_with_codes_gets_unsigned_amounts():
    made = ledger.lines(entry(), BY_CODE)
    assert [(each.record["CUAM"], each.record["DBCR"]) for each in made] == [("100.00", "D"), ("100.00", "C")]


def test_the_templates_own_record_identity_is_used():
    assert ledger.lines(entry(), replace(COMPANY, gl_record="B2"))[0].record["INRI"] == "B2"


def test_every_account_and_dimension_that_does_not_fit_is_named_with_its_profile_line():
    odd = line(Side.DEBIT, "ELEVENCHARS")
    other = line(Side.CREDIT, "1510", dimensions={"AIT9": "X"}, rule="dimensions.AIT9")
    with pytest.raises(MappingGap) as gap:
        ledger.lines(entry(odd, other), COMPANY)
    assert gap.value.what == (
        "accounts.clearing.default: GLS840MI/AddBatchLineFld: AIT1 takes 10 characters, 'ELEVENCHARS' has 11; "
        "dimensions.AIT9: M3 has no dimension AIT9; it has AIT2, AIT3, AIT4, AIT5, AIT6, AIT7"
    )


def test_a_batch_is_asked_for_by_company_and_key():
    assert ledger.head_query(KEY, COMPANY).record == {
        "QERY": ("FHDIVI,FHKEY1,FHSTAT,FHYEA4,FHVONO from FGLINH where FHCONO = 100 and FHKEY1 = 'BC2026010500001'"),
        "SEPC": ";",
        "HDRS": "0",
    }


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        (f"AAA;{KEY};10;0;0", Finding(FindingState.ORPHAN, handle=KEY)),
        (f"AAA;{KEY};20;0;0", Finding(FindingState.ORPHAN, handle=KEY)),
        (
            f"AAA;{KEY};25;0;0",
            Finding(FindingState.REFUSED, handle=KEY, reason=f"GL batch {KEY} has status 25: GLS840 shows why"),
        ),
        (f"AAA;{KEY};60;0;0", Finding(FindingState.PENDING, handle=KEY)),
        (f"AAA;{KEY};77;0;0", Finding(FindingState.PENDING, handle=KEY)),
        (f"AAA;{KEY}     ;90;2026;20000001 ;", Finding(FindingState.BOOKED, external_id="2026/20000001", handle=KEY)),
        (f"AAA;{KEY};90;0;0", Finding(FindingState.BOOKED, external_id=KEY, handle=KEY)),
        ("AAA;BC2026010500002;90;2026;20000001", Finding(FindingState.ABSENT)),
        (f"BBB;{KEY};90;2026;20000001", Finding(FindingState.ABSENT)),
    ],
)
def test_a_batchs_status_says_where_it_stands(row: str, finding: Finding):
    assert ledger.read_head(replies(row), KEY, COMPANY) == finding


def test_a_batch_without_row_is_absent_and_one_that_cannot_be_asked_for_is_not():
    assert ledger.read_head(replies(), KEY, COMPANY) == Finding(FindingState.ABSENT)
    with pytest.raises(ContractBroken):
        ledger.read_head(Outcome(ASKED, refusal=Refusal("Not authorised")), KEY, COMPANY)
    with pytest.raises(ContractBroken, match="gave 4 columns where 5"):
        ledger.read_head(replies(f"AAA;{KEY};90;2026"), KEY, COMPANY)


FIRST = "AAA;1;1930;;;;;;;USD;100.00;;20260105"
SECOND = "AAA;2;1510;;;;;;;USD;-100;C;20260105"


def test_a_begun_batch_lacks_the_lines_it_has_not():
    wanted = ledger.lines(entry(), COMPANY)
    assert ledger.lacking(replies(), wanted, COMPANY) == wanted
    assert ledger.lacking(replies(FIRST), wanted, COMPANY) == wanted[1:]
    assert ledger.lacking(replies(FIRST, SECOND), wanted, COMPANY) == []
    assert ledger.lacking(replies(FIRST.replace("AAA", "BBB")), wanted, COMPANY) == wanted


@pytest.mark.parametrize(
    "row",
    [
        "AAA;3;1930;;;;;;;USD;100.00;;20260105",
        "AAA;1;1931;;;;;;;USD;100.00;;20260105",
        "AAA;1;1930;WEB;;;;;;USD;100.00;;20260105",
        "AAA;1;1930;;;;;;;EUR;100.00;;20260105",
        "AAA;1;1930;;;;;;;USD;100.01;;20260105",
        "AAA;1;1930;;;;;;;USD;100.00;;20260106",
    ],
)
def test_a_begun_batch_with_another_line_is_not_ours_to_fill(row: str):
    assert ledger.lacking(replies(row), ledger.lines(entry(), COMPANY), COMPANY) is None


def test_a_debit_code_counts_where_codes_are_used():
    wanted = ledger.lines(entry(), BY_CODE)
    assert ledger.lacking(replies("AAA;1;1930;;;;;;;USD;100.00;C;20260105"), wanted, BY_CODE) is None
    assert ledger.lacking(replies("AAA;1;1930;;;;;;;USD;100.00;D;20260105"), wanted, BY_CODE) == wanted[1:]


def test_a_line_with_an_amount_that_is_no_number_breaks_the_contract():
    with pytest.raises(ContractBroken, match="'1,00' where CUAM"):
        ledger.lacking(replies("AAA;1;1930;;;;;;;USD;1,00;;20260105"), ledger.lines(entry(), COMPANY), COMPANY)


@pytest.mark.parametrize("value", ["BC-1' or '1'='1", "a;b", "", "BC 1042", "BC-1042\n", "ü"])
def test_a_value_with_any_odd_character_never_enters_a_query(value: str):
    with pytest.raises(Misconfigured):
        export.select("OXHEAD", ["OAORNO"], {"OACUOR": value})


def test_a_query_longer_than_m3_takes_is_refused():
    with pytest.raises(Misconfigured, match="982"):
        export.select("OXHEAD", ["OAORNO"] * 200, {"OACUOR": "BC-1"})


def test_an_order_is_asked_for_in_both_places():
    assert [each.record["QERY"] for each in order_inquiry.queries("EU-BC-1042", COMPANY)] == [
        "OAORNO,OACUOR,OASTAT,OAORNR from OXHEAD where OACONO = 100 and OACUOR = 'EU-BC-1042'",
        "OAORNO,OACUOR from OOHEAD where OACONO = 100 and OACUOR = 'EU-BC-1042'",
    ]


def test_a_releases_own_column_names_are_used():
    own = replace(COMPANY, tables=Tables(order_batch_status="OASTS1"))
    assert "OASTS1" in order_inquiry.queries("BC-1", own)[0].record["QERY"]
    assert "OASTS1" in order_inquiry.columns(own)["OXHEAD"]


def standing(batches: list[str], orders: list[str] | None = None) -> Finding:
    return order_inquiry.read([replies(*batches), replies(*orders or [])], "BC-1042", COMPANY)


def test_a_customer_order_counts_more_than_any_batch_order():
    assert standing([], ["0010000001;BC-1042"]) == Finding(FindingState.BOOKED, external_id="0010000001")
    assert standing(["9000000001;BC-1042;90;0010000001"]) == Finding(FindingState.BOOKED, external_id="0010000001")
    found = standing(["9000000002;BC-1042;20;", "9000000001;BC-1042;90;0010000001"], ["0010000001;BC-1042"])
    assert (found.state, found.external_id) == (FindingState.BOOKED, "0010000001")
    assert found.reason == "unfinished batch orders with this reference remain in OIS275: 9000000002"


def test_several_customer_orders_are_one_booking_and_a_warning():
    found = standing([], ["10;BC-1042", "9;BC-1042"])
    assert (found.state, found.external_id) == (FindingState.BOOKED, "9")
    assert found.reason == "M3 holds 2 orders of this reference: 9, 10; cancel all but one"


def test_an_order_of_another_reference_is_not_ours():
    assert standing(["9000000001;BC-10421;20;"], ["10;BC-10421"]) == Finding(FindingState.ABSENT)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("05", FindingState.ORPHAN),
        ("20", FindingState.ORPHAN),
        ("15", FindingState.REFUSED),
        ("25", FindingState.REFUSED),
        ("30", FindingState.REFUSED),
        ("55", FindingState.REFUSED),
        ("40", FindingState.PENDING),
        ("90", FindingState.PENDING),
    ],
)
def test_a_batch_orders_status_says_where_it_stands(status: str, state: FindingState):
    found = standing([f"9000000001;BC-1042;{status};"])
    assert (found.state, found.handle) == (state, "9000000001")


def test_work_in_progress_goes_before_a_refusal_and_a_refusal_before_leftovers():
    rows = ["9000000001;BC-1042;20;", "9000000002;BC-1042;25;", "9000000003;BC-1042;40;"]
    assert (standing(rows).state, standing(rows).handle) == (FindingState.PENDING, "9000000003")
    assert (standing(rows[:2]).state, standing(rows[:2]).handle) == (FindingState.REFUSED, "9000000001,9000000002")
