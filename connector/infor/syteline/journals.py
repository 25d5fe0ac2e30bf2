"""Journals' way into SyteLine's general ledger: lines in a journal, which the company's own ledger posting posts.

A line is an insert of its own, so a journal may be left half done. Each line says how many there are: what is in the
journal or in the ledger already is compared, and only what is missing is added. A journal is booked when all its
lines are in the ledger; until then it is SyteLine's to post. What was refused is taken out of the journal again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from connector.domain.connection import Check
from connector.domain.faults import Fault, MappingGap, OutcomeUnknown, Rejected, Superseded
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry
from connector.infor.check import asked
from connector.infor.syteline import masters, ping
from connector.infor.syteline.answers import Record
from connector.infor.syteline.client import Client, chunks
from connector.infor.syteline.company import Company
from connector.infor.syteline.wire import journals as wire
from connector.infor.syteline.wire.values import number_of
from connector.ports import Clock, Finding, Guard

SETTLED = frozenset({FindingState.BOOKED, FindingState.PENDING})
KEYS = 20
"""Keys asked for at once."""
TRIES = 3
"""How often a line is given another number because one of others has it."""


class IdoJournals:
    """The journals' part of ``ports.Erp``, where SyteLine lets its journal be written."""

    def __init__(self, client: Client, company: Company, clock: Clock) -> None:
        self._client = client
        self._company = company
        self._clock = clock

    def ping(self) -> list[Check]:
        """READ, 1 call, once: whether the journal has what is written, and lets it be written."""
        return [asked("general ledger", lambda: ping.journal(self._client, self._company), "set `gl: bod`")]

    def find_journals(self, keys: Sequence[str]) -> dict[str, Finding]:
        """READ, 2 calls for up to 20 keys."""
        return find(self._client, self._company, keys)

    def post_journals(
        self, entries: Sequence[JournalEntry], *, found: Mapping[str, Finding], guard: Guard
    ) -> dict[str, Finding | Fault]:
        """WRITE, a call for the accounts and one for each line, unless more go together: one outcome per key."""
        run = _Run(self._client, self._company, guard)
        run.check(entries, found)
        run.check_accounts(self._clock)
        for entry in entries:
            if entry.key not in run.outcomes:
                run.send(entry)
        return {entry.key: run.outcomes[entry.key] for entry in entries}


def find(client: Client, company: Company, keys: Sequence[str]) -> dict[str, Finding]:
    """READ, 2 calls for up to 20 keys: where each journal stands."""
    return {key: _stands(key, waiting, posted) for key, (waiting, posted) in _lines(client, company, keys).items()}


def _lines(client: Client, company: Company, keys: Sequence[str]) -> dict[str, tuple[list[Record], list[Record]]]:
    """READ: what waits in the journal, and only then what is posted: a line on its way is seen twice, never not."""
    found: dict[str, tuple[list[Record], list[Record]]] = {key: ([], []) for key in keys}
    for some in chunks(keys, KEYS):
        for place, query in enumerate((wire.in_journal(some, company), wire.in_ledger(some, company))):
            for row in client.rows(query):
                mark = wire.mark(row.get(company.names.text, ""))
                if mark is not None and mark.key in found:
                    found[mark.key][place].append({**row, "place": str(mark.place), "of": str(mark.of)})
    return found


def _stands(key: str, waiting: Sequence[Record], posted: Sequence[Record]) -> Finding:
    rows = [*waiting, *posted]
    if not rows:
        return Finding(FindingState.ABSENT)
    every = {str(place) for place in range(1, int(rows[0]["of"]) + 1)}
    if not every <= {row["place"] for row in rows}:
        return Finding(FindingState.ORPHAN, handle=key, reason=f"{len(rows)} of {len(every)} lines are there")
    if waiting:
        return Finding(
            FindingState.PENDING, handle=key, reason="it waits in the journal for SyteLine's ledger posting"
        )
    twice = f"{len(posted)} lines stand for the {len(every)} of {key}: reverse what is too much"
    return Finding(FindingState.BOOKED, key, key, twice if len(posted) > len(every) else "")


class _Run:
    """The journals of one call. One with an outcome is done with."""

    def __init__(self, client: Client, company: Company, guard: Guard) -> None:
        self._client = client
        self._company = company
        self._guard = guard
        self._lines: dict[str, list[Record]] = {}
        self._begun: set[str] = set()
        self.outcomes: dict[str, Finding | Fault] = {}

    def check(self, entries: Iterable[JournalEntry], found: Mapping[str, Finding]) -> None:
        """Build everything before anything is written; what cannot be built or is settled already is out."""
        unasked = [entry.key for entry in entries if entry.key not in found]
        known = {**found, **(find(self._client, self._company, unasked) if unasked else {})}
        for entry in entries:
            finding = known[entry.key]
            try:
                self._lines[entry.key] = wire.lines(self._client, entry, self._company)
            except Fault as fault:
                self.outcomes[entry.key] = fault
            if finding.state in SETTLED:
                self.outcomes[entry.key] = finding
            elif finding.state is not FindingState.ABSENT:
                self._begun.add(entry.key)

    def check_accounts(self, clock: Clock) -> None:
        """READ, 1 call: a journal with an account that SyteLine will not take is not begun."""
        account = self._company.names.account
        left = {key: lines for key, lines in self._lines.items() if key not in self.outcomes}
        named = sorted({line[account].strip() for lines in left.values() for line in lines})
        if not named:
            return
        try:
            wrong = masters.closed_accounts(self._client, self._company, named, clock)
        except Fault as fault:
            self.outcomes |= dict.fromkeys(left, fault)
            return
        for key, lines in left.items():
            said = {
                f"{wire.told(line, self._company)}: account {line[account].strip()} {wrong[line[account].strip()]}"
                for line in lines
                if line[account].strip() in wrong
            }
            if said:
                self.outcomes[key] = MappingGap(f"SyteLine does not take journal {key}: {'; '.join(sorted(said))}")

    def send(self, entry: JournalEntry) -> None:
        """Add the lines that a journal lacks."""
        try:
            self._add(entry, self._lacking(entry))
        except Superseded:
            raise
        except Fault as fault:
            self.outcomes[entry.key] = fault
        else:
            self.outcomes[entry.key] = Finding(FindingState.PENDING, handle=entry.key)

    def _lacking(self, entry: JournalEntry) -> list[Record]:
        """Compare what is there with what should be; take out of the journal what is not ours any more."""
        wanted = self._worth(entry)
        if entry.key not in self._begun:
            return wanted
        waiting, posted = _lines(self._client, self._company, [entry.key])[entry.key]
        left = wire.lacking([*waiting, *posted], wanted, self._company)
        if left is not None:
            return left
        if posted:
            raise Rejected(f"journal {entry.key} is in the ledger with other lines than ours: reverse it by hand")
        self._take_out(entry.key)
        return wanted

    def _worth(self, entry: JournalEntry) -> list[Record]:
        """Say what each line is worth in the company's currency; SyteLine's own rate of the day decides."""
        names, whole, rate = self._company.names, entry.debits.amount, "1"
        if entry.currency != self._company.currency:
            whole, rate = self._converted(entry)
        shares = wire.shared(entry, whole, self._company)
        return [
            {**line, names.domestic: format(share, "f"), names.rate: rate}
            for line, share in zip(self._lines[entry.key], shares, strict=True)
        ]

    def _converted(self, entry: JournalEntry) -> tuple[Decimal, str]:
        """READ, 1 call: what one side is worth, and the rate.

        :raises Rejected: SyteLine has no rate.
        """
        names = self._company.names
        day = self._lines[entry.key][0][names.day]
        given = [entry.currency, None, None, day, None, None, format(entry.debits.amount, "f"), "0", None]
        told = [*self._client.ask(names.journals, names.convert, given), *[""] * len(given)]
        worth, rate = number_of({"PDomAmtDr": told[1]}, "PDomAmtDr"), told[4]
        if not worth or not rate:
            raise Rejected(f"SyteLine tells no rate of {entry.currency} on {entry.date}: add it in Currency Rates")
        return worth, rate

    def _add(self, entry: JournalEntry, lines: Sequence[Record]) -> None:
        for portion in chunks(lines, self._client.at_once):
            self._insert(entry, portion)
        if (
            self._client.at_once > 1
            and find(self._client, self._company, [entry.key])[entry.key].state not in SETTLED
        ):
            raise Rejected(
                f"SyteLine did not add all lines of {entry.key}, which it took together: set changes_per_request to 1"
            )

    def _insert(self, entry: JournalEntry, portion: Sequence[Record]) -> None:
        """Add lines under numbers of their own; where another line has such a number by chance, under the next."""
        refusal = ""
        for attempt in range(TRIES):
            rows = wire.numbered(portion, attempt, self._company)
            refusal = self._client.insert(self._company.names.journals, rows, self._guard).refusal
            if not refusal:
                return
            standing = self._client.rows(wire.by_number(rows, self._company))
            if wire.ours(standing, rows, self._company):
                raise OutcomeUnknown(
                    f"SyteLine has a line of journal {entry.key} already that it did not show before"
                )
            if not standing:
                break
        self._take_out(entry.key)
        told = ", ".join(wire.told(line, self._company) for line in portion)
        mapped = any(wire.is_about(refusal, line, self._company) for line in portion)
        raise (MappingGap if mapped else Rejected)(f"SyteLine refused journal {entry.key}: {told}: {refusal}")

    def _take_out(self, key: str) -> None:
        """WRITE: delete what waits in the journal.

        :raises Rejected: something of it is posted already, or SyteLine does not delete it.
        """
        waiting, posted = _lines(self._client, self._company, [key])[key]
        kept = "it is in the ledger" if posted else ""
        for row in waiting:
            kept = kept or self._client.delete(self._company.names.journals, row, self._guard).refusal
        if kept:
            raise Rejected(
                f"a part of journal {key} stays in {self._company.journal} ({kept}): delete it there, then replay"
            )
