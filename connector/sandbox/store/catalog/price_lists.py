"""Price lists: one record for each variant and currency, written in batches, by one caller at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connector.sandbox.store.catalog.goods import Product, Variant
from connector.sandbox.store.catalog.reading import PRODUCT_FIELDS
from connector.sandbox.store.catalog.shelf import Shelf
from connector.sandbox.store.forms import v3_date
from connector.sandbox.store.refunds import Refused

MOST_RECORDS = 1000
LISTS = (1, 2)
PRICES = ("price", "sale_price", "retail_price", "map_price")
CURRENCY_CODE = 3


@dataclass(slots=True)
class Record:
    """What a variant costs on a list, in one currency."""

    variant: Variant
    currency: str
    prices: dict[str, Decimal]
    created_at: int
    modified_at: int


class PriceLists:
    """The lists of the shop. ``seconds`` is how long a batch takes: a second one meanwhile is answered 429."""

    def __init__(
        self,
        shelf: Shelf,
        rejected: Mapping[str, str],
        lock: AbstractContextManager[bool],
        *,
        now: Callable[[], float],
    ) -> None:
        self.seconds = 0.0
        self._shelf = shelf
        self._rejected = rejected
        self._lock = lock
        self._now = now
        self._busy = threading.Lock()
        self._lists: dict[int, dict[int, dict[str, Record]]] = {number: {} for number in LISTS}

    def write(self, number: int, batch: Sequence[Any]) -> None:
        """Upsert records.

        :raises Refused: 404, 429 while another batch is being written, 422 naming every bad record; nothing is kept.
        """
        records = self._list(number)
        if not self._busy.acquire(blocking=False):
            raise Refused(429, "Too many concurrent requests: price list records are written one batch at a time")
        try:
            time.sleep(self.seconds)
            with self._lock:
                for record in self._read(number, batch):
                    _keep(records, record)
        finally:
            self._busy.release()

    def records(self, number: int) -> list[Record]:
        """Give every record of a list.

        :raises Refused: 404.
        """
        with self._lock:
            return [record for by_currency in self._list(number).values() for record in by_currency.values()]

    def prices_of(self, variant: Variant) -> dict[str, dict[str, Decimal]]:
        """Give what a variant costs, by list and currency."""
        return {
            str(number): {record.currency: record.prices["price"] for record in records[variant.id].values()}
            for number, records in self._lists.items()
            if variant.id in records
        }

    def forget(self, product: Product) -> None:
        """Drop the records of a product's variants."""
        for variant in product.variants:
            for records in self._lists.values():
                records.pop(variant.id, None)

    def _list(self, number: int) -> dict[int, dict[str, Record]]:
        if number not in self._lists:
            raise Refused(404, f"There is no price list {number}")
        return self._lists[number]

    def _read(self, number: int, batch: Sequence[Any]) -> Iterator[Record]:
        """Read a whole batch before any of it is kept."""
        records, errors = [], []
        for words in batch:
            record, wrong = self._record(words if isinstance(words, dict) else {})
            if record:
                records.append(record)
            else:
                data = {name: words[name] for name in ("variant_id", "sku", "currency") if name in words}
                errors.append({"data": {"price_list_id": number, **data}, "field_errors": wrong})
        if errors:
            raise Refused(422, "JSON data is missing or invalid", batch=errors)
        yield from records

    def _record(self, words: Mapping[str, Any]) -> tuple[Record | None, dict[str, str]]:
        wrong: dict[str, str] = {}
        variant = self._variant(words, wrong)
        currency = words.get("currency")
        if not isinstance(currency, str) or len(currency) != CURRENCY_CODE:
            wrong["currency"] = "must be a currency code"
        prices: dict[str, Decimal] = {}
        for name in (name for name in PRICES if name in words):
            try:
                prices[name] = PRODUCT_FIELDS[name](words[name])
            except (ValueError, ArithmeticError) as exc:
                wrong[name] = str(exc)
        if "price" not in words:
            wrong["price"] = "error.path.missing"
        if wrong or variant is None:
            return None, wrong
        moment = int(self._now())
        return Record(variant, str(currency).lower(), prices, moment, moment), {}

    def _variant(self, words: Mapping[str, Any], wrong: dict[str, str]) -> Variant | None:
        name = "variant_id" if "variant_id" in words else "sku"
        value = words.get(name)
        if name == "sku":
            found = self._shelf.variant_with(str(value))
        else:
            found = self._shelf.variants.get(value) if isinstance(value, int) else None
        if found is None:
            parent = name == "sku" and self._shelf.product_with(str(value))
            wrong[name] = "is a product with several SKUs" if parent else f"there is no variant {value}"
        elif found.sku.lower() in self._rejected:
            wrong[name] = self._rejected[found.sku.lower()]
        return found


def record_of(number: int, record: Record) -> dict[str, Any]:
    """Show a record as ``/v3/pricelists`` does."""
    return {
        "price_list_id": number,
        "variant_id": record.variant.id,
        "product_id": record.variant.product.id,
        "sku": record.variant.sku,
        "currency": record.currency,
        **{name: record.prices.get(name) for name in PRICES},
        "calculated_price": record.prices.get("sale_price") or record.prices["price"],
        "bulk_pricing_tiers": [],
        "date_created": _date(record.created_at),
        "date_modified": _date(record.modified_at),
    }


def _keep(records: dict[int, dict[str, Record]], record: Record) -> None:
    by_currency = records.setdefault(record.variant.id, {})
    if before := by_currency.get(record.currency):
        record.created_at, record.prices = before.created_at, {**before.prices, **record.prices}
    by_currency[record.currency] = record


def _date(moment: int) -> str:
    return v3_date(datetime.fromtimestamp(moment, UTC))
