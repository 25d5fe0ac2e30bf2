"""A ledger that is a list in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from connector.domain.connection import Booking, Check, Connection
from connector.domain.faults import Fault, Misconfigured
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry
from connector.infor.suite import CompanyKeys, Outside, Suite
from connector.ports import Finding, Guard, LedgerLine, Masters


class Toy:
    sells = False
    item_length = 0
    items = None

    def __init__(self) -> None:
        self.books: dict[str, JournalEntry] = {}

    def ping(self) -> list[Check]:
        return [Check("toy", ok=True, detail="at hand")]

    def check_masters(self, wanted: Masters) -> list[Check]:
        return [Check("accounts", ok=True, detail=f"{len(wanted.accounts)} taken on trust")]

    def find_journals(self, keys: Sequence[str]) -> dict[str, Finding]:
        there = {key: Finding(FindingState.BOOKED, external_id=key) for key in self.books}
        return {key: there.get(key, Finding(FindingState.ABSENT)) for key in keys}

    def post_journals(
        self, entries: Sequence[JournalEntry], *, found: Mapping[str, Finding], guard: Guard
    ) -> dict[str, Finding | Fault]:
        guard()
        self.books |= {entry.key: entry for entry in entries}
        return dict(self.find_journals([entry.key for entry in entries]))

    def ledger(self, accounts: Sequence[str], first: date, last: date) -> Iterator[LedgerLine]:
        for key, entry in self.books.items():
            for line in entry.lines:
                if line.account in accounts and first <= entry.date <= last:
                    yield LedgerLine(line.account, entry.date, entry.currency, line.signed, key, entry.reference)

    def periods(self, since: date) -> None:
        return None


def _check(settings: Mapping[str, str], booking: Booking) -> None:
    if booking is not Booking.LEDGER:
        raise Misconfigured("a toy takes no sales orders: set `booking: ledger`")


def _build(connection: Connection, outside: Outside) -> Toy:
    return Toy()


SUITE = Suite(lambda booking: CompanyKeys(("shelf",), ("colour",)), _check, _build, ("shelf",))  # type: ignore[arg-type]
