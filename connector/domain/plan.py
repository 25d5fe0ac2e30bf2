"""What an order means in the books: the postings it owes, oldest first, and why the rest books nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connector.domain.document import Customer, SalesDocument
from connector.domain.faults import Fault
from connector.domain.journal import JournalEntry
from connector.domain.posting import PostingKind

Content = Customer | SalesDocument | JournalEntry


@dataclass(frozen=True, slots=True)
class PlannedPosting:
    """One posting an order owes. ``faults`` say why it must be held; then ``content`` is None."""

    kind: PostingKind
    source: int
    revision: int
    occurred_at: datetime
    content: Content | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An order, transaction or refund that books nothing, and why. ``kind`` is one of those three words."""

    kind: str
    id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Booked:
    """What the ledger holds of this order already: the content as it was sent or confirmed."""

    kind: PostingKind
    source: int
    revision: int
    content: Content | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole answer. ``waiting`` says what the order waits for (a status, a payment); it is asked again later."""

    postings: tuple[PlannedPosting, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    waiting: str = ""
    notices: tuple[Fault, ...] = ()
