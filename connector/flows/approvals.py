"""Approving what a preview showed, so that exactly that is posted and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from connector.domain import approval
from connector.domain.approval import Approval
from connector.domain.faults import Misconfigured
from connector.domain.identity import OrderRef
from connector.domain.order import Snapshot
from connector.domain.plan import Plan
from connector.flows import orders as journeys
from connector.flows.house import House, known
from connector.flows.work import ask_for_run
from connector.records import approvals, orders, trail
from connector.records.connections import SavedConnection
from connector.records.database import Tx
from connector.records.runs import Run


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be posted of an order now; ``approved`` by somebody, if at all. ``required``: else it is held."""

    snapshot: Snapshot
    plan: Plan
    digest: str
    approved: Approval | None
    required: bool


def preview(house: House, ref: OrderRef) -> Preview:
    """Read an order from the store and say what would be posted; nothing is written anywhere.

    :raises MappingGap: the connection has no mapping profile.
    """
    snapshot, plan = journeys.preview(house, ref)
    owner, wanted = known(house, ref.connection), approval.digest(plan)
    with house.database.begin() as tx:
        found = approvals.find(tx, owner.id, ref.order, wanted)
    return Preview(snapshot, plan, wanted, found, owner.connection.require_approved)


def approve(house: House, ref: OrderRef, wanted: str, *, by: str) -> tuple[Preview, Run | None]:
    """Let exactly one plan of an order go; returns it with the run to dispatch, if the order waits for it.

    :raises Misconfigured: the order would be posted otherwise by now.
    """
    seen = preview(house, ref)
    if seen.digest != wanted:
        raise Misconfigured(
            f"order {ref.order} would be posted otherwise by now, as {seen.digest}: look at it again with "
            f"`ml-connector preview {ref.connection} {ref.order}`"
        )
    owner, now = known(house, ref.connection), house.now()
    with house.database.begin() as tx:
        approvals.add(tx, owner.id, ref.order, wanted, by=by, now=now)
        detail = {"digest": wanted}
        subject = f"order {ref.order}"
        trail.note(
            tx, ref.connection, at=now, actor=by, action="approved", subject=subject, order=ref.order, detail=detail
        )
        return seen, _wanted(tx, house, owner, ref)


def _wanted(tx: Tx, house: House, owner: SavedConnection, ref: OrderRef) -> Run | None:
    if orders.find(tx, ref) is None:
        return None  # the store tells of it when its time comes
    return ask_for_run(tx, house, owner.id, ref.order)
