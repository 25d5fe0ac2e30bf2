"""How many pieces of which items an order takes: the store has counted them off, the ERP must still hear of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from connector.domain.connection import Booking, Connection
from connector.domain.order import Snapshot
from connector.domain.plan import Plan
from connector.mapping.case import shipped
from connector.mapping.items import item_of
from connector.mapping.profile import Profile

_LONGEST_ITEM = 64


def demand(snapshot: Snapshot, plan: Plan, profile: Profile, connection: Connection) -> Mapping[str, int]:
    """Count pieces by item; nothing for an order that is left out, or where the ERP never hears of orders."""
    left_out = any(out.kind == "order" for out in plan.left_out)
    taken: Counter[str] = Counter()
    if connection.booking is Booking.LEDGER or left_out:
        return taken
    for line in shipped(snapshot.order):
        item = item_of(line, profile, _LONGEST_ITEM)
        if isinstance(item, str):
            taken[item] += line.quantity
    return taken
