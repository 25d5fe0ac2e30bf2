"""Runs a record again on today's truth. Nothing is resent blindly: the law of posting holds for a replay too."""

from __future__ import annotations

from connector.domain.faults import Misconfigured, Unknown
from connector.domain.identity import OrderRef, posting_key
from connector.domain.posting import PostingKind, PostingState
from connector.domain.text import number
from connector.flows import acknowledgements
from connector.flows import deliveries as door
from connector.flows.house import House, saved
from connector.flows.reading import FILL
from connector.mapping.shelf import skus_of
from connector.records import (
    articles,
    connections,
    deliveries,
    items,
    money_events,
    orders,
    postings,
    trail,
    unposting,
    watermarks,
)
from connector.records.database import Tx
from connector.records.orders import Run

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


def replay(house: House, record: str, *, by: str) -> Run | None:
    """Run one record again; returns the run to dispatch, or None when one is under way already.

    :raises Misconfigured: there is no such record.
    """
    kind, number = split_id(record)
    if kind == "call":
        raise Misconfigured(f"{record} is a call that was made: replay the order or posting it belongs to")
    if kind == "item":
        _replay_item(house, number, by=by)
        return None
    with house.database.begin() as tx:
        run = _replay_delivery(tx, house, number) if kind == "delivery" else _replay_order(tx, house, kind, number)
        name, order = (run.ref.connection, run.ref.order) if run else _subject(tx, kind, number)
        trail.note(tx, name, at=house.now(), actor=by, action="replayed", subject=f"{kind} {record}", order=order)
    return run


def _replay_delivery(tx: Tx, house: House, number: int) -> Run | None:
    row = deliveries.by_id(tx, number)
    if row is None:
        raise Unknown(f"there is no delivery d-{number}")
    take = acknowledgements.take_again if row.scheme == acknowledgements.SCHEME else door.take_again
    return take(house, tx, row, saved(tx, row.connection))


def _replay_item(house: House, number: int, *, by: str) -> None:
    """Let a fact go to the store again with the next turn of the catalog, even where its product was deleted."""
    with house.database.begin() as tx:
        found = items.by_id(tx, number)
        if found is None:
            raise Unknown(f"there is no item i-{number}")
        row, connection_id = found
        owner = next(one for one in connections.every(tx) if one.id == connection_id)
        profile = connections.current_profile(tx, connection_id)
        skus = skus_of(row.number, house.parse_profile(profile.text)) if profile else []
        articles.forget(tx, connection_id, skus)
        items.make_due(tx, connection_id, [row.number])
        watermarks.write(tx, connection_id, FILL, began_at=house.now(), cursor="")
        name, subject = owner.connection.name, f"item {row.number}"
        trail.note(tx, name, at=house.now(), actor=by, action="replayed", subject=subject)


def _replay_order(tx: Tx, house: House, kind: str, number: int) -> Run | None:
    now, ref = house.now(), order_of(tx, kind, number)
    order_id = orders.want(tx, saved(tx, ref.connection).id, ref.order, now=now)
    if kind == "order":
        unposting.post_again(tx, order_id, now=now)
    _reopen(tx, house, order_id, ref.connection)
    return orders.claim_run(tx, order_id, now=now, until=now + house.pace.run_grace)


def order_of(tx: Tx, kind: str, number: int) -> OrderRef:
    """Name the order that a record belongs to.

    :raises Misconfigured: there is no such record, or it belongs to none.
    """
    name, order = _subject(tx, kind, number)
    if order is None:
        raise Misconfigured(f"{kind} {number} belongs to no order: replay the order that needs it")
    return OrderRef(name, order)


def _reopen(tx: Tx, house: House, order_id: int, connection: str) -> None:
    """Let what was refused try again, its customer too."""
    now = house.now()
    rows = postings.of_order(tx, order_id)
    order = orders.by_id(tx, order_id)
    if order is not None and order.customer_id is not None:
        customer = postings.by_key(tx, posting_key(connection, PostingKind.CUSTOMER.value, order.customer_id))
        rows += [customer] if customer else []
    for row in rows:
        if row.state is PostingState.REJECTED:
            postings.move(tx, row, PostingState.PLANNED, now=now, fault_code="", reason="replayed", not_before=None)


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
        return _subject(tx, kind, number)[0]
    except Unknown:
        return None


def _subject(tx: Tx, kind: str, number: int) -> tuple[str, int | None]:
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
