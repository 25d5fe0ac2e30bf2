"""Whatever a value of a list, or a whole answer, becomes: it is read so that it can be kept, or a fault names it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import responses
from bigcommerce_rig import NO_CONTENT, WHOLE, Answer, CountedBudget, Edge, Trail, a_store, said
from hypothesis import given
from hypothesis import strategies as st

from connector.bigcommerce.client import BigCommerce
from connector.domain.faults import ContractBroken, Fault
from connector.domain.product import NewProduct
from tests.strange import BODIES, VALUES, Place, changed, drawn, places, storable
from tests.wire.test_bigcommerce_catalog import TEE, optioned, plain
from tests.wire.test_bigcommerce_hooks import row as hook_row

SINCE = datetime(2026, 3, 3, tzinfo=UTC)
PRODUCTS, VARIANTS = "/v3/catalog/products", "/v3/catalog/variants"
NEW = NewProduct("TEE", "Tee", "<p>fine</p>", Decimal(1), Decimal(1), visible=True)
MOST_ASKED = 40


@dataclass(frozen=True)
class Read:
    """What is told at each address, how often before the list runs dry, and what is asked."""

    told: dict[str, Any]
    ask: Callable[[BigCommerce], object]
    times: int = 1


def listed(*rows: Any) -> dict[str, Any]:
    return {"data": [*rows], "meta": {"pagination": {"total": len(rows)}}}


def order_row(number: int) -> dict[str, Any]:
    """A row of the order list; the head is short, as the rest is read by what reads an order."""
    moment = f"Tue, 03 Mar 2026 21:40:{number % 60:02} +0000"
    left_out = {"consignments", "fees", "products", "shipping_addresses", "coupons", "billing_address"}
    head = {name: value for name, value in WHOLE["order"].items() if name not in left_out}
    return head | {"id": number, "date_created": moment, "date_modified": moment, "is_deleted": False}


def a_hook(number: int) -> dict[str, Any]:
    return hook_row(number)


ITEM = {"identity": {"variant_id": 421, "sku": "TEE"}, "total_inventory_onhand": 4, "settings": {"x": 1}}
PRICE = {"variant_id": 421, "currency": "USD", "price": 9.5}
REFUND = {"id": 7, "order_id": 1042, "created": "2026-03-03T21:45:00+00:00"}
VARIANT = TEE["variants"][0]
TEN_ROWS = [order_row(number) for number in range(1001, 1011)]  # a full page, by one of the sizes servers use
COUNTS = {"statuses": [{"id": 10, "name": "Completed", "count": 4}, {"id": 0, "count": 1}], "count": 5}
STORE = {"id": "abcde12345", "currency": "USD", "weight_units": "LBS", "is_price_entered_with_tax": False}

READS = {
    "mode": Read({"/v2/store": STORE}, lambda store: store.catalog.mode()),
    "find": Read(
        {PRODUCTS: listed(plain(1, "MUG")), VARIANTS: listed(VARIANT)},
        lambda store: store.catalog.find(["MUG", "TEE-RED-S"]),
        times=2,
    ),
    "every article": Read({PRODUCTS: listed(TEE, plain(200, "MUG"))}, lambda store: [*store.catalog.every()]),
    "many variants": Read(
        {
            PRODUCTS: listed(optioned(184, *(f"S{number}" for number in range(50)))),
            VARIANTS: listed(VARIANT, VARIANT | {"id": 422}),
        },
        lambda store: store.catalog.products([184]),
    ),
    "modified": Read({PRODUCTS: listed(TEE)}, lambda store: [*store.catalog.modified(SINCE)]),
    "levels": Read(
        {"/v3/inventory/locations/1/items": listed(ITEM, ITEM)}, lambda store: store.catalog.levels(1, [421])
    ),
    "list prices": Read(
        {"/v3/pricelists/3/records": listed(PRICE, PRICE)}, lambda store: store.catalog.list_prices(3, [421])
    ),
    "hooks": Read({"/v3/hooks": listed(a_hook(1), a_hook(2))}, lambda store: store.hooks.every()),
    "orders by change": Read({"/v2/orders": TEN_ROWS}, lambda store: [*store.orders_modified(SINCE)], times=3),
    "orders by id": Read({"/v2/orders": TEN_ROWS}, lambda store: [*store.walks.ids()]),
    "orders by day": Read(
        {"/v2/orders": TEN_ROWS}, lambda store: [*store.walks.created(SINCE, SINCE + timedelta(days=1))], times=3
    ),
    "first order": Read({"/v2/orders": TEN_ROWS[-1:]}, lambda store: store.walks.first_since(SINCE), times=99),
    "count": Read({"/v2/orders/count": COUNTS}, lambda store: store.walks.count(SINCE, SINCE + timedelta(days=1))),
    "look up": Read({"/v2/orders/1042": order_row(1042)}, lambda store: store.walks.look_up(1042)),
    "refunds": Read(
        {"/v3/orders/payment_actions/refunds": listed(REFUND, REFUND | {"id": 8})},
        lambda store: [*store.refunds_created(SINCE)],
    ),
    "transactions": Read(
        {"/v3/orders/1042/transactions": listed({"id": 1}, {"id": 2})}, lambda store: store.walks.transactions(1042)
    ),
    "ping": Read(
        {
            "/v2/time": {"time": 1773576000},
            "/v2/store": STORE,
            "/v2/orders": [],
            "/v3/orders/payment_actions/refunds": listed(),
            "/v3/hooks": listed(),
            PRODUCTS: listed(),
            "/v3/inventory/items": listed(),
        },
        lambda store: store.ping(),
        times=2,
    ),
    "created product": Read(
        {PRODUCTS: {"data": plain(1, "TEE"), "meta": {}, "errors": {"url": "taken"}}},
        lambda store: store.catalog.create(NEW, guard=lambda: None),
    ),
    "created hook": Read(
        {"/v3/hooks": {"data": a_hook(1), "meta": {}}},
        lambda store: store.hooks.create("store/order/created", "https://here.example"),
    ),
}


def outcome(read: Read, path: str, body: str, status: int = 200) -> object:
    """Ask, one address giving this body, the others what they should."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        edge = Edge(mock)
        for other, told in read.told.items():
            edge.on(other, running_dry((status, {}, body) if other == path else said(told), other, read.times))
        try:
            return read.ask(a_store(Trail(), CountedBudget()))
        except Fault as fault:
            return fault
        finally:
            assert len(edge.asked) < MOST_ASKED


def running_dry(answer: Answer, path: str, times: int) -> Callable[[dict[str, str]], Answer]:
    """The same answer so many times, then the end of a list."""
    asked = itertools.count(1)

    def answered(_: dict[str, str]) -> Answer:
        number = next(asked)
        assert number < MOST_ASKED, f"{path} is asked without end"
        return answer if number <= times else NO_CONTENT

    return answered


def kept(told: object) -> bool:
    """Tell whether a database could keep all of it."""
    if isinstance(told, Fault):
        return storable(str(told)) and ("GET /v" in str(told) or "POST /v" in str(told) or "store" in str(told))
    if isinstance(told, str):
        return storable(told)
    if isinstance(told, datetime):
        return told.tzinfo is UTC
    if isinstance(told, int):
        return -(2**63) <= told < 2**63
    if isinstance(told, Decimal):
        return told.is_finite()
    return all(map(kept, parts(told)))


def parts(told: object) -> Iterator[object]:
    if is_dataclass(told):
        yield from (getattr(told, one.name) for one in fields(told))
    elif isinstance(told, dict):
        yield from itertools.chain(told.keys(), told.values())
    elif isinstance(told, list | tuple):
        yield from told


@cache
def spots(name: str) -> list[tuple[str, Place]]:
    """Every place of what is told, by its address."""
    told = READS[name].told
    return [(path, place) for path, whole in told.items() for place in places(whole)]


def spoilt(name: str, path: str, place: Place, value: object) -> object:
    read = READS[name]
    return outcome(read, path, said(changed(read.told[path], place, value))[2])


@pytest.mark.parametrize("name", READS)
def test_unspoilt_each_is_read(name: str) -> None:
    found = READS[name]
    [path, *_] = found.told
    told = outcome(found, path, said(found.told[path])[2])
    assert told
    assert not isinstance(told, Fault)
    assert kept(told)


@drawn(5 / 2)
@given(data=st.data(), name=st.sampled_from(sorted(READS)))
def test_any_strange_value_is_read_or_named(data: st.DataObject, name: str) -> None:
    path, place = data.draw(st.sampled_from(spots(name)))
    value = data.draw(st.sampled_from(VALUES))
    assert kept(spoilt(name, path, place, value))


@pytest.mark.parametrize("name", READS)
def test_any_body_is_read_or_named(name: str) -> None:
    whole = [json.dumps(value) for value in VALUES if isinstance(value, dict | list | bool | int)]
    for path in READS[name].told:
        for body in (*whole, *(body.decode("latin-1") for body in BODIES)):
            assert kept(outcome(READS[name], path, body)), (path, body[:40])


@pytest.mark.long
@pytest.mark.parametrize(
    "name", sorted(set(READS) - {"many variants", "ping"} - {one for one in READS if "order" in one})
)
def test_every_strange_value_at_every_place_is_read_or_named(name: str) -> None:
    for path, place in spots(name):
        for value in VALUES:
            assert kept(spoilt(name, path, place, value)), (path, place, value)


@pytest.mark.parametrize("name", ["orders by change", "orders by day", "first order", "orders by id", "look up"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("row", [0, -1])
def test_a_date_at_either_end_of_time_is_read_or_named(name: str, moment: str, row: int) -> None:
    [(path, told)] = READS[name].told.items()
    dates = {"date_created": moment, "date_modified": moment}
    if isinstance(told, list):
        rows = [*told]
        rows[row] = rows[row] | dates
    else:
        rows = told | dates
    assert kept(outcome(READS[name], path, said(rows)[2]))


@pytest.mark.parametrize("moment", [10**11, 2**63 - 1])
def test_a_hook_made_at_no_time_is_named(moment: int) -> None:
    found = spoilt("hooks", "/v3/hooks", ("data", 1, "created_at"), moment)
    assert str(found) == "the store's hook list row 2: created_at is a number, not seconds since 1970"


def test_a_list_that_begins_before_what_was_asked_for_is_named() -> None:
    newest = order_row(1042)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        edge = Edge(mock)
        edge.on("/v2/orders", lambda asked: said([newest if "desc" in asked["sort"] else order_row(1)]))
        with pytest.raises(ContractBroken, match="gave order 1, though asked for those from 521 on"):
            a_store(Trail(), CountedBudget()).walks.first_since(SINCE + timedelta(days=1))
