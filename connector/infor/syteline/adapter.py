"""SyteLine as ``ports.Erp``: one method per line of the port, each told in the module of its subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from connector.domain.connection import Check
from connector.domain.document import Customer, SalesDocument
from connector.domain.faults import Fault
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry
from connector.domain.ledger_account import LedgerAccount
from connector.domain.period import AccountingPeriod
from connector.infor.syteline import customers, documents, ledger_inquiry, masters, ping
from connector.infor.syteline.client import Client
from connector.infor.syteline.company import Company
from connector.infor.syteline.items import SyteLineItems
from connector.ports import Clock, Finding, Guard, LedgerLine, Masters


class Journals(Protocol):
    """The way of journals into the general ledger."""

    def ping(self) -> list[Check]:
        """READ: say which way it is, and whether it is open."""
        ...

    def find_journals(self, keys: Sequence[str]) -> dict[str, Finding]:
        """READ: one answer per key."""
        ...

    def post_journals(
        self, entries: Sequence[JournalEntry], *, found: Mapping[str, Finding], guard: Guard
    ) -> dict[str, Finding | Fault]:
        """WRITE: one outcome per key."""
        ...


class SyteLine:
    """One SyteLine site. ``store_prefix`` keeps two stores' customers apart."""

    sells = True
    item_length = 30

    def __init__(
        self, client: Client, company: Company, clock: Clock, journals: Journals, *, store_prefix: str = ""
    ) -> None:
        self._client = client
        self._company = company
        self._clock = clock
        self._journals = journals
        self._store_prefix = store_prefix
        self._items = SyteLineItems(client, company, clock)

    @property
    def items(self) -> SyteLineItems:
        """Its items, prices and stock."""
        return self._items

    def ping(self) -> list[Check]:
        """READ: token, configuration, site, warehouse, every IDO and property, the way into the ledger, catalog."""
        return [*ping.check(self._client, self._company), *self._journals.ping()]

    def check_masters(self, wanted: Masters) -> list[Check]:
        """READ: whether everything the profile names may be used."""
        return masters.check(self._client, self._company, wanted, self._clock)

    def accounts(self) -> list[LedgerAccount]:
        """READ, 1 call for 1000."""
        return masters.accounts(self._client, self._company, self._clock)

    def find_customer(self, customer: Customer) -> Finding:
        """READ, 1 call."""
        return customers.find(self._client, self._company, customer, self._store_prefix)

    def post_customer(self, customer: Customer, *, template: str, guard: Guard) -> Finding:
        """WRITE, 2 calls."""
        return customers.post(
            self._client, self._company, customer, template=template, store_prefix=self._store_prefix, guard=guard
        )

    def find_document(self, reference: str, handle: str = "") -> Finding:  # noqa: ARG002 - found by reference alone
        """READ, 1 call: planned and ordered stand in one place."""
        return documents.find(self._client, reference)

    def post_document(self, document: SalesDocument, *, found: Finding, guard: Guard) -> Finding:
        """WRITE: see ``documents``."""
        return documents.post(self._client, self._company, document, found=found, guard=guard)

    def settle_document(self, reference: str, handle: str) -> Finding:
        """READ, 1 call: an order is booked as soon as it is posted; one that is planned again is somebody's work."""
        found = documents.find(self._client, reference)
        if found.state is FindingState.ORPHAN:
            return Finding(FindingState.PENDING, handle=handle, reason=f"order {found.handle} is planned")
        return found

    def find_journals(self, keys: Sequence[str]) -> dict[str, Finding]:
        """READ: see ``journals``, or ``bod``."""
        return self._journals.find_journals(keys)

    def post_journals(
        self, entries: Sequence[JournalEntry], *, found: Mapping[str, Finding], guard: Guard
    ) -> dict[str, Finding | Fault]:
        """WRITE: see ``journals``, or ``bod``."""
        return self._journals.post_journals(entries, found=found, guard=guard)

    def ledger(self, accounts: Sequence[str], first: date, last: date) -> Iterator[LedgerLine]:
        """READ, 1 call for up to 40 accounts and 1000 lines, and more as there are more."""
        return ledger_inquiry.lines(self._client, self._company, accounts, first, last)

    def periods(self, since: date) -> Sequence[AccountingPeriod] | None:  # noqa: ARG002  they are nowhere told
        """Nobody can tell them: no document names an IDO of periods."""
        return None
