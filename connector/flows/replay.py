"""Runs a record again on today's truth. Nothing is resent blindly: the law of posting holds for a replay too."""

from __future__ import annotations

from connector.domain.faults import Misconfigured, Unknown
from connector.domain.identity import posting_key
from connector.domain.posting import PostingKind, PostingState
from connector.flows import acknowledgements, record_ids
from connector.flows import deliveries as door
from connector.flows.house import House, saved
from connector.flows.reading import FILL
from connector.mapping.shelf import skus_of
from connector.records import (
    articles,
    connections,
    deliveries,
    items,
    orders,
    postings,
    runs,
    trail,
    unposting,
    watermarks,
)
from connector.records.database import Tx
from connector.records.runs import Run


def replay(house: House, record: str, *, by: str) -> Run | None:
    """Run one record again; returns the run to dispatch, or None when one is under way already.

    :raises Misconfigured: there is no such record.
    """
    kind, number = record_ids.split_id(record)
    if kind == "call":
        raise Misconfigured(f"{record} is a call that was made: replay the order or posting it belongs to")
    if kind == "item":
        _replay_item(house, number, by=by)
        return None
    with house.database.begin() as tx:
        run = _replay_delivery(tx, house, number) if kind == "delivery" else _replay_order(tx, house, kind, number)
        name, order = (run.ref.connection, run.ref.order) if run else record_ids.subject(tx, kind, number)
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
    now, ref = house.now(), record_ids.order_of(tx, kind, number)
    order_id = orders.want(tx, saved(tx, ref.connection).id, ref.order, now=now)
    if kind == "order":
        unposting.post_again(tx, order_id, now=now)
    _reopen(tx, house, order_id, ref.connection)
    return runs.claim(tx, order_id, now=now, until=now + house.pace.run_grace)


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
