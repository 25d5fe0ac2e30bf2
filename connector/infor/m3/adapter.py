"""M3 as ``ports.Erp``: one method per line of the port, each told in the module of its subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from connector.domain.connection import Check
from connector.domain.document import Customer, SalesDocument
from connector.domain.faults import Fault
from connector.domain.journal import JournalEntry
from connector.domain.ledger_account import LedgerAccount
from connector.domain.period import AccountingPeriod
from connector.infor.m3 import customers, documents, journals, ledger_inquiry, masters, periods, ping
from connector.infor.m3.client import Client
from connector.infor.m3.company import Company
from connector.infor.m3.items import M3Items
from connector.ports import Clock, Finding, Guard, LedgerLine, Masters


class M3:
    """One M3 company. ``store_prefix`` keeps two stores' customers apart."""

    sells = True
    item_length = 15

    def __init__(self, client: Client, company: Company, clock: Clock, *, store_prefix: str = "") -> None:
        self._client = client
        self._company = company
        self._clock = clock
        self._store_prefix = store_prefix
        self._items = M3Items(client, company, clock)

    @property
    def items(self) -> M3Items:
        """Its items, prices and stock."""
        return self._items

    def ping(self) -> list[Check]:
        """READ: token, user, division, facility, warehouse, order types, GL interface, fields, tables, catalog."""
        return ping.check(self._client, self._company)

    def check_masters(self, wanted: Masters) -> list[Check]:
        """READ: whether everything the profile names may be used."""
        return masters.check(self._client, self._company, wanted, self._clock.now().date())

    def accounts(self) -> list[LedgerAccount]:
        """READ, 1 call for 1000 accounts."""
        return masters.accounts(self._client, self._company, self._clock.now().date())

    def find_customer(self, customer: Customer) -> Finding:
        """READ, 1 call."""
        return customers.find(self._client, customer, self._store_prefix)

    def post_customer(self, customer: Customer, *, template: str, guard: Guard) -> Finding:
        """WRITE, 1 call."""
        return customers.post(self._client, customer, template=template, store_prefix=self._store_prefix, guard=guard)

    def find_document(self, reference: str, handle: str = "") -> Finding:  # noqa: ARG002 - found by reference alone
        """READ, 1 call."""
        return documents.find(self._client, self._company, reference)

    def post_document(self, document: SalesDocument, *, found: Finding, guard: Guard) -> Finding:
        """WRITE, 3 calls for up to 40 lines."""
        return documents.post(self._client, self._company, document, found=found, guard=guard)

    def settle_document(self, reference: str, handle: str) -> Finding:
        """READ, 1 call once M3 is done."""
        return documents.settle(self._client, self._company, reference, handle)

    def find_journals(self, keys: Sequence[str]) -> dict[str, Finding]:
        """READ, 1 call for up to 50 keys."""
        return journals.find(self._client, self._company, keys)

    def post_journals(
        self, entries: Sequence[JournalEntry], *, found: Mapping[str, Finding], guard: Guard
    ) -> dict[str, Finding | Fault]:
        """WRITE, 4 calls for new batches of up to 50 lines together."""
        return journals.post(self._client, self._company, entries, found=found, guard=guard)

    def ledger(self, accounts: Sequence[str], first: date, last: date) -> Iterator[LedgerLine]:
        """READ, 1 call for up to 40 accounts and 999 lines, and more as there are more."""
        return ledger_inquiry.lines(self._client, self._company, accounts, first, last)

    def periods(self, since: date) -> Sequence[AccountingPeriod] | None:
        """READ, 2 calls; none where the connection does not say how M3 marks a closed period."""
        return periods.read(self._client, self._company, since)
