"""One order with everything that is needed to judge it, and the few names all its postings share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from connector.domain.connection import Booking, Connection
from connector.domain.faults import Fault, Unexplained
from connector.domain.identity import batch_key, external_reference, posting_key
from connector.domain.journal import JournalEntry
from connector.domain.money import Money
from connector.domain.order import ENDED, LineKind, Order, OrderLine, Snapshot
from connector.domain.period import ALWAYS_OPEN, Calendar
from connector.domain.plan import Booked, Unposting
from connector.domain.posting import UNPOSTS, PostingKind
from connector.mapping.profile import Profile


class Held(Exception):
    """A posting that cannot be made yet, with every reason at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(fault.what for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Case:
    """An order's snapshot, the customer's choices, and what the ledger holds already."""

    snapshot: Snapshot
    profile: Profile
    connection: Connection
    booked: tuple[Booked, ...]
    item_length: int
    unposting: Unposting | None = None
    calendar: Calendar = ALWAYS_OPEN

    @property
    def order(self) -> Order:
        """The order itself."""
        return self.snapshot.order

    @property
    def reference(self) -> str:
        """What the ERP finds the order by."""
        return external_reference(self.order.id, self.connection.store_prefix)

    @property
    def called_off(self) -> bool:
        """Whether the merchant called the order off."""
        return self.order.status in ENDED

    @property
    def tolerance(self) -> Decimal:
        """How much of the order may stay unexplained: the profile says it for hundredths, a yen is a coin of one."""
        coin = Money.zero(self.order.currency).minor_unit
        return self.profile.orders.tolerance * coin / Decimal("0.01")

    @property
    def documents(self) -> bool:
        """Whether a sales order is booked: not without items, an order of gift certificates alone has none.

        It is decided once, whatever an edit makes of the order: one that is booked stays, and where Infor makes the
        revenue entry none comes beside a sale that is a journal.
        """
        if self.connection.booking is Booking.LEDGER:
            return False
        return bool(self.of_kind(PostingKind.SALES_ORDER)) or (bool(shipped(self.order)) and not self.is_undocumented)

    @property
    def is_undocumented(self) -> bool:
        """Whether the sale is booked as a journal where a sales order would make the revenue entry."""
        return self.connection.booking is Booking.OPERATIONAL and bool(self.standing(PostingKind.SALE))

    @property
    def journals_sales(self) -> bool:
        """Whether the sale itself is a journal of ours: where no sales order makes the revenue entry."""
        return self.connection.booking is not Booking.OPERATIONAL or self.is_undocumented or not self.documents

    def day(self, moment: datetime) -> date:
        """The day a moment falls on where the company keeps its books; UTC unless the connection says."""
        return self.connection.day(moment)

    def key(self, kind: PostingKind, source: int, revision: int = 1) -> str:
        """A posting's own name."""
        return posting_key(self.connection.name, kind.value, source, revision)

    def batch(self, kind: PostingKind, source: int, revision: int = 1) -> str:
        """The ledger batch's name of a posting."""
        return batch_key(self.key(kind, source, revision))

    def moment(self, happened: datetime, revision: int) -> datetime:
        """When a fact is booked for: its own time; anew after an unposting, when that was asked for."""
        again = self.unposting.again_at if self.unposting else None
        return again if again and revision > 1 else happened

    def of_kind(self, kind: PostingKind) -> list[Booked]:
        """What is booked of a kind, oldest revision first."""
        return sorted(
            (done for done in self.booked if done.kind is kind), key=lambda done: (done.source, done.revision)
        )

    def found(self, kind: PostingKind, source: int, revision: int = 1) -> Booked | None:
        """One posting, if it is booked."""
        return next((done for done in self.of_kind(kind) if (done.source, done.revision) == (source, revision)), None)

    def revision(self, kind: PostingKind) -> int:
        """The newest booked revision of a kind of posting of the order itself; 0 where there is none."""
        return max((done.revision for done in self.of_kind(kind)), default=0)

    def unposted(self, done: Booked) -> bool:
        """Whether what is booked was mirrored since."""
        return (UNPOSTS.get(done.kind), done.source, done.revision) in self._mirrors

    @cached_property
    def _mirrors(self) -> frozenset[tuple[PostingKind | None, int, int]]:
        return frozenset((done.kind, done.source, done.revision) for done in self.booked)

    def standing(self, kind: PostingKind) -> list[Booked]:
        """What is booked of a kind and was not mirrored, oldest revision first."""
        return [done for done in self.of_kind(kind) if not self.unposted(done)]

    def stands(self, kind: PostingKind, source: int) -> Booked | None:
        """The booked posting of one fact that was not mirrored."""
        return next((done for done in self.standing(kind) if done.source == source), None)

    def due(self, kind: PostingKind, source: int) -> int:
        """The revision of a fact that stands; where none does, the next one."""
        standing = self.stands(kind, source)
        newest = max((done.revision for done in self.of_kind(kind) if done.source == source), default=0)
        return standing.revision if standing else newest + 1

    def standing_sale(self) -> Booked | None:
        """The booked sale that nothing took back."""
        taken_back = max((done.revision for done in self.standing(PostingKind.REVERSAL)), default=0)
        standing = [done for done in self.standing(PostingKind.SALE) if done.revision > taken_back]
        return standing[-1] if standing else None


def shipped(order: Order) -> list[OrderLine]:
    """The lines that ship or download.

    Gift certificates are no items: they are a debt until somebody redeems them. A line edited down to nothing
    stays out.
    """
    return [line for line in order.lines if line.kind is not LineKind.GIFT_CERTIFICATE and line.quantity > 0]


def entry_of(done: Booked) -> JournalEntry:
    """The journal entry that was booked.

    :raises Held: its lines were not kept, so nothing can be taken back exactly.
    """
    if not isinstance(done.content, JournalEntry):
        what = f"the booked {done.kind.value} {done.source} has no journal lines here to compare with or take back"
        raise Held((Unexplained(what),))
    return done.content
