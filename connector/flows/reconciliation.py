"""Reconciles some days: the store's sales, payments, refunds and tax, our journals, and Infor's ledger read back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from connector.domain import comparison
from connector.domain.faults import Fault, Transient
from connector.domain.paper import Paper
from connector.domain.reconciliation import Broken, Reconciliation
from connector.flows import columns, papers
from connector.flows.house import House, claim_polls, known, saved
from connector.papers import reconciliation as layout
from connector.records import trail, watermarks
from connector.records.connections import SavedConnection

RECONCILE, WORKER = "reconcile", "worker"
_DEFAULT_CADENCE = timedelta(hours=24)
_AGAIN = timedelta(minutes=50)
"""When beat's next ring tries again what did not come to its end: the ERP may be away at the same hour every day."""
_LONGEST_GAP = timedelta(days=30)


def reconcile(house: House, name: str, first: date, last: date) -> Reconciliation:
    """Compare the three columns of the days from ``first`` to ``last``.

    :raises Fault: the ledger could not be read to its end: nothing is told of a part of it.
    """
    at, sides = columns.read(house, known(house, name), first, last)
    back = comparison.read_back(sides)
    found = [*at.unread, *comparison.of_store(sides), *comparison.of_ledger(back)]
    return Reconciliation(
        connection=name,
        first=first,
        last=last,
        rows=tuple(comparison.rows(back)),
        balances=tuple(comparison.balances(sides)),
        discrepancies=tuple(sorted(found, key=lambda one: (one.day, one.order or 0, one.what, one.voucher))),
        open_items=tuple(sorted(at.open_items, key=lambda one: one.order)),
        left_out=tuple(sorted(at.left_out, key=lambda one: (one.day, one.order, one.what))),
        read_back=sides.ledger is not None,
        moved=tuple(sorted(comparison.moved(sides), key=lambda one: (one.day, one.order, one.what))),
    )


def keep(house: House, found: Reconciliation, *, by: str) -> tuple[Paper, ...]:
    """Freeze a reconciliation in files, and note in the trail how it ended and what the files are."""
    frozen = layout.freeze(found, now=house.now())
    counts = Counter(one.difference.value for one in found.discrepancies)
    with house.database.begin() as tx:
        trail.note(
            tx,
            found.connection,
            at=house.now(),
            actor=by,
            action="reconciled",
            subject=f"days {found.first} to {found.last}",
            detail={
                "agrees": found.agrees,
                "read_back": found.read_back,
                "rows": len(found.rows),
                "differences": dict(counts),
                "files": papers.keep(tx, frozen, at=house.now()),
            },
        )
        owner = saved(tx, found.connection)
        before = Broken.parse(watermarks.held(tx, owner.id, RECONCILE).cursor)
        broken = found.broken(before, by_hand_is_meant=by != WORKER)
        watermarks.write(tx, owner.id, RECONCILE, cursor=str(broken or ""))
    return frozen


def _mark(house: House, owner: SavedConnection, broken: Broken, *, due_at: datetime) -> None:
    """Note days that could not be compared, beside those that were broken before."""
    with house.database.begin() as tx:
        before = Broken.parse(watermarks.held(tx, owner.id, RECONCILE).cursor) or broken
        both = replace(broken, first=min(before.first, broken.first), last=max(before.last, broken.last))
        watermarks.write(tx, owner.id, RECONCILE, cursor=str(both), due_at=due_at)


def today(house: House, name: str) -> date:
    """The day it is where the company keeps its books."""
    return known(house, name).connection.day(house.now())


def due(house: House) -> list[str]:
    """Claim the connections whose reconciliation is due; a second beat gets none of them."""
    return claim_polls(house, RECONCILE, _DEFAULT_CADENCE, again=_AGAIN)


def catch_up(house: House, name: str) -> Reconciliation:
    """Reconcile yesterday, and the days before it that no run has reconciled or that differ, a month at most.

    :raises Fault: the ledger could not be read; the next run takes the same days up again, of what passes by itself
        within the hour. People are told of the rest.
    """
    owner = known(house, name)
    zone = owner.connection.zone
    with house.database.begin() as tx:
        mark = watermarks.standing(tx, owner.id, RECONCILE)
    claimed = mark.due_at - _AGAIN if mark.due_at else house.now()
    due_at = claimed + owner.connection.cadence.get(RECONCILE, _DEFAULT_CADENCE)
    yesterday = today(house, name) - timedelta(days=1)
    broken = Broken.parse(mark.cursor)
    unread = owner.connection.day(mark.read_to) if mark.read_to else yesterday
    first = min(yesterday, unread, broken.first if broken else yesterday)
    first = max(first, yesterday - _LONGEST_GAP)
    try:
        found = reconcile(house, name, first, yesterday)
    except Transient:
        raise
    except Fault as fault:
        _mark(house, owner, Broken(first, yesterday, f"no comparison ({fault.code})"), due_at=due_at)
        raise
    keep(house, found, by=WORKER)
    with house.database.begin() as tx:
        end = datetime.combine(yesterday + timedelta(days=1), time.min, zone)
        watermarks.move(tx, owner.id, RECONCILE, read_to=end)
        watermarks.write(tx, owner.id, RECONCILE, due_at=due_at)
    return found
