"""The catalog's lists: filters by index where there is one, pages cut before anything is shown."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from connector.sandbox.store.catalog.goods import Product, Variant
from connector.sandbox.store.catalog.shelf import Shelf
from connector.sandbox.store.forms import read_date
from connector.sandbox.store.listing import page_and_limit
from connector.sandbox.store.refunds import Refused
from connector.sandbox.store.views_v3 import pagination

FEWER_PER_PAGE = 10
"""The most a page holds that includes options or modifiers (facts/bigcommerce.md §7)."""
PAGING = frozenset({"page", "limit", "include", "include_fields", "sort", "direction"})
PRODUCT_FILTERS = frozenset(
    {
        "id",
        "id:in",
        "id:min",
        "id:greater",
        "name",
        "sku",
        "sku:in",
        "is_visible",
        "date_modified:min",
        "date_modified:max",
    }
)
SKU_FILTERS, ID_FILTERS = frozenset({"sku", "sku:in"}), frozenset({"id", "id:in"})
VARIANT_FILTERS = frozenset({"id", "id:in", "product_id:in", "product_id", "sku"})
SORTS: dict[str, Callable[[Product], Any]] = {
    "id": lambda product: product.id,
    "name": lambda product: (product.name, product.id),
    "sku": lambda product: (product.sku, product.id),
    "date_modified": lambda product: (product.modified_at, product.id),
}
T = TypeVar("T")
Test = Callable[[Product], bool]


def words_in(query: Mapping[str, str], name: str) -> list[str]:
    """Read a list of words."""
    return [word for word in query.get(name, "").split(",") if word]


def numbers_in(query: Mapping[str, str], name: str) -> list[int]:
    """Read a list of numbers.

    :raises Refused: 422 when one of them is none.
    """
    try:
        return [int(word) for word in words_in(query, name)]
    except ValueError as exc:
        raise Refused(422, f"The filter(s): {name} are not valid.") from exc


def check_filters(query: Mapping[str, str], known: Collection[str]) -> None:
    """Refuse what no filter is called.

    :raises Refused: 422.
    """
    if unknown := sorted(set(query) - set(known) - PAGING):
        raise Refused(422, f"The filter(s): {', '.join(unknown)} are not valid filter parameter(s).")


def products(shelf: Shelf, query: Mapping[str, str]) -> tuple[list[Product], dict[str, Any]]:
    """Choose a page of products, and say where in the list it stands.

    :raises Refused: 413 for a page too large, 422 for what is no filter.
    """
    check_filters(query, PRODUCT_FILTERS)
    page, limit = page_and_limit(query)
    if {"options", "modifiers"} & set(words_in(query, "include")):
        limit = min(limit, FEWER_PER_PAGE)
    ids = _product_ids(shelf, query)
    for test in _tests(query):
        ids = [one for one in ids if test(shelf.products[one])]
    return cut(shelf.products, _sorted(shelf, ids, query), page, limit)


def variants(shelf: Shelf, query: Mapping[str, str]) -> tuple[list[Variant], dict[str, Any]]:
    """Choose a page of variants, base variants among them.

    :raises Refused: 413 for a page too large, 422 for what is no filter.
    """
    check_filters(query, VARIANT_FILTERS)
    page, limit = page_and_limit(query)
    return cut(shelf.variants, _variant_ids(shelf, query), page, limit)


def cut(rows: Mapping[int, T], ids: Sequence[int], page: int, limit: int) -> tuple[list[T], dict[str, Any]]:
    """Cut one page out of a list of ids."""
    shown = [rows[one] for one in ids[(page - 1) * limit : page * limit] if one in rows]
    return shown, {"pagination": pagination(len(ids), len(shown), page=page, limit=limit)}


def _product_ids(shelf: Shelf, query: Mapping[str, str]) -> list[int]:
    """Give the ids by the narrowest index; what else is asked of them is asked too."""
    if query.keys() & SKU_FILTERS:
        asked = [query["sku"]] if "sku" in query else words_in(query, "sku:in")
        return _known(shelf.products, (found.id for sku in asked if (found := shelf.product_with(sku))))
    if query.keys() & ID_FILTERS:
        return _known(shelf.products, [*numbers_in(query, "id:in"), *numbers_in(query, "id")])
    if "id:min" in query:
        return shelf.product_ids[bisect_left(shelf.product_ids, _number(query, "id:min")) :]
    if "id:greater" in query:
        return shelf.product_ids[bisect_right(shelf.product_ids, _number(query, "id:greater")) :]
    return shelf.product_ids


def _variant_ids(shelf: Shelf, query: Mapping[str, str]) -> list[int]:
    if "sku" in query:
        found = shelf.variant_with(query["sku"])
        return [found.id] if found else []
    if "product_id:in" in query or "product_id" in query:
        asked = [*numbers_in(query, "product_id:in"), *numbers_in(query, "product_id")]
        owners = [shelf.products[one] for one in asked if one in shelf.products]
        return _known(shelf.variants, (variant.id for product in owners for variant in product.variants))
    if "id:in" in query or "id" in query:
        return _known(shelf.variants, [*numbers_in(query, "id:in"), *numbers_in(query, "id")])
    return shelf.variant_ids


def _known(rows: Mapping[int, object], ids: Iterable[int]) -> list[int]:
    return sorted({one for one in ids if one in rows})


def _number(query: Mapping[str, str], name: str) -> int:
    if numbers := numbers_in(query, name):
        return numbers[0]
    raise Refused(422, f"The filter(s): {name} are not valid.")


def _tests(query: Mapping[str, str]) -> list[Test]:
    """Give what the index that was used has not asked yet."""
    tests: list[Test] = []
    if query.keys() & SKU_FILTERS and query.keys() & ID_FILTERS:
        wanted = {*numbers_in(query, "id:in"), *numbers_in(query, "id")}
        tests.append(lambda product: product.id in wanted)
    if query.keys() & (SKU_FILTERS | ID_FILTERS) and "id:min" in query:
        lowest = _number(query, "id:min")
        tests.append(lambda product: product.id >= lowest)
    if "name" in query:
        name = query["name"].lower()
        tests.append(lambda product: product.name.lower() == name)
    if "is_visible" in query:
        visible = query["is_visible"] in ("true", "1")
        tests.append(lambda product: product.visible == visible)
    return tests + _date_tests(query)


def _date_tests(query: Mapping[str, str]) -> list[Test]:
    tests: list[Test] = []
    try:
        if "date_modified:min" in query:
            earliest = _moment(query["date_modified:min"])
            tests.append(lambda product: product.modified_at >= earliest)
        if "date_modified:max" in query:
            latest = _moment(query["date_modified:max"])
            tests.append(lambda product: product.modified_at <= latest)
    except ValueError as exc:
        raise Refused(422, "The filter(s): date_modified are not valid.") from exc
    return tests


def _moment(text: str) -> float:
    """Read ISO 8601 or unix seconds (facts/bigcommerce.md §8.4)."""
    return float(text) if text.isdigit() else read_date(text).timestamp()


def _sorted(shelf: Shelf, ids: Sequence[int], query: Mapping[str, str]) -> Sequence[int]:
    field, direction = query.get("sort", "id"), query.get("direction", "asc")
    if field not in SORTS or direction not in ("asc", "desc"):
        raise Refused(422, "The sort is not valid.")
    if (field, direction) == ("id", "asc"):
        return ids
    return sorted(ids, key=lambda one: SORTS[field](shelf.products[one]), reverse=direction == "desc")
