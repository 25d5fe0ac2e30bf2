"""What every adapter owes a reader of the ledger: every line, whoever booked it, and never a list cut in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

import pytest
from erp_rigs import Rig, entry
from erp_suites import rigs

from connector.domain.faults import ContractBroken, Truncated
from connector.ports import LedgerLine

DAY = date(2026, 11, 20)

rig = rigs(which=lambda suite: suite.journals.ledger)
unpaged = rigs(which=lambda suite: suite.journals.ledger and not suite.journals.pages)
unread = rigs(which=lambda suite: not suite.journals.ledger)
"""An ERP whose ledger nobody can read back."""


def test_a_ledger_that_cannot_be_read_back_is_none_and_the_ping_says_so(unread: Rig):
    assert unread.erp.ledger(["1200"], DAY, DAY) is None
    assert unread.called() == []
    [line] = [check for check in unread.erp.ping() if check.name == "ledger"]
    assert (line.ok, line.detail) == (
        True,
        f"no service is known that reads {unread.simulator.app.title}'s ledger back: "
        "what it confirmed is the evidence",
    )


def post(rig: Rig, count: int, *, on: date = DAY, start: int = 0) -> None:
    entries = [
        replace(entry(f"BCAAAAAAAA{number:05}", amount=f"{number + 1}.00"), date=on)
        for number in range(start, start + count)
    ]
    rig.post_journals(*entries)
    rig.simulator.settle()
    rig.called()


def read(rig: Rig, first: date = DAY, last: date = DAY, accounts: tuple[str, ...] = ("1200", "4000")):
    lines = rig.erp.ledger(accounts, first, last)
    assert lines is not None
    return list(lines)


def test_a_booked_journal_is_read_back_as_it_was_booked(rig: Rig):
    rig.post_journals(entry())
    rig.simulator.settle()
    voucher = rig.erp.find_journals([entry().key])[entry().key].external_id
    rig.called()
    assert sorted(read(rig), key=lambda line: line.account) == [
        LedgerLine("1200", DAY, "USD", Decimal("35.95"), voucher, "BC-1042 receivable"),
        LedgerLine("4000", DAY, "USD", Decimal("-35.95"), voucher, "BC-1042 sales"),
    ]
    assert (rig.called(), rig.guards) == ([rig.suite.journals.ledger], ["asked"] * rig.writes())


def test_only_the_days_and_accounts_that_were_asked_for_are_read(rig: Rig):
    post(rig, 1)
    post(rig, 1, on=DAY + timedelta(days=1), start=1)
    assert [line.amount for line in read(rig, accounts=("1200",))] == [Decimal("1.00")]
    assert [line.amount for line in read(rig, accounts=("4900",))] == []
    assert len(read(rig, DAY, DAY + timedelta(days=1))) == 4
    assert read(rig, DAY - timedelta(days=9), DAY - timedelta(days=1)) == []


def test_a_list_that_the_erp_cuts_is_asked_for_in_parts_until_all_is_there(rig: Rig):
    for number in range(3):
        post(rig, 60, on=DAY + timedelta(days=number), start=60 * number)
    rig.simulator.lists_at_most(100)
    found = read(rig, DAY, DAY + timedelta(days=2))
    assert sorted(line.amount for line in found if line.account == "1200") == [Decimal(n) for n in range(1, 181)]
    assert sum(line.amount for line in found) == 0
    assert set(rig.called()) == {rig.suite.journals.ledger}


def test_what_cannot_be_proven_whole_is_no_answer(unpaged: Rig):
    rig = unpaged
    debit, credit = entry(amount="1.00").lines
    rig.post_journals(replace(entry(), lines=(debit,) * 101 + (credit,) * 101))
    rig.simulator.settle()
    rig.simulator.lists_at_most(100)
    with pytest.raises(Truncated) as refused:
        read(rig)
    assert "on account 1200" in refused.value.what
    assert read(rig, accounts=("4900",)) == []


def test_a_list_that_breaks_off_is_no_answer(rig: Rig):
    post(rig, 2)
    rig.simulator.cut_lists()
    with pytest.raises(ContractBroken):
        read(rig)


def test_many_accounts_take_few_calls(rig: Rig):
    post(rig, 1)
    accounts = tuple(str(number) for number in range(1100, 1201))
    assert [line.account for line in read(rig, accounts=accounts)] == ["1200"]
    assert rig.called() == [rig.suite.journals.ledger] * ceil(101 / rig.suite.journals.ledger_accounts)
