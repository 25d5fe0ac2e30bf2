"""An order's story and a record's detail, told from the trail: what was received, fetched, mapped, sent, answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from connector.domain.codec import plain
from connector.domain.faults import Misconfigured, Unknown, advice_for
from connector.domain.identity import OrderRef
from connector.domain.item import ItemState
from connector.domain.posting import PostingState
from connector.domain.progress import OrderState
from connector.flows import acknowledgements, buyers, contents, record_ids, recording
from connector.flows.house import House, known_order, saved
from connector.records import deliveries, items, journal_lines, money_events, orders, postings, snapshots, trail
from connector.records.database import Tx
from connector.records.deliveries import DeliveryState
from connector.records.journal_lines import LineRow
from connector.records.listing import Newest
from connector.records.money_events import MoneyEventRow
from connector.records.orders import OrderRow
from connector.records.postings import PostingRow

LISTED = ("delivery", "order", "transaction", "refund", "posting", "item")
"""The kinds that ``records list`` shows; calls are listed by their order."""
_MONEY = [state.value for state in PostingState]
STATES: Mapping[str, Sequence[str]] = {
    "delivery": [state.value for state in DeliveryState],
    "order": [state.value for state in OrderState],
    "transaction": _MONEY,
    "refund": _MONEY,
    "posting": _MONEY,
    "item": [state.value for state in ItemState],
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, for a person to read."""

    at: datetime
    kind: str  # delivery | change | call
    what: str
    outcome: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """Everything about one order, oldest first."""

    order: OrderRow
    advice: str
    events: list[Event]
    postings: list[PostingRow]
    lines: list[LineRow]
    money_events: list[MoneyEventRow]


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One row of ``records list``."""

    id: str
    kind: str
    state: str
    subject: str
    reason: str
    at: datetime


def of_order(house: House, ref: OrderRef) -> Story:
    """Tell an order's story.

    :raises Unknown: the connector has not heard of this order.
    """
    with house.database.begin() as tx:
        owner = saved(tx, ref.connection)
        order = known_order(tx, ref)
        events = _events(tx, owner.id, ref)
        money = [event for kind in money_events.KINDS for event in money_events.of_order(tx, kind, order.id)]
        rows = postings.of_order(tx, order.id)
        lines = journal_lines.of(tx, [row.id for row in rows])
        return Story(order, advice_for(order.fault_code), events, rows, lines, money)


def _events(tx: Tx, connection_id: int, ref: OrderRef) -> list[Event]:
    received = [
        Event(row.received_at, "delivery", row.scope, row.state.value, {"id": f"d-{row.id}", "reason": row.reason})
        for row in deliveries.of_order(tx, connection_id, ref.order)
    ]
    changes = [
        Event(row.at, "change", row.subject, row.action, {"by": row.actor, **row.detail})
        for row in trail.changes_of(tx, ref.connection, ref.order)
    ]
    calls = [
        Event(
            row.started_at,
            "call",
            f"{row.system} {row.call}",
            row.outcome,
            {
                "id": f"x-{row.id}",
                "effect": row.effect,
                "status": row.status,
                "ms": round(row.seconds * 1000),
                "step": row.step,
            }
            | ({"request_id": row.request_id} if row.request_id else {}),
        )
        for row in trail.exchanges_of(tx, ref.connection, ref.order)
    ]
    return sorted([*received, *changes, *calls], key=lambda event: event.at)


def listed(house: House, name: str, wanted: Newest, *, kind: str | None) -> list[RecordLine]:
    """List a connection's records, newest first within each kind.

    :raises Misconfigured: no record of these kinds is ever in the state that is asked for.
    """
    kinds = [kind] if kind else LISTED
    _check_state(wanted.state, kinds)
    with house.database.begin() as tx:
        owner = saved(tx, name).id
        return [line for one in kinds for line in _lines(tx, owner, one, wanted)]


def _check_state(state: str | None, kinds: Sequence[str]) -> None:
    known = {each for kind in kinds for each in STATES[kind]}
    if state is not None and state not in known:
        what = kinds[0] if len(kinds) == 1 else "record"
        raise Misconfigured(f"no {what} is ever {state}; there are {', '.join(sorted(known))}")


def _lines(tx: Tx, owner: int, kind: str, wanted: Newest) -> list[RecordLine]:
    if kind == "delivery":
        return [
            RecordLine(
                f"d-{one.id}", kind, one.state.value, _about(one.scope, one.order_number), one.reason, one.received_at
            )
            for one in deliveries.listed(tx, owner, wanted)
        ]
    if kind == "order":
        return [
            RecordLine(f"o-{one.id}", kind, one.state.value, f"order {one.ref.order}", one.reason, one.first_seen_at)
            for one in orders.listed(tx, owner, wanted)
        ]
    if kind == "item":
        return [
            RecordLine(f"i-{one.id}", kind, one.state.value, one.subject, one.reason, one.changed_at)
            for one in items.listed(tx, owner, wanted)
        ]
    if kind == "posting":
        return [
            RecordLine(f"p-{one.id}", kind, one.state.value, one.posting_key, one.reason, one.changed_at)
            for one in postings.listed(tx, owner, wanted)
        ]
    return [
        RecordLine(
            f"{kind[0]}-{one.id}",
            kind,
            one.state,
            f"{kind} {one.number} of order {one.order_number}: {one.amount} {one.currency}",
            one.left_out or "",
            one.happened_at,
        )
        for one in money_events.listed(tx, kind, owner, wanted)
    ]


def _about(scope: str, order: int | None) -> str:
    return f"{scope} order {order}" if order is not None else scope


def of_record(house: House, record: str) -> dict[str, Any]:
    """Show one record with all it keeps, opened and redacted.

    :raises Unknown: there is no such record.
    """
    kind, number = record_ids.split_id(record)
    with house.database.begin() as tx:
        shown = _found(house, tx, kind, number)
        if shown is None:
            raise Unknown(f"there is no {kind} {record}: see `ml-connector records list NAME --kind {kind}`")
        told: dict[str, Any] = buyers.left_out(house, tx, _order_of(tx, shown), shown)
    return told | {"id": record, "kind": kind, "advice": advice_for(str(told.get("fault_code", "")))}


def _order_of(tx: Tx, shown: Mapping[str, Any]) -> int | None:
    """Whose words may stand in a record."""
    number = shown.get("order_number")
    ref = shown.get("ref") or (OrderRef(shown["connection"], number) if number is not None else None)
    order = orders.find(tx, ref) if ref else None
    return order.id if order else None


def _found(house: House, tx: Tx, kind: str, number: int) -> dict[str, Any] | None:
    if kind == "delivery":
        return _columns(
            deliveries.by_id(tx, number), sealed=None, body=lambda row: acknowledgements.body_of(house, row)
        )
    if kind == "order":
        return _columns(orders.by_id(tx, number), snapshot=lambda _: _snapshot(house, tx, number))
    if kind == "item":
        found = items.by_id(tx, number)
        return _columns(found and found[0], fact=lambda row: plain(row.fact))
    if kind == "posting":
        return _columns(
            postings.by_id(tx, number),
            what=lambda row: row.kind.value,
            content=lambda row: _content(house, row),
            lines=lambda row: _lines_of(tx, row),
        )
    if kind == "call":
        return _columns(trail.exchange(tx, number), sealed=None, bodies=lambda row: recording.bodies(house, row))
    return _columns(money_events.by_id(tx, kind, number))


def _columns(row: Any, **opened: Callable[[Any], object] | None) -> dict[str, Any] | None:
    """Lay a row open; ``opened`` replaces sealed columns by what they hold, or drops them."""
    if row is None:
        return None
    columns = {one.name: getattr(row, one.name) for one in fields(row)}
    shown = {name: read(row) for name, read in opened.items() if read is not None}
    return {name: value for name, value in columns.items() if name not in opened} | shown


def _lines_of(tx: Tx, row: PostingRow) -> list[dict[str, Any] | None]:
    return [_columns(line) for line in journal_lines.of(tx, [row.id])]


def _snapshot(house: House, tx: Tx, order_id: int) -> object:
    sealed = snapshots.latest(tx, order_id)
    return plain(contents.open_snapshot(house.vault, order_id, sealed)) if sealed is not None else None


def _content(house: House, row: PostingRow) -> object:
    return plain(contents.open_content(house.vault, row)) if row.content is not None else None
