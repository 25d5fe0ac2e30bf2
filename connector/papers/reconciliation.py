"""A reconciliation as files: CSV for any program, XLSX with a sheet for each part. Once written, never changed.

Texts come from stores and from people; none of them is ever taken for a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell as XlsxCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from connector.domain.paper import Paper
from connector.domain.reconciliation import Moved, Reconciliation, Row

Cell = str | int | date | Decimal | None
_HEAD = ("part", "day", "currency", "what", "order", "store", "journals", "ledger", "result", "voucher", "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a formula begins in some spreadsheet, the wide signs of East Asia too."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a reconciliation."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


UNREAD = "; the ledger cannot be read back, Infor's confirmations stand for it"
AMOUNTS = ("store", "journals", "ledger", "amount", "difference")
"""Columns that hold amounts."""


def parts(found: Reconciliation) -> tuple[Sheet, ...]:
    """Lay a reconciliation out in tables."""
    return (
        Sheet(
            "Totals",
            ("day", "currency", "what", "store", "journals", "ledger", "result"),
            tuple((it.day, it.currency, it.what, it.store, it.journals, it.ledger, result(it)) for it in found.rows),
        ),
        Sheet(
            "Accounts",
            ("account", "currency", "journals", "ledger", "difference"),
            tuple((it.account, it.currency, it.journals, it.ledger, it.difference) for it in found.balances),
        ),
        Sheet(
            "Differences",
            ("day", "currency", "order", "what", "difference is", "store", "journals", "ledger", "voucher", "reason"),
            tuple(
                (
                    it.day,
                    it.currency,
                    it.order,
                    it.what,
                    it.difference.value,
                    it.store,
                    it.journals,
                    it.ledger,
                    it.voucher,
                    it.reason,
                )
                for it in found.discrepancies
            ),
        ),
        Sheet(
            "Open items",
            ("order", "currency", "amount"),
            tuple((it.order, it.currency, it.amount) for it in found.open_items),
        ),
        Sheet(
            "Moved",
            ("day", "currency", "order", "what", "amount", "voucher", "reason"),
            tuple((it.day, it.currency, it.order, it.what, it.amount, it.voucher, why(it)) for it in found.moved),
        ),
        Sheet(
            "Left out",
            ("day", "currency", "order", "what", "amount", "reason"),
            tuple((it.day, it.currency, it.order, it.what, it.amount, it.reason) for it in found.left_out),
        ),
    )


def result(row: Row) -> str:
    """Say whether a row agrees."""
    return "agrees" if row.agrees else "differs"


def why(moved: Moved) -> str:
    """Say with both its days that a journal was moved."""
    return f"of {moved.day}, booked on {moved.booked_on}"


def verdict(found: Reconciliation) -> str:
    """Say the whole in one line."""
    days = f"{found.first}" if found.first == found.last else f"{found.first} to {found.last}"
    count = len(found.discrepancies)
    differ = f"{count} difference{'s' * (count != 1)}"
    columns = "store, journals and ledger" if found.read_back else "store and journals"
    told = f"{columns} agree" if found.agrees else differ
    return f"{found.connection}, {days}: {told}{'' if found.read_back else UNREAD}"


def freeze(found: Reconciliation, *, now: datetime) -> tuple[Paper, ...]:
    """Write a reconciliation down for any program and for a spreadsheet, under names that no other run has."""
    stem = f"{found.connection}_{found.first}_{found.last}_{now:%Y%m%dT%H%M%S%fZ}"
    return tuple(Paper(f"{stem}.{kind}", content) for kind, content in (("csv", _csv(found)), ("xlsx", _xlsx(found))))


def _csv(found: Reconciliation) -> bytes:
    table = io.StringIO(newline="")
    csv.writer(table).writerows(_flat(found))
    return table.getvalue().encode()


def _xlsx(found: Reconciliation) -> bytes:
    book = io.BytesIO()
    _workbook(found).save(book)
    return book.getvalue()


def _flat(found: Reconciliation) -> Iterator[Sequence[Cell]]:
    yield _HEAD
    whole = "agrees" if found.agrees else "differs"
    yield ("result", None, None, found.connection, *[None] * 4, whole, None, verdict(found))
    for part in parts(found):
        for row in part.rows:
            told = {_ALIKE.get(name, name): value for name, value in zip(part.columns, row, strict=True)}
            yield (part.title.lower(), *(_harmless(told.get(name)) for name in _HEAD[1:]))


_ALIKE = {"account": "what", "amount": "store", "difference is": "result"}
"""Columns of the parts under the names that the one flat table has for them."""


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _workbook(found: Reconciliation) -> Workbook:
    book = Workbook(write_only=True)
    book.create_sheet("Result").append([verdict(found)])
    for part in parts(found):
        sheet = book.create_sheet(part.title)
        sheet.freeze_panes = "A2"
        sheet.append([_bold(sheet, column) for column in part.columns])
        for row in part.rows:
            sheet.append([_typed(sheet, cell) for cell in row])
    return book


def _bold(sheet: WriteOnlyWorksheet, text: str) -> XlsxCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _typed(sheet: WriteOnlyWorksheet, value: Cell) -> Cell | XlsxCell:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub(" ", value))
    cell.data_type = "s"  # or a leading = would make it a formula
    return cell
