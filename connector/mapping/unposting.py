"""An order that an operator took out of the books: what we booked of it is mirrored, the newest first.

Each journal has one mirror of its own, for ever: it carries the source and revision of what it takes back. So
a second unposting finds nothing to do, and what is booked again afterwards is a new revision of its fact.
Dates: the mirrors are booked on the day of the unposting; what is booked again, on the day that was asked for.
A period that was closed meanwhile is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from connector.domain.faults import UnpostedDocument
from connector.domain.journal import JournalEntry
from connector.domain.plan import Booked, LeftOut, Plan, PlannedPosting, Unposting
from connector.domain.posting import UNPOSTS, PostingKind
from connector.mapping.case import Case, entry_of
from connector.mapping.ledger import entry
from connector.mapping.owed import as_booked, posting


def unposted(case: Case, unposting: Unposting) -> Plan:
    """Plan an order that is to leave the books: everything stands as it was booked, and is mirrored."""
    mirrors = [_mirror(case, unposting, done) for done in reversed(case.booked) if _is_to_go(case, done)]
    reason = f"unposted by {unposting.by} on {case.day(unposting.at):%Y-%m-%d}"
    booked = [as_booked(case, done) for done in case.booked]
    notices = tuple(_close_by_hand(case, reason))
    return Plan((*booked, *mirrors), tuple(_left_out(case, reason)), notices=notices)


def _is_to_go(case: Case, done: Booked) -> bool:
    return done.kind in UNPOSTS and not done.by_hand and not case.unposted(done)


def _mirror(case: Case, unposting: Unposting, done: Booked) -> PlannedPosting:
    mirror, reverses = UNPOSTS[done.kind], case.key(done.kind, done.source, done.revision)
    make = partial(_mirrored, case, unposting, done)
    return posting(case, mirror, done.source, unposting.at, make, revision=done.revision, reverses=reverses)


def _mirrored(case: Case, unposting: Unposting, done: Booked) -> JournalEntry:
    """Turn every line to the other side.

    :raises Held: the booked lines were not kept.
    """
    lines = [replace(line, side=line.side.other) for line in entry_of(done).lines]
    mirror = UNPOSTS[done.kind]
    return entry(lines, case, mirror, done.source, revision=done.revision, at=unposting.at)


def _left_out(case: Case, reason: str) -> Iterator[LeftOut]:
    yield LeftOut("order", case.order.id, reason)
    yield from (LeftOut("transaction", paid.id, reason) for paid in case.snapshot.transactions)
    yield from (LeftOut("refund", refund.id, reason) for refund in case.snapshot.refunds)


def _close_by_hand(case: Case, reason: str) -> Iterator[UnpostedDocument]:
    if case.of_kind(PostingKind.SALES_ORDER):
        yield UnpostedDocument(f"{reason}; its sales order {case.reference} is still booked")
