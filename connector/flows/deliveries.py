"""From a verified webhook to a durable row and, at most, one run of the order it names."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from connector.domain.delivery import Delivery, Unreadable
from connector.flows.connections import open_credentials
from connector.flows.house import House, saved
from connector.records import articles, connections, deliveries, echoes, orders
from connector.records.connections import SavedConnection
from connector.records.database import Tx
from connector.records.deliveries import DeliveryState
from connector.records.orders import Run

ECHO_SCOPE = "store/order/updated"
"""The only scope our own write to an order causes (facts/bigcommerce.md §2.3)."""
INVENTORY, SHOPPERS = "/inventory/", "/inventory/order/"
"""What scopes of pieces have in common, and those of pieces that an order took: not an edit, the order tells it."""

_SECOND = timedelta(seconds=1)


def secrets(house: House, connection: str) -> tuple[str, ...] | None:
    """Tell a connection's live client secrets, the newest first; None when there is no such connection."""
    with house.database.begin() as tx:
        owner = connections.find(tx, connection)
    return open_credentials(house.vault, owner.sealed).store.client_secrets if owner else None


def check_durable(house: House) -> None:
    """Make sure that a delivery could be kept now.

    :raises Unavailable: the database does not answer. :raises Misconfigured: it is not migrated.
    """
    with house.database.begin() as tx:
        deliveries.check(tx)


def receive(house: House, *, connection: str, delivery_id: str, body: bytes, scheme: str) -> Run | None:
    """Keep a verified delivery; returns the run to dispatch once this has returned (and so is committed).

    Deliveries of one order that come while a run waits or works begin no second one: they are counted, and
    the run repeats until it has seen the last of them.
    """
    read = house.parse_delivery(body)
    key = delivery_id or hashlib.sha256(body).hexdigest()
    with house.database.begin() as tx:
        owner = saved(tx, connection)
        state, reason = _judge(tx, house, owner, read)
        fresh = deliveries.insert(
            tx,
            owner.id,
            key[:160],
            scope=read.scope if isinstance(read, Delivery) else "",
            order_number=read.order if isinstance(read, Delivery) else None,
            product_number=read.product if isinstance(read, Delivery) else None,
            scheme=scheme,
            body=body,
            state=state,
            reason=reason,
            received_at=house.now(),
        )
        if state is not DeliveryState.TAKEN or not isinstance(read, Delivery):
            return None
        if read.product is not None:
            if fresh or not delivery_id:
                _look(tx, house, owner, read)
            return None
        if fresh:
            return _ask(tx, house, owner, read)
        return None if delivery_id else _ask_late(tx, house, owner, read)


def take_again(house: House, tx: Tx, row: deliveries.DeliveryRow, owner: SavedConnection) -> Run | None:
    """Judge a kept delivery anew: an operator replays it."""
    read = house.parse_delivery(row.body)
    state, reason = _verdict(owner, read)
    order = read.order if isinstance(read, Delivery) else None
    deliveries.settle(tx, row.id, state, reason, order)
    if state is not DeliveryState.TAKEN or not isinstance(read, Delivery):
        return None
    if read.product is None:
        return _ask(tx, house, owner, read)
    _look(tx, house, owner, read)
    return None


def _judge(tx: Tx, house: House, owner: SavedConnection, read: Delivery | Unreadable) -> tuple[DeliveryState, str]:
    state, reason = _verdict(owner, read)
    if state is DeliveryState.TAKEN and isinstance(read, Delivery) and _is_echo(tx, house, owner, read):
        return DeliveryState.ECHO, "our own write" if read.product else "our own write of the ERP's number"
    return state, reason


def _verdict(owner: SavedConnection, read: Delivery | Unreadable) -> tuple[DeliveryState, str]:
    if isinstance(read, Unreadable):
        return DeliveryState.DEAD, read.reason
    if read.store_hash and read.store_hash != owner.connection.store_hash:
        return (
            DeliveryState.DEAD,
            f"it is about store {read.store_hash}, this connection is {owner.connection.store_hash}",
        )
    if read.exception:
        return DeliveryState.IGNORED, f"the hooks are looked after: {read.exception}"
    if read.order is None and (read.product is None or SHOPPERS in read.scope):
        return DeliveryState.IGNORED, f"nothing depends on {read.scope}"
    return DeliveryState.TAKEN, ""


def _is_echo(tx: Tx, house: House, owner: SavedConnection, read: Delivery) -> bool:
    if read.product is not None:
        kind = echoes.STOCK if INVENTORY in read.scope else echoes.PRODUCT
        return echoes.take(tx, owner.id, kind, read.product, now=house.now())
    if read.scope != ECHO_SCOPE or read.order is None:
        return False
    return orders.take_echo(tx, owner.id, read.order, now=house.now())


def _look(tx: Tx, house: House, owner: SavedConnection, read: Delivery) -> None:
    """Remember that somebody changed a product: the next turn of the catalog looks at it."""
    assert read.product is not None  # noqa: S101  a product's delivery
    articles.touch(tx, owner.id, [read.product], now=house.now(), stock=INVENTORY in read.scope)


def _ask(tx: Tx, house: House, owner: SavedConnection, read: Delivery) -> Run | None:
    assert read.order is not None  # noqa: S101  a delivery is taken only for its order
    order_id = orders.want(tx, owner.id, read.order, now=house.now())
    return _claim(tx, house, order_id)


def _ask_late(tx: Tx, house: House, owner: SavedConnection, read: Delivery) -> Run | None:
    """Ask again for a repeat known by its body alone: it may be a second change within the same second."""
    if read.created_at is None or read.order is None:
        return None
    order_id = orders.want_if_read_before(tx, owner.id, read.order, read.created_at + _SECOND, now=house.now())
    return _claim(tx, house, order_id) if order_id is not None else None


def _claim(tx: Tx, house: House, order_id: int) -> Run | None:
    now, pace = house.now(), house.pace
    return orders.claim_run(tx, order_id, now=now, until=now + pace.coalesce_window + pace.run_grace)
