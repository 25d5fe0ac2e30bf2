"""Financials as ``ports.Erp``: journals and the ledger; it takes no sales orders and has no items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NoReturn

from connector.domain.connection import Check
from connector.domain.document import Customer, SalesDocument
from connector.domain.faults import Fault, Misconfigured
from connector.domain.journal import JournalEntry
from connector.domain.ledger_account import LedgerAccount
from connector.infor.financials import journals, masters, ping, wire
from connector.infor.financials.chart import Chart
from connector.infor.financials.client import Client
from connector.infor.financials.company import Company
from connector.ports import Clock, Finding, Guard, LedgerLine, Masters


class Financials:
    """One accounting entity of Financials."""

    sells = False
    item_length = 0
    items = None

    def __init__(self, client: Client, company: Company, clock: Clock) -> None:
        self._client = client
        self._company = company
        self._chart = Chart(client, clock)

    def ping(self) -> list[Check]:
        """READ: token, accounts, enterprise group, entity, interface, ledger."""
        return ping.check(self._client, self._company)

    def check_masters(self, wanted: Masters) -> list[Check]:
        """READ: whether every account and dimension exists."""
        return masters.check(self._client, self._chart, wanted)

    def accounts(self) -> list[LedgerAccount]:
        """READ, 1 call."""
        rows = sorted(self._chart.rows().items())
        return [LedgerAccount(number, wire.account_name(row), not wire.account_problem(row)) for number, row in rows]

    def find_customer(self, customer: Customer) -> Finding:  # noqa: ARG002
        """Financials has no customers of a shop.

        :raises Misconfigured: always.
        """
        _sells_nothing()

    def post_customer(self, customer: Customer, *, template: str, guard: Guard) -> Finding:  # noqa: ARG002
        """Financials has no customers of a shop.

        :raises Misconfigured: always.
        """
        _sells_nothing()

    def find_document(self, reference: str, handle: str = "") -> Finding:  # noqa: ARG002
        """Financials has no sales orders.

        :raises Misconfigured: always.
        """
        _sells_nothing()

    def post_document(self, document: SalesDocument, *, found: Finding, guard: Guard) -> Finding:  # noqa: ARG002
        """Financials has no sales orders.

        :raises Misconfigured: always.
        """
        _sells_nothing()

    def settle_document(self, reference: str, handle: str) -> Finding:  # noqa: ARG002
        """Financials has no sales orders.

        :raises Misconfigured: always.
        """
        _sells_nothing()

    def find_journals(self, keys: Sequence[str]) -> dict[str, Finding]:
        """READ, 1 call a key that is booked, 2 for others."""
        return journals.find(self._client, keys)

    def post_journals(
        self, entries: Sequence[JournalEntry], *, found: Mapping[str, Finding], guard: Guard
    ) -> dict[str, Finding | Fault]:
        """WRITE, 1 call for up to 200 lines and 1 a journal."""
        return journals.post(self._client, self._company, self._chart, entries, found=found, guard=guard)

    def periods(self, since: date) -> None:  # noqa: ARG002
        """No fact says how Financials tells its periods: it refuses what may not be booked."""
        return

    def ledger(self, accounts: Sequence[str], first: date, last: date) -> Iterator[LedgerLine]:
        """READ, 1 call for each page of a day: lists can be asked for equal values only."""
        wanted = set(accounts)
        for ahead in range((last - first).days + 1):
            moment = first + timedelta(days=ahead)
            for row in self._client.rows(wire.booked(moment, self._company)):
                line = wire.ledger_line(row, moment)
                if line.account in wanted:
                    yield line


def _sells_nothing() -> NoReturn:
    raise Misconfigured("Financials takes no sales orders: connect it with `booking: ledger`")
