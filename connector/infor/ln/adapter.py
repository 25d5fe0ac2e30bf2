"""LN as ``ports.Erp``: one method per line of the port, each told in the module of its subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from connector.domain.connection import Check
from connector.domain.document import Customer, SalesDocument
from connector.domain.faults import Fault, MappingGap
from connector.domain.journal import JournalEntry
from connector.domain.period import AccountingPeriod
from connector.infor.bod.journals import BodJournals
from connector.infor.bod.orders import BodOrders
from connector.infor.ln import customers, masters, ping
from connector.infor.ln.client import Client
from connector.infor.ln.company import Company
from connector.infor.ln.documents import ServiceOrders
from connector.infor.ln.items import LNItems
from connector.ports import Finding, Guard, LedgerLine, Masters

LNOrders = ServiceOrders | BodOrders
"""How sales orders go."""


class LN:
    """One LN company. ``store_prefix`` keeps two stores' customers apart; journals go by BOD."""

    sells = True
    item_length = 38

    def __init__(
        self, client: Client, company: Company, orders: LNOrders, journals: BodJournals, *, store_prefix: str = ""
    ) -> None:
        self._client = client
        self._company = company
        self._orders = orders
        self._journals = journals
        self._store_prefix = store_prefix
        self._items = LNItems(client, company)

    @property
    def items(self) -> LNItems:
        """Its items, prices and stock."""
        return self._items

    def ping(self) -> list[Check]:
        """READ: token, company, sales orders, their masters, customers, catalog, and the way of the journals."""
        return [*ping.check(self._client, self._company), *self._journals.ping(), *self._orders.ping()]

    def check_masters(self, wanted: Masters) -> list[Check]:
        """READ: whether what the profile names may be used, as far as LN tells."""
        return masters.check(self._client, self._company, wanted)

    def accounts(self) -> None:
        """No service of LN's is known that tells its ledger accounts."""
        return

    def find_customer(self, customer: Customer) -> Finding:
        """READ, 1 call."""
        return customers.find(self._client, customer, self._store_prefix)

    def post_customer(self, customer: Customer, *, template: str, guard: Guard) -> Finding:  # noqa: ARG002 - none
        """Refuse: LN's services make no customer that may order.

        :raises MappingGap: always.
        """
        raise MappingGap(customers.NONE_MADE)

    def find_document(self, reference: str, handle: str = "") -> Finding:  # noqa: ARG002 - found by reference alone
        """READ, 1 call by LN's service, none by BOD."""
        return self._orders.find(reference)

    def post_document(self, document: SalesDocument, *, found: Finding, guard: Guard) -> Finding:
        """WRITE, 4 calls and 1 for each line and charge by LN's service, 1 call by BOD."""
        return self._orders.post(document, found=found, guard=guard)

    def settle_document(self, reference: str, handle: str) -> Finding:
        """READ, 1 call by LN's service, and 1 more when it is gone; none by BOD."""
        return self._orders.settle(reference, handle)

    def find_journals(self, keys: Sequence[str]) -> dict[str, Finding]:
        """READ, no call."""
        return self._journals.find_journals(keys)

    def post_journals(
        self, entries: Sequence[JournalEntry], *, found: Mapping[str, Finding], guard: Guard
    ) -> dict[str, Finding | Fault]:
        """WRITE, 1 call for each journal."""
        return self._journals.post_journals(entries, found=found, guard=guard)

    def ledger(self, accounts: Sequence[str], first: date, last: date) -> Iterator[LedgerLine] | None:  # noqa: ARG002
        """Read nothing: no service of LN's is known that lists what its ledger holds."""
        return None

    def periods(self, since: date) -> Sequence[AccountingPeriod] | None:  # noqa: ARG002 - of no day
        """Tell nothing: no service of LN's is known that lists its periods."""
        return None
