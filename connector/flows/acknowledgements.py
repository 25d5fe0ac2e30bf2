"""From a message that ION brought to a verdict on a posting, and one run of its order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from connector.domain.acknowledgement import Acknowledgement, Verdict
from connector.domain.delivery import Unreadable
from connector.domain.faults import BookedTwice, CannotOpen
from connector.domain.identity import OrderRef, batch_key, order_of, place
from connector.domain.posting import JOURNAL_KINDS, PostingState
from connector.flows import buyers, moves
from connector.flows.connections import open_credentials
from connector.flows.house import House, saved
from connector.flows.work import Step
from connector.ports import SentMessage
from connector.records import connections, deliveries, messages, orders, postings, runs, wants
from connector.records.connections import SavedConnection
from connector.records.database import Tx
from connector.records.deliveries import DeliveryRow, DeliveryState, NewDelivery
from connector.records.postings import PostingRow
from connector.records.runs import Run
from connector.telemetry.redaction import redact_text

SCHEME, SCOPE = "ion", "infor/acknowledgement"
OPEN = (PostingState.SENT, PostingState.UNCERTAIN)
DONE = (PostingState.CONFIRMED, PostingState.LEFT_OUT)
FORGOTTEN = Unreadable("its content is forgotten by now")


def secrets(house: House, connection: str) -> tuple[str, ...] | None:
    """Tell what opens a connection's door to ION; None when there is no such connection."""
    with house.database.begin() as tx:
        owner = connections.find(tx, connection)
    return open_credentials(house.vault, owner).erp.ion_secrets if owner else None


def receive(house: House, *, connection: str, body: bytes) -> bool:
    """Keep an authentic message, sealed, with what it settles; tells whether an order waits for a run now.

    The verdict and the message are one transaction. A repeat is harmless: a verdict is kept once.
    """
    read, now = house.parse_acknowledgement(body), house.now()
    with house.database.begin() as tx:
        owner = saved(tx, connection)
        state, reason, number = _take(tx, house, owner, read)
        key = f"{SCHEME}-{hashlib.sha256(body).hexdigest()}"
        kept = NewDelivery(
            connection_id=owner.id,
            delivery_key=key,
            scope=SCOPE,
            order_number=number,
            product_number=None,
            scheme=SCHEME,
            body=b"",
            state=state,
            reason=reason,
            received_at=now,
            sealed=house.vault.seal(body, place("deliveries", key)),
        )
        deliveries.insert(tx, kept)
        if number is None:
            return False
        wants.want(tx, {(owner.id, number): 1}, now=now, due=now + house.pace.coalesce_window)
        _wake(tx, house, owner, number)
        return True


def take_again(house: House, tx: Tx, row: DeliveryRow, owner: SavedConnection) -> Run | None:
    """Judge a kept message anew: an operator replays it."""
    body = _opened(house, row)
    read = house.parse_acknowledgement(body) if body else FORGOTTEN
    state, reason, number = _take(tx, house, owner, read)
    deliveries.settle(tx, row.id, state, reason, number)
    return ask(tx, house, owner, number) if state is DeliveryState.TAKEN and number is not None else None


def body_of(house: House, row: DeliveryRow) -> str:
    """Show what a delivery brought, as text."""
    if row.scheme != SCHEME:
        return row.body.decode(errors="replace") or FORGOTTEN.reason
    try:
        body = _opened(house, row)
    except CannotOpen as fault:
        return fault.what
    return house.show_acknowledgement(body) if body else FORGOTTEN.reason


def _opened(house: House, row: DeliveryRow) -> bytes | None:
    return house.vault.open(row.sealed, place("deliveries", row.delivery_key)) if row.sealed else None


def _take(tx: Tx, house: House, owner: SavedConnection, read: object) -> tuple[DeliveryState, str, int | None]:
    if isinstance(read, Unreadable):
        return DeliveryState.DEAD, read.reason, None
    if not isinstance(read, Acknowledgement):
        return DeliveryState.IGNORED, str(getattr(read, "reason", "")), None
    read = replace(read, reason=redact_text(read.reason))
    reference = messages.tell(tx, owner.id, read, now=house.now())
    told = f"{read.document}-v{read.variation} {read.verdict.value}{': ' if read.reason else ''}{read.reason}"
    named = order_of(reference)
    if named is None:
        return DeliveryState.IGNORED, f"{told}; nothing of this name is known to have been sent from here", None
    order = orders.find(tx, OrderRef(owner.connection.name, named[1]))
    return DeliveryState.TAKEN, buyers.left_out(house, tx, order.id if order else None, told), named[1]


def ask(tx: Tx, house: House, owner: SavedConnection, number: int) -> Run | None:
    """Let an order look at its verdicts at once; returns the run to dispatch, or None when one is under way."""
    now, pace = house.now(), house.pace
    order_id = orders.want(tx, owner.id, number, now=now)
    _wake(tx, house, owner, number)
    return runs.claim(tx, order_id, now=now, until=now + pace.coalesce_window + pace.run_grace)


def _wake(tx: Tx, house: House, owner: SavedConnection, number: int) -> None:
    """End the waits of an order's postings."""
    order = orders.find(tx, OrderRef(owner.connection.name, number))
    for row in postings.of_order(tx, order.id) if order else []:
        if row.state in OPEN:
            postings.put_off(tx, row, house.now())


def take_up(at: Step) -> None:
    """Settle whatever the ERP accepted by message, given up here or not; tell of what it accepted more than once."""
    with at.house.database.alone() as tx:
        every = postings.of_order(tx, at.order.id)
        rows = [row for row in every if row.sending_at is not None and row.state is not PostingState.SENDING]
        told = messages.of(tx, at.saved.id, [document_of(row) for row in rows]) if rows else []
    for row in rows:
        mine = (one for one in told if one.document == document_of(row) and one.verdict is Verdict.ACCEPTED)
        accepted = sorted(mine, key=lambda one: one.variation)
        if accepted:
            _tell_of_more(at, _confirmed(at, row), accepted)


def _confirmed(at: Step, row: PostingRow) -> PostingRow:
    if row.state in DONE:
        return row
    erp, document = at.house.erp(at.saved), document_of(row)
    if row.kind in JOURNAL_KINDS:
        return moves.take_up(at, row, erp.find_journals([document])[document])
    return moves.take_up(at, row, erp.find_document(row.reference, row.handle))


def _tell_of_more(at: Step, row: PostingRow, accepted: Sequence[SentMessage]) -> None:
    numbers = [one.external_id or one.document for one in accepted]
    if row.state not in DONE or (len(accepted) == 1 and row.external_id in numbers):
        return
    names = ", ".join(
        f"{one.document}-v{one.variation} ({number})" for one, number in zip(accepted, numbers, strict=True)
    )
    kept = row.external_id or "what a person keyed"
    twice = BookedTwice(f"the ERP accepted {names}; booked here is {kept}: take the rest back there")
    if row.reason != twice.what:
        moves.ask_for_a_person(at, row, twice)


def document_of(row: PostingRow) -> str:
    """What a posting is called in messages."""
    return batch_key(row.posting_key) if row.kind in JOURNAL_KINDS else row.reference
