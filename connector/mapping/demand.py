"""How many pieces of which items an order takes: the store has counted them off, the ERP must still hear of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.domain.connection import Booking, Connection
from connector.domain.document import SalesDocument
from connector.domain.faults import EditedAfterPosting
from connector.domain.order import Snapshot
from connector.domain.plan import Booked, Plan
from connector.mapping.case import shipped
from connector.mapping.items import item_of
from connector.mapping.profile import Profile

_LONGEST_ITEM = 64


@dataclass(frozen=True, slots=True)
class Demand:
    """Pieces by item. ``added`` came to the order after its sales order went out: only a person adds them there."""

    taken: Mapping[str, int] = field(default_factory=dict)
    added: Mapping[str, int] = field(default_factory=dict)


def demand(
    snapshot: Snapshot, plan: Plan, profile: Profile, connection: Connection, booked: Sequence[Booked]
) -> Demand:
    """Count pieces by item; nothing for an order that is left out, or where the ERP never hears of orders."""
    left_out = any(out.kind == "order" for out in plan.left_out)
    if connection.booking is Booking.LEDGER or left_out:
        return Demand()
    taken: Counter[str] = Counter()
    for line in shipped(snapshot.order):
        item = item_of(line, profile, _LONGEST_ITEM)
        if isinstance(item, str):
            taken[item] += line.quantity
    added = taken - _sent(booked) if _is_edited(plan, booked) else Counter()
    return Demand(taken - added, added)


def _is_edited(plan: Plan, booked: Sequence[Booked]) -> bool:
    """Whether a person is told to change the sales order: a profile that was mended since adds no pieces."""
    told = any(isinstance(notice, EditedAfterPosting) for notice in plan.notices)
    return told and any(isinstance(done.content, SalesDocument) for done in booked)


def _sent(booked: Sequence[Booked]) -> Counter[str]:
    sent: Counter[str] = Counter()
    for done in booked:
        for line in done.content.lines if isinstance(done.content, SalesDocument) else ():
            sent[line.item] += line.quantity
    return sent
