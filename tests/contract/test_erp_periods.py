"""What every adapter owes the calendar: the accounting periods as they are, or a plain word that it cannot tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from erp_rigs import Rig, entry
from erp_suites import rigs

from connector.domain.faults import ContractBroken, Rejected

SINCE = date(2026, 11, 20)

telling = rigs(which=lambda suite: suite.periods, settings=lambda suite: dict(suite.periods.settings))


def press(rig: Rig, period: str, *, closed: bool = True) -> None:
    buttons = rig.suite.periods
    assert rig.simulator.app.control[buttons.close if closed else buttons.open](period)


def test_a_suite_that_cannot_tell_says_so_and_asks_nothing(rig: Rig):
    assert rig.erp.periods(SINCE) is None
    assert rig.called() == []


def test_the_periods_come_oldest_first_from_the_day_on_with_what_is_closed(telling: Rig):
    rig = telling
    press(rig, "2026-10")
    press(rig, "2026-12")
    found = rig.erp.periods(SINCE)
    assert found is not None
    assert [(one.name, one.first, one.last, one.closed) for one in found[:3]] == [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30), False),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), True),
        ("2027-01", date(2027, 1, 1), date(2027, 1, 31), False),
    ]
    assert len(found) == 2 + 24
    assert rig.called() == list(rig.suite.periods.reads)
    press(rig, "2026-12", closed=False)
    opened = rig.erp.periods(SINCE)
    assert opened is not None
    assert [one.name for one in opened if one.closed] == []


def test_a_list_of_periods_that_breaks_off_is_no_answer(telling: Rig):
    rig = telling
    rig.simulator.cut_lists()
    with pytest.raises(ContractBroken):
        rig.erp.periods(SINCE)


def test_a_journal_of_a_closed_period_is_refused_and_one_of_an_open_period_is_not(telling: Rig):
    rig = telling
    press(rig, "2026-11")
    late, good = entry("BCLATE"), replace(entry("BCGOOD"), date=date(2026, 12, 1))
    done = rig.post_journals(late, good)
    assert isinstance(done["BCLATE"], Rejected)
    assert "2026-11" in done["BCLATE"].what
    assert done["BCGOOD"].state is rig.suite.journals.posted
    rig.simulator.settle()
    assert (rig.simulator.vouchers("BCLATE"), len(rig.simulator.vouchers("BCGOOD"))) == ([], 1)


def test_a_refused_journal_goes_through_when_the_period_opens(telling: Rig):
    rig = telling
    press(rig, "2026-11")
    rig.post_journals(entry())
    press(rig, "2026-11", closed=False)
    rig.post_journals(entry(), found=rig.erp.find_journals([entry().key]))
    rig.simulator.settle()
    assert rig.simulator.balance() == {"1200": Decimal("35.95"), "4000": Decimal("-35.95")}


def test_a_refused_journal_goes_through_on_another_day(telling: Rig):
    rig = telling
    press(rig, "2026-11")
    rig.post_journals(entry())
    moved = replace(entry(), date=date(2026, 12, 1), moved_from=entry().date)
    rig.post_journals(moved, found=rig.erp.find_journals([moved.key]))
    rig.simulator.settle()
    assert len(rig.simulator.vouchers(moved.key)) == 1
    lines = list(rig.erp.ledger(["1200", "4000"], date(2026, 12, 1), date(2026, 12, 1)))
    assert {line.text for line in lines} == {"BC-1042 receivable 2026-11-20", "BC-1042 sales 2026-11-20"}


def test_the_ping_says_what_is_closed(telling: Rig):
    rig = telling
    press(rig, "2026-10")
    [line] = [check for check in rig.erp.ping() if check.name == "periods"]
    assert (line.ok, line.detail) == (True, "36 known, 1 closed, the last of them 2026-10")
