"""What an item becomes in the store's catalog, by the profile: its SKUs, fields, price and pieces. Pure."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from connector.domain.faults import MappingGap, Unpriced
from connector.domain.item import Item, ItemPrice, ItemStock, PriceTerm
from connector.domain.money import Money
from connector.domain.product import Binding, NewProduct, ProductChange, StoreMode, VariantChange, sku_key
from connector.mapping.profile import Profile

LONGEST_NAME, LONGEST_SKU = 250, 255
"""What the store takes (facts/bigcommerce.md §7)."""

GRAMS: Mapping[str, Decimal] = {
    "kg": Decimal(1000),
    "g": Decimal(1),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
    "t": Decimal(1_000_000),
}
_PERCENT = Decimal(100)


class Shelf:
    """One store's catalog on one day of the company, as a mapping profile fills it."""

    def __init__(self, profile: Profile, mode: StoreMode, day: date) -> None:
        self.mode = mode
        self.day = day
        self._profile = profile
        self._catalog = profile.catalog
        self._items = {sku_key(sku): item for sku, item in profile.items.table.items()}
        self._listed: dict[str, list[str]] = defaultdict(list)
        for sku, item in profile.items.table.items():
            self._listed[item].append(sku)

    @property
    def price_list(self) -> int | None:
        """The store's price list that prices go to; None for the products' own."""
        return self._catalog.price_list

    @property
    def restores(self) -> bool:
        """Whether somebody else's change to a field of ours is put right."""
        return self._catalog.edits == "restore"

    @property
    def masters_price(self) -> bool:
        """Whether what items cost in the store is the ERP's to say."""
        return "price" in self._catalog.fields

    @property
    def masters_visibility(self) -> bool:
        """Whether a product is hidden when its item is not sold any more."""
        return "visibility" in self._catalog.fields

    def skus(self, item: str) -> list[str]:
        """List the SKUs that are this item, as the profile says for order lines, too."""
        own = [item] if self._profile.items.rule == "same" and sku_key(item) not in self._items else []
        return [sku for sku in (*self._listed.get(item, ()), *own) if sku]

    def item(self, sku: str) -> str | None:
        """Tell which item a SKU is; None where the profile knows none."""
        listed = self._items.get(sku_key(sku))
        return listed or (sku.strip() if self._profile.items.rule == "same" else None)

    def details(self, item: Item, article: Binding) -> ProductChange | VariantChange | None:
        """Say what an article's fields become; a variant has only a weight of its own. None: nothing is ours."""
        weight = self._weight(item) if "weight" in self._catalog.fields else None
        if not article.base:
            return VariantChange(article.variant, weight=weight) if weight is not None else None
        change = ProductChange(
            article.product,
            name=self._name(item, article.sku) if "name" in self._catalog.fields else None,
            description=_description(item) if "description" in self._catalog.fields else None,
            weight=weight,
            visible=False if self.masters_visibility and not item.sold else None,
        )
        return None if change == ProductChange(article.product) else change

    def price(self, price: ItemPrice) -> Money | None:
        """Say what one piece costs today in the store's way of keeping prices; None: nothing of it is ours.

        :raises MappingGap: it cannot be said: another currency, tax on one side only and no rate for it, or less than
            the smallest coin: rounded, it would be free. Or two prices began on one day.
        """
        term = price.on(self.day)
        if term is None or not self.masters_price:
            return None
        currencies = [rival.amount.currency for rival in price.rivals(self.day)]
        if len(currencies) > 1:
            raise Unpriced(
                f"item {price.item} is priced in {' and in '.join(currencies)} from {term.since} on, and it is open "
                "which counts: let the shop's price list hold one currency"
            )
        if self.price_list is None and term.amount.currency != self.mode.currency:
            raise MappingGap(
                f"item {price.item} is priced in {term.amount.currency}, the store keeps {self.mode.currency}: "
                "set catalog.price_list, or name a price list of that currency in the connection"
            )
        exact = Money(self._taxed(price.item, term), term.amount.currency)
        if not exact.rounded().amount:
            raise MappingGap(
                f"one piece of item {price.item} costs {exact}, which the store would give away for 0: "
                "sell it by the pack, as an item of its own, or take its SKU out of the store"
            )
        return exact.rounded()

    def _taxed(self, item: str, term: PriceTerm) -> Decimal:
        amount = term.amount.amount
        if term.with_tax == self.mode.with_tax:
            return amount
        if self._catalog.tax_rate is None:
            ours, theirs = ("with", "without") if term.with_tax else ("without", "with")
            raise MappingGap(
                f"item {item} is priced {ours} tax, the store keeps prices {theirs}: set catalog.tax_rate (percent)"
            )
        factor = 1 + self._catalog.tax_rate / _PERCENT
        return amount * factor if self.mode.with_tax else amount / factor

    def pieces(self, stock: Iterable[ItemStock]) -> dict[int, int]:
        """Say how many whole pieces each location has: its warehouses together, never less than none.

        What orders take that the ERP has not heard of yet comes as a negative balance of their warehouse.
        """
        sums: dict[int, Decimal] = defaultdict(Decimal)
        for one in stock:
            for location in self.locations(one.warehouse):
                sums[location] += one.available
        return {location: max(0, int(total.to_integral_value(ROUND_FLOOR))) for location, total in sums.items()}

    def locations(self, warehouse: str) -> list[int]:
        """List the locations that a warehouse fills, each once, however often the profile says so."""
        return sorted({row.location for row in self._profile.warehouses if row.infor == warehouse})

    @property
    def all_locations(self) -> list[int]:
        """The locations that any warehouse fills."""
        return sorted({row.location for row in self._profile.warehouses})

    @property
    def warehouses(self) -> list[str]:
        """The warehouses that fill any location."""
        return sorted({row.infor for row in self._profile.warehouses})

    def unwanted(self, item: Item, skus: Sequence[str]) -> str:
        """Say why the store shall never have an item that it lacks; nothing when it shall."""
        if not skus:
            return "items.table names no SKU for it"
        if not item.sold:
            return "it is not sold"
        if not self._catalog.create:
            return f"the store has no product with SKU {skus[0]}, and catalog.create is off"
        if not self.masters_price:
            return f"the store makes no product without a price, and catalog.fields has none: create {skus[0]} there"
        return ""

    def missing(self, sku: str, item: Item | None, price: ItemPrice | None) -> NewProduct | str | None:
        """Say what to create for an item that the store lacks, or why nothing is; None: not before it has a price."""
        reason = "it was not read yet" if item is None else self.unwanted(item, [sku])
        if item is None or reason:
            return reason
        name = self._name(item, sku)
        if name is None:
            return "it has no name"
        if len(sku) > LONGEST_SKU:
            return f"the store takes SKUs of {LONGEST_SKU} characters"
        if price is None or not price.on(self.day):
            return None
        amount = self.price(price)
        weight = self._weight(item) or Decimal(0)
        if amount is None or amount.currency != self.mode.currency:
            return f"it has no price in {self.mode.currency}: create the product in the store, then it is found"
        told = _description(item) or ""
        return NewProduct(sku, name, told, amount.amount, weight, self._catalog.visible, self._catalog.categories)

    def _name(self, item: Item, sku: str) -> str | None:
        marked = f" ({sku})" if self._catalog.names == "with_sku" else ""
        plain = item.name[: LONGEST_NAME - len(marked)].strip()
        return f"{plain}{marked}" if plain else None

    def _weight(self, item: Item) -> Decimal | None:
        unit = self._catalog.weight_unit
        if item.weight is None or unit is None or unit == self.mode.weight_unit:
            return item.weight
        store = GRAMS.get(self.mode.weight_unit)
        if store is None:
            return None
        return (item.weight * GRAMS[unit] / store).quantize(Decimal("0.0001"), ROUND_HALF_UP).normalize()


def skus_of(item: str, profile: Profile) -> list[str]:
    """List the SKUs that are an item, however the store keeps them."""
    return Shelf(profile, StoreMode("", with_tax=False, weight_unit=""), date.min).skus(item)


def _description(item: Item) -> str | None:
    """Plain text becomes the store's HTML; an empty one leaves the merchant's own alone."""
    return html.escape(item.description.strip(), quote=False) or None
