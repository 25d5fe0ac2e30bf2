"""Orders that wait for a person: what stops them and what each mending releases; held and released by hand."""

from __future__ import annotations

from connector.domain.faults import Misconfigured
from connector.domain.identity import OrderRef
from connector.flows.house import House, known_order, saved
from connector.flows.work import ask_for_run
from connector.records import held, trail
from connector.records.database import Tx
from connector.records.held import CauseRow
from connector.records.runs import Run

MOST = 200


def causes(house: House, name: str) -> list[CauseRow]:
    """Say what stops the held orders of a connection, and what each cause alone would release."""
    with house.database.begin() as tx:
        return held.by_cause(tx, saved(tx, name).id, MOST)


def hold(house: House, ref: OrderRef, *, why: str, by: str) -> Run | None:
    """Keep what an order still owes from being sent; returns the run to dispatch, or None when it waits its turn.

    What was begun is brought to its end: its answer may be under way.

    :raises Misconfigured: no reason was given, or somebody holds it already.
    """
    if not why.strip():
        raise Misconfigured("say why the order is held: whoever looks at it next wants to know")
    with house.database.begin() as tx:
        row = known_order(tx, ref)
        if not held.hold(tx, row.id, by=by, why=why.strip(), now=house.now()):
            assert row.hold is not None  # noqa: S101  that is what made it False
            raise Misconfigured(f"order {ref.order} is held by {row.hold.by} already: {row.hold.why}")
        return _again(tx, house, ref, by=by, action="held_by_hand", why=why.strip())


def release(house: House, ref: OrderRef, *, by: str) -> Run | None:
    """Let an order be booked that was held by hand; returns the run to dispatch, or None when it waits its turn.

    :raises Misconfigured: nobody holds it.
    """
    with house.database.begin() as tx:
        row = known_order(tx, ref)
        if not held.release(tx, row.id):
            raise Misconfigured(
                f"nobody holds order {ref.order} by hand: an order that waits for the mapping profile is released by "
                "importing a mended one"
            )
        return _again(tx, house, ref, by=by, action="released_by_hand")


def _again(tx: Tx, house: House, ref: OrderRef, *, by: str, action: str, **detail: object) -> Run | None:
    now, subject = house.now(), f"order {ref.order}"
    trail.note(tx, ref.connection, at=now, actor=by, action=action, subject=subject, order=ref.order, detail=detail)
    return ask_for_run(tx, house, saved(tx, ref.connection).id, ref.order)
