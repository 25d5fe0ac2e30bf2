"""What we need of both sides for items, products and hooks. The rules of ``connector.ports`` hold here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from connector.domain.faults import Fault
from connector.domain.item import Item, ItemPrice, ItemStock
from connector.domain.product import (
    Article,
    Hook,
    ListPrice,
    NewProduct,
    ProductChange,
    StockLevel,
    StoreMode,
    VariantChange,
)

T = TypeVar("T")

Guard = Callable[[], None]
"""Called before each WRITE on the wire: renews the worker's claim, or raises ``Superseded``."""

Refusals = Mapping[T, Fault]
"""What of a batch the store refused, each with its own reason; all the rest was taken."""


class Catalog(Protocol):
    """The store's catalog. A WRITE sets absolute values and is harmless to repeat; a lost answer is ``Unavailable``.

    A WRITE takes one batch of at most the size that the store allows; one bad entry never keeps the others out.
    """

    sizes: BatchSizes

    def mode(self) -> StoreMode:
        """READ, 1 call: currency, whether prices are entered with tax, unit of weight."""
        ...

    def find(self, skus: Sequence[str], *, variants: bool = True) -> list[Article]:
        """READ: the articles with these SKUs, whatever their case; those that the store lacks are left out.

        Without ``variants`` only products are looked for, in few calls.
        """
        ...

    def every(self, after: int = 0) -> Iterator[list[Article]]:
        """READ: all articles in pages, by rising product id, behind product ``after``; a product is never cut."""
        ...

    def products(self, ids: Sequence[int]) -> list[Article]:
        """READ: all articles of these products; a product that is gone is left out."""
        ...

    def modified(self, since: datetime) -> Iterator[list[Article]]:
        """READ: all articles of products modified since, in pages."""
        ...

    def levels(self, location: int, variants: Sequence[int]) -> Mapping[int, int]:
        """READ: pieces on hand by variant id at a location, of these variants."""
        ...

    def list_prices(self, price_list: int, variants: Sequence[int]) -> list[ListPrice]:
        """READ: the records that a price list has of these variants, one for each currency."""
        ...

    def change_products(self, changes: Sequence[ProductChange], *, guard: Guard) -> Refusals[ProductChange]:
        """WRITE."""
        ...

    def change_variants(self, changes: Sequence[VariantChange], *, guard: Guard) -> Refusals[VariantChange]:
        """WRITE."""
        ...

    def set_stock(self, levels: Sequence[StockLevel], *, guard: Guard) -> Refusals[StockLevel]:
        """WRITE: absolute levels at one location."""
        ...

    def set_list_prices(self, price_list: int, prices: Sequence[ListPrice], *, guard: Guard) -> Refusals[ListPrice]:
        """WRITE."""
        ...

    def create(self, product: NewProduct, *, guard: Guard) -> Article:
        """WRITE: create one product. The SKU is unique in the store: find it before repeating this.

        :raises OutcomeUnknown: it may be there. :raises Rejected: it is not, and why.
        """
        ...


@dataclass(frozen=True, slots=True)
class BatchSizes:
    """The most entries one call takes."""

    products: int = 10
    variants: int = 50
    stock: int = 2000
    list_prices: int = 1000
    skus: int = 50


class Hooks(Protocol):
    """The webhook subscriptions of our API account; those of others cannot be seen."""

    def every(self) -> list[Hook]:
        """READ: all of them, pages until proven last."""
        ...

    def create(self, scope: str, destination: str) -> Hook:
        """WRITE: subscribe; the store takes one for each scope and destination.

        :raises Rejected: there is one already, or the destination is no https address.
        """
        ...

    def activate(self, hook: int) -> None:
        """WRITE, harmless to repeat: let a hook send again."""
        ...

    def delete(self, hook: int) -> None:
        """WRITE, harmless to repeat: unsubscribe."""
        ...


class Items(Protocol):
    """The ERP's items, READ only. ``changed_*`` may raise ``Truncated``: then all must be read instead."""

    def changed_items(self, since: datetime) -> list[Item]:
        """READ: every item changed since, and some from just before."""
        ...

    def all_items(self, after: str) -> list[Item]:
        """READ: the next page of all items, by rising number, behind ``after``; empty at the end."""
        ...

    def carrying(self, codes: Sequence[str]) -> dict[str, list[str]]:
        """READ: the numbers of the items that carry each of these printed codes (UPC, EAN), of codes that are known.

        Empty where the suite keeps no such codes.
        """
        ...

    def changed_prices(self, since: datetime) -> list[ItemPrice]:
        """READ: the terms that changed since; only those of the connection's price list."""
        ...

    def prices(self, items: Sequence[str]) -> list[ItemPrice]:
        """READ: every term of each of these items, 500 at most, rising; without one, an ItemPrice without terms."""
        ...

    def changed_stock(self, since: datetime) -> list[ItemStock]:
        """READ: the balances that changed since, of every warehouse."""
        ...

    def stock(self, items: Sequence[str], warehouses: Sequence[str]) -> list[ItemStock]:
        """READ: each of these items, 500 at most, rising, in each of these warehouses; zero where it is unknown."""
        ...
