"""The store's products, prices and stock behind the ``Catalog`` port (facts/bigcommerce.md §7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from connector.bigcommerce import api, batches, wire_catalog, wire_refusal
from connector.bigcommerce.api import Api, Resource
from connector.bigcommerce.batches import Batch
from connector.bigcommerce.paging import LIMIT, every_row, rising
from connector.bigcommerce.wire_fields import Fields
from connector.domain.faults import ContractBroken, Fault, OutcomeUnknown, Rejected
from connector.domain.product import (
    Article,
    ListPrice,
    NewProduct,
    ProductChange,
    StockLevel,
    StoreMode,
    Tracking,
    VariantChange,
    sku_key,
)
from connector.http.transport import Answer
from connector.ports import BatchSizes, Guard, Refusals
from connector.telemetry import logs

T = TypeVar("T")

STORE = Resource("GET /v2/store", "/v2/store", api.INFORMATION)
PRODUCTS = Resource("GET /v3/catalog/products", "/v3/catalog/products", api.PRODUCTS)
VARIANTS = Resource("GET /v3/catalog/variants", "/v3/catalog/variants", api.PRODUCTS)
CREATE = Resource("POST /v3/catalog/products", "/v3/catalog/products", api.PRODUCTS)

CHANGED_PRODUCTS: Batch[ProductChange] = Batch(
    Resource("PUT /v3/catalog/products", "/v3/catalog/products", api.PRODUCTS),
    body=lambda changes: [wire_catalog.changed_product(change) for change in changes],
    names=lambda change: {"id": change.product, "product_id": change.product},
    missing=True,
)
CHANGED_VARIANTS: Batch[VariantChange] = Batch(
    Resource("PUT /v3/catalog/variants", "/v3/catalog/variants", api.PRODUCTS),
    body=lambda changes: [wire_catalog.changed_variant(change) for change in changes],
    names=lambda change: {"id": change.variant, "variant_id": change.variant},
    missing=True,
)
LEVELS: Batch[StockLevel] = Batch(
    Resource("PUT /v3/inventory/adjustments/absolute", "/v3/inventory/adjustments/absolute", api.INVENTORY),
    body=wire_catalog.adjustments,
    names=lambda level: {**dict([wire_catalog.counted_on(level)]), "sku": level.article.sku},
)

_log = logs.logger(__name__)


class StoreCatalog:
    """One store's catalog, read and written as ``ports.Catalog`` says."""

    sizes = BatchSizes()

    def __init__(self, store: Api) -> None:
        self._api = store

    def mode(self) -> StoreMode:
        """READ, 1 call: currency, whether prices are entered with tax, unit of weight."""
        return wire_catalog.mode(self._api.get(STORE))

    def find(self, skus: Sequence[str], *, variants: bool = True) -> list[Article]:
        """READ: the articles with these SKUs, whatever their case; those that the store lacks are left out.

        1 call for 50 products without options, and 1 for each SKU that is none of these, if it may be a variant's.
        """
        wanted = {sku_key(sku): sku for sku in skus if sku}
        found: dict[str, Article] = {}
        for params in _asking_for(wanted.values(), self.sizes.skus):
            found |= _keyed(self._listed(params), wanted)
        others = [sku for key, sku in wanted.items() if variants and key not in found]
        owners = {owner for sku in others for owner in self._owners(sku)}
        found |= _keyed(self.products(sorted(owners)), wanted)
        return [found[key] for key in wanted if key in found]

    def every(self, after: int = 0) -> Iterator[list[Article]]:
        """READ: all articles in pages, by rising product id, behind product ``after``; a product is never cut."""
        return self._rising({}, after)

    def products(self, ids: Sequence[int]) -> list[Article]:
        """READ: all articles of these products; a product that is gone is left out."""
        return [
            article
            for part in _portions(ids, LIMIT)
            for article in self._listed({"id:in": ",".join(str(product) for product in part)})
        ]

    def modified(self, since: datetime) -> Iterator[list[Article]]:
        """READ: all articles of products modified since, in pages by rising product id.

        Modification never takes a product off this list, and its id never changes: so none slips between pages.
        """
        return self._rising({"date_modified:min": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}, 0)

    def levels(self, location: int, variants: Sequence[int]) -> dict[int, int]:
        """READ, 1 call for 250: pieces on hand by variant id at a location, of these variants."""
        path = f"/v3/inventory/locations/{location}/items"
        resource = Resource("GET /v3/inventory/locations/{id}/items", path, api.INVENTORY)
        missing = f"the store has no location {location}"
        found: dict[int, int] = {}
        for part in _portions(variants, LIMIT):
            found |= wire_catalog.on_hand(self._held(resource, part, missing))
        return found

    def _held(self, resource: Resource, variants: Sequence[int], missing: str) -> list[object]:
        params = {"variant_id:in": ",".join(map(str, variants))}
        return list(every_row(lambda number: self._api.v3_page(resource, number, params, missing=missing)))

    def list_prices(self, price_list: int, variants: Sequence[int]) -> list[ListPrice]:
        """READ, 1 call for 250: the records that a price list has of these variants, one for each currency."""
        resource = Resource("GET /v3/pricelists/{id}/records", f"/v3/pricelists/{price_list}/records", api.PRODUCTS)
        missing = f"the store has no price list {price_list}"
        parts = _portions(variants, LIMIT)
        return [one for part in parts for one in wire_catalog.list_prices(self._held(resource, part, missing))]

    def change_products(self, changes: Sequence[ProductChange], *, guard: Guard) -> Refusals[ProductChange]:
        """WRITE, harmless to repeat."""
        return batches.write(self._api, changes, CHANGED_PRODUCTS, guard)

    def change_variants(self, changes: Sequence[VariantChange], *, guard: Guard) -> Refusals[VariantChange]:
        """WRITE, harmless to repeat."""
        return batches.write(self._api, changes, CHANGED_VARIANTS, guard)

    def set_stock(self, levels: Sequence[StockLevel], *, guard: Guard) -> Refusals[StockLevel]:
        """WRITE, harmless to repeat: absolute levels at one location; what the store does not count is refused."""
        counted = [level for level in levels if level.article.tracking is not Tracking.NONE]
        uncounted: dict[StockLevel, Fault] = {
            level: Rejected(f"the store does not track the inventory of {level.article.sku}")
            for level in levels
            if level.article.tracking is Tracking.NONE
        }
        return uncounted | batches.write(self._api, counted, LEVELS, guard)

    def set_list_prices(self, price_list: int, prices: Sequence[ListPrice], *, guard: Guard) -> Refusals[ListPrice]:
        """WRITE, harmless to repeat; one call at a time for the whole store (facts §7).

        :raises Rejected: the store has no such price list.
        """
        records: Batch[ListPrice] = Batch(
            Resource("PUT /v3/pricelists/{id}/records", f"/v3/pricelists/{price_list}/records", api.PRODUCTS),
            body=lambda listed: [wire_catalog.price_record(price) for price in listed],
            names=lambda price: {"variant_id": price.variant},
        )
        return batches.write(self._api, prices, records, guard)

    def create(self, product: NewProduct, *, guard: Guard) -> Article:
        """WRITE, 1 call: create one product. The SKU is unique in the store: find it before repeating this.

        :raises OutcomeUnknown: it may be there. :raises Rejected: it is not, and why.
        """
        answer = self._api.write("POST", CREATE, wire_catalog.new_product(product), guard=guard)
        fault = api.fault_for(answer, CREATE, wire_refusal.words(wire_refusal.complaints(answer)))
        if fault is not None:
            raise fault
        _tell_unsaved(answer)
        try:
            [article] = wire_catalog.articles(Fields(answer.json(), "answer").part("data"))
        except (ContractBroken, ValueError):
            raise OutcomeUnknown(f"{CREATE.call} answered {answer.status} without the product it created") from None
        return article

    def _owners(self, sku: str) -> list[int]:
        """READ, 1 call: the products that have a variant of this SKU."""
        rows = every_row(lambda number: self._api.v3_page(VARIANTS, number, {"sku": sku}))
        found = wire_catalog.by_product(rows)
        return [
            product
            for product, variants in found.items()
            if sku_key(sku) in {sku_key(one.text("sku")) for one in variants}
        ]

    def _listed(self, params: Mapping[str, str]) -> list[Article]:
        """READ: the articles of a list that is no longer than a page."""
        asked = {"include": "variants", **params}
        return self._whole(list(every_row(lambda number: self._api.v3_page(PRODUCTS, number, asked))))

    def _rising(self, params: Mapping[str, str], after: int) -> Iterator[list[Article]]:
        asked = {"include": "variants", "sort": "id", "direction": "asc", **params}
        pages = rising(
            lambda behind: self._api.v3_page(PRODUCTS, 1, {**asked, "id:min": str(behind + 1)}),
            wire_catalog.identity,
            after,
        )
        return (found for rows in pages if (found := self._whole(rows)))  # an empty page would look like the end

    def _whole(self, rows: list[object]) -> list[Article]:
        """Read products; the variants of those that may carry only a part are read apart, with pages."""
        products = wire_catalog.products(rows)
        doubtful = [str(row.whole("id")) for row in products if wire_catalog.doubtful(row)]
        apart: dict[int, list[Fields]] = {}
        if doubtful:
            params = {"product_id:in": ",".join(doubtful)}
            apart = wire_catalog.by_product(every_row(lambda number: self._api.v3_page(VARIANTS, number, params)))
        return [article for row in products for article in wire_catalog.articles(row, apart.get(row.whole("id")))]


def _asking_for(skus: Iterable[str], most: int) -> Iterator[dict[str, str]]:
    """Ask for many SKUs at once; one with a comma would read as two there, so it is asked for alone."""
    wanted = list(skus)
    for part in _portions([sku for sku in wanted if "," not in sku], most):
        yield {"sku:in": ",".join(part)}
    for sku in wanted:
        if "," in sku:
            yield {"sku": sku}


def _portions(whole: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    return (whole[start : start + most] for start in range(0, len(whole), most))


def _keyed(articles: Iterable[Article], wanted: Mapping[str, str]) -> dict[str, Article]:
    """Keep the articles that were asked for, by SKU as the store compares it."""
    return {key: article for article in articles if (key := sku_key(article.sku)) in wanted}


def _tell_unsaved(answer: Answer) -> None:
    """A 207: the product is there, but its URL or inventory was not saved (facts/bigcommerce.md §7)."""
    found = wire_refusal.reservations(answer)
    if found:
        _log.warning("product.partly_saved", call=answer.call, status=answer.status, words=wire_refusal.words(found))
