"""The general ledger as it stands, table FGLEDG (facts/infor.md §2.11, §2.14): who booked a line does not matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from connector.domain.faults import ContractBroken
from connector.domain.money import decimal
from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Outcome, Record, Transaction
from connector.infor.m3.wire import export
from connector.infor.m3.wire.fields import day, number
from connector.ports import LedgerLine

TABLE = "FGLEDG"
DIVISION, ACCOUNT, DAY, CURRENCY, AMOUNT = "EGDIVI", "EGAIT1", "EGACDT", "EGCUCD", "EGCUAM"
YEAR, VOUCHER, TEXT = "EGYEA4", "EGVONO", "EGVTXT"
COLUMNS = (DIVISION, ACCOUNT, DAY, CURRENCY, AMOUNT, YEAR, VOUCHER, TEXT)
"""The text stands last: people write what they like into it."""
LAST_VOUCHER = 99_999_999


@dataclass(frozen=True, slots=True)
class LedgerPortion:
    """A part of the ledger: some accounts, days and voucher numbers, ends included."""

    accounts: tuple[str, ...]
    first: date
    last: date
    lowest: int = 0
    highest: int = LAST_VOUCHER


def query(portion: LedgerPortion, company: Company) -> Transaction:
    """Ask for a portion's lines, of every division."""
    place: dict[str, str | int] = {"EGCONO": int(company.company)}
    conditions = [export.between(DAY, int(day(portion.first)), int(day(portion.last)))]
    if (portion.lowest, portion.highest) != (0, LAST_VOUCHER):
        conditions.append(export.between(VOUCHER, portion.lowest, portion.highest))
    conditions.append(export.among(ACCOUNT, portion.accounts))
    return export.narrowed(export.select(TABLE, COLUMNS, place), *conditions)


def rows(outcome: Outcome) -> list[Record]:
    """Read an answer's rows, whether or not it is whole.

    :raises ContractBroken: M3 refused the query.
    """
    return export.cells_and_text(outcome, COLUMNS)


def lines(found: Sequence[Record], company: Company) -> list[LedgerLine]:
    """Read the lines of the company's division.

    :raises ContractBroken: a row makes no sense.
    """
    return [_line(row) for row in export.of_division(found, DIVISION, company.division)]


def vouchers(found: Sequence[Record]) -> list[int]:
    """Give the voucher numbers of some rows, of whatever division, ascending, each once."""
    return sorted({int(number(row, VOUCHER)) for row in found})


def columns() -> dict[str, tuple[str, ...]]:
    """Every column that is read."""
    return {TABLE: ("EGCONO", *COLUMNS)}


def _line(row: Record) -> LedgerLine:
    try:
        return LedgerLine(
            account=row[ACCOUNT],
            day=datetime.strptime(row[DAY], "%Y%m%d").date(),  # noqa: DTZ007  a day has no zone
            currency=row[CURRENCY],
            amount=decimal(row[AMOUNT]),
            voucher=f"{row[YEAR]}/{int(row[VOUCHER] or 0)}",
            text=row[TEXT],
        )
    except ValueError as odd:
        raise ContractBroken(f"{TABLE} gave a line that makes no sense: {odd}") from odd
