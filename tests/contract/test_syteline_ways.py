"""What SyteLine does its own way, over real HTTP against its simulator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

import pytest
from erp_rigs import ABSENT, CUSTOMER, Rig, document, entry, usd
from erp_syteline import SUITE, SyteLineSimulator

from connector.domain.faults import MappingGap, OutcomeUnknown, Rejected
from connector.domain.inquiry import FindingState
from connector.domain.money import Money
from connector.ports import Finding

LINE = "syteline insert SLCoitems"
KEY = "BCAAAAAAAAAAAAA"


@contextmanager
def opened(company: dict[str, str] | None = None, **options: object) -> Iterator[Rig]:
    suite = replace(SUITE, simulator=lambda: SyteLineSimulator(**options))
    with suite.rig(**(company or {})) as rig:
        yield rig


@pytest.fixture
def rig() -> Iterator[Rig]:
    with opened() as made:
        yield made


def begin(rig: Rig, wanted=None) -> str:
    """Begin an order and lose the answer to its first line."""
    rig.dial.add(LINE, "apply-504", times=1)
    with pytest.raises(OutcomeUnknown):
        rig.post_document(wanted or document())
    return rig.erp.find_document("BC-1042").handle


def test_keys_are_padded_as_the_ido_says(rig: Rig):
    rig.post_document(document())
    (order,) = rig.simulator.app.state()["SLCos"]
    assert (order["CustNum"], order["CoNum"]) == (" WEBGST", "      1001")
    assert rig.erp.find_document("BC-1042").external_id == "1001"


def test_an_order_is_planned_until_all_its_lines_are_there(rig: Rig):
    begin(rig)
    assert [order["Stat"] for order in rig.simulator.app.state()["SLCos"]] == ["P"]
    rig.post_document(document(), rig.erp.find_document("BC-1042"))
    assert [order["Stat"] for order in rig.simulator.app.state()["SLCos"]] == ["O"]


def test_a_begun_order_with_other_lines_than_ours_is_deleted_and_begun_anew(rig: Rig):
    first = begin(rig)
    edited = replace(document(), lines=(replace(document().lines[0], quantity=5),))
    booked = rig.post_document(edited, rig.erp.find_document("BC-1042"))
    assert booked.external_id != first
    assert [order["CoNum"].strip() for order in rig.simulator.app.state()["SLCos"]] == [booked.external_id]
    assert rig.simulator.order_total("BC-1042") == usd("15.95").amount


def test_lines_that_hold_a_begun_order_are_deleted_first():
    with opened(cascades=False) as rig:
        begin(rig)
        edited = replace(document(), lines=(replace(document().lines[0], quantity=5),))
        rig.post_document(edited, rig.erp.find_document("BC-1042"))
        assert rig.simulator.begun_orders() == []
        assert len(rig.simulator.app.state()["SLCoitems"]) == 2


def test_an_order_that_may_not_be_ordered_says_why_and_nothing_of_it_remains(rig: Rig):
    late = replace(document(), lines=(replace(document().lines[0], item="FAILSLATE"),))
    with pytest.raises(Rejected, match=r"FAILSLATE\] may not be ordered"):
        rig.post_document(late)
    assert (rig.simulator.begun_orders(), rig.simulator.orders("BC-1042")) == ([], [])
    assert rig.post_document(document()).state is FindingState.BOOKED


def test_an_order_whose_customer_is_not_taken_is_held_and_any_other_head_is_rejected(rig: Rig):
    with pytest.raises(MappingGap, match=r"did not begin BC-1042: Customer that has \[Customer: NOBODY\] does not"):
        rig.erp.post_document(document(customer="NOBODY"), found=ABSENT, guard=rig.guard)
    with opened({"warehouse": "NOWH"}) as other, pytest.raises(Rejected, match="NOWH"):
        other.post_document(document())
    assert (rig.simulator.begun_orders(), rig.simulator.orders("BC-1042")) == ([], [])


def test_a_head_that_somebody_changed_meanwhile_is_read_again_and_ordered(rig: Rig):
    def touch(_: str) -> None:
        with rig.simulator.app.tenant() as tenant:
            for order in tenant.rows["SLCos"]:
                tenant.rows["SLCos"].touch(order)

    rig.dial.rewrite("syteline load SLCos", lambda body: (touch(""), body)[1], times=1)
    rig.post_document(document())
    assert rig.called().count("syteline update SLCos") == 2
    assert len(rig.simulator.orders("BC-1042")) == 1


def test_an_order_in_another_currency_than_its_customers_is_never_booked_at_that_figure(rig: Rig):
    rig.dial.rewrite("syteline load SLCos", lambda body: body.replace(b'"USD"', b'"EUR"'), times=1)
    with pytest.raises(Rejected, match="keeps it in EUR"):
        rig.post_document(document())
    assert (rig.simulator.begun_orders(), rig.simulator.orders("BC-1042")) == ([], [])


def test_several_changes_go_in_one_request_where_the_connection_says_so():
    with opened({"changes_per_request": "25"}, changes_taken=25) as rig:
        rig.post_document(document(lines=60))
        assert rig.called().count(LINE) == 3
        assert rig.simulator.order_total("BC-1042") == usd("605.95").amount
        rig.post_journals(entry())
        rig.simulator.settle()
        assert len(rig.simulator.vouchers(KEY)) == 1


def test_changes_that_were_passed_over_in_silence_are_missed_before_anything_counts_as_done():
    with opened({"changes_per_request": "25"}) as rig:
        with pytest.raises(OutcomeUnknown, match="stays planned"):
            rig.post_document(document())
        assert rig.simulator.orders("BC-1042") == []
        outcome = rig.post_journals(entry())[KEY]
        assert isinstance(outcome, Rejected)
        assert "set changes_per_request to 1" in outcome.what


def test_a_journal_in_another_currency_balances_in_both(rig: Rig):
    lines = [replace(line, amount=Money(Decimal("10.01"), "EUR")) for line in entry().lines]
    credit = [replace(lines[1], amount=Money(Decimal(amount), "EUR")) for amount in ("3.33", "3.34", "3.34")]
    foreign = replace(entry(), currency="EUR", lines=(lines[0], *credit))
    rig.post_journals(foreign)
    rig.simulator.settle()
    posted = rig.simulator.app.state()["SLLedgers"]
    assert {row["CurrCode"] for row in posted} == {"EUR"}
    for amount in ("ForAmount", "DomAmount"):
        assert sum(Decimal(row[amount]) for row in posted) == 0
    assert sum(Decimal(row["DomAmount"]) for row in posted if row["Acct"] == "1200") == Decimal("10.91")


def test_a_journal_of_which_a_part_is_posted_already_gets_only_what_it_lacks(rig: Rig):
    rig.dial.add("syteline insert SLJournals", "apply-504", times=1)
    assert isinstance(rig.post_journals(entry())[KEY], OutcomeUnknown)
    with rig.simulator.app.tenant() as tenant:
        (waiting,) = tenant.rows["SLJournals"]
        tenant.rows["SLJournals"].delete(waiting)
        posted = {name: value for name, value in waiting.items() if name not in {"Id", "Seq"}}
        tenant.rows["SLLedgers"].add(posted | {"TransNum": "7", "ControlNumber": "7"})
    found = rig.erp.find_journals([KEY])
    assert found[KEY].state is FindingState.ORPHAN
    rig.post_journals(entry(), found=found)
    assert len(rig.simulator.app.state()["SLJournals"]) == 1


def test_a_unit_code_that_does_not_exist_is_a_gap_of_the_mapping_and_nothing_of_the_journal_stays(rig: Rig):
    debit, credit = entry().lines
    wrong = replace(entry(), lines=(debit, replace(credit, dimensions={"AcctUnit1": "SHOP"})))
    refused = rig.post_journals(wrong)[KEY]
    assert isinstance(refused, MappingGap)
    assert refused.what.endswith("line 2 (4000): Unit Code 1 that has [Unit Code 1: SHOP] does not exist")
    assert rig.simulator.app.state()["SLJournals"] == []


def test_a_journal_that_is_posted_while_it_is_looked_for_stands_once(rig: Rig):
    rig.post_journals(entry())
    rig.dial.after("syteline load SLJournals", lambda _: rig.simulator.settle(), times=1)
    assert rig.erp.find_journals([KEY])[KEY].state is FindingState.PENDING
    assert rig.erp.find_journals([KEY])[KEY] == Finding(FindingState.BOOKED, KEY, KEY)


def test_a_journal_begun_at_another_rate_is_begun_anew_so_that_both_sides_are_worth_the_same(rig: Rig):
    lines = tuple(replace(line, amount=Money(Decimal("10.00"), "EUR")) for line in entry().lines)
    foreign = replace(entry(), currency="EUR", lines=lines)
    rig.dial.add("syteline insert SLJournals", "apply-504", times=1)
    assert isinstance(rig.post_journals(foreign)[KEY], OutcomeUnknown)
    with rig.simulator.app.tenant() as tenant:
        tenant.rates["EUR"] = "1.10"
    rig.post_journals(foreign, found=rig.erp.find_journals([KEY]))
    rig.simulator.settle()
    posted = [(row["Acct"], Decimal(row["DomAmount"])) for row in rig.simulator.app.state()["SLLedgers"]]
    assert posted == [("1200", Decimal("11.00")), ("4000", Decimal("-11.00"))]


def test_a_line_of_the_last_days_evening_is_read_back(rig: Rig):
    with rig.simulator.app.tenant() as tenant:
        tenant.add_to_ledger(
            Acct="1200", TransDate="20261120 18:30:00.000", CurrCode="USD", ForAmount="7", DomAmount="7", Ref="Till"
        )
    (line,) = rig.erp.ledger(["1200"], entry().date, entry().date)
    assert (line.day, line.amount) == (entry().date, Decimal(7))


def test_a_journal_that_waits_with_another_account_is_taken_out_and_written_anew(rig: Rig):
    rig.dial.add("syteline insert SLJournals", "apply-504", times=1)
    rig.post_journals(entry())
    debit, credit = entry().lines
    moved = replace(entry(), lines=(replace(debit, account="1090"), credit))
    rig.post_journals(moved, found=rig.erp.find_journals([KEY]))
    rig.simulator.settle()
    assert rig.simulator.balance() == {"1090": Decimal("35.95"), "4000": Decimal("-35.95")}


def test_the_ping_says_which_way_journals_go(rig: Rig):
    (line,) = [check for check in rig.erp.ping() if check.name == "general ledger"]
    assert (line.ok, line.detail.startswith("journals go by SLJournals into BigCom")) == (True, True)


def test_a_journal_that_may_not_be_written_is_told_before_the_first_order():
    with opened(journal_fixed=True) as rig:
        (line,) = [check for check in rig.erp.ping() if not check.ok]
        assert (line.name, "does not let Id, Seq, Acct" in line.detail) == ("general ledger", True)
        assert line.remedy == "set `gl: bod`"


def test_a_journal_without_room_for_a_lines_mark_is_told_before_the_first_order(rig: Rig):
    def cramped(body: bytes) -> bytes:
        return re.sub(rb'("Name": "Ref",.{0,40}"Length": )40', rb"\g<1>20", body)

    rig.dial.rewrite("syteline info SLJournals", cramped, times=1)
    (line,) = [check for check in rig.erp.ping() if not check.ok]
    assert line.detail.endswith("its Ref takes 20 characters, and each line's mark has up to 23")


@pytest.mark.parametrize(
    ("state", "kept"),
    [("Greater London", ("", "2nd floor, Greater London")), ("CA", ("CA", "2nd floor")), ("", ("", "2nd floor"))],
)
def test_a_state_that_does_not_fit_stands_whole_in_the_street(rig: Rig, state: str, kept: tuple[str, str]):
    living = replace(CUSTOMER, address=replace(CUSTOMER.address, state=state, street_2="2nd floor"))
    rig.erp.post_customer(living, template="WEBTMPL", guard=rig.guard)
    (made,) = [row for row in rig.simulator.app.state()["SLCustomers"] if row["CustNum"].endswith("142")]
    assert (made["State"], made["Addr_2"]) == kept


def test_an_email_that_does_not_fit_is_left_out_and_not_cut():
    address = "a" * 55 + "@example.com"
    with opened({"head": "Charfld1=email Contact=name"}) as rig:
        living = replace(CUSTOMER.address, email=address)
        rig.erp.post_customer(replace(CUSTOMER, address=living), template="WEBTMPL", guard=rig.guard)
        (made,) = [row for row in rig.simulator.app.state()["SLCustomers"] if row["CustNum"].endswith("142")]
        rig.post_document(document(address=living))
        (order,) = rig.simulator.app.state()["SLCos"]
    assert (made["ExternalEmailAddr"], made["Contact_1"]) == ("", "Ada Lovelace")
    assert (order["Charfld1"], order["Contact"]) == ("", "Ada Lovelace")


def test_a_customer_number_without_room_is_a_gap(rig: Rig):
    with pytest.raises(MappingGap, match="customer_prefix"):
        rig.erp.find_customer(replace(CUSTOMER, id=1_234_567))
    assert rig.called() == []


def test_where_the_connection_says_so_journals_go_by_bod_into_the_same_ledger():
    way = {"gl": "bod", "bod_from": "lid://infor.ims.bigcommerce", "accounting_entity": "401"}
    suite = replace(SUITE, journals=replace(SUITE.journals, by_message=True))
    with suite.rig(**way) as rig:
        told = {check.name: check for check in rig.erp.ping()}
        assert "general ledger" not in told
        assert told["ION messaging"].ok
        assert rig.post_journals(entry())[KEY].state is FindingState.PENDING
        rig.simulator.settle()
        with rig.simulator.app.alone():
            pass
        assert rig.simulator.app.messaging.courier.settle()
        assert rig.erp.find_journals([KEY])[KEY].state is FindingState.BOOKED
        assert rig.simulator.balance() == {"1200": Decimal("35.95"), "4000": Decimal("-35.95")}
        assert [call for call in rig.called() if call.startswith("syteline insert")] == []
        lines = list(rig.erp.ledger(["1200", "4000"], entry().date, entry().date))
        assert sum(line.amount for line in lines) == 0
