"""Journals through the general GL interface, field by field (facts/infor.md §2.11)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from connector.domain.faults import ContractBroken, MappingGap
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry, JournalLine, Side
from connector.domain.money import decimal
from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Outcome, Record, Transaction
from connector.infor.m3.wire import export
from connector.infor.m3.wire.fields import FIELDS, amount, day, write, write_all
from connector.ports import Finding

PROGRAM = "GLS840MI"
HEADS, LINES = "FGLINH", "FGLINF"
GROUP = "1"
ACCOUNT = "AIT1"
DIMENSIONS = ("AIT2", "AIT3", "AIT4", "AIT5", "AIT6", "AIT7")
DEBIT_CREDIT = "DBCR"
CODES = {Side.DEBIT: "D", Side.CREDIT: "C"}
DIVISION, KEY = "FHDIVI", "FHKEY1"
STATES = {
    "10": FindingState.ORPHAN,  # entered
    "20": FindingState.ORPHAN,  # controlled
    "25": FindingState.REFUSED,
    "90": FindingState.BOOKED,
}
"""Batch statuses as inferred (no documentation was found); any other is left alone as work in progress."""
COMPARED = ("LINE", ACCOUNT, *DIMENSIONS, "CUCD", "CUAM", DEBIT_CREDIT, "ACDT")
NUMBERS = frozenset({"LINE", "CUAM", "ACDT"})


def head(entry: JournalEntry, company: Company) -> Transaction:
    """Open a batch; its key is what makes it found again."""
    values = _batch(entry.key, company) | {"INTN": company.gl_interface, "DESC": entry.text}
    return write(f"{PROGRAM}/AddBatchHead", values)


def lines(entry: JournalEntry, company: Company) -> list[Transaction]:
    """Every line, numbered from 1 as the entry has them.

    :raises MappingGap: an account or dimension does not fit; every one of them is named.
    """
    return write_all(
        (line.rule or line.role, partial(_line, number, line, entry, company))
        for number, line in enumerate(entry.lines, start=1)
    )


def control(key: str, company: Company) -> Transaction:
    """Let M3 check the batch."""
    return write(f"{PROGRAM}/CtrlBatch", _batch(key, company))


def update(key: str, company: Company) -> Transaction:
    """Let M3 post the batch."""
    return write(f"{PROGRAM}/UpdBatch", _batch(key, company))


def delete(key: str, company: Company) -> Transaction:
    """Remove the batch; newer releases only."""
    return write(f"{PROGRAM}/DelBatch", _batch(key, company))


def told(transaction: Transaction) -> str:
    """Name a part of a batch for people."""
    record = transaction.record
    return f"line {record['LINE']} ({record[ACCOUNT]})" if "LINE" in record else transaction.name


def head_query(key: str, company: Company) -> Transaction:
    """Ask for a batch by its key."""
    where: dict[str, str | int] = {"FHCONO": int(company.company), KEY: key}
    return export.select(HEADS, _head_columns(company), where)


def read_head(outcome: Outcome, key: str, company: Company) -> Finding:
    """Say where a batch stands."""
    found = export.of_division(export.cells(outcome, _head_columns(company)), DIVISION, company.division)
    rows = [row for row in found if row[KEY] == key]
    if not rows:
        return Finding(FindingState.ABSENT)
    names = company.tables
    status = rows[0][names.gl_batch_status]
    state = STATES.get(status, FindingState.PENDING)
    voucher = rows[0][names.gl_batch_voucher].lstrip("0")
    number = f"{rows[0][names.gl_batch_year]}/{voucher}" if voucher else key
    reason = f"GL batch {key} has status {status}: GLS840 shows why" if state is FindingState.REFUSED else ""
    return Finding(state, external_id=number if state is FindingState.BOOKED else "", handle=key, reason=reason)


def lines_query(key: str, company: Company) -> Transaction:
    """Ask for the lines a batch has."""
    prefix = company.tables.gl_line_prefix
    where: dict[str, str | int] = {f"{prefix}CONO": int(company.company), f"{prefix}KEY1": key}
    return export.select(LINES, _line_columns(company), where)


def lacking(outcome: Outcome, wanted: Sequence[Transaction], company: Company) -> list[Transaction] | None:
    """The wanted lines a batch has not; None when it has one that is not wanted.

    :raises Truncated, ContractBroken: what it has cannot be told.
    """
    left = {_value("LINE", line.record): line for line in wanted}
    rows = export.cells(outcome, _line_columns(company))
    for row in export.of_division(rows, f"{company.tables.gl_line_prefix}DIVI", company.division):
        present = {name: row[f"{company.tables.gl_line_prefix}{name}"] for name in COMPARED}
        line = left.pop(_value("LINE", present), None)
        if line is None or not _same(present, line.record):
            return None
    return list(left.values())


def _same(present: Record, wanted: Record) -> bool:
    """Whether both book the same; where amounts are signed, M3 may have set the debit or credit code itself."""
    names = COMPARED if DEBIT_CREDIT in wanted else [name for name in COMPARED if name != DEBIT_CREDIT]
    return all(_value(name, present) == _value(name, wanted) for name in names)


def columns(company: Company) -> dict[str, tuple[str, ...]]:
    """Every table and column an inquiry reads."""
    prefix = company.tables.gl_line_prefix
    place = (f"{prefix}CONO", f"{prefix}KEY1")
    return {HEADS: ("FHCONO", *_head_columns(company)), LINES: (*place, *_line_columns(company))}


def _value(name: str, record: Record) -> str | Decimal:
    """A field as it is compared; an empty number is zero (facts/infor.md §2.4)."""
    text = record.get(name, "")
    if name not in NUMBERS:
        return text
    try:
        return decimal(text or 0)
    except ValueError:
        raise ContractBroken(f"{LINES} gave {text[:40]!r} where {name} is a number") from None


def _head_columns(company: Company) -> tuple[str, ...]:
    names = company.tables
    return (DIVISION, KEY, names.gl_batch_status, names.gl_batch_year, names.gl_batch_voucher)


def _line_columns(company: Company) -> tuple[str, ...]:
    return tuple(f"{company.tables.gl_line_prefix}{name}" for name in ("DIVI", *COMPARED))


def _batch(key: str, company: Company) -> dict[str, str]:
    return {"CONO": company.company, "DIVI": company.division, "KEY1": key}


def _line(number: int, line: JournalLine, entry: JournalEntry, company: Company) -> Transaction:
    unknown = sorted(set(line.dimensions) - set(DIMENSIONS))
    if unknown:
        raise MappingGap(f"M3 has no dimension {', '.join(unknown)}; it has {', '.join(DIMENSIONS)}")
    values = {
        "KEY1": entry.key,
        "LINE": str(number),
        "DIVI": company.division,
        "INRI": company.gl_record,
        "GRNR": GROUP,
        ACCOUNT: line.account,
        **line.dimensions,
        "CUCD": entry.currency,
        "ACDT": day(entry.date),
        "VTXT": entry.line_text(line, FIELDS[f"{PROGRAM}/AddBatchLineFld"]["VTXT"].length),
        **_amount(line, company),
    }
    return write(f"{PROGRAM}/AddBatchLineFld", values)


def _amount(line: JournalLine, company: Company) -> dict[str, str]:
    if company.gl_sign == "signed":
        return {"CUAM": amount(line.signed)}
    return {"CUAM": amount(line.amount.amount), DEBIT_CREDIT: CODES[line.side]}
