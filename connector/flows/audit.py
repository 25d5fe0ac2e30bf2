"""The audit trail, read whole: followed along its chain, and given out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from connector.domain import audit
from connector.domain.audit import Entry, Head, Link, Verification
from connector.domain.books import BookedJournal
from connector.flows import papers
from connector.flows.house import House, saved
from connector.records import journals, trail

_BATCH = 1000
_OUT_OF_TURN = timedelta(days=1)
"""How much older an entry may be than those before it: a long transaction writes its entries at its end."""


def verify(house: House, name: str) -> Verification:
    """Follow a connection's trail from its first entry to its head, and look at the papers that it names.

    :raises Misconfigured: neither a connection nor a trail has this name.
    """
    verified, newest, head = audit.NOTHING, None, audit.Head(0, "")
    for links, now in _batches(house, name):
        verified, newest, head = audit.follow(verified, links), links[-1] if links else newest, now
        if verified.broken:
            break
    return replace(audit.end(verified, newest, head), spoiled=papers.spoiled(house, name))


def entries(house: House, name: str, first: date | None, last: date | None) -> Iterator[Link]:
    """Give a connection's entries of some days (UTC), oldest first.

    :raises Misconfigured: neither a connection nor a trail has this name.
    """
    for links, _ in _batches(house, name, after=_number_before(house, name, first) if first else 0):
        for link in links:
            day = link.entry.at.date()
            if (first is None or first <= day) and (last is None or day <= last):
                yield link
        if last is not None and links and links[-1].entry.at.date() > last + _OUT_OF_TURN:
            return


def _number_before(house: House, name: str, first: date) -> int:
    with house.database.begin() as tx:
        return trail.number_before(tx, name, datetime.combine(first - _OUT_OF_TURN, time.min, UTC))


def _batches(house: House, name: str, *, after: int = 0) -> Iterator[tuple[list[Link], Head]]:
    while True:
        with house.database.begin() as tx:
            links, head = trail.chain(tx, name, after=after, limit=_BATCH)
            if not head.entries and not links:
                saved(tx, name)
        yield links, head
        if len(links) < _BATCH:
            return
        after = links[-1].entry.number


def newest(house: House, name: str, *, before: int | None, limit: int) -> list[Entry]:
    """Give the newest entries of a connection's trail, from behind a number; of the installation's by its own name.

    :raises Unknown: neither a connection nor a trail has this name.
    """
    with house.database.begin() as tx:
        entries = trail.newest(tx, name, before=before, limit=limit)
        if not entries and name != trail.INSTALLATION:
            saved(tx, name)
        return entries


def proofs(house: House, name: str, action: str) -> list[Entry]:
    """Give a connection's 50 newest reconciliations (``reconciled``) or certificates (``certified``).

    :raises Unknown: there is no connection of this name.
    """
    with house.database.begin() as tx:
        saved(tx, name)
        return trail.proofs(tx, name, action, 50)


def booked(house: House, name: str, first: date | None, last: date | None) -> Iterator[BookedJournal]:
    """Give every confirmed journal of some days, the oldest day first.

    :raises Misconfigured: there is no connection of this name.
    """
    after: tuple[date, int] | None = None
    while True:
        with house.database.begin() as tx:
            found = journals.confirmed(tx, saved(tx, name).id, first, last, after=after, limit=_BATCH)
        yield from found
        if len(found) < _BATCH:
            return
        after = found[-1].day, found[-1].id
