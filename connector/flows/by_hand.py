"""Postings that nobody but a person can book: left out on an operator's word, and planned again on it.

Only what is held without lines is left out: nothing of it was sent. The ERP is not asked, for there is nothing to
compare with; the reconciliation looks for the voucher that was named.
"""

from __future__ import annotations

from connector.domain.faults import Misconfigured, Superseded
from connector.domain.posting import STANDS, PostingKind, PostingState
from connector.flows import record_ids, settling
from connector.flows.house import House
from connector.flows.work import Step
from connector.records import money_events, orders, postings, trail
from connector.records.postings import PostingRow
from connector.records.runs import Run

_OF_THE_ORDER = (PostingKind.SALE, PostingKind.SALES_ORDER)


def leave_out(house: House, record: str, *, number: str, why: str, by: str) -> Run:
    """Leave a held posting to the person who booked it, under ``number`` if it has one; returns the run that goes on.

    :raises Misconfigured: no reason was given, or it is not held without lines.
    :raises Busy: somebody is at work on its order.
    """
    row, why, number = settling.posting_named(house, record), why.strip(), number.strip()
    if not why:
        raise Misconfigured(f"say why {record} is booked by hand: whoever looks at it next wants to know")
    if row.state is not PostingState.HELD or row.content is not None:
        lines = " and has lines" * (row.content is not None)
        raise Misconfigured(
            f"{record} is {row.state.value}{lines}: only what is held without lines is left to a person; what Infor "
            f"has is settled by its number alone"
        )
    reason = f"booked by hand{f' under {number}' * bool(number)} by {by}: {why}"
    with settling.at_hand(house, row) as at:
        action = "left_out_by_hand"
        _move(at, row, PostingState.LEFT_OUT, reason, number, by=by, action=action, why=why, was=row.reason)
        return at.run


def take_back(house: House, record: str, *, by: str) -> Run:
    """Plan a posting again that was left to a person; returns the run that does.

    :raises Misconfigured: it was not, or what takes it back was booked.
    :raises Busy: somebody is at work on its order.
    """
    row = settling.posting_named(house, record)
    if row.state is not PostingState.LEFT_OUT:
        raise Misconfigured(f"{record} is {row.state.value}: only what was left to a person is planned again")
    with settling.at_hand(house, row) as at:
        _check_nothing_rests_on(at, row)
        reason = f"planned again by {by}"
        _move(at, row, PostingState.HELD, reason, "", by=by, action="planned_again", was=row.reason)
        return at.run


def left_out(house: House, record: str) -> list[PostingRow]:
    """List what of a record's order stays with a person, whatever is run again."""
    kind, own_id = record_ids.split_id(record)
    if kind not in ("order", "transaction", "refund", "posting"):
        return []
    with house.database.begin() as tx:
        row = orders.find(tx, record_ids.order_of(tx, kind, own_id))
        rows = postings.of_order(tx, row.id) if row else []
    return [one for one in rows if one.state is PostingState.LEFT_OUT]


def _check_nothing_rests_on(at: Step, row: PostingRow) -> None:
    with at.house.database.begin() as tx:
        rows = postings.of_order(tx, at.order.id)
    for one in rows:
        if one.reverses == row.posting_key and one.state in STANDS:
            raise Misconfigured(f"p-{row.id} is taken back by p-{one.id}, which is {one.state.value}")


def _move(
    at: Step, row: PostingRow, target: PostingState, reason: str, number: str, *, by: str, action: str, **detail: str
) -> None:
    """Move the posting, with its payment or refund, all in one transaction."""
    now = at.house.now()
    with at.house.database.begin() as tx:
        values: dict[str, object] = {"external_id": number, "reason": reason, "fault_code": "", "not_before": None}
        if row.kind in _OF_THE_ORDER:  # an edit that changes it is told of
            values |= {"amount": at.order.total, "currency": at.order.currency}
        if not postings.move(tx, row, target, now=now, **values):
            raise Superseded(f"posting {row.posting_key}: another worker moved it")
        money_events.end(tx, row, reason if target is PostingState.LEFT_OUT else None)
        trail.note(
            tx,
            row.connection,
            at=now,
            actor=by,
            action=action,
            subject=f"posting {row.posting_key}",
            order=row.order_number,
            detail=detail | ({"external_id": number} if number else {}),
        )
