"""Takes orders out of the books: what stands of them is shown first, the asking is written, the chain books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.domain.faults import Misconfigured
from connector.domain.identity import OrderRef
from connector.flows.house import House, saved
from connector.records import orders, runs, trail, unposting
from connector.records.database import Tx
from connector.records.orders import OrderRow
from connector.records.runs import Run
from connector.records.unposting import StandingJournal


@dataclass(frozen=True, slots=True)
class Standing:
    """What would be mirrored: the journals, and what they come to by account (account, currency, debit, credit)."""

    journals: Sequence[StandingJournal]
    totals: Sequence[tuple[str, str, Decimal, Decimal]]

    @property
    def orders(self) -> list[int]:
        """The orders they belong to."""
        return list(dict.fromkeys(one.order for one in self.journals))


def of_order(house: House, ref: OrderRef) -> Standing:
    """Say what of an order stands in the books.

    :raises Misconfigured: nothing does, or it is on its way out already.
    """
    with house.database.begin() as tx:
        found = _standing(tx, saved(tx, ref.connection).id, order=ref.order)
        row = orders.find(tx, ref)
    if not found.journals:
        raise Misconfigured(_why_nothing(ref, row))
    return found


def _why_nothing(ref: OrderRef, row: OrderRow | None) -> str:
    if row is not None and row.unposting and row.unposting.stands:
        asked = f"by {row.unposting.by} on {row.unposting.at:%Y-%m-%d}"
        return f"order {ref.order} was unposted {asked}: see `ml-connector orders show {ref.connection} {ref.order}`"
    return f"no journal of order {ref.order} is booked: there is nothing to reverse"


def of_day(house: House, name: str, day: date) -> Standing:
    """Say what stands of all orders of which something is in the books of a day."""
    with house.database.begin() as tx:
        return _standing(tx, saved(tx, name).id, day=day)


def of_mapping(house: House, name: str, version: int) -> Standing:
    """Say what stands of all orders of which something was posted under a version of the mapping profile."""
    with house.database.begin() as tx:
        return _standing(tx, saved(tx, name).id, version=version)


def _standing(
    tx: Tx, owner: int, *, order: int | None = None, day: date | None = None, version: int | None = None
) -> Standing:
    journals = unposting.standing(tx, owner, order=order, day=day, version=version)
    return Standing(journals, unposting.totals(tx, [one.posting_id for one in journals]))


def unpost(house: House, ref: OrderRef, *, by: str) -> Run | None:
    """Ask for an order to leave the books; returns the run to dispatch, or None when it waits for its turn.

    Whoever is at work on the order ends that first.
    """
    now = house.now()
    with house.database.begin() as tx:
        row = orders.find(tx, ref)
        if row is None or not unposting.unpost(tx, row.id, by=by, now=now):
            return None
        subject = f"order {ref.order}"
        trail.note(tx, ref.connection, at=now, actor=by, action="unposted", subject=subject, order=ref.order)
        return runs.claim(tx, row.id, now=now, until=now + house.pace.run_grace)
