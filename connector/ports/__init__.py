"""What we need of the outside, shaped by our need and not by a vendor's SDK.

Every method says READ or WRITE. All may raise ``Transient``, ``Throttled``, ``Unauthorized`` and
``ContractBroken``; a WRITE may also raise ``OutcomeUnknown`` (it may have been applied) and ``Rejected``
(it was not, and will not be).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from connector.domain.connection import Check
from connector.domain.document import Customer, SalesDocument
from connector.domain.faults import Effect, Fault
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry
from connector.domain.ledger_account import LedgerAccount
from connector.domain.order import Snapshot
from connector.domain.period import AccountingPeriod
from connector.ports.catalog import BatchSizes, Catalog, Guard, Hooks, Items, Refusals
from connector.ports.hands import Hands
from connector.ports.messages import Messages, SentMessage
from connector.ports.walks import OrderMark, RefundHead, Walks

__all__ = [
    "BatchSizes",
    "Budget",
    "Catalog",
    "Clock",
    "Erp",
    "Exchange",
    "Finding",
    "Guard",
    "Hands",
    "Herald",
    "Hooks",
    "Items",
    "LedgerLine",
    "Locks",
    "Masters",
    "Messages",
    "OrderHead",
    "OrderMark",
    "Passwords",
    "Recorder",
    "RefundHead",
    "Refusals",
    "SentMessage",
    "Store",
    "Vault",
    "Walks",
]


class Clock(Protocol):
    """Where time comes from; always aware, always UTC."""

    def now(self) -> datetime:
        """The present moment."""
        ...


class Vault(Protocol):
    """Seals what must not be read at rest."""

    def seal(self, clear: bytes, place: str) -> bytes:
        """Encrypt with the first key, for one place (``identity.place``) alone."""
        ...

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt with whichever key fits.

        :raises CannotOpen: none does, or it was sealed for another place.
        """
        ...

    def rotate(self, sealed: bytes, place: str) -> bytes:
        """Seal anew with the first key.

        :raises CannotOpen: as ``open``.
        """
        ...

    def sign(self, content: bytes) -> str:
        """Give a signature that only a holder of the first key can make."""
        ...

    def verify(self, content: bytes, signature: str) -> bool:
        """Tell whether one of the keys made this signature, of exactly this content."""
        ...

    def marks(self, content: bytes) -> list[str]:
        """Give what equal content is found by and cannot be read from: one mark a key, the first key's first."""
        ...


class Passwords(Protocol):
    """Keeps passwords so that whoever reads them cannot use them."""

    def hash(self, password: str) -> str:
        """Give what is kept in a password's place."""
        ...

    def verify(self, kept: str | None, password: str) -> bool:
        """Tell whether it is the password; takes as long where there is none, and is never true then."""
        ...


class Locks(Protocol):
    """A courtesy: keeps workers off one record. The law is the claim in the database."""

    def acquire(self, name: str, token: str, ttl: timedelta) -> bool:
        """Take or extend a lock; False while another token holds it. True when Redis is down."""
        ...

    def release(self, name: str, token: str) -> None:
        """Give a lock back, if this token still holds it."""
        ...


class Herald(Protocol):
    """Brings people a message: by mail, to a chat's webhook."""

    def tell(self, subject: str, text: str) -> None:
        """WRITE, harmless to repeat: send it everywhere it is to go.

        :raises Fault: it did not arrive everywhere.
        """
        ...


class Budget(Protocol):
    """Calls left in the other side's window, shared by all workers."""

    def reserve(self, calls: int = 1) -> None:
        """Count ``calls`` against the window before they are made.

        :raises Throttled: the window is spent; ``retry_after`` says when it turns.
        """
        ...

    def observe(self, headers: Mapping[str, str], status: int) -> None:
        """Learn quota, remainder and reset from an answer; a 429 closes the window for everybody."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to an inquiry. ``handle`` is the ERP's temporary name, ``external_id`` its final one.

    ``sent_at`` tells which sending it is about, where the way there knows one from another. ``gap``: what the ERP
    refused is a value of the mapping profile.
    """

    state: FindingState
    external_id: str = ""
    handle: str = ""
    reason: str = ""
    sent_at: datetime | None = None
    gap: bool = False


@dataclass(frozen=True, slots=True)
class OrderHead:
    """A row of the store's order list: enough to decide whether the order must be read again."""

    id: int
    modified_at: datetime
    head_fingerprint: str


class Store(Protocol):
    """The merchant's shop."""

    def ping(self) -> list[Check]:
        """READ: token, scopes, store hash, currency, tax entry mode, clock difference."""
        ...

    def read_order(self, order: int) -> Snapshot:
        """READ, 4 calls: the order with its taxes, transactions and refunds.

        :raises Rejected: the store knows no such order.
        """
        ...

    def orders_modified(self, since: datetime, until: datetime | None = None) -> Iterator[OrderHead]:
        """READ: every order modified in the period, oldest change first, pages until proven last."""
        ...

    def refunds_created(self, since: datetime) -> Iterator[RefundHead]:
        """READ: every refund created since, each once."""
        ...

    def write_external_id(self, order: int, external_id: str) -> None:
        """WRITE, harmless to repeat: put the ERP's number on the order."""
        ...

    @property
    def walks(self) -> Walks:
        """Its lists read whole, for counting."""
        ...

    @property
    def catalog(self) -> Catalog:
        """Its products, prices and stock."""
        ...

    @property
    def hooks(self) -> Hooks:
        """Its webhook subscriptions."""
        ...


class Erp(Protocol):
    """The company's ERP. Nothing here is idempotent by itself: find before you post."""

    sells: bool
    """Whether the suite takes sales orders; if not, only ``ledger`` booking fits."""

    item_length: int
    """The most characters of an item's number."""

    @property
    def items(self) -> Items | None:
        """Its items, prices and stock; None where the suite has none."""
        ...

    def ping(self) -> list[Check]:
        """READ: token, user, company, division, accounts, order types, GL interface, metadata."""
        ...

    def check_masters(self, wanted: Masters) -> list[Check]:
        """READ: whether every account is open and every item, customer, template, charge, warehouse exists.

        A line that fails is named by kind and name: ``account 4000``, ``item 10045``, ``customer WEBGUEST``,
        ``customer template WEBTMPL``, ``charge FRT``, ``warehouse 001``, ``dimension AIT2:WEB``.
        """
        ...

    def accounts(self) -> list[LedgerAccount] | None:
        """READ: every account of the chart, by rising number. None: the suite cannot list them, only check them.

        :raises ContractBroken: the list cannot be proven whole.
        """
        ...

    def find_customer(self, customer: Customer) -> Finding:
        """READ: by the store's customer id, exactly."""
        ...

    def post_customer(self, customer: Customer, *, template: str, guard: Guard) -> Finding:
        """WRITE: create from the template. BOOKED with the customer number, or raises."""
        ...

    def find_document(self, reference: str, handle: str = "") -> Finding:
        """READ: in *both* places an order can stand, before and after confirmation."""
        ...

    def post_document(self, document: SalesDocument, *, found: Finding, guard: Guard) -> Finding:
        """WRITE: remove an ORPHAN, then head, address, lines, charges, text, confirm. PENDING or BOOKED."""
        ...

    def settle_document(self, reference: str, handle: str) -> Finding:
        """READ: the confirmed order's number, or the ERP's reason for refusing it."""
        ...

    def find_journals(self, keys: Sequence[str]) -> dict[str, Finding]:
        """READ: one answer per key, never fewer."""
        ...

    def post_journals(
        self, entries: Sequence[JournalEntry], *, found: Mapping[str, Finding], guard: Guard
    ) -> dict[str, Finding | Fault]:
        """WRITE: begin or resume each batch, add its lines, control it, post it; one outcome per key."""
        ...

    def ledger(self, accounts: Sequence[str], first: date, last: date) -> Iterator[LedgerLine] | None:
        """READ: every line booked on these accounts on the days from ``first`` to ``last``, whoever booked it.

        None: nobody can read it back, and what the ERP confirmed is all that there is to go by.

        :raises Truncated: the list cannot be proven whole.
        """
        ...

    def periods(self, since: date) -> Sequence[AccountingPeriod] | None:
        """READ: every accounting period that ends on or after a day, oldest first; None: nobody can tell them.

        A period that is not told counts as open: the ERP itself refuses what may not be booked.
        """
        ...


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of the ERP's own ledger; ``amount`` is debit positive, in the currency it was booked in."""

    account: str
    day: date
    currency: str
    amount: Decimal
    voucher: str  # as ``Finding.external_id`` names it
    text: str  # begins with the external reference, where we booked it


@dataclass(frozen=True, slots=True)
class Masters:
    """What a mapping profile and a connection name that must exist in the ERP."""

    accounts: Mapping[str, str]  # account → the profile line that names it
    items: Mapping[str, str]
    customers: Mapping[str, str]
    templates: Mapping[str, str]
    charges: Mapping[str, str]
    warehouses: Mapping[str, str]
    dimensions: Mapping[str, str]  # "AIT2:WEB" → the profile line


@dataclass(frozen=True, slots=True)
class Exchange:
    """One outside call as it happened: a row of the trail. Bodies are kept sealed; headers are not kept."""

    system: str  # "bigcommerce", "ion", "m3"
    call: str  # "GET /v2/orders/{id}", "OIS100MI/AddBatchHead"
    effect: Effect
    started_at: datetime
    seconds: float
    status: int | None  # None: no answer
    outcome: str  # "ok" or the fault's code
    sent: bytes
    answered: bytes
    request_id: str = ""  # the other side's own id of this call


class Recorder(Protocol):
    """Keeps every exchange in the trail of the record at work (the context says which)."""

    def record(self, exchange: Exchange) -> None:
        """Write one row; never raises for the caller."""
        ...
