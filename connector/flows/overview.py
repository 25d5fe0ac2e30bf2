"""How each connection does, at a glance: what came in, what went out, and what waits for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connector.domain.audit import Entry
from connector.domain.connection import Connection
from connector.flows.house import House, saved
from connector.records import connections, hooks, overview, trail
from connector.records.connections import SavedConnection
from connector.records.database import Tx
from connector.records.overview import DayRow, TokenRow

DAYS = 30


@dataclass(frozen=True, slots=True)
class Overview:
    """One connection at a glance. ``oldest`` is the moment the oldest unfinished order was heard of."""

    connection: Connection
    now: datetime
    counts: Mapping[str, int]  # orders by the state that has not ended
    oldest: datetime | None
    days: Sequence[DayRow]
    dead: int  # deliveries that make no sense
    catalog: Mapping[str, int]  # facts of items: due, refused
    token: TokenRow | None
    dark: Sequence[str]  # webhook scopes that tell nothing at present
    hooks: int  # webhook scopes that do
    mapping: int  # the newest version of the profile; 0 is none yet
    budgets: Mapping[str, int | None]  # calls that each side leaves us now; None while nobody knows
    reconciled: Entry | None  # the newest reconciliation

    @property
    def today(self) -> DayRow | None:
        """The orders placed today, where the books are kept."""
        today = self.connection.day(self.now)
        return next((row for row in self.days if row.day == today), None)

    @property
    def troubles(self) -> list[str]:
        """Say in words what a person should look at."""
        return [what for what, true in self._troubles() if true]

    def _troubles(self) -> list[tuple[str, bool]]:
        token = self.token
        return [
            ("paused: webhooks are kept, nothing is done", self.connection.paused),
            ("no mapping profile yet: nothing can be booked", not self.mapping),
            (f"the token fails: {token.fault}" if token else "", bool(token and token.fault)),
            ("the token was refused", bool(token and token.distrusted and not token.fault)),
            ("the newest reconciliation differs", bool(self.reconciled and not self.reconciled.detail.get("agrees"))),
            (f"webhooks are dark: {', '.join(self.dark)}", bool(self.dark)),
        ]


def every(house: House) -> list[Overview]:
    """Look at all connections, by name."""
    with house.database.begin() as tx:
        owners = connections.every(tx)
        found = [_of(house, tx, owner) for owner in owners]
    return [replace(one, budgets=house.budgets(owner)) for one, owner in zip(found, owners, strict=True)]


def of(house: House, name: str) -> Overview:
    """Look at one connection.

    :raises Unknown: there is none of this name.
    """
    with house.database.begin() as tx:
        owner = saved(tx, name)
        found = _of(house, tx, owner)
    return replace(found, budgets=house.budgets(owner))


def _of(house: House, tx: Tx, owner: SavedConnection) -> Overview:
    now = house.now()
    standing = overview.unfinished(tx, owner.id)
    profile = connections.current_profile(tx, owner.id)
    scopes = hooks.of_connection(tx, owner.id).values()
    zone = owner.connection.company.get("timezone", "UTC")
    return Overview(
        connection=owner.connection,
        now=now,
        counts={state: count for state, (count, _) in standing.items()},
        oldest=min((oldest for _, oldest in standing.values()), default=None),
        days=overview.placed_since(tx, owner.id, now - timedelta(days=DAYS), zone),
        dead=overview.dead(tx, owner.id),
        catalog=overview.catalog(tx, owner.id),
        token=overview.token(tx, owner.id),
        dark=[row.scope for row in scopes if row.dark],
        hooks=sum(not row.dark for row in scopes),
        mapping=profile.version if profile else 0,
        budgets={},
        reconciled=next(iter(trail.proofs(tx, owner.connection.name, "reconciled", 1)), None),
    )
