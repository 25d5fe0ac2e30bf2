"""What every adapter owes journals, over real HTTP against its simulator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from erp_rigs import Rig, entry
from erp_suites import SUITES, rigs, writes

from connector.domain.faults import ContractBroken, MappingGap, OutcomeUnknown, Superseded
from connector.domain.inquiry import FindingState
from connector.ports import Finding

LOST = ("apply-504", "apply-reset", "apply-garbage", "apply-hang")
KEY, OTHER = "BCAAAAAAAAAAAAA", "BCBBBBBBBBBBBBB"

listing = rigs(which=lambda suite: suite.journals.find)
"""An ERP that is asked for its journals."""
short = rigs(which=lambda suite: suite.journals.account_length)
"""An ERP whose account numbers have a length that is known."""


def posted(rig: Rig) -> FindingState:
    return rig.suite.journals.posted


def converge(rig: Rig, *entries, times: int = 6) -> dict[str, Finding]:
    """Ask, and post only what is proven absent or begun: as the engine does after the quiet period."""
    for _ in range(times):
        rig.simulator.settle()
        found = rig.erp.find_journals([each.key for each in entries])
        due = [each for each in entries if found[each.key].state not in (FindingState.BOOKED, FindingState.PENDING)]
        if all(finding.state is FindingState.BOOKED for finding in found.values()):
            return found
        rig.post_journals(*due, found=found)
    raise AssertionError(f"not booked after {times} rounds")


def refusal(rig: Rig, done: Mapping[str, Any], key: str = KEY) -> str:
    """What the ERP has against a journal: a gap at once, or where it stands once the ERP has worked on it."""
    outcome = done[key]
    if isinstance(outcome, Finding):
        rig.simulator.settle()
        outcome = rig.erp.find_journals([key])[key]
        assert outcome.state is FindingState.REFUSED
        return outcome.reason
    assert isinstance(outcome, MappingGap)
    return outcome.what


def test_a_journal_nobody_posted_is_absent(rig: Rig):
    assert rig.erp.find_journals([KEY, OTHER]) == dict.fromkeys((KEY, OTHER), Finding(FindingState.ABSENT))
    assert rig.called() == list(rig.suite.journals.find)


def test_journals_are_posted_together_in_few_calls(rig: Rig):
    done = rig.post_journals(entry(KEY), entry(OTHER, amount="4.05"))
    assert rig.called() == list(rig.suite.journals.post(2, 2))
    assert rig.guards == ["asked"] * rig.writes()
    assert {key: finding.state for key, finding in done.items()} == dict.fromkeys((KEY, OTHER), posted(rig))

    rig.simulator.settle()
    found = rig.erp.find_journals([KEY, OTHER])
    assert {finding.state for finding in found.values()} == {FindingState.BOOKED}
    assert len({finding.external_id for finding in found.values()}) == 2
    assert rig.simulator.balance() == {"1200": Decimal("40.00"), "4000": Decimal("-40.00")}


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize(("suite", "call"), writes(lambda suite: suite.journals.writes))
def test_a_lost_answer_ends_in_exactly_one_voucher(suite: str, call: str, fault: str):
    with SUITES[suite].rig() as rig:
        rig.dial.add(call, fault, times=1, seconds=1)
        done = rig.post_journals(entry(KEY), entry(OTHER))
        lost = [outcome for outcome in done.values() if isinstance(outcome, OutcomeUnknown)]
        assert len(lost) == (1 if call in rig.suite.journals.alone else 2)
        converge(rig, entry(KEY), entry(OTHER))
        assert [len(rig.simulator.vouchers(key)) for key in (KEY, OTHER)] == [1, 1]
        assert rig.simulator.balance() == {"1200": Decimal("71.90"), "4000": Decimal("-71.90")}


def test_posting_what_is_there_already_adds_nothing(rig: Rig):
    rig.post_journals(entry())
    rig.simulator.settle()
    done = rig.post_journals(entry())  # the inquiry was forgotten
    assert done[KEY].state is FindingState.BOOKED
    assert len(rig.simulator.vouchers(KEY)) == 1
    assert rig.simulator.balance() == {"1200": Decimal("35.95"), "4000": Decimal("-35.95")}


def test_a_settled_journal_is_given_back_without_a_call(rig: Rig):
    booked = Finding(FindingState.BOOKED, external_id="2026/1", handle=KEY)
    assert rig.post_journals(entry(), found={KEY: booked}) == {KEY: booked}
    assert (rig.called(), rig.guards) == ([], [])


def test_one_refused_journal_does_not_harm_another(rig: Rig):
    done = rig.post_journals(entry(KEY, sales="NOACCT"), entry(OTHER))
    assert "NOACCT" in refusal(rig, done)
    assert done[OTHER].state is posted(rig)
    rig.simulator.settle()
    assert (rig.simulator.vouchers(KEY), len(rig.simulator.vouchers(OTHER))) == ([], 1)
    assert rig.simulator.balance() == {"1200": Decimal("35.95"), "4000": Decimal("-35.95")}


def test_a_journal_refused_for_a_blocked_account_posts_on_replay_once_it_is_opened(rig: Rig):
    rig.simulator.block("4000", blocked=True)
    refusal(rig, rig.post_journals(entry()))
    found = rig.erp.find_journals([KEY])
    assert found[KEY].state is rig.suite.journals.refused
    rig.simulator.block("4000", blocked=False)
    rig.post_journals(entry(), found=found)
    rig.simulator.settle()
    assert len(rig.simulator.vouchers(KEY)) == 1


def test_a_refused_journal_with_another_account_is_begun_anew(rig: Rig):
    rig.post_journals(entry(sales="NOACCT"))
    converge(rig, entry())
    assert len(rig.simulator.vouchers(KEY)) == 1
    assert rig.simulator.balance() == {"1200": Decimal("35.95"), "4000": Decimal("-35.95")}


def test_an_account_over_the_erps_length_is_a_gap_of_that_journal_alone(short: Rig):
    rig = short
    too_long = "ACCOUNT".ljust(rig.suite.journals.account_length + 1, "X")
    done = rig.post_journals(entry(KEY, sales=too_long), entry(OTHER))
    assert done[KEY].code == "mapping_gap"
    assert "accounts.sales" in done[KEY].what
    assert done[OTHER].state is posted(rig)
    assert rig.erp.find_journals([KEY])[KEY].state is FindingState.ABSENT


def test_a_worker_that_lost_its_claim_stops_before_the_next_write(rig: Rig):
    def superseded() -> None:
        raise Superseded("another run took over")

    with pytest.raises(Superseded):
        rig.erp.post_journals([entry()], found={}, guard=superseded)
    assert [name for name in rig.called() if name in rig.suite.journals.writes] == []


def test_a_cut_list_is_refused_and_never_read_as_absent(listing: Rig):
    rig = listing
    rig.simulator.cut_lists()
    with pytest.raises(ContractBroken):
        rig.erp.find_journals([KEY])


def test_sixty_lines_stay_one_journal(rig: Rig):
    debit, credit = entry(amount="1.00").lines
    long = replace(entry(), lines=(debit,) * 30 + (credit,) * 30)
    rig.post_journals(long)
    assert rig.called() == list(rig.suite.journals.post(60))
    rig.simulator.settle()
    assert len(rig.simulator.vouchers(KEY)) == 1
    assert rig.simulator.balance() == {"1200": Decimal("30.00"), "4000": Decimal("-30.00")}
