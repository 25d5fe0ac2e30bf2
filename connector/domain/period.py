"""The periods of a company's books, as they were read last: which days may be booked on, and which comes next.

A day that no known period has is open as far as we know: the ERP decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from connector.domain.journal import JournalEntry


@dataclass(frozen=True, slots=True)
class AccountingPeriod:
    """One period of the books; both its days belong to it. ``name`` is the ERP's: ``2026-10``."""

    name: str
    first: date
    last: date
    closed: bool

    def has(self, day: date) -> bool:
        """Whether a day belongs to it."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Unsent:
    """A posting that was planned before and did not go out: when it happened, and its entry unless it is held."""

    happened: datetime
    entry: JournalEntry | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The known periods, and the journals that were planned before and did not go out, by their keys."""

    periods: tuple[AccountingPeriod, ...] = ()
    unsent: Mapping[str, Unsent] = field(default_factory=dict)

    def closed(self, day: date) -> AccountingPeriod | None:
        """Give the closed period that has a day; None while the day is open."""
        return next((period for period in self.periods if period.closed and period.has(day)), None)

    def next_open(self, day: date) -> date | None:
        """Give the first day of the first open period that begins after a day; None where none is known."""
        return min(self._open_after(day), default=None)

    def _open_after(self, day: date) -> Iterable[date]:
        return (period.first for period in self.periods if period.first > day and self.closed(period.first) is None)


ALWAYS_OPEN = Calendar()
"""What is known of the books of a suite that cannot tell its periods."""
