"""Ids of records as people type them (``p-17``): what kind each means, whose it is, which order it belongs to."""

from __future__ import annotations

from connector.domain.faults import Misconfigured, Unknown
from connector.domain.identity import OrderRef
from connector.domain.text import number
from connector.flows.house import House
from connector.records import connections, deliveries, items, money_events, orders, postings, trail
from connector.records.database import Tx

RECORD_KINDS = {
    "d": "delivery",
    "o": "order",
    "t": "transaction",
    "r": "refund",
    "p": "posting",
    "i": "item",
    "x": "call",
}
"""A record's id is its kind's letter and its number: ``p-17``."""


def split_id(record: str) -> tuple[str, int]:
    """Read a record id.

    :raises Unknown: it is none.
    """
    letter, _, digits = record.partition("-")
    found = number(digits)
    if letter not in RECORD_KINDS or found is None:
        raise Unknown(f"{record[:80]} is no record id: they look like o-12 (see `ml-connector records list NAME`)")
    return RECORD_KINDS[letter], found


def order_of(tx: Tx, kind: str, number: int) -> OrderRef:
    """Name the order that a record belongs to.

    :raises Misconfigured: there is no such record, or it belongs to none.
    """
    name, order = subject(tx, kind, number)
    if order is None:
        raise Misconfigured(f"{kind} {number} belongs to no order: replay the order that needs it")
    return OrderRef(name, order)


def order_named(house: House, record: str) -> OrderRef:
    """Name the order that a record belongs to.

    :raises Misconfigured: there is no such record, or it belongs to no order.
    """
    kind, number = split_id(record)
    if kind in ("call", "item"):
        raise Misconfigured(f"{record} is no part of an order: give an order, a payment, a refund or a posting")
    with house.database.begin() as tx:
        return order_of(tx, kind, number)


def check_owner(house: House, record: str, name: str) -> None:
    """Make sure that a record is this connection's.

    :raises Unknown: it is another's, or nobody's: whoever asks learns no more than that.
    """
    kind, number = split_id(record)
    with house.database.begin() as tx:
        owner = _owner(tx, kind, number)
    if owner != name:
        raise Unknown(f"{name} has no {kind} {record}")


def _owner(tx: Tx, kind: str, number: int) -> str | None:
    if kind == "call":
        call = trail.exchange(tx, number)
        return call.connection if call else None
    if kind == "item":
        item = items.by_id(tx, number)
        return next((one.connection.name for one in connections.every(tx) if item and one.id == item[1]), None)
    try:
        return subject(tx, kind, number)[0]
    except Unknown:
        return None


def subject(tx: Tx, kind: str, number: int) -> tuple[str, int | None]:
    """Name the connection and the order that a record belongs to; None for the order where it belongs to none.

    :raises Unknown: there is no such record.
    """
    found: tuple[str, int | None] | None = None
    if kind == "order" and (order := orders.by_id(tx, number)):
        found = (order.ref.connection, order.ref.order)
    elif kind == "posting" and (posting := postings.by_id(tx, number)):
        found = (posting.connection, posting.order_number)
    elif kind in money_events.KINDS and (event := money_events.by_id(tx, kind, number)):
        found = (event.connection, event.order_number)
    elif kind == "delivery" and (delivery := deliveries.by_id(tx, number)):
        found = (delivery.connection, delivery.order_number)
    if found is None:
        raise Unknown(f"there is no {kind} {kind[0]}-{number}")
    return found
