"""Journal lines in their journal and in the ledger. Each carries its journal's key, its place and how many there are.

No document names the journal's properties (facts/infor.md §9); what public code shows of them is in ``Names``.
Amounts are debit positive. The text of a line is ``KEY/2/4 BC-1042 sales``: it says by itself whether all are there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connector.domain.faults import MappingGap
from connector.domain.journal import JournalEntry, JournalLine
from connector.domain.money import Money, split
from connector.infor.syteline import filters
from connector.infor.syteline.answers import Record
from connector.infor.syteline.client import Client, Query
from connector.infor.syteline.company import Company
from connector.infor.syteline.wire.values import day, day_of, fitting, number, number_of

DIMENSIONS = ("AcctUnit1", "AcctUnit2", "AcctUnit3", "AcctUnit4")
VOUCHER = ("ControlYear", "ControlPeriod", "ControlNumber")
MARK_LENGTH = 23
"""Of a line of a journal of up to 99; the order's reference stands behind it."""
_MARK = re.compile(r"(?P<key>[^\s/]+)/(?P<place>[0-9]{1,4})/(?P<of>[0-9]{1,4}) ?")


@dataclass(frozen=True, slots=True)
class Mark:
    """What the text of a line of ours begins with."""

    key: str
    place: int
    of: int


def mark(text: str) -> Mark | None:
    """Read a line's mark; None where others wrote it."""
    found = _MARK.match(text)
    return Mark(found["key"], int(found["place"]), int(found["of"])) if found else None


def unmarked(text: str) -> str:
    """Give a line's text without its mark."""
    return _MARK.sub("", text, count=1)


def in_journal(keys: Iterable[str], company: Company) -> Query:
    """Ask for the lines that wait in the journal."""
    names = company.names
    ours = filters.equals(names.journal, company.journal)
    read = (names.journal_line, *_columns(company), *DIMENSIONS)
    return Query(names.journals, read, filters.both(ours, _of(keys, company)))


def in_ledger(keys: Iterable[str], company: Company) -> Query:
    """Ask for the lines that are posted."""
    return Query(company.names.ledger, (*_columns(company), *DIMENSIONS), _of(keys, company))


def _of(keys: Iterable[str], company: Company) -> str:
    return filters.either(filters.begins(company.names.text, f"{key}/") for key in keys)


def _columns(company: Company) -> tuple[str, ...]:
    names = company.names
    return (names.account, names.day, names.currency, names.foreign, names.domestic, names.text)


def voucher(row: Record, text: str) -> str:
    """Name what a line of the ledger belongs to: ours by our key, others by SyteLine's control number."""
    ours = mark(text)
    return ours.key if ours else "/".join(row.get(name, "") for name in VOUCHER)


def lines(client: Client, entry: JournalEntry, company: Company) -> list[Record]:
    """Every line, without its domestic amount and its number in the journal.

    :raises MappingGap: an account or dimension does not fit; every one of them is named.
    """
    made, gaps = [], []
    for place, line in enumerate(entry.lines, start=1):
        try:
            made.append(_line(client, entry, company, place, line))
        except MappingGap as gap:
            gaps.append(f"{line.rule or line.role}: {gap}")
    if gaps:
        raise MappingGap("; ".join(gaps))
    return made


def _line(client: Client, entry: JournalEntry, company: Company, place: int, line: JournalLine) -> Record:
    unknown = sorted(set(line.dimensions) - set(DIMENSIONS))
    if unknown:
        raise MappingGap(f"SyteLine has no dimension {', '.join(unknown)}; it has {', '.join(DIMENSIONS)}")
    names = company.names
    told = f"{entry.key}/{place}/{len(entry.lines)} "
    room = (client.property(names.journals, names.text).length or 1000) - len(told)
    text = entry.line_text(line, room) if room >= len(entry.reference) else ""  # half of one names another order
    values = {
        names.journal: company.journal,
        names.account: line.account,
        **line.dimensions,
        names.day: day(entry.date),
        names.currency: entry.currency,
        names.foreign: number(line.signed),
        names.text: told + text,
    }
    return fitting(client, names.journals, values, (names.account, names.text, names.journal, *DIMENSIONS))


def shared(entry: JournalEntry, whole: Decimal, company: Company) -> list[Decimal]:
    """Share what each side is worth in the company's currency among its lines, in their order."""
    worth = Money(whole, company.currency)
    sides = {}
    for side in {line.side for line in entry.lines}:
        weights = [line.amount.amount for line in entry.lines if line.side is side]
        sides[side] = iter(split(worth, weights))
    signed = [(line, next(sides[line.side]).amount) for line in entry.lines]
    return [amount if line.signed > 0 else -amount for line, amount in signed]


def lacking(present: Sequence[Record], wanted: Sequence[Record], company: Company) -> list[Record] | None:
    """The wanted lines that are not there; None when there is one that is not wanted."""
    left = {_place(line, company): line for line in wanted}
    for row in present:
        line = left.pop(_place(row, company), None)
        if line is None or not _same(row, line, company):
            return None
    return list(left.values())


def _place(row: Mapping[str, str], company: Company) -> int:
    found = mark(row.get(company.names.text, ""))
    return found.place if found else 0


def _same(row: Record, line: Record, company: Company) -> bool:
    names = company.names
    return (
        all(row.get(name, "") == line.get(name, "").strip() for name in (names.account, names.currency, *DIMENSIONS))
        and day_of(row, names.day) == day_of(line, names.day)
        and all(number_of(row, name) == number_of(line, name) for name in (names.foreign, names.domestic))
    )


def told(row: Record, company: Company) -> str:
    """Name a line for people."""
    return f"line {_place(row, company)} ({row[company.names.account].strip()})"


def is_about(refusal: str, line: Record, company: Company) -> bool:
    """Whether a refusal names the line's account or a unit code of it: then the mapping mends it."""
    chosen = (line.get(name, "").strip() for name in (company.names.account, *DIMENSIONS))
    return any(re.search(rf"\b{re.escape(value)}\b", refusal) for value in chosen if value)


def numbered(lines: Iterable[Record], attempt: int, company: Company) -> list[Record]:
    """Give lines their numbers in the journal, which are a key there.

    A number is made of what the line is: the same line cannot be added twice while it waits, and workers that write
    into the journal together do not take each other's next number. It leaves room for the numbers that people's own
    lines get behind it.
    """
    names = company.names
    return [{**line, names.journal_line: str(_number(line[names.text].split()[0], attempt))} for line in lines]


def _number(line: str, attempt: int) -> int:
    digest = hashlib.sha256(f"{line} {attempt}".encode()).digest()
    return (int.from_bytes(digest[:4], "big") >> 2) + 1


def by_number(rows: Iterable[Record], company: Company) -> Query:
    """Ask which lines of the journal have the numbers of these."""
    names = company.names
    numbers = filters.either(f"{names.journal_line} = {row[names.journal_line]}" for row in rows)
    where = filters.both(filters.equals(names.journal, company.journal), numbers)
    return Query(names.journals, (names.journal_line, names.text), where)


def ours(standing: Iterable[Record], rows: Iterable[Record], company: Company) -> bool:
    """Whether one of these lines is the very same as one of ours."""
    marks = {mark(row[company.names.text]) for row in rows}
    return any(mark(row.get(company.names.text, "")) in marks for row in standing)
