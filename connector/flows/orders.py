"""An order's journey on the store's side: read it, plan what it owes, settle it when the ERP has it."""

from __future__ import annotations

from datetime import timedelta
from itertools import zip_longest

from connector.domain import approval
from connector.domain.faults import Fault, MappingGap, Rejected, Throttled, Unknown
from connector.domain.identity import OrderRef
from connector.domain.order import Snapshot
from connector.domain.period import Calendar
from connector.domain.plan import Booked, Plan, Unposting
from connector.domain.progress import OrderState, order_state
from connector.domain.snapshot import head_fingerprint
from connector.flows import acknowledgements, buyers, contents, periods, planning, search
from connector.flows.house import House, known, profile_of
from connector.flows.postings import confirm_sent
from connector.flows.work import Step, step
from connector.mapping import planner
from connector.mapping.demand import demand
from connector.mapping.profile import Profile
from connector.records import (
    approvals,
    connections,
    demands,
    heartbeats,
    orders,
    postings,
    runs,
    snapshots,
    terms,
    trail,
)
from connector.records.connections import SavedConnection
from connector.records.orders import OrderRow
from connector.records.postings import PostingRow
from connector.records.runs import Run

ECHO_WINDOW = timedelta(seconds=60)
"""How long after our own write the webhook it causes is expected."""

SWEEP = "sweep"
"""The heartbeat that shows beat and a worker alive."""

_LONGEST_PARKING = timedelta(minutes=15)


def pull(house: House, run: Run) -> Plan:
    """Read the store's present truth if anybody asked since the last reading, and plan what is owed.

    :raises Fault: the store could not be read; nothing was changed.
    """
    with step(house, run, "pull_order") as at:
        acknowledgements.take_up(at)
        try:
            snapshot = _read(at) if at.order.wanted > at.order.covered else _remembered(at)
        except Rejected as gone:
            left = _left_out(at, gone.what)
            return _plan(at, _remembered(at)) if at.order.unposting else left
        return _plan(at, snapshot)


def _read(at: Step) -> Snapshot:
    began = at.house.now()
    snapshot = at.house.store(at.saved).read_order(at.run.ref.order)
    head = snapshot.order
    with at.begin() as tx:
        snapshots.save(
            tx,
            at.order.id,
            snapshot.fingerprint,
            contents.seal_snapshot(at.house.vault, at.order.id, snapshot),
            taken_at=snapshot.taken_at,
        )
        orders.write(
            tx,
            at.order.id,
            covered=at.order.wanted,
            pulled_at=began,
            status_id=head.status.value,
            currency=head.currency,
            total=head.totals.total.inc_tax.amount,
            customer_id=head.customer_id,
            placed_at=head.created_at,
            modified_at=head.modified_at,
            head_fingerprint=head_fingerprint(head),
        )
        found_by = search.terms_of(at.house.vault, snapshot)
        terms.save(tx, at.saved.id, at.order.id, found_by, now=at.house.now())
    return snapshot


def _remembered(at: Step) -> Snapshot:
    with at.house.database.begin() as tx:
        sealed = snapshots.latest(tx, at.order.id)
    return contents.open_snapshot(at.house.vault, at.order.id, sealed) if sealed is not None else _read(at)


def _plan(at: Step, snapshot: Snapshot) -> Plan:
    house = at.house
    with house.database.begin() as tx:
        profile = connections.current_profile(tx, at.saved.id)
        rows = postings.of_order(tx, at.order.id)
        booked, calendar = planning.booked(house.vault, rows), periods.calendar(tx, house.vault, at.saved.id, rows)
    if profile is None:
        return _held(at, MappingGap(f"{at.saved.connection.name} has no mapping profile yet"))
    chosen = profile_of(house, profile)
    plan = plan_of(house, at.saved, snapshot, chosen, booked, calendar=calendar, unposting=at.order.unposting)
    taken = demand(snapshot, plan, chosen, at.saved.connection, booked)
    if at.saved.connection.require_approved and not _is_approved(at, plan):
        plan = approval.withheld(plan, {(done.kind, done.source, done.revision) for done in booked})
    planning.write(at, snapshot, plan, taken, profile_version=profile.version)
    return plan


def _is_approved(at: Step, plan: Plan) -> bool:
    with at.house.database.begin() as tx:
        return approvals.find(tx, at.saved.id, at.run.ref.order, approval.digest(plan)) is not None


def plan_of(
    house: House,
    owner: SavedConnection,
    snapshot: Snapshot,
    profile: Profile,
    booked: list[Booked],
    *,
    calendar: Calendar,
    unposting: Unposting | None,
) -> Plan:
    """Say what an order owes; the same for the chain, a preview and a rehearsal, and nobody is asked."""
    return planner.plan(
        snapshot,
        profile=profile,
        connection=owner.connection,
        booked=booked,
        unposting=unposting,
        item_length=house.erp(owner).item_length,
        calendar=calendar,
    )


def _left_out(at: Step, reason: str) -> Plan:
    with at.begin() as tx:
        left = {"state": OrderState.LEFT_OUT.value, "reason": reason, "fault_code": ""}
        orders.write(tx, at.order.id, rules=at.saved.rules, covered=at.order.wanted, **left)
    return Plan(waiting=reason)


def _held(at: Step, fault: Fault) -> Plan:
    with at.begin() as tx:
        held = {"state": OrderState.HELD.value, "reason": fault.what, "fault_code": fault.code}
        orders.write(tx, at.order.id, rules=at.saved.rules, **held)
    return Plan(waiting=fault.what)


def preview(house: House, ref: OrderRef) -> tuple[Snapshot, Plan]:
    """Read an order from the store and say what would be posted; nothing is written anywhere.

    :raises Unknown: the store has no such order.
    :raises MappingGap: the connection has no mapping profile.
    """
    connection = known(house, ref.connection)
    try:
        snapshot = house.store(connection).read_order(ref.order)
    except Rejected as missing:
        raise Unknown(missing.what) from None
    with house.database.begin() as tx:
        profile = connections.current_profile(tx, connection.id)
        row = orders.find(tx, ref)
        done = postings.of_order(tx, row.id) if row else []
        calendar = periods.calendar(tx, house.vault, connection.id, done)
    if profile is None:
        raise MappingGap(f"{ref.connection} has no mapping profile yet: `ml-connector mapping import` one")
    booked = planning.booked(house.vault, done)
    unposting, chosen = row.unposting if row else None, profile_of(house, profile)
    return snapshot, plan_of(house, connection, snapshot, chosen, booked, calendar=calendar, unposting=unposting)


def settle(house: House, run: Run) -> list[Run]:
    """End a run and say where the order stands; returns the runs that there is room for now, maybe its own again."""
    with step(house, run, "settle") as at:
        rows = confirm_sent(at)
        _write_back(at, rows)
        return _finish(at, rows)


def _write_back(at: Step, rows: list[PostingRow]) -> None:
    """Put the ERP's number on the store's order, once everything of the sale is confirmed."""
    number = planning.external_number(rows)
    if not number or at.order.written_back == number:
        return
    with at.house.database.begin() as tx:
        orders.expect_echo(tx, at.order.id, until=at.house.now() + ECHO_WINDOW)
    at.house.store(at.saved).write_external_id(at.run.ref.order, number)
    with at.house.database.begin() as tx:
        orders.write(tx, at.order.id, external_id=number, written_back=number, written_at=at.house.now())


def _finish(at: Step, rows: list[PostingRow]) -> list[Run]:
    now = at.house.now()
    with at.house.database.begin() as tx:
        rules = connections.rules(tx, at.saved.id)
        row = orders.by_id(tx, at.order.id)
        assert row is not None  # noqa: S101  the step holds it
        ended: dict[str, object] = {"failures": 0, "not_before": orders.unless_asked(planning.next_time(at, rows))}
        if rows:
            unposted = row.unposting is not None and row.unposting.stands and planning.is_out(rows)
            waiting = row.state is OrderState.WAITING
            state = order_state((posting.state for posting in rows), waiting=waiting, unposted=unposted)
            ended |= {"state": state.value, **planning.why(rows, row)}
            at.note(tx, state.value)
        if row.rules != rules:
            ended["not_before"] = now
        runs.finish(tx, at.run, values=ended)
        if planning.is_allocated(rows):
            demands.allocate(tx, at.order.id, now=now)
        return runs.claim_due(tx, row.connection_id, now=now, until=now + at.house.pace.run_grace)


def park(house: House, run: Run, fault: Fault) -> None:
    """Put an order aside whose step failed for longer than a retry may wait; the sweep takes it up again.

    One that a worker holds is left to it: what failed was a second copy of its step.
    """
    now = house.now()
    with house.database.begin() as tx:
        row = orders.find(tx, run.ref)
        if row is None or not runs.is_abandoned(tx, run, now=now):
            return
        pause = _pause(row, fault, house.pace.park_wait)
        reason = buyers.left_out(house, tx, row.id, fault.what)
        values = {
            "failures": row.failures + (not isinstance(fault, Throttled)),
            "not_before": now + pause,
            "fault_code": fault.code,
            "reason": reason,
        }
        runs.finish(tx, run, values=values)
        trail.note(
            tx,
            run.ref.connection,
            at=now,
            actor="worker",
            action="parked",
            subject=f"order {run.ref.order}",
            order=run.ref.order,
            detail={"fault": fault.code, "reason": reason, "until": (now + pause).isoformat()},
        )


def _pause(row: OrderRow, fault: Fault, park_wait: timedelta) -> timedelta:
    """Wait longer with every failure. Being asked to wait is none: the next window may be ours."""
    asked = fault.retry_after or timedelta(0)
    if isinstance(fault, Throttled):
        return asked
    return max(min(park_wait * (1 << min(row.failures, 10)), _LONGEST_PARKING), asked)


def claim_due(house: House) -> list[Run]:
    """Claim the orders that lie there: asked for by webhooks, a lost dispatch, a dead worker, a wait that is over.

    The connections take turns: the first of each goes before the second of any.
    """
    now = house.now()
    with house.database.begin() as tx:
        heartbeats.beat(tx, SWEEP, now=now)
        each = [
            runs.claim_due(tx, owner, now=now, until=now + house.pace.run_grace)
            for owner in runs.connections_with_due(tx, now=now)
        ]
    return [run for together in zip_longest(*each) for run in together if run]
