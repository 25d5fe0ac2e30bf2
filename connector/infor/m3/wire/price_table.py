"""The prices of a list as its table holds them; the table's columns are inferred (facts/infor.md §2.14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Record, Transaction
from connector.infor.m3.wire import export, prices

TABLE = "OPRBAS"
COMPANY_COLUMN, LIST_COLUMN, ITEM_COLUMN = "ODCONO", "ODPRRF", "ODITNO"
FIELDS: Mapping[str, str] = {
    LIST_COLUMN: prices.LIST,
    "ODCUCD": prices.CURRENCY,
    "ODCUNO": prices.CUSTOMER,
    "ODFVDT": prices.FROM,
    "ODLVDT": prices.TO,
    ITEM_COLUMN: prices.ITEM,
    "ODSAPR": prices.PRICE,
    "ODSACD": prices.UNITS,
}
"""Which field of the programs each column is."""
COLUMNS = tuple(FIELDS)
ASKED = (COMPANY_COLUMN, *COLUMNS)
"""Every column that a query names."""


def query(items: Sequence[str], company: Company) -> Transaction:
    """Ask for the prices of the list's items from the first to the last."""
    where: dict[str, str | int] = {COMPANY_COLUMN: int(company.company), LIST_COLUMN: company.price_list}
    return export.select(TABLE, COLUMNS, where, export.Span(ITEM_COLUMN, items[0], items[-1]))


def price(row: Record) -> Record:
    """Give a row as the programs would."""
    return {field: row[column] for column, field in FIELDS.items()}
