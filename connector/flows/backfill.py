"""What webhooks missed: orders by modification and refunds by creation, read with an overlap.

A row of the store's list is compared with the last reading, so that what did not change costs no further
call; what did goes down the same chain as a webhook. The watermark moves in the same unit of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from connector.domain.faults import Busy
from connector.domain.identity import OrderRef
from connector.flows.house import House, claim_polls, known
from connector.flows.work import ask_for_run
from connector.ports import OrderHead, RefundHead
from connector.records import connections, money_events, orders, watermarks
from connector.records.connections import SavedConnection
from connector.records.database import Tx
from connector.records.runs import Run

OVERLAP = timedelta(minutes=10)
"""How far before its watermark a poll starts: clocks differ, and lists shift while they are read."""

OWN_WRITE = timedelta(seconds=5)
"""Within so long of writing the ERP's number, a new modification date is taken for our own."""

ORDERS = "orders"
_DEFAULT_CADENCE = timedelta(minutes=5)
_BATCH = 250


@dataclass(frozen=True, slots=True)
class Report:
    """What one reading of the store's lists found."""

    seen: int
    asked: int
    runs: tuple[Run, ...]


def due(house: House) -> list[str]:
    """Claim the connections whose order poll is due; a second beat gets none of them."""
    return claim_polls(house, ORDERS, _DEFAULT_CADENCE)


def poll(house: House, connection: str, *, since: datetime | None = None, until: datetime | None = None) -> Report:
    """Read both lists from the watermark (or ``since``) to now (or ``until``) and ask for every order that changed.

    :raises Fault: a list could not be read to its end; the watermark stays where it is, and the next poll from there
        goes on with the orders where this one came to.
    :raises Busy: posting begins elsewhere since this poll began: what it read says nothing of the time before.
    """
    owner = known(house, connection)
    began, (mark, came) = house.now(), _start(house, owner)
    start = since or mark
    store = house.store(owner)
    seen = asked = 0
    runs: list[Run] = []
    for heads in _batched(store.orders_modified(since or came, until)):
        with _noting(house, owner) as tx:
            changed = [head.id for head in heads if _changed(tx, owner, head)]
            runs += ask(tx, house, owner, changed)
            if since is None:
                came = min(heads[-1].modified_at, began)  # what changed since then may have been read before it did
                watermarks.write(tx, owner.id, ORDERS, cursor=came.isoformat())
        seen, asked = seen + len(heads), asked + len(changed)
    for refunds in _batched(store.refunds_created(start)):
        with house.database.begin() as tx:
            missed = _missed(tx, owner, refunds)
            runs += ask(tx, house, owner, missed)
        seen, asked = seen + len(refunds), asked + len(missed)
    if start <= mark:  # a look at a later period says nothing of what lies before it
        with _noting(house, owner) as tx:
            watermarks.move(tx, owner.id, ORDERS, read_to=min(began, until or began))
    return Report(seen, asked, tuple(runs))


@contextmanager
def _noting(house: House, owner: SavedConnection) -> Iterator[Tx]:
    """Begin a transaction that may say how far a poll came."""
    with house.database.begin() as tx:
        if connections.start_from(tx, owner.id) != owner.connection.start_from:
            raise Busy(f"{owner.connection.name}: posting begins elsewhere by now: orders are read from there")
        yield tx


def _start(house: House, owner: SavedConnection) -> tuple[datetime, datetime]:
    """Say since when both lists are to be read, and how far a poll that did not end came with the orders."""
    with house.database.begin() as tx:
        reading = watermarks.standing(tx, owner.id, ORDERS)
    mark = reading.read_to - OVERLAP if reading.read_to else owner.connection.start_from
    came = datetime.fromisoformat(reading.cursor) - OVERLAP if reading.cursor else mark
    return mark, max(mark, came)


def _changed(tx: Tx, owner: SavedConnection, head: OrderHead) -> bool:
    """Tell whether a row of the store's list is news: it looks different, or was touched by somebody but us."""
    row = orders.find(tx, OrderRef(owner.connection.name, head.id))
    if row is None or row.modified_at is None:
        return row is None or row.wanted == row.covered
    if row.wanted != row.covered:
        return False  # it is about to be read anyway
    ours = row.written_at is not None and head.modified_at <= row.written_at + OWN_WRITE
    return row.head_fingerprint != head.head_fingerprint or (head.modified_at > row.modified_at and not ours)


def _missed(tx: Tx, owner: SavedConnection, refunds: list[RefundHead]) -> list[int]:
    known_ids = money_events.known_refunds(tx, owner.id, [refund.id for refund in refunds])
    return sorted({refund.order for refund in refunds if refund.id not in known_ids})


def ask(tx: Tx, house: House, owner: SavedConnection, numbers: Iterable[int]) -> list[Run]:
    """Ask for orders to be read again; returns the runs that there is room for now."""
    return [run for number in numbers if (run := ask_for_run(tx, house, owner.id, number))]


def _batched(rows: Iterator[OrderHead] | Iterator[RefundHead]) -> Iterator[list]:  # type: ignore[type-arg]
    while batch := list(islice(rows, _BATCH)):
        yield batch
