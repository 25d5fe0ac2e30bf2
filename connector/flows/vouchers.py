"""A voucher in the ERP's ledger beside the journal that we know, whoever keyed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from connector.domain.journal import JournalEntry, Side
from connector.flows.work import Step
from connector.ports import LedgerLine

LOOK_BACK = timedelta(days=7)
"""How long before a journal's day its voucher is looked for: people book on the day that suits them."""


def day_of(at: Step, entry: JournalEntry, number: str) -> date | None:
    """READ: the day of the voucher of this number, if it comes to what the journal does on every account."""
    voucher = _voucher(at, entry, number)
    return max(line.day for line in voucher) if _sums(voucher) == _owed(entry) else None


def _voucher(at: Step, entry: JournalEntry, number: str) -> list[LedgerLine]:
    """The lines of the voucher of this number on the journal's accounts, whoever keyed it."""
    accounts = sorted({line.account for line in entry.lines})
    first = entry.date - LOOK_BACK
    last = max(entry.date, at.saved.connection.day(at.house.now()))
    lines = at.house.erp(at.saved).ledger(accounts, first, last)
    return [line for line in lines or () if line.voucher == number]


def _sums(lines: Iterable[LedgerLine]) -> dict[tuple[str, str], Decimal]:
    sums: Counter[tuple[str, str]] = Counter()
    for line in lines:
        sums[line.account, line.currency] += line.amount  # type: ignore[assignment]  # a Counter counts Decimals, too
    return {place: amount for place, amount in sums.items() if amount}  # type: ignore[misc]


def _owed(entry: JournalEntry) -> dict[tuple[str, str], Decimal]:
    sums: Counter[tuple[str, str]] = Counter()
    for line in entry.lines:
        amount = line.amount.amount if line.side is Side.DEBIT else -line.amount.amount
        sums[line.account, entry.currency] += amount  # type: ignore[assignment]
    return {place: amount for place, amount in sums.items() if amount}  # type: ignore[misc]
