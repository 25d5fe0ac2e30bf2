"""The store itself: what shoppers, merchants and gateways do to it, and what it knows to be true."""

from __future__ import annotations

import dataclasses
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from connector.sandbox.store import api, control, truth
from connector.sandbox.store.catalog.catalog import Catalog
from connector.sandbox.store.catalog.merchant import Merchant
from connector.sandbox.store.forms import read_date
from connector.sandbox.store.herald import CatalogHerald, Herald
from connector.sandbox.store.hooks import Hooks
from connector.sandbox.store.orders import CANCELLED, INCOMPLETE, Order, Refund
from connector.sandbox.store.pricing import price
from connector.sandbox.store.quota import Quota
from connector.sandbox.store.sender import Sender
from connector.sandbox.store.spec import OrderSpec, PaymentSpec
from connector.sandbox.store.till import Till

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ALL_SCOPES = frozenset({"orders", "transactions", "information", "products", "inventory", "locations"})


class StoreSandbox:
    """One BigCommerce store. Every method may be called from any thread, and most over ``/_sandbox/store/<method>``.

    ``settle_delay`` is how many seconds a gateway takes over a refund, ``inventory_lag`` the shop over an adjustment
    of stock; ``scopes`` is what the token may read. What it sells is in ``catalog``; ``merchant`` is who edits that.
    """

    def __init__(
        self,
        *,
        store_hash: str = "abcde12345",
        token: str = "sandbox-store-token",  # noqa: S107 - opens a rehearsal only
        client_id: str = "0" * 31,
        client_secret: str = "k3xq0sandboxclientsecret0000000000000000000000000000000000000000",  # noqa: S107 - the same
        quota: int = 7500,
        window_ms: int = 30_000,
        settle_delay: float = 0.2,
        inventory_lag: float = 0.2,
        retry_scale: float = 0.001,
        extra_signature: str = "",
        scopes: Iterable[str] = ALL_SCOPES,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.store_hash, self.token = store_hash, token
        self.client_id, self.client_secret = client_id, client_secret
        self.settle_delay = settle_delay
        self.scopes = set(scopes)
        self.archived_listed = True
        self.prices_with_tax, self.weight_units = False, "LBS"
        self.orders: dict[int, Order] = {}
        self.now = now
        self.quota = Quota(calls=quota, window_ms=window_ms, now=now)
        self.hooks = Hooks(client_id=client_id, store_hash=store_hash, now=now)
        self.webhooks = Sender(
            self.hooks,
            store_hash=store_hash,
            secret=client_secret,
            now=now,
            retry_scale=retry_scale,
            extra_signature=extra_signature,
        )
        self.catalog = Catalog(now=now, herald=CatalogHerald(self.webhooks), inventory_lag=inventory_lag)
        self.merchant = Merchant(self.catalog)
        self.control = control.verbs(self)
        self._herald = Herald(self.webhooks)
        self._till = Till()
        self._lock = threading.RLock()
        self._order_ids = itertools.count(1001)
        self._timers: list[threading.Timer] = []

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one API call."""
        return api.answer(self, environ)(environ, start_response)

    def name_of(self, environ: WSGIEnvironment) -> str:
        """Name a call for the dial: ``store GET /v2/orders/1001/taxes``."""
        _, _, path = environ["PATH_INFO"].removeprefix("/stores/").partition("/")
        return f"store {environ['REQUEST_METHOD']} /{path}"

    def truth(self) -> dict[str, Any]:
        """Say what really happened to every order and its money."""
        with self._lock:
            return {str(order.id): truth.of(order) for order in self.orders.values()}

    def moment(self) -> datetime:
        """The shop's time, in whole seconds as it shows it."""
        return datetime.fromtimestamp(int(self.now()), UTC)

    def close(self) -> None:
        """Send no more webhooks, settle no more refunds, move no more stock."""
        for timer in self._timers:
            timer.cancel()
        self.catalog.stock.close()
        self.webhooks.close()

    def change_mode(self, *, prices_with_tax: bool | None = None, weight_units: str | None = None) -> None:
        """Choose how the whole shop keeps prices and weights; weights in LBS, Ounces, KGS, Grams or Tonnes."""
        self.prices_with_tax = self.prices_with_tax if prices_with_tax is None else prices_with_tax
        self.weight_units = weight_units or self.weight_units

    def place_order(self, *, announce: bool = True, **words: Any) -> int:
        """Place an order, in the words of ``OrderSpec``, with its payments; give its id."""
        spec = OrderSpec.read(words)
        with self._lock:
            created = spec.created if isinstance(spec.created, datetime) else self.moment()
            order = Order(next(self._order_ids), spec, price(spec), spec.status, created, created)
            self.orders[order.id] = order
            transactions = [self._till.take(order, payment, created) for payment in spec.pay]
        if announce:
            self._herald.order(order, "created")
            self._herald.status(order, INCOMPLETE)
            for transaction in transactions:
                self._herald.transaction(order, transaction)
        return order.id

    def place_orders(
        self, count: int, *, lines: int = 2, seed: int = 0, announce: bool = False, **words: Any
    ) -> list[int]:
        """Place many plain orders, the same ones for the same seed."""
        chance = random.Random(seed)
        return [
            self.place_order(announce=announce, **{**PLAIN, "lines": _plain_lines(chance, lines), **words})
            for _ in range(count)
        ]

    def edit_order(self, order_id: int, *, announce: bool = True, **changes: Any) -> None:
        """Change what was ordered after it was placed; lines keep their ids by position."""
        with self._lock:
            order = self.orders[order_id]
            kept = {one.name: getattr(order.spec, one.name) for one in dataclasses.fields(OrderSpec)}
            if changes.keys() & {"shipping", "handling"}:
                kept["consignments"] = ()
            order.spec = OrderSpec.read({**kept, **changes})
            order.priced = price(order.spec)
            self._touch(order, self.moment())
        if announce:
            self._herald.order(order, "updated")

    def add_transaction(
        self, order_id: int, *, created: str | None = None, announce: bool = True, **words: Any
    ) -> int:
        """Let something happen at a gateway, in the words of ``PaymentSpec``; give the transaction's id."""
        with self._lock:
            order = self.orders[order_id]
            moment = read_date(created) if created else self.moment()
            transaction = self._till.take(order, PaymentSpec.read(words), moment)
        if announce:
            self._herald.transaction(order, transaction)
        return transaction.id

    def set_status(self, order_id: int, status: int, *, announce: bool = True) -> None:
        """Move an order to another status; no money moves."""
        with self._lock:
            order = self.orders[order_id]
            before, order.status = order.status, status
            self._touch(order, self.moment())
        if announce:
            self._herald.order(order, "updated")
            self._herald.status(order, before)

    def cancel(self, order_id: int, *, announce: bool = True) -> None:
        """Cancel an order; no money moves."""
        self.set_status(order_id, CANCELLED, announce=announce)

    def archive(self, order_id: int, *, announce: bool = True) -> None:
        """Archive an order, which the shop also calls deleting it."""
        with self._lock:
            order = self.orders[order_id]
            order.archived = True
            self._touch(order, self.moment())
        if announce:
            self._herald.order(order, "archived")

    def write(self, order_id: int, changes: Mapping[str, Any]) -> None:
        """Do what PUT does: external_order_id, staff_notes, status_id, is_deleted."""
        with self._lock:
            order = self.orders[order_id]
            order.external_order_id = changes.get("external_order_id", order.external_order_id) or ""
            order.staff_notes = changes.get("staff_notes", order.staff_notes)
            self._touch(order, self.moment())
        if changes.get("is_deleted"):
            self.archive(order_id)
        else:
            self.set_status(order_id, int(changes.get("status_id", order.status)))

    def refund(
        self,
        order_id: int,
        *,
        payments: Sequence[Mapping[str, Any]] | None = None,
        created: str | None = None,
        delay: float | None = None,
        announce: bool = True,
        **request: Any,
    ) -> int:
        """Refund, in the words of the v3 API (``items``, ...); the gateways do their part ``delay`` seconds later.

        Without ``payments`` it goes back the ways it came; one with ``declined: true`` the gateway will refuse.

        :raises Refused: 422 when it is more than is left, or does not add up.
        """
        with self._lock:
            order = self.orders[order_id]
            before, moment = order.status, read_date(created) if created else self.moment()
            refund = self._till.promise(order, request, payments, moment)
            if before != order.status:
                self._touch(order, moment)
        if announce:
            self._herald.refund(order, refund)
            self._herald.status(order, before)
        self._settle_after(self.settle_delay if delay is None else delay, order, refund, announce)
        return refund.id

    def _settle_after(self, delay: float, order: Order, refund: Refund, announce: bool) -> None:
        if not delay:
            self._settle(order, refund, announce)
            return
        timer = threading.Timer(delay, self._settle, (order, refund, announce))
        timer.daemon = True
        self._timers.append(timer)
        timer.start()

    def _settle(self, order: Order, refund: Refund, announce: bool) -> None:
        with self._lock:
            transactions = self._till.settle(order, refund)
        for transaction in transactions if announce else ():
            self._herald.transaction(order, transaction)

    def _touch(self, order: Order, moment: datetime) -> None:
        order.modified_at = max(order.modified_at, moment)


PLAIN = {"taxes": {"TX Sales Tax": "8.25"}, "shipping": "12.50"}


def _plain_lines(chance: random.Random, count: int) -> list[dict[str, Any]]:
    return [
        {
            "sku": f"PLAIN-{chance.randrange(20):02d}",
            "name": "Plain article",
            "quantity": chance.randint(1, 4),
            "price": str(Decimal(chance.randrange(100, 9999)) / 100),
        }
        for _ in range(count)
    ]
