"""What lies in the warehouses, by the service that the connection names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from connector.domain.item import ItemStock
from connector.infor.ln.answers import Row
from connector.infor.ln.client import Query
from connector.infor.ln.company import Company
from connector.infor.ln.wire.item_codes import padded
from connector.infor.ln.wire.items import is_article
from connector.infor.ln.wire.literals import identity, number, one_of

ON_HAND, TAKEN = "InventoryOnHand", ("InventoryAllocated", "InventoryBlocked")
FIELDS = ("Item", "Warehouse", ON_HAND, *TAKEN)


def every_balance(company: Company) -> Query:
    """List every balance."""
    return Query(company.stock_service, FIELDS)


def first_balance(company: Company) -> Query:
    """Ask for any one balance."""
    return Query(company.stock_service, FIELDS, top=1)


def balances(items: Sequence[str], company: Company) -> Query:
    """Ask for the balances of some items."""
    return Query(company.stock_service, FIELDS, one_of("Item", [padded(item, company) for item in items]))


def available(rows: Iterable[Row], company: Company) -> list[ItemStock]:
    """Sum what can be promised: on hand, less allocated and blocked; an item may have several rows in a warehouse."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        if is_article(row, company):
            sums[identity(row, "Item"), identity(row, "Warehouse")] += _promised(row)
    return [ItemStock(item, warehouse, promised) for (item, warehouse), promised in sums.items()]


def _promised(row: Row) -> Decimal:
    taken = sum((number(row, field) or Decimal(0) for field in TAKEN), Decimal(0))
    return (number(row, ON_HAND) or Decimal(0)) - taken
