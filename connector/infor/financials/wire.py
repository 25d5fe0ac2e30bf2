"""Their words: classes, fields and a journal's lines (facts/infor.md §4.2; docs/suites/financials.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from connector.domain.faults import ContractBroken, MappingGap
from connector.domain.journal import JournalEntry, JournalLine
from connector.domain.money import decimal
from connector.infor.financials.client import Listing, Record
from connector.infor.financials.company import Company
from connector.ports import LedgerLine

STAGED = "GLTransactionInterface"
RUN_GROUP, SEQUENCE = f"{STAGED}.RunGroup", f"{STAGED}.SequenceNumber"
ACCOUNT, AMOUNT, CURRENCY, DAY = "AccountCode", "TransactionAmount", "CurrencyCode", "PostingDate"
ERROR = "ErrorMessage"
RESULT = "GLTransactionInterfaceResult"
CHART = "GeneralLedgerChartAccount"
NO_POSTING = ("0", "1")
"""Chart types: node and summary; 2 is a posting account."""
DIMENSIONS = tuple(f"FinanceDimension{number}" for number in range(1, 11))
CHOSEN = re.compile(r"\baccount\b|account ?code|dimension", re.IGNORECASE)
"""Words for what the mapping profile chooses; an accounting entity is none."""
COMPARED = (SEQUENCE, ACCOUNT, AMOUNT, CURRENCY, DAY, *DIMENSIONS)
LONGEST_ACCOUNT, LONGEST_TEXT = 15, 60
ACCOUNT_AT = 3
"""Where the account stands in a finance code block: ledger, entity, accounting unit, account, dimensions."""


def records(entry: JournalEntry, company: Company) -> list[Record]:
    """Every line, numbered from 1; the run group is the entry's key.

    :raises MappingGap: an account or a dimension does not fit; every one of them is named.
    """
    gaps = [gap for line in entry.lines for gap in _gaps(line)]
    if gaps:
        raise MappingGap("; ".join(dict.fromkeys(gaps)))
    return [_record(number, line, entry, company) for number, line in enumerate(entry.lines, start=1)]


def _gaps(line: JournalLine) -> list[str]:
    told = line.rule or line.role
    gaps = [f"{told}: Financials has no dimension {name}" for name in line.dimensions if name not in DIMENSIONS]
    if len(line.account) > LONGEST_ACCOUNT:
        gaps.append(f"{told}: account {line.account} has more than {LONGEST_ACCOUNT} characters")
    return gaps


def _record(number: int, line: JournalLine, entry: JournalEntry, company: Company) -> Record:
    codes = {"JournalCode": company.journal_code} if company.journal_code else {}
    return {
        "FinanceEnterpriseGroup": company.enterprise_group,
        RUN_GROUP: entry.key,
        SEQUENCE: str(number),
        "AccountingEntity": company.accounting_entity,
        "ToAccountingEntity": company.accounting_entity,
        ACCOUNT: line.account,
        **line.dimensions,
        DAY: day(entry.date),
        "TransactionDate": day(entry.date),
        AMOUNT: format(line.signed, "f"),
        CURRENCY: entry.currency,
        "Description": entry.line_text(line, LONGEST_TEXT),
        "Reference": entry.key,
        "System": company.system,
        "GeneralLedgerEvent": company.event,
        **codes,
    }


def day(moment: date) -> str:
    """Dates are YYYYMMDD."""
    return moment.strftime("%Y%m%d")


def results(key: str) -> Listing:
    """Ask how the runs of a run group ended."""
    fields = ("RunGroup", "Status", "RecordCount", "PassedCount", "FailedCount", RESULT)
    return Listing(RESULT, fields, lpl=f'RunGroup = "{key}"')


def staged(key: str) -> Listing:
    """Ask which lines of a run group are not in the ledger yet."""
    own = tuple(field if "." in field else f"{STAGED}.{field}" for field in (*COMPARED, ERROR))
    return Listing(STAGED, own, lpl=f'{RUN_GROUP} = "{key}"')


def staged_value(row: Record, field: str) -> str:
    """Read a field of a staged line."""
    return row[field if "." in field else f"{STAGED}.{field}"]


def as_record(row: Record) -> Record:
    """Give a staged line by the names under which it was sent."""
    return {field: staged_value(row, field) for field in COMPARED}


def told(record: Record) -> str:
    """Name a line for people, with what the mapping profile chose for it."""
    chosen = (f"{field} {record[field]}" for field in DIMENSIONS if record.get(field))
    return f"line {record[SEQUENCE]} ({', '.join([record[ACCOUNT], *chosen])})"


def is_about(complaint: str, record: Record) -> bool:
    """Whether a complaint names a field that the mapping profile fills, or the line's own value: it mends that."""
    values = (record.get(field, "") for field in (ACCOUNT, *DIMENSIONS))
    named = any(re.search(rf"\b{re.escape(value)}\b", complaint) for value in values if value)
    return named or CHOSEN.search(complaint) is not None


def lacking(present: Sequence[Record], wanted: Sequence[Record]) -> list[Record] | None:
    """The wanted lines that are not staged; None when one is staged that is not wanted."""
    left = {_compared(record): record for record in wanted}
    for row in present:
        if left.pop(_compared(as_record(row)), None) is None:
            return None
    return list(left.values())


def _compared(record: Record) -> tuple[object, ...]:
    return tuple(
        number(record.get(field, ""), field) if field in (AMOUNT, SEQUENCE) else record.get(field, "")
        for field in COMPARED
    )


def number(text: str, field: str) -> Decimal:
    """Read a number.

    :raises ContractBroken: it is none.
    """
    try:
        return decimal(text or 0)
    except ValueError:
        raise ContractBroken(f"Financials gave {text[:40]!r} where {field} is a number") from None


def chart() -> Listing:
    """Ask for the chart of accounts."""
    return Listing(CHART, (CHART, "AccountDescription", "Active", "ChartType"))


def account_of(row: Record) -> str:
    """Name an account of the chart."""
    return row[CHART]


def account_name(row: Record) -> str:
    """Describe an account of the chart."""
    return row["AccountDescription"]


def account_problem(row: Record | None) -> str:
    """Say why nothing can be booked on an account; nothing where it can."""
    if row is None:
        return "does not exist"
    if row["Active"].lower() in ("false", "0"):
        return "is not active"
    return "is no posting account" if row["ChartType"] in NO_POSTING else ""


def dimension(name: str, value: str) -> Listing:
    """Ask for one value of a dimension."""
    return Listing(name, (name,), equal=((name, value),))


def booked(moment: date, company: Company) -> Listing:
    """Ask for everything in the ledger of one day."""
    fields = ("FinanceCodeBlock", DAY, AMOUNT, CURRENCY, "Description", "Reference")
    whose = (("FinanceEnterpriseGroup", company.enterprise_group), ("AccountingEntity", company.accounting_entity))
    return Listing("GLTransactionDetail", fields, equal=((DAY, day(moment)), *whose))


def ledger_line(row: Record, moment: date) -> LedgerLine:
    """Read a line of the ledger; the account stands inside its code block.

    :raises ContractBroken: it has another shape.
    """
    block = row["FinanceCodeBlock"].split("|")
    if len(block) <= ACCOUNT_AT or row[DAY] != day(moment):
        raise ContractBroken("GLTransactionDetail gave a line of another shape or another day than was asked for")
    return LedgerLine(
        block[ACCOUNT_AT],
        moment,
        row[CURRENCY],
        number(row[AMOUNT], AMOUNT),
        row["Reference"],
        row["Description"],
    )
