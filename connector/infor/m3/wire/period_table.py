"""The accounting periods of CRS910, table CSYPER.

``CPCONO CPDIVI CPPETP CPYEA4 CPPERI CPFDAT CPTDAT`` were seen in public queries. Which column tells that a period is
closed, and by which value, is documented nowhere: the connection's ``closed_periods`` says it (docs/assumptions.md).
"""

from __future__ import annotations

from datetime import date

from connector.domain.faults import ContractBroken
from connector.domain.period import AccountingPeriod
from connector.infor.m3.company import Closed, Company
from connector.infor.m3.transaction import Outcome, Record, Transaction
from connector.infor.m3.wire import export
from connector.infor.m3.wire.fields import day, day_of, number

TABLE = "CSYPER"
DIVISION, TYPE, YEAR, PERIOD, FIRST, LAST = "CPDIVI", "CPPETP", "CPYEA4", "CPPERI", "CPFDAT", "CPTDAT"
TYPE_OF_THE_BOOKS = "PTFA"
"""The period type that the division keeps its books by (MNS100MI/GetBasicData)."""


def of_the_books(company: Company) -> Transaction:
    """Ask by which type of period the division keeps its books."""
    record = {"CONO": company.company, "DIVI": company.division}
    return Transaction("MNS100MI", "GetBasicData", record, (TYPE_OF_THE_BOOKS,))


def query(company: Company, closed: Closed, division: Record, since: date) -> Transaction:
    """Ask for the periods that end on or after a day; ``division`` is what M3 said :func:`of_the_books`."""
    where: dict[str, str | int] = {"CPCONO": int(company.company), TYPE: int(number(division, TYPE_OF_THE_BOOKS))}
    asked = export.select(TABLE, _columns(closed), where)
    return export.narrowed(asked, f"{LAST} >= {day(since)}")


def periods(outcome: Outcome, closed: Closed, company: Company) -> list[AccountingPeriod]:
    """Read the division's periods, oldest first.

    :raises Truncated, ContractBroken: M3 did not tell all of them.
    """
    rows = export.of_division(export.cells(outcome, _columns(closed)), DIVISION, company.division)
    return sorted((_period(row, closed) for row in rows), key=lambda one: one.first)


def columns(closed: Closed) -> dict[str, tuple[str, ...]]:
    """Every column that is read."""
    return {TABLE: ("CPCONO", TYPE, *_columns(closed))}


def _columns(closed: Closed) -> tuple[str, ...]:
    return (DIVISION, YEAR, PERIOD, FIRST, LAST, closed.column)


def _period(row: Record, closed: Closed) -> AccountingPeriod:
    first, last = day_of(row, FIRST), day_of(row, LAST)
    if first is None or last is None:
        raise ContractBroken(f"{TABLE} gave a period without its days: {row}")
    name = f"{int(number(row, YEAR))}-{int(number(row, PERIOD)):02}"
    return AccountingPeriod(name, first, last, closed=row[closed.column] in closed.values)
