"""Whether the store can be worked with: each thing looked at is a line, with what to do when it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from connector.bigcommerce import api, hooks
from connector.bigcommerce.api import Api, Resource
from connector.bigcommerce.wire_fields import Fields
from connector.domain.connection import Check
from connector.domain.faults import Fault, Rejected, Unauthorized
from connector.ports import Clock

CLOCK_TOLERANCE = timedelta(seconds=60)
"""Webhook signatures are refused by age: a clock far off refuses them all."""
_FAR_FUTURE = 2**33  # seconds: no date breaks on it
NEW_ACCOUNT = (
    "create a store-level API account with Orders (modify), Order Transactions (read-only) and "
    "Information & Settings (read-only), and add the connection again with its token"
)
NO_STORE = "BigCommerce knows no store {} that this token opens"
OTHER_STORE = "use the token of this store, or the store_hash that the token belongs to"
UNPUBLISHED = "items, prices and stock cannot be published: {} (Products and Store Inventory, both modify)"
BLOCKED = (
    "the store sends no webhooks to {}. It blocks a domain that more than a tenth of its calls fail at: look at the "
    "log of the web process and of what stands before it; what was held back comes later, and polling goes on"
)
SEE_SETTINGS = "look at the store's settings, Setup > Currencies"
SET_CLOCK = "set the clock of PostgreSQL's machine by NTP: all workers go by it"


def ping(store: Api, clock: Clock, store_hash: str) -> list[Check]:
    """READ, 9 calls: every check, whatever became of the others."""
    return [
        *_looked_at("clock", lambda: _clock(store, clock, store_hash)),
        *_looked_at("store", lambda: _store(store, store_hash)),
        *_looked_at(f"scope {api.ORDERS}", lambda: _orders(store)),
        *_looked_at(f"scope {api.TRANSACTIONS}", lambda: _transactions(store)),
        *_looked_at("refunds", lambda: _refunds(store)),
        *_looked_at("hooks", lambda: _hooks(store)),
        *_looked_at("products", lambda: _products(store)),
        *_looked_at("inventory", lambda: _inventory(store)),
    ]


def _looked_at(name: str, look: Callable[[], Iterator[Check]]) -> list[Check]:
    try:
        return list(look())
    except Fault as fault:
        return [Check(name, ok=False, detail=str(fault), remedy=_remedy(fault))]


def _remedy(fault: Fault) -> str:
    if isinstance(fault, Unauthorized):
        return NEW_ACCOUNT
    return OTHER_STORE if isinstance(fault, Rejected) else fault.advice


def _clock(store: Api, clock: Clock, store_hash: str) -> Iterator[Check]:
    told = store.get(Resource("GET /v2/time", "/v2/time", api.INFORMATION), missing=NO_STORE.format(store_hash))
    theirs = datetime.fromtimestamp(min(Fields(told, "time").whole("time"), _FAR_FUTURE), UTC)
    apart = abs(clock.now() - theirs)
    detail = f"the store's clock and ours are {apart.total_seconds():.0f} s apart"
    yield _check("clock", apart <= CLOCK_TOLERANCE, detail, SET_CLOCK)


def _store(store: Api, store_hash: str) -> Iterator[Check]:
    resource = Resource("GET /v2/store", "/v2/store", api.INFORMATION)
    told = Fields(store.get(resource, missing=NO_STORE.format(store_hash)), "information")
    found = told.text("id")
    detail = f"the token opens store {found or 'without a hash'}, {told.text('status') or 'status unknown'}"
    yield _check("store", found == store_hash, detail, OTHER_STORE)
    currency = told.text("currency")
    yield _check("currency", currency, currency or "unknown", SEE_SETTINGS)
    mode = "with" if told.flag("is_price_entered_with_tax") else "without"
    yield Check("tax entry mode", ok=True, detail=f"prices are entered {mode} tax")


def _orders(store: Api) -> Iterator[Check]:
    store.get(Resource("GET /v2/orders", "/v2/orders", api.ORDERS), {"limit": "1"})
    yield Check(f"scope {api.ORDERS}", ok=True, detail="orders can be read")


def _transactions(store: Api) -> Iterator[Check]:
    """Ask for an order that cannot exist: without the scope that is 403, with it 404."""
    resource = Resource("GET /v3/orders/{id}/transactions", "/v3/orders/0/transactions", api.TRANSACTIONS)
    with suppress(Rejected):
        store.get(resource, missing="no such order, as expected")
    yield Check(f"scope {api.TRANSACTIONS}", ok=True, detail="payments can be read")


def _refunds(store: Api) -> Iterator[Check]:
    call = "GET /v3/orders/payment_actions/refunds"
    store.get(Resource(call, "/v3/orders/payment_actions/refunds", api.ORDERS), {"limit": "1"})
    yield Check("refunds", ok=True, detail="refunds can be read")


def _hooks(store: Api) -> Iterator[Check]:
    store.get(hooks.LIST, {"limit": "1"})
    yield Check("hooks", ok=True, detail="webhooks can be read")
    try:
        blocked = hooks.blocked(store)
    except Fault as fault:
        yield Check("blocked domains", ok=True, detail=f"not told: {fault}")
    else:
        detail = BLOCKED.format("; ".join(blocked)) if blocked else "none: the store sends everywhere"
        yield Check("blocked domains", ok=True, detail=detail)


def _products(store: Api) -> Iterator[Check]:
    resource = Resource("GET /v3/catalog/products", "/v3/catalog/products", api.PRODUCTS)
    return _of_catalog("products", store, resource)


def _inventory(store: Api) -> Iterator[Check]:
    resource = Resource("GET /v3/inventory/items", "/v3/inventory/items", api.INVENTORY)
    return _of_catalog("inventory", store, resource)


def _of_catalog(name: str, store: Api, resource: Resource) -> Iterator[Check]:
    """Without these scopes a connection still takes orders: told, and no fault. Whether one may write is not seen."""
    try:
        store.get(resource, {"limit": "1"})
    except Unauthorized as lacking:
        yield Check(name, ok=True, detail=UNPUBLISHED.format(lacking))
    else:
        yield Check(name, ok=True, detail=f"{name} can be read")


def _check(name: str, good: object, detail: str, remedy: str) -> Check:
    ok = bool(good)
    return Check(name, ok, detail, "" if ok else remedy)
