"""How much of an item a warehouse can promise (facts/infor.md §2.10): what is neither allocated nor reserved.

The programs give both, as ``AV01`` and ``AV02``; the table has their parts, in columns whose names are inferred. No
document says which of the two a shop may sell: the smaller one oversells by neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from connector.domain.faults import ContractBroken
from connector.domain.item import ItemStock
from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Outcome, Record, Transaction
from connector.infor.m3.wire import export
from connector.infor.m3.wire.fields import identity, number, stamp

ITEM, WAREHOUSE = "ITNO", "WHLO"
AVAILABLE = ("AV01", "AV02")
"""What is on hand less what is allocated, and less what is reserved."""
TABLE = "MITBAL"
COMPANY_COLUMN, WAREHOUSE_COLUMN, ITEM_COLUMN = "MBCONO", "MBWHLO", "MBITNO"
ALLOCATABLE, ALLOCATED, ON_HAND, RESERVED = "MBAVAL", "MBALQT", "MBSTQT", "MBREQT"
COLUMNS = (ITEM_COLUMN, WAREHOUSE_COLUMN, ALLOCATABLE, ALLOCATED, ON_HAND, RESERVED)
ASKED = (COMPANY_COLUMN, *COLUMNS)
"""Every column that a query names."""
NEVER = datetime(2100, 1, 1, tzinfo=UTC)


def changed_since(moment: datetime) -> Transaction:
    """List the balances changed since, of every warehouse."""
    return Transaction("OIS100MI", "LstNewBalances", {"LMTS": stamp(moment)}, (WAREHOUSE, ITEM, *AVAILABLE))


def changed(row: Record) -> ItemStock:
    """Read a listed balance."""
    return _stock(identity(row, ITEM), identity(row, WAREHOUSE), row)


def balance(item: str, warehouse: str) -> Transaction:
    """Ask for one item in one warehouse."""
    return Transaction("MMS200MI", "GetItmWhsBal", {WAREHOUSE: warehouse, ITEM: item}, AVAILABLE)


def available(item: str, warehouse: str, outcome: Outcome) -> ItemStock:
    """Read one item in one warehouse; zero where M3 keeps none of it."""
    if outcome.lacks or not outcome.records:
        return ItemStock(item, warehouse, Decimal(0))
    return _stock(item, warehouse, outcome.record)


def query(items: Sequence[str], warehouse: str, company: Company) -> Transaction:
    """Ask the table for a warehouse's items from the first to the last."""
    where: dict[str, str | int] = {COMPANY_COLUMN: int(company.company), WAREHOUSE_COLUMN: warehouse}
    return export.select(TABLE, COLUMNS, where, export.Span(ITEM_COLUMN, items[0], items[-1]))


def kept(row: Record) -> ItemStock:
    """Read a row of the table."""
    allocatable = number(row, ALLOCATABLE) - number(row, ALLOCATED)
    return ItemStock(
        row[ITEM_COLUMN], row[WAREHOUSE_COLUMN], min(allocatable, number(row, ON_HAND) - number(row, RESERVED))
    )


def _stock(item: str, warehouse: str, row: Record) -> ItemStock:
    told = [number(row, name) for name in AVAILABLE if name in row]
    if not told:
        raise ContractBroken(f"M3 gave item {item} in warehouse {warehouse} without {' and '.join(AVAILABLE)}")
    return ItemStock(item, warehouse, min(told))
