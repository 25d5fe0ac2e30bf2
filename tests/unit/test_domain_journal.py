"""A journal entry that does not balance does not exist."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.journal import JournalEntry, JournalLine, Side, Unbalanced, balances
from connector.domain.money import Money


def line(side: Side, amount: str, account: str = "1200", currency: str = "USD") -> JournalLine:
    return JournalLine(account, side, Money(Decimal(amount), currency), "sales", "accounts.sales")


def entry(*lines: JournalLine) -> JournalEntry:
    return JournalEntry("BCKEY", "BC-1", "BC-1 sale", date(2026, 3, 3), "USD", lines)


def test_an_entry_knows_its_sides() -> None:
    made = entry(line(Side.DEBIT, "3.00"), line(Side.CREDIT, "1.00"), line(Side.CREDIT, "2.00"))
    assert made.debits == made.credits == Money(Decimal(3), "USD")
    assert [one.signed for one in made.lines] == [Decimal(3), Decimal(-1), Decimal(-2)]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((), "at least two lines"),
        ((line(Side.DEBIT, "1.00"),), "at least two lines"),
        ((line(Side.DEBIT, "1.00"), line(Side.CREDIT, "1.00", currency="EUR")), "one currency"),
        ((line(Side.DEBIT, "1.00"), line(Side.CREDIT, "0.99")), "debits 1.00 USD, credits 0.99 USD"),
    ],
)
def test_what_does_not_balance_cannot_be_made(lines: tuple[JournalLine, ...], why: str) -> None:
    with pytest.raises(Unbalanced, match=why):
        entry(*lines)


@pytest.mark.parametrize("amount", ["0", "-1.00", "1.005"])
def test_a_line_has_a_positive_amount_in_whole_cents(amount: str) -> None:
    with pytest.raises(ValueError, match="not a bookable amount"):
        line(Side.DEBIT, amount)


def test_the_other_side_of_a_side() -> None:
    assert (Side.DEBIT.other, Side.CREDIT.other) == (Side.CREDIT, Side.DEBIT)


@given(st.lists(st.integers(min_value=1, max_value=10**6), min_size=1, max_size=8))
def test_a_trial_balance_of_balanced_entries_is_zero(cents: list[int]) -> None:
    entries = [
        entry(line(Side.DEBIT, f"{Decimal(one) / 100:.2f}"), line(Side.CREDIT, f"{Decimal(one) / 100:.2f}", "4000"))
        for one in cents
    ]
    found = balances(entries)
    assert sum(found.values()) == 0
    assert found[("1200", "USD")] == Decimal(sum(cents)) / 100
