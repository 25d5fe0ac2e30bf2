"""A journal entry that does not balance cannot be constructed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from connector.domain.money import Money, total

Day = date
"""A type for where a field is called ``date``."""


class Side(Enum):
    """Debit or credit."""

    DEBIT = "debit"
    CREDIT = "credit"

    @property
    def other(self) -> Side:
        """The opposite side."""
        return Side.CREDIT if self is Side.DEBIT else Side.DEBIT


class Unbalanced(ValueError):
    """Debits and credits differ."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One debit or credit.

    ``role`` says what it is (``sales``, ``tax``), ``rule`` which line of which ``version`` of the profile chose its
    account; version 0 is unknown.
    """

    account: str
    side: Side
    amount: Money
    role: str
    rule: str
    text: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    version: int = 0

    def __post_init__(self) -> None:
        if self.amount.amount <= 0 or self.amount != self.amount.rounded():
            raise ValueError(f"{self.role}: {self.amount} is not a bookable amount")

    @property
    def signed(self) -> Decimal:
        """The amount, debit positive."""
        return self.amount.amount if self.side is Side.DEBIT else -self.amount.amount


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Balanced lines of one currency for one fact. ``key`` names the ledger batch (≤ 15 characters).

    ``moved_from`` is the day on which it happened, where it is booked later because that day's period was closed.
    """

    key: str
    reference: str
    text: str
    date: date
    currency: str
    lines: tuple[JournalLine, ...]
    moved_from: Day | None = None

    def __post_init__(self) -> None:
        if len(self.lines) < 2:
            raise Unbalanced(f"{self.reference}: an entry has at least two lines")
        if any(line.amount.currency != self.currency for line in self.lines):
            raise Unbalanced(f"{self.reference}: an entry has one currency")
        if self.debits != self.credits:
            raise Unbalanced(f"{self.reference}: debits {self.debits}, credits {self.credits}")

    @property
    def debits(self) -> Money:
        """The sum of the debit side."""
        return self._sum(Side.DEBIT)

    @property
    def credits(self) -> Money:
        """The sum of the credit side."""
        return self._sum(Side.CREDIT)

    def line_text(self, line: JournalLine, longest: int) -> str:
        """Say what a line is, beginning with the reference and no longer than that."""
        return dated(f"{self.reference} {line.text or line.role}", self.moved_from, longest)

    def _sum(self, side: Side) -> Money:
        return total((line.amount for line in self.lines if line.side is side), self.currency)


def dated(text: str, moved_from: date | None, longest: int) -> str:
    """Cut a text to a length; the day that an entry was moved from always stands at its end."""
    end = f" {moved_from:%Y-%m-%d}" if moved_from else ""
    return text[: longest - len(end)].rstrip() + end


def balances(entries: Iterable[JournalEntry]) -> dict[tuple[str, str], Decimal]:
    """Sum entries to a trial balance: (account, currency) → debit-positive balance."""
    sums: dict[tuple[str, str], Decimal] = {}
    for entry in entries:
        for line in entry.lines:
            key = (line.account, entry.currency)
            sums[key] = sums.get(key, Decimal(0)) + line.signed
    return sums
