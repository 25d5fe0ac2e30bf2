"""From when on a connection posts, and whether only what a person approved; never from before what is booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connector.domain.faults import Misconfigured
from connector.domain.progress import OrderState
from connector.flows.backfill import ORDERS
from connector.flows.house import House, newest_profile, saved
from connector.records import connections, orders, postings, trail, watermarks
from connector.records.connections import SavedConnection
from connector.records.database import Tx

_PLANNED_AGAIN = (OrderState.WAITING, OrderState.OPEN, OrderState.HELD, OrderState.LEFT_OUT)


BY_MESSAGE, INTO = "by_message_until", "into"
"""Until when a removed connection sent orders by message, and into which company: its removal notes it."""


@dataclass(frozen=True, slots=True)
class Live:
    """What a connection goes by now."""

    start_from: datetime
    require_approved: bool


def go_live(house: House, name: str, start_from: datetime, *, require_approved: bool | None, by: str) -> Live:
    """Post what was created from a moment on; ``require_approved`` None leaves that as it is.

    :raises Misconfigured: the connection has no mapping profile, or something is booked and the moment is earlier
        than the one that was booked by.
    """
    now = house.now()
    with house.database.begin() as tx:
        owner = saved(tx, name)
        newest_profile(tx, owner)
        connections.lock(tx, owner.id)
        check_start(tx, owner, start_from)
        check_removed(tx, house, owner, start_from)
        approved = owner.connection.require_approved if require_approved is None else require_approved
        connections.go_live(tx, owner.id, start_from=start_from, require_approved=approved)
        begin_anew(tx, owner, start_from, now=now)
        detail = {
            "start_from": start_from.isoformat(),
            "before": owner.connection.start_from.isoformat(),
            "require_approved": approved,
        }
        trail.note(tx, name, at=now, actor=by, action="went_live", subject=f"connection {name}", detail=detail)
    return Live(start_from, approved)


def begin_anew(tx: Tx, before: SavedConnection, start_from: datetime, *, now: datetime) -> None:
    """Have a connection's orders planned by what changed, and those read that an earlier start brings in."""
    orders.wake(tx, before.id, _PLANNED_AGAIN, now=now)
    if start_from < before.connection.start_from:
        watermarks.forget(tx, before.id, ORDERS)


def check_start(tx: Tx, owner: SavedConnection, start_from: datetime) -> None:
    """Make sure that posting does not reach back behind what is booked.

    :raises Misconfigured: it would.
    """
    before = owner.connection.start_from
    if start_from < before and postings.any_on_its_way(tx, owner.id):
        raise Misconfigured(
            f"{owner.connection.name} posts orders from {before:%Y-%m-%d %H:%M} UTC on, and some are booked: posting "
            f"can begin later from now on, not earlier, for somebody may have booked the time before by hand"
        )


def check_removed(tx: Tx, house: House, owner: SavedConnection, start_from: datetime) -> None:
    """Make sure that posting begins behind what a removed connection of this name sent by message into the company.

    What else it booked is found there again by its keys; a message is remembered by the connection alone.

    :raises Misconfigured: it would not.
    """
    company = house.place(owner).company
    for noted in trail.removals_of(tx, owner.connection.name):
        into = noted.get(INTO, {})
        here = all(into.get(key, value) == value for key, value in company.items())
        if BY_MESSAGE in noted and here and start_from <= datetime.fromisoformat(noted[BY_MESSAGE]):
            raise Misconfigured(
                f"{owner.connection.name} was removed, and had sent orders up to {noted[BY_MESSAGE]} by message: "
                "nobody can look up in Infor which are there, and all would be booked again. Let posting begin "
                "(start_from, --from) after that moment"
            )
