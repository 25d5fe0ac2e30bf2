"""What a service says of itself (``$metadata``, in JSON), and what we need of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connector.infor.ln.answers import Row
from connector.infor.ln.client import Query
from connector.infor.ln.company import Company
from connector.infor.ln.wire import items, orders, partners, stock
from connector.infor.ln.wire.literals import identity, one_of

TAKEN_BY_CREATE = (
    *("SoldtoBusinessPartner", "CustomerOrder", "ReferenceA", "OrderCurrency", "SalesOrderType", "SalesOffice"),
    *("OrderSeries", "Warehouse", "OrderDate", "HeaderText"),
)
TAKEN_BY_LINE = (
    *("SalesOrder", "Item", "OrderedQuantity", "Price", "CustomerOrder", "CustomerOrderPosition", "Warehouse"),
    "OrderLineText",
)
WITHOUT_REFERENCE = (
    "CreateOrder takes no CustomerOrder, so that an order whose answer is lost could not be told from a stranger's"
)
MASTERS: Mapping[str, tuple[str, str]] = {
    "sales office": ("Departments", "Department"),
    "order type": ("SalesOrderTypes", "SalesOrderType"),
    "warehouse": ("Warehouses", "Warehouse"),
}
"""Masters that the order service reads: entity set and key."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service's own description."""

    name: str
    document: Row

    @property
    def _words(self) -> Mapping[str, Any]:
        words = self.document.get(self.name)
        return words if isinstance(words, dict) else {}

    def lacks(self, entities: str, fields: Iterable[str]) -> Iterator[str]:
        """Say what an entity set does not have."""
        containers = [each for each in self._words.values() if _kind(each) == "EntityContainer"]
        kind = next((_text(one, entities, "$Type") for one in containers if entities in one), "")
        known = self._words.get(kind.removeprefix(f"{self.name}."))
        if not isinstance(known, dict):
            yield f"{self.name} has no {entities}"
            return
        yield from (f"{entities} has no {field}" for field in fields if field not in known)

    def refuses(self, action: str, parameters: Iterable[str]) -> Iterator[str]:
        """Say what an action does not take."""
        overloads = list(_objects(self._words.get(action)))
        if not overloads:
            yield f"{self.name} has no {action}"
            return
        taken = {str(one.get("$Name")) for overload in overloads for one in _objects(overload.get("$Parameter"))}
        yield from (f"{action} takes no {name}" for name in parameters if name not in taken)


def _objects(words: object) -> Iterator[Mapping[str, Any]]:
    return (word for word in words if isinstance(word, dict)) if isinstance(words, list) else iter(())


def _kind(word: object) -> str:
    return str(word.get("$Kind", "")) if isinstance(word, dict) else ""


def _text(container: Mapping[str, Any], name: str, key: str) -> str:
    entry = container.get(name)
    return str(entry.get(key, "")) if isinstance(entry, dict) else ""


def order_misfits(service: Service) -> list[str]:
    """Say what of the order service is not as we need it, the worst first."""
    found = [
        *service.refuses("CreateOrder", TAKEN_BY_CREATE),
        *service.refuses("CreateLine", TAKEN_BY_LINE),
        *service.refuses("Approve", orders.AS_WE_SAID),
        *service.refuses("Cancel", ()),
        *service.lacks("Orders", orders.HEAD),
        *service.lacks("Lines", orders.LINE),
    ]
    return [WITHOUT_REFERENCE if misfit == "CreateOrder takes no CustomerOrder" else misfit for misfit in found]


def catalog_needs(company: Company) -> dict[str, tuple[str, ...]]:
    """What the way back reads: entity sets and their fields."""
    stocked = {company.stock_service: stock.FIELDS} if company.tells_stock else {}
    return {items.ITEMS: (*items.ITEM, items.CHANGED), items.PRICES: items.PRICE, **stocked}


def customer_needs() -> dict[str, tuple[str, ...]]:
    """What is read of customers."""
    return {partners.PARTNERS: partners.PARTNER, partners.SOLD_TO: partners.ROLE}


def masters(kind: str, names: Iterable[str]) -> Query:
    """Ask the order service for some masters of a kind."""
    entities, key = MASTERS[kind]
    return Query(f"{orders.SERVICE}/{entities}", (key,), one_of(key, names))


def master_of(kind: str, row: Row) -> str:
    """The name of a master."""
    return identity(row, MASTERS[kind][1])
