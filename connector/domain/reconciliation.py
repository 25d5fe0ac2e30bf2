"""Three columns that must agree: what shoppers were charged, what our journals say, what stands in the ERP's ledger.

Store and journals are compared fact by fact (a sale, a payment, a refund); journals and ledger voucher by voucher and
account by account. Every difference has a class and names its order; sums that agree by accident do not hide one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from connector.domain.books import BookedJournal
from connector.domain.posting import PostingKind


class Difference(Enum):
    """Why the columns differ at one place."""

    OPEN = "not posted yet"
    HELD = "held"
    UNCERTAIN = "uncertain"
    REJECTED = "rejected"
    FORGOTTEN = "the reading is forgotten"
    AMOUNT = "amount differs"
    MISSING = "missing in the ledger"
    UNKNOWN = "our reference, but no posting of ours"
    BY_HAND = "booked by hand"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened: what a posting books. ``revision`` counts sales booked anew."""

    order: int
    kind: PostingKind
    source: int
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount of a fact. ``what`` it is of: sales, tax, payments or refunds by a gateway."""

    fact: Fact
    what: str
    day: date
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A line of the ERP's ledger; ``order`` is None where its text does not begin with a reference of ours."""

    account: str
    day: date
    currency: str
    amount: Decimal
    voucher: str
    text: str
    order: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One sum in all three columns; ``store`` is None where the store has no such figure.

    ``ledger`` is None where the ledger cannot be read back.
    """

    day: date
    currency: str
    what: str
    store: Decimal | None
    journals: Decimal
    ledger: Decimal | None

    @property
    def agrees(self) -> bool:
        """Whether the columns that there are say the same."""
        return self.ledger in (None, self.journals) and self.store in (None, self.journals)


@dataclass(frozen=True, slots=True)
class Balance:
    """What the period moved on one account, by our journals and by the ERP's ledger; debit positive."""

    account: str
    currency: str
    journals: Decimal
    ledger: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """What the ledger has more; None where it cannot be read back."""
        return None if self.ledger is None else self.ledger - self.journals


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One difference. The column that says nothing is None."""

    difference: Difference
    day: date
    currency: str
    what: str
    order: int | None
    store: Decimal | None
    journals: Decimal | None
    ledger: Decimal | None
    voucher: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What an order still owes, or is owed, when the period ends; what buyers owe is positive."""

    order: int
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Unbooked:
    """What the store has and our books on purpose have not. ``voucher``: a person says that it is booked there."""

    day: date
    currency: str
    what: str
    order: int
    amount: Decimal
    reason: str
    voucher: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A journal booked on another day than its own, for a closed period or by a person: no difference, but told."""

    day: date
    booked_on: date
    currency: str
    what: str
    order: int
    amount: Decimal
    voucher: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first and the last day on which something differs, or could not be compared."""

    first: date
    last: date
    why: str = "differences"

    def __str__(self) -> str:
        """Write it as it is kept and told."""
        return f"{self.why} on the days {self.first} to {self.last}"

    @classmethod
    def parse(cls, text: str) -> Broken | None:
        """Read what was written; empty is None."""
        if not text:
            return None
        why, _, days = text.rpartition(" on the days ")
        first, _, last = days.partition(" to ")
        return cls(date.fromisoformat(first), date.fromisoformat(last), why)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The whole answer for a connection's days. Without ``read_back`` there is no column of the ledger."""

    connection: str
    first: date
    last: date
    rows: tuple[Row, ...]
    balances: tuple[Balance, ...]
    discrepancies: tuple[Discrepancy, ...]
    open_items: tuple[OpenItem, ...]
    left_out: tuple[Unbooked, ...]
    read_back: bool = True
    moved: tuple[Moved, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether all columns are the same, and nothing differs within them."""
        return not self.discrepancies and all(row.agrees for row in self.rows)

    def broken(self, before: Broken | None, *, by_hand_is_meant: bool = False) -> Broken | None:
        """Tell what is broken now: days that differ here, and those that did ``before`` if not all were compared.

        Of lines by hand only a person can tell that they are meant; nothing else may differ on their days then.
        """
        by_hand = {one.day for one in self.discrepancies if one.difference is Difference.BY_HAND}
        days = {one.day for one in self.discrepancies if one.difference is not Difference.BY_HAND}
        days |= {row.day for row in self.rows if not row.agrees} - by_hand
        if not by_hand_is_meant:
            days |= by_hand
        if before and not (self.first <= before.first and before.last <= self.last):
            if not days:
                return before
            days |= {before.first, before.last}
        return Broken(min(days), max(days)) if days else None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What lines of a journal on one account count for: ``sign`` times their amounts."""

    account: str
    what: str
    sign: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Told:
    """A journal of ours, in any state, with what it counts for."""

    journal: BookedJournal
    counted: tuple[Contribution, ...]

    @property
    def fact(self) -> Fact:
        """What it books."""
        return Fact(self.journal.order, self.journal.kind, self.journal.source, self.journal.revision)
