"""How much of an item a warehouse can promise (facts/infor.md §2.10): allocatable on hand, less what is allocated.

The programs give that as ``AV01``; of the table, whose columns are inferred, it is ``MBAVAL`` less ``MBALQT``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from connector.domain.item import ItemStock
from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Outcome, Record, Transaction
from connector.infor.m3.wire import export
from connector.infor.m3.wire.fields import identity, number, stamp

ITEM, WAREHOUSE, AVAILABLE = "ITNO", "WHLO", "AV01"
TABLE = "MITBAL"
COMPANY_COLUMN, WAREHOUSE_COLUMN, ITEM_COLUMN = "MBCONO", "MBWHLO", "MBITNO"
ALLOCATABLE, ALLOCATED = "MBAVAL", "MBALQT"
COLUMNS = (ITEM_COLUMN, WAREHOUSE_COLUMN, ALLOCATABLE, ALLOCATED)
ASKED = (COMPANY_COLUMN, *COLUMNS)
"""Every column that a query names."""
NEVER = datetime(2100, 1, 1, tzinfo=UTC)


def changed_since(moment: datetime) -> Transaction:
    """List the balances changed since, of every warehouse."""
    return Transaction("OIS100MI", "LstNewBalances", {"LMTS": stamp(moment)}, (WAREHOUSE, ITEM, AVAILABLE))


def changed(row: Record) -> ItemStock:
    """Read a listed balance."""
    return ItemStock(identity(row, ITEM), identity(row, WAREHOUSE), number(row, AVAILABLE))


def balance(item: str, warehouse: str) -> Transaction:
    """Ask for one item in one warehouse."""
    return Transaction("MMS200MI", "GetItmWhsBal", {WAREHOUSE: warehouse, ITEM: item}, (AVAILABLE,))


def available(item: str, warehouse: str, outcome: Outcome) -> ItemStock:
    """Read one item in one warehouse; zero where M3 keeps none of it."""
    record: Record = {} if outcome.lacks else outcome.record
    return ItemStock(item, warehouse, number(record, AVAILABLE))


def query(items: Sequence[str], warehouse: str, company: Company) -> Transaction:
    """Ask the table for a warehouse's items from the first to the last."""
    where: dict[str, str | int] = {COMPANY_COLUMN: int(company.company), WAREHOUSE_COLUMN: warehouse}
    return export.select(TABLE, COLUMNS, where, export.Span(ITEM_COLUMN, items[0], items[-1]))


def kept(row: Record) -> ItemStock:
    """Read a row of the table."""
    return ItemStock(row[ITEM_COLUMN], row[WAREHOUSE_COLUMN], number(row, ALLOCATABLE) - number(row, ALLOCATED))
