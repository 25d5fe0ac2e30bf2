"""A journal entry as a SourceSystemJournalEntry."""

from __future__ import annotations

from connector.domain.faults import MappingGap
from connector.domain.journal import JournalEntry, JournalLine, Side
from connector.infor.bod.settings import BodSettings
from connector.infor.bod.wire.envelope import Name, on
from connector.infor.bod.xml import Tag, optional, tag

NOUN = "SourceSystemJournalEntry"
FLAGS = {Side.DEBIT: "D", Side.CREDIT: "C"}


def journal(name: Name, entry: JournalEntry, settings: BodSettings) -> Tag:
    """Describe the noun: amounts are positive, the flag says which side.

    :raises MappingGap: a line names a dimension without a value.
    """
    header = tag(
        "JournalEntryHeader",
        tag("JournalID", text=name.document, accountingEntity=settings.entity, variationID=str(name.variation)),
        tag("DisplayID", text=name.document),
        _base(entry, settings),
    )
    lines = (_line(number, line, entry, settings) for number, line in enumerate(entry.lines, start=1))
    return tag(NOUN, header, *lines)


def _base(entry: JournalEntry, settings: BodSettings) -> Tag:
    journal = tag("AccountingJournalReference", tag("ID", text=settings.journal)) if settings.journal else None
    return tag(
        "BaseJournalEntryHeader",
        optional("LedgerID", settings.ledger),
        tag("LedgerType", text="Actual"),
        journal,
        tag("JournalStatus", tag("Code", text="Final")),
        tag("Description", text=entry.text),
    )


def _line(number: int, line: JournalLine, entry: JournalEntry, settings: BodSettings) -> Tag:
    account = tag(
        "GLAccount",
        tag("GLNominalAccount", text=line.account),
        tag("AccountingChartReference", tag("ID", text=settings.chart or settings.entity)),
    )
    dated = tag("SourceAccountingDate", tag("PostDateTime", text=on(entry.date, settings)))
    return tag(
        "JournalEntryLine",
        tag("Amount", text=f"{line.amount.amount:f}", currencyID=entry.currency),
        account,
        _dimensions(line),
        tag("DebitCreditFlag", text=FLAGS[line.side]),
        dated,
        tag("TransactionReferenceText", text=entry.reference),
        tag("Description", text=f"{entry.reference} {line.text or line.role}"),
        sequence=str(number),
    )


def _dimensions(line: JournalLine) -> Tag | None:
    empty = sorted(name for name, value in line.dimensions.items() if not value.strip())
    if empty:
        raise MappingGap(f"{line.rule or line.role}: the dimension {', '.join(empty)} has no value")
    codes = (
        tag("DimensionCode", text=value, sequence=str(number), listID=name)
        for number, (name, value) in enumerate(sorted(line.dimensions.items()), start=1)
    )
    return tag("DimensionCodes", *codes) if line.dimensions else None
