"""What every journey is handed: the ports, the database, the clock and the pace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from connector.domain.acknowledgement import Acknowledgement, Elsewhere
from connector.domain.connection import Connection, Credentials, Place
from connector.domain.delivery import Delivery, Unreadable
from connector.domain.faults import Misconfigured, Unknown
from connector.domain.identity import OrderRef
from connector.mapping.connection_file import ReadFile
from connector.mapping.profile import Profile
from connector.ports import Clock, Erp, Hands, Herald, Locks, Passwords, Store, Vault
from connector.records import connections, orders, watermarks
from connector.records.connections import SavedConnection, SavedProfile
from connector.records.database import Database, Tx
from connector.records.orders import OrderRow


@dataclass(frozen=True, slots=True)
class Pace:
    """The law of posting in durations (docs/deployment.md lists the settings behind them)."""

    quiet_period: timedelta
    claim_lease: timedelta
    run_grace: timedelta
    coalesce_window: timedelta
    confirm_delay: timedelta
    park_wait: timedelta
    token_margin: timedelta
    retention: timedelta


class IssuedToken(Protocol):
    """A token fresh from the suite's token endpoint."""

    @property
    def access_token(self) -> str:
        """The bearer."""
        ...

    @property
    def issued_at(self) -> datetime:
        """When it was asked for."""
        ...

    @property
    def expires_at(self) -> datetime:
        """When the gateway stops taking it."""
        ...


class ReadProfile(Protocol):
    """Reads a mapping profile's text; its faults name ``file``."""

    def __call__(self, text: str, file: str = "mapping.yaml") -> Profile:
        """Read it.

        :raises BadFile: with everything that is wrong.
        """
        ...


@dataclass(frozen=True)
class House:
    """Everything a journey may use, chosen once by ``bootstrap``."""

    pace: Pace
    clock: Clock
    vault: Vault
    passwords: Passwords
    database: Database
    locks: Locks
    hands: Hands
    store: Callable[[SavedConnection], Store]
    erp: Callable[[SavedConnection], Erp]
    place: Callable[[SavedConnection], Place]
    request_token: Callable[[SavedConnection], IssuedToken]
    parse_delivery: Callable[[bytes], Delivery | Unreadable]
    parse_acknowledgement: Callable[[bytes], Acknowledgement | Elsewhere | Unreadable]
    show_acknowledgement: Callable[[bytes], str]
    parse_profile: ReadProfile
    parse_connection: Callable[[str, str, ReadFile], tuple[Connection, Credentials]]
    public_url: str | None  # where the store can reach us
    herald: Herald | None = None  # who brings people messages, if anybody does
    budgets: Callable[[SavedConnection], Mapping[str, int | None]] = lambda _: {}  # calls that each side leaves us

    def now(self) -> datetime:
        """The present moment."""
        return self.clock.now()


def saved(tx: Tx, name: str) -> SavedConnection:
    """Read a connection that must exist.

    :raises Unknown: there is none of this name.
    """
    found = connections.find(tx, name)
    if found is None:
        raise Unknown(
            f"there is no connection named {name}: see `ml-connector connection list`, or add it with "
            "`ml-connector connection add --file FILE`"
        )
    return found


def known_order(tx: Tx, ref: OrderRef) -> OrderRow:
    """Read an order that the connector must have heard of.

    :raises Unknown: it has not.
    """
    saved(tx, ref.connection)
    found = orders.find(tx, ref)
    if found is None:
        raise Unknown(
            f"{ref.connection} has not heard of order {ref.order}: run `ml-connector backfill {ref.connection}`"
        )
    return found


def known(house: House, name: str) -> SavedConnection:
    """Read a connection that must exist, in a transaction of its own."""
    with house.database.begin() as tx:
        return saved(tx, name)


def at_work(house: House, name: str) -> SavedConnection:
    """Read a connection that may write.

    :raises Misconfigured: it is paused.
    """
    owner = known(house, name)
    if owner.connection.paused:
        raise Misconfigured(f"{name} is paused: `ml-connector connection resume {name}` lets it work again")
    return owner


def newest_profile(tx: Tx, owner: SavedConnection) -> SavedProfile:
    """Read the current mapping profile, which must exist.

    :raises Misconfigured: there is none yet.
    """
    profile = connections.current_profile(tx, owner.id)
    if profile is None:
        name = owner.connection.name
        raise Misconfigured(
            f"{name} has no mapping profile yet: `ml-connector mapping suggest {name}` drafts one, "
            f"`ml-connector mapping import {name} FILE` saves it"
        )
    return profile


def profile_of(house: House, kept: SavedProfile) -> Profile:
    """Read a saved mapping profile; it knows its version."""
    return replace(house.parse_profile(kept.text), version=kept.version)


def connection_of(house: House, name: str) -> Connection:
    """Read what a connection is, without its secrets."""
    return known(house, name).connection


def claim_polls(house: House, poll: str, default: timedelta, *, again: timedelta | None = None) -> list[str]:
    """Claim the connections at work of which a poll is due by its cadence; a second beat gets none of them.

    ``again``: when it is due if it does not end; who ends it says when it is due then.
    """
    now = house.now()
    with house.database.begin() as tx:
        at_work = ((one, one.connection) for one in connections.every(tx) if not one.connection.paused)
        each = [(one.id, shop.name, shop.cadence.get(poll, default)) for one, shop in at_work]
        return [
            name
            for own_id, name, cadence in each
            if watermarks.claim(tx, own_id, poll, now=now, every=again or cadence, cadence=cadence)
        ]
