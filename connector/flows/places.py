"""Where a connection's postings are: what is booked in a company stays there, whatever a new connection file says."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from connector.domain.faults import Misconfigured
from connector.domain.posting import ON_ITS_WAY, UNFINISHED, PostingState
from connector.flows.house import House
from connector.records import postings
from connector.records.connections import SavedConnection
from connector.records.database import Tx


def check(tx: Tx, house: House, before: SavedConnection, after: SavedConnection) -> bool:
    """Make sure that a connection moves to no other company while one has anything of it; tells whether it moves.

    By another way nothing is found that went by the old one: what is under way would be booked twice.

    :raises Misconfigured: there is something, with how much.
    """
    was, will = house.place(before), house.place(after)
    company, way = _changes(was.company, will.company), _changes(was.way, will.way)
    name, under_way = before.connection.name, _count(tx, before, UNFINISHED)
    if company and (booked := _count(tx, before, ON_ITS_WAY)):
        raise Misconfigured(
            f"{company}, but of {name}'s postings {booked} are booked there or may be ({under_way} under way): "
            "they are corrected, refunded and unposted there alone. Leave that as it is. To begin anew elsewhere, "
            f"let end what is under way, `ml-connector connection remove {name}`, and add it with a start_from "
            "behind all that is booked"
        )
    if way and under_way:
        raise Misconfigured(
            f"{way}, but of {name}'s postings {under_way} are under way: they would be looked for in vain, and "
            f"booked again. Let them end: `ml-connector records list {name} --state uncertain`, also sent and sending"
        )
    return bool(company or way)


def _count(tx: Tx, owner: SavedConnection, states: Collection[PostingState]) -> int:
    return postings.count(tx, owner.id, states)


def _changes(was: Mapping[str, str], will: Mapping[str, str]) -> str:
    told = [
        f"{name} would change from {was[name] or 'nothing'} to {will[name] or 'nothing'}"
        for name in was
        if will.get(name, was[name]) != was[name]
    ]
    return ", ".join(told)
