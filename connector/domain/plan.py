"""What an order means in the books: the postings it owes, oldest first, and why the rest books nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connector.domain.document import Customer, SalesDocument
from connector.domain.faults import Fault, HeldByHand
from connector.domain.journal import JournalEntry
from connector.domain.money import Money
from connector.domain.posting import PostingKind

Content = Customer | SalesDocument | JournalEntry


@dataclass(frozen=True, slots=True)
class PlannedPosting:
    """One posting an order owes. ``faults`` say why it must be held; then ``content`` is None.

    ``reverses`` is the key of the posting that it takes back.
    """

    kind: PostingKind
    source: int
    revision: int
    occurred_at: datetime
    content: Content | None
    faults: tuple[Fault, ...] = ()
    reverses: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An order, transaction or refund that books nothing, and why. ``kind`` is one of those three words."""

    kind: str
    id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Booked:
    """What the ledger holds of this order already: the content as it was sent or confirmed.

    What a person booked ``by_hand`` has none: its lines are not known here, but what the order ``came_to`` then.
    """

    kind: PostingKind
    source: int
    revision: int
    content: Content | None
    reverses: str = ""
    by_hand: bool = False
    came_to: Money | None = None


@dataclass(frozen=True, slots=True)
class Unposting:
    """An operator took an order out of the books; from ``again_at`` on it may be booked again."""

    by: str
    at: datetime
    again_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether nothing of the order is to be in the books."""
        return self.again_at is None


@dataclass(frozen=True, slots=True)
class Hold:
    """An operator keeps an order from being booked: what was not begun is not sent."""

    by: str
    at: datetime
    why: str

    @property
    def fault(self) -> Fault:
        """Why its postings are held."""
        return HeldByHand(f"held by {self.by}: {self.why}")


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole answer. ``waiting`` says what the order waits for (a status, a payment); it is asked again later."""

    postings: tuple[PlannedPosting, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    waiting: str = ""
    notices: tuple[Fault, ...] = ()
