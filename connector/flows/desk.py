"""What asks for a person: refused and uncertain postings, orders that a failing outside keeps waiting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connector.flows.house import House, saved
from connector.records import desk
from connector.records.desk import ParkedRow, TroubleRow

MOST = 100


@dataclass(frozen=True, slots=True)
class Desk:
    """All of it, of one connection."""

    troubles: Sequence[TroubleRow]
    parked: Sequence[ParkedRow]


def of_connection(house: House, name: str) -> Desk:
    """List what asks for a person, ``MOST`` of each kind.

    :raises Unknown: there is no connection of this name.
    """
    with house.database.begin() as tx:
        owner = saved(tx, name)
        return Desk(desk.troubles(tx, owner.id, name, MOST), desk.parked(tx, owner.id, MOST))
