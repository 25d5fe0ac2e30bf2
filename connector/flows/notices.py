"""Notices on posted orders: what a person is to do in the ERP by hand, and that it was done."""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain.faults import Misconfigured
from connector.domain.identity import OrderRef
from connector.flows.house import House, known_order, saved
from connector.records import demands, notices, trail
from connector.records.notices import Notice, mark

MOST = 100

__all__ = ["MOST", "Notice", "close", "listed", "mark"]


def listed(house: House, name: str) -> Sequence[Notice]:
    """List a connection's open notices, ``MOST`` of them.

    :raises Unknown: there is no connection of this name.
    """
    with house.database.begin() as tx:
        return notices.listed(tx, saved(tx, name).id, MOST)


def close(house: House, ref: OrderRef, *, by: str, seen: str = "") -> None:
    """Take an order's notice off the list: it was done. Another edit opens a new one.

    ``seen`` is the mark of the notice that somebody read, where they may have read an older one.

    :raises Unknown: there is no such order. :raises Misconfigured: it asks for nothing, or for something else by now.
    """
    with house.database.begin() as tx:
        order = known_order(tx, ref)
        notice = notices.taken(tx, order.id)
        if notice is None:
            raise Misconfigured(f"order {ref.order} asks for nothing by hand, or it was done already")
        if seen not in ("", notice.mark):
            raise Misconfigured(f"order {ref.order} asks for something else by now: read it again")
        notices.close(tx, order.id)
        demands.allocate(tx, order.id, now=house.now(), added=True)
        trail.note(
            tx,
            ref.connection,
            at=house.now(),
            actor=by,
            action="notice_closed",
            subject=f"order {ref.order}",
            order=ref.order,
            detail={"notice": notice.fault_code},
        )
