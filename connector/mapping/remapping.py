"""What another version of the profile would have booked: the order as if it were unposted and booked again by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from connector.domain.connection import Connection
from connector.domain.faults import Fault
from connector.domain.journal import JournalEntry, balances
from connector.domain.order import Snapshot
from connector.domain.plan import Booked, Content, Plan, PlannedPosting, Unposting
from connector.mapping.planner import plan
from connector.mapping.profile import Profile

Balances = dict[tuple[str, str], Decimal]
"""By account and currency, debit positive."""


@dataclass(frozen=True, slots=True)
class Remapped:
    """What is booked beside what would be; ``faults`` hold something of it, ``waiting`` says why all of it waits."""

    booked: Balances
    anew: Balances
    faults: tuple[Fault, ...]
    waiting: str


def remapped(
    snapshot: Snapshot,
    *,
    profile: Profile,
    connection: Connection,
    booked: Sequence[Booked],
    item_length: int,
    at: datetime,
) -> Remapped:
    """Compare what of an order is booked with what this profile would book of it; pure, nothing is sent."""

    def planned(done: Sequence[Booked], unposting: Unposting) -> Plan:
        return plan(
            snapshot,
            profile=profile,
            connection=connection,
            booked=done,
            unposting=unposting,
            item_length=item_length,
        )

    out = [*booked, *_new(planned(booked, Unposting("", at)), booked)]
    anew = planned(out, Unposting("", at, again_at=at))
    would_be = [posting for posting in anew.postings if not _is_in(posting, out)]
    faults = tuple(fault for posting in would_be for fault in posting.faults)
    now = _sum(done.content for done in booked)
    return Remapped(now, _sum(posting.content for posting in would_be), faults, anew.waiting)


def _new(made: Plan, done: Sequence[Booked]) -> list[Booked]:
    return [
        Booked(posting.kind, posting.source, posting.revision, posting.content, posting.reverses)
        for posting in made.postings
        if not _is_in(posting, done)
    ]


def _is_in(posting: PlannedPosting, done: Sequence[Booked]) -> bool:
    known = {(one.kind, one.source, one.revision) for one in done}
    return (posting.kind, posting.source, posting.revision) in known


def _sum(contents: Iterable[Content | None]) -> Balances:
    found = balances(content for content in contents if isinstance(content, JournalEntry))
    return {key: balance for key, balance in found.items() if balance}
