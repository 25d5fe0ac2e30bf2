"""Rehearses going live on the store's own history: reads it, plans it, counts. Writes nothing on either side.

Planned by the same pure planner that posting uses. A history is long and the store's window short: a piece of it is
read at a time, and what is told so far says where the next begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

from connector.domain import fit as domain
from connector.domain.faults import ContractBroken, Rejected, Transient
from connector.domain.fit import Fit, Rehearsed
from connector.domain.identity import OrderRef
from connector.domain.order import Snapshot
from connector.domain.period import Calendar
from connector.flows import periods, planning
from connector.flows.house import House, known, newest_profile, profile_of
from connector.flows.orders import plan_of
from connector.mapping import draft
from connector.mapping.profile import Profile, masters
from connector.ports import Masters, OrderMark
from connector.records import connections, orders, postings
from connector.records.connections import SavedConnection
from connector.records.orders import OrderRow
from connector.records.postings import PostingRow
from connector.telemetry import context

DAYS = 90
"""How much of the past is rehearsed unless told."""

PIECE = 25
"""Orders that are read at a time."""

NO_PROFILE = 0
"""The version of a profile that maps nothing."""

STEP = "fit"
"""The step that its calls are kept under; see ``recording.NO_BODIES``."""


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """One connection's history under one version of its profile."""

    house: House
    owner: SavedConnection
    profile: Profile

    def begin(self, days: int) -> Fit:
        """READ, few calls: count what there is, and check every master that the profile names."""
        until = self.house.now()
        since = until - timedelta(days=days)
        told = self.house.store(self.owner).walks.count(since, until)
        named = self.profile.version != NO_PROFILE
        wanted = masters(self.profile, self.owner.connection)
        checks = self.house.erp(self.owner).check_masters(wanted) if named else ()
        faulty = tuple(check for check in checks if not check.ok)
        return Fit(since, until, self.profile.version, told, place=since, faulty=faulty)

    def go_on(self, fit: Fit) -> Fit:
        """READ, 4 calls an order: one piece more.

        :raises Transient: nothing of it could be read: go on later.
        """
        read, ended = self._piece(fit)
        fit = self._with_items(fit, read)
        fit = domain.added(fit, read, template=self.profile.customers.template or "")
        return replace(fit, ended=ended)

    def _piece(self, fit: Fit) -> tuple[list[Rehearsed], bool]:
        """Read up to a piece, or as much of it as the store lets us."""
        read: list[Rehearsed] = []
        try:
            for mark in islice(self._marks(fit), PIECE):
                read.append(self._rehearsed(fit, mark))
        except Transient:
            if not read:
                raise
            return read, False
        return read, len(read) < PIECE

    def _marks(self, fit: Fit) -> Iterator[OrderMark]:
        marks = self.house.store(self.owner).walks.created(fit.place, fit.until)
        return (mark for mark in marks if mark.id not in fit.behind)

    def _rehearsed(self, fit: Fit, mark: OrderMark) -> Rehearsed:
        try:
            snapshot = self.house.store(self.owner).walks.read_order(mark.id)
        except Rejected:
            return Rehearsed(mark.id, mark.created_at)
        except ContractBroken as fault:
            return Rehearsed(mark.id, mark.created_at, fault=fault)
        return self._planned(fit, mark, snapshot)

    def _planned(self, fit: Fit, mark: OrderMark, snapshot: Snapshot) -> Rehearsed:
        """Plan an order as if posting began with the oldest of them."""
        connection = self.owner.connection
        connection = replace(connection, start_from=min(connection.start_from, fit.since))
        row, rows, calendar = self._known(mark.id)
        done = planning.booked(self.house.vault, rows)
        unposting = row.unposting if row else None
        plan = plan_of(self.house, self.owner, snapshot, self.profile, done, calendar=calendar, unposting=unposting)
        booked = frozenset((one.kind, one.source, one.revision) for one in done)
        return Rehearsed(mark.id, mark.created_at, snapshot, plan, booked=booked)

    def _known(self, number: int) -> tuple[OrderRow | None, list[PostingRow], Calendar]:
        with self.house.database.begin() as tx:
            row = orders.find(tx, OrderRef(self.owner.connection.name, number))
            rows = postings.of_order(tx, row.id) if row else []
            return row, rows, periods.calendar(tx, self.house.vault, self.owner.id, rows)

    def _with_items(self, fit: Fit, read: list[Rehearsed]) -> Fit:
        """Ask the ERP for the items that nobody asked for yet."""
        wanted = sorted({item for one in read for item in one.items()} - set(fit.asked))
        if not wanted:
            return fit
        asked = Masters({}, dict.fromkeys(wanted, "an order line"), {}, {}, {}, {}, {})
        checks = self.house.erp(self.owner).check_masters(asked)
        named = {check.name for check in fit.faulty}
        faulty = tuple(check for check in checks if not check.ok and check.name not in named)
        return replace(fit, faulty=(*fit.faulty, *faulty), asked=(*fit.asked, *wanted))


def begin(house: House, name: str, days: int, *, blank: bool = False) -> Fit:
    """Begin a rehearsal with the current profile; ``blank``: where there is none, with one that maps nothing.

    :raises Misconfigured: the connection has no mapping profile.
    :raises Fault: one of both sides could not be asked.
    """
    with context.bind(connection=name, step=STEP):
        return _rehearsal(house, name, blank=blank).begin(days)


def go_on(house: House, name: str, fit: Fit) -> Fit:
    """Read and plan one piece more, with the profile that the rehearsal began with.

    :raises Transient: nothing could be read for now; ``retry_after`` says when to go on.
    :raises Fault: it cannot go on.
    """
    with context.bind(connection=name, step=STEP):
        return _rehearsal(house, name, fit.profile, blank=fit.profile == NO_PROFILE).go_on(fit)


def _rehearsal(house: House, name: str, version: int = NO_PROFILE, *, blank: bool) -> Rehearsing:
    owner = known(house, name)
    with house.database.begin() as tx:
        if version:
            kept = connections.profile(tx, owner.id, version)
        else:
            kept = connections.current_profile(tx, owner.id) if blank else newest_profile(tx, owner)
    return Rehearsing(house, owner, profile_of(house, kept) if kept else house.parse_profile(draft.BLANK))
