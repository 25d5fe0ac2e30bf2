"""One turn of the way back: a short piece of catalog work that only one worker does for a connection at a time.

A turn is short so that orders never wait for it, and everything it did is in the database when it ends: the next
one goes on where it stopped, whoever does it.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from connector.domain.faults import Busy, Fault, MappingGap, Misconfigured, Superseded, Unavailable
from connector.domain.product import StoreMode
from connector.flows.house import House, known
from connector.mapping.shelf import Shelf
from connector.ports import Catalog, Items
from connector.records import connections, echoes, items, leases
from connector.records.connections import SavedConnection
from connector.records.database import Tx
from connector.records.items import FactEnd, ItemRow
from connector.telemetry import context

LEASE = "catalog"
ECHO = timedelta(seconds=60)
"""How long after our own write the webhook it causes is expected."""
MOST_LOST = 3
"""After so many lost calls a turn does not go on: it is not what they carried, the store is down."""
LONGEST = timedelta(seconds=5)
"""After so long a turn begins nothing twice; the next one is rung at once."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One change that a turn would write to the store."""

    sku: str
    what: str


@dataclass
class Turn:
    """The right to do a connection's catalog work now.

    ``done`` counts what came of it, in the operator's words; ``after`` says behind which item each kind of work goes
    on, so that what cannot end is not tried twice in a turn.
    """

    house: House
    saved: SavedConnection
    holder: str
    ends: datetime
    erp: Items
    done: Counter[str] = field(default_factory=Counter)
    after: dict[str, str] = field(default_factory=dict)
    lost: list[Fault] = field(default_factory=list)

    @property
    def id(self) -> int:
        """The connection's own id."""
        return self.saved.id

    @property
    def catalog(self) -> Catalog:
        """The store's catalog."""
        return self.house.store(self.saved).catalog

    @property
    def today(self) -> date:
        """The company's day."""
        return self.saved.connection.day(self.house.now())

    @cached_property
    def mode(self) -> StoreMode:
        """How the store keeps prices and weights, asked once a turn."""
        return self.catalog.mode()

    @cached_property
    def shelf(self) -> Shelf:
        """The catalog as the current mapping profile fills it."""
        with self.house.database.begin() as tx:
            profile = connections.current_profile(tx, self.id)
        if profile is None:
            raise MappingGap(f"{self.saved.connection.name} has no mapping profile yet")
        return Shelf(self.house.parse_profile(profile.text), self.mode, self.today)

    def every(self, poll: str, default: timedelta) -> timedelta:
        """Tell how often the user wants a poll."""
        return self.saved.connection.cadence.get(poll, default)

    def settle(self, ends: Sequence[FactEnd]) -> None:
        """Write what became of facts."""
        with self.house.database.begin() as tx:
            items.settle(tx, ends, now=self.house.now())
        self.done.update(end.state.value for end in ends)

    @contextmanager
    def writing(self, rows: Collection[ItemRow], kind: str = "", products: Collection[int] = ()) -> Iterator[None]:
        """Remember before a WRITE of facts that it may end without our knowing, and that webhooks come of it.

        Then the facts go once more when it can no longer arrive behind a newer one; settling them forgets it.
        A lost answer ends the block, not the turn: see ``bear``.
        """
        self._expect(rows, kind, products)
        try:
            yield
        except Unavailable as lost:
            self._expect(rows, kind, products)
            self.bear(lost)
        except Superseded:  # its successor says what stands
            raise
        except Fault:  # it was refused as a whole, or never sent
            with self.house.database.begin() as tx:
                items.repeat(tx, (row for row in rows if row.again_at is None), at=None)
            raise

    def bear(self, lost: Fault) -> None:
        """Go on after a lost call, so that one which always fails keeps nothing else out; the turn's end tells it.

        :raises Fault: there were too many of them.
        """
        self.lost.append(lost)
        if len(self.lost) >= MOST_LOST:
            raise lost

    def _expect(self, rows: Collection[ItemRow], kind: str, products: Collection[int]) -> None:
        now = self.house.now()
        with self.house.database.begin() as tx:
            items.repeat(tx, rows, at=now + self.house.pace.quiet_period)
            echoes.expect(tx, self.id, kind, products, until=now + ECHO)

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Begin a transaction of whoever holds the lease, and renew that.

        :raises Superseded: it is lost: another worker took over, so what we read may be older than what it did.
        """
        now, ttl = self.house.now(), self.house.pace.claim_lease
        with self.house.database.begin() as tx:
            if not leases.keep(tx, self.id, LEASE, self.holder, now=now, ttl=ttl):
                raise Superseded(f"{self.saved.connection.name}: another worker took over the catalog")
            yield tx

    def guard(self) -> None:
        """Renew the lease right before a WRITE.

        :raises Superseded: it is lost, so nothing may be sent.
        """
        with self.begin():
            pass


def glance(house: House, name: str) -> Turn:
    """Look at a connection's catalog without the right to write to it.

    :raises Misconfigured: its suite has no items.
    """
    owner = known(house, name)
    erp = house.erp(owner).items
    if erp is None:
        raise Misconfigured(f"{owner.connection.suite} gives no items: catalog work is not for {name}")
    return Turn(house, owner, uuid.uuid4().hex, house.now(), erp)


@contextmanager
def turn(house: House, name: str, *, publish: bool = True) -> Iterator[Turn]:
    """Take a connection's catalog work for a short while; one that does not publish may look at a paused one.

    :raises Busy: another worker is at it.
    :raises Superseded: the connection is paused.
    :raises Misconfigured: its suite has no items.
    """
    at = glance(house, name)
    if publish and at.saved.connection.paused:
        raise Superseded(f"{name} is paused")
    now, ttl = house.now(), house.pace.claim_lease
    with house.database.begin() as tx:
        taken = leases.take(tx, at.id, LEASE, at.holder, now=now, ttl=ttl)
    if not taken:
        raise Busy(f"another worker does the catalog of {name}", retry_after=LONGEST)
    at.ends = now + LONGEST
    try:
        with context.bind(connection=name, step=LEASE):
            yield at
    finally:
        with suppress(Unavailable), house.database.begin() as tx:
            leases.release(tx, at.id, LEASE, at.holder)
