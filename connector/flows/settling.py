"""Takes over what a person booked in the ERP by hand: under its number there, and only if the ERP confirms it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from connector.domain.document import SalesDocument
from connector.domain.faults import Busy, Misconfigured, Superseded
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry
from connector.domain.plan import Content
from connector.domain.posting import PostingState
from connector.flows import contents, record_ids, sendings, vouchers
from connector.flows.house import House, saved
from connector.flows.sendings import Sending
from connector.flows.work import Step, ask_for_run, step
from connector.records import journal_lines, postings, runs, trail
from connector.records.postings import PostingRow
from connector.records.runs import Run

UNFINISHED = frozenset({FindingState.ORPHAN, FindingState.PENDING})
FOR_A_PERSON = (PostingState.REJECTED, PostingState.UNCERTAIN, PostingState.HELD)


def settle(house: House, record: str, number: str, *, by: str) -> Run:
    """Confirm a posting that a person booked in the ERP under ``number``; returns the run that goes on with it.

    :raises Misconfigured: it is no posting that waits for a person, or the ERP has nothing like it under this number.
    :raises Busy: somebody is at work on its order, or the ERP may be.
    """
    row = _waiting(house, record)
    content = contents.open_content(house.vault, row)
    if not isinstance(content, SalesDocument | JournalEntry):
        raise Misconfigured(f"{record} is a {row.kind.value}: only sales orders and journals are settled by hand")
    with at_hand(house, row) as at:
        there = _check(at, row, content, number.strip())
        _confirm(at, row, number.strip(), there, by=by)
        return at.run


def posting_named(house: House, record: str) -> PostingRow:
    """Read the posting of an order that a person names.

    :raises Misconfigured: it is none.
    """
    kind, own_id = record_ids.split_id(record)
    with house.database.begin() as tx:
        row = postings.by_id(tx, own_id) if kind == "posting" else None
    if row is None or row.order_id is None:
        raise Misconfigured(f"{record} is no posting of an order: they are named in `ml-connector orders show`")
    return row


@contextmanager
def at_hand(house: House, row: PostingRow) -> Iterator[Step]:
    """Claim a posting's order for what a person says of it; the run lives on, to be dispatched.

    :raises Misconfigured: its connection is paused. :raises Busy: somebody is at work on it.
    """
    run = _claim(house, row)
    try:
        with step(house, run, "settle_by_hand") as at:
            yield at
    except BaseException:
        with house.database.begin() as tx:
            runs.finish(tx, run, values={})
        raise


def _waiting(house: House, record: str) -> PostingRow:
    row = posting_named(house, record)
    if row.state not in FOR_A_PERSON:
        raise Misconfigured(
            f"{record} is {row.state.value}: only what is refused, uncertain or held is settled by hand"
        )
    if row.quiet_until is not None and row.quiet_until > house.now():
        raise Busy(
            f"{record}: its answer was lost, and Infor may book it until {row.quiet_until:%H:%M:%S} UTC still: "
            "settle it after that"
        )
    if row.content is None:
        raise Misconfigured(
            f"{record} has no lines to compare with Infor's: mend what its reason names, or say why it is left to "
            f"you (`ml-connector records settle {record} --why TEXT`)"
        )
    return row


def _claim(house: House, row: PostingRow) -> Run:
    assert row.order_number is not None  # noqa: S101  posting_named saw to it
    with house.database.begin() as tx:
        owner = saved(tx, row.connection)
        if owner.connection.paused:
            raise Misconfigured(
                f"{row.connection} is paused: `ml-connector connection resume {row.connection}`, then say this again"
            )
        run = ask_for_run(tx, house, owner.id, row.order_number)
    if run is None:
        raise Busy(f"order {row.order_number} is being worked on, or waits for its turn: try again in a moment")
    return run


def _check(at: Step, row: PostingRow, content: Content, number: str) -> Sending | date | None:
    """READ: have the ERP confirm that it has this very posting, under this number.

    :returns: what it has instead of the posting's content; on which day it has it, if a person keyed it.
    """
    erp = at.house.erp(at.saved)
    if isinstance(content, JournalEntry):
        found = erp.find_journals([content.key])[content.key]
    else:
        found = erp.find_document(row.reference, row.handle)
    if found.state is FindingState.BOOKED and found.external_id == number:
        return sendings.booked(at, row, found)
    if found.state is FindingState.BOOKED:
        raise Misconfigured(f"Infor has it under {found.external_id}, not under {number}")
    if found.state in UNFINISHED:
        why = f" ({found.reason})" if found.reason else ""
        raise Misconfigured(
            f"Infor has it under our own reference, too, and has not finished it{why}: it would be booked beside "
            f"{number}; let it end or remove it there first"
        )
    day = vouchers.day_of(at, content, number) if isinstance(content, JournalEntry) else None
    if day is None:
        raise Misconfigured(f"Infor has nothing like it under {number}: look at its number, lines and amounts there")
    return day


def _confirm(at: Step, row: PostingRow, number: str, there: Sending | date | None, *, by: str) -> None:
    """Move the posting along its arrows to the end, all in one transaction."""
    now = at.house.now()
    way = [] if row.state is PostingState.UNCERTAIN else [PostingState.PLANNED]
    with at.house.database.begin() as tx:
        restored = sendings.restore(tx, at, row, there) if isinstance(there, Sending) else {}
        at_place = row
        for target in [*way, PostingState.CONFIRMED]:
            values: dict[str, object] = {"fault_code": "", "reason": "", "not_before": None, "quiet_until": None}
            if target is PostingState.CONFIRMED:
                values |= restored | {"external_id": number, "reason": f"settled by hand by {by}"}
            if not postings.move(tx, at_place, target, now=now, **values):
                raise Superseded(f"posting {row.posting_key}: another worker moved it")
            at_place = replace(at_place, state=target, version=at_place.version + 1)
        if isinstance(there, date):
            journal_lines.move(tx, row.id, there)
        trail.note(
            tx,
            row.connection,
            at=now,
            actor=by,
            action="settled_by_hand",
            subject=f"posting {row.posting_key}",
            order=row.order_number,
            detail={"external_id": number, "was": row.state.value}
            | ({"booked_on": str(there)} if isinstance(there, date) else {}),
        )
