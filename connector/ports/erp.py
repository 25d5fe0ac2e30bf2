"""What we need of the ERP. The rules of ``connector.ports`` hold here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from connector.domain.connection import Check
from connector.domain.document import Customer, SalesDocument
from connector.domain.faults import Fault
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry
from connector.domain.ledger_account import LedgerAccount
from connector.domain.period import AccountingPeriod
from connector.ports.catalog import Guard, Items


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
