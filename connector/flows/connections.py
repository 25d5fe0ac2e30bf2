"""Sets a connection up: files in, sealed at rest, both real systems asked before anything is believed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial

from connector.domain.connection import Booking, Check, Connection, Credentials, ErpCredentials, StoreCredentials
from connector.domain.faults import Fault, Misconfigured, Rejected
from connector.domain.identity import place
from connector.flows import golive, places
from connector.flows.house import House, known, newest_profile, saved
from connector.flows.periods import PERIODS
from connector.flows.reading import FILL, INVENTORY, ITEMS, PRICES
from connector.mapping.located import BadFile, Path, written
from connector.mapping.profile import Profile, masters, misfits
from connector.ports import Catalog, Erp, Vault
from connector.records import connections, items, orders, removal, tokens, trail, watermarks
from connector.records.connections import SavedConnection, SavedProfile
from connector.records.database import Tx

_ANY_VARIANT = 1
"""The store need not have it: it says all the same whether there is such a location or price list."""


def seal(vault: Vault, name: str, credentials: Credentials) -> bytes:
    """Seal both credential sets of a connection together."""
    erp = credentials.erp
    written = {"store": asdict(credentials.store), "erp": dict(erp.document), "ion_secrets": list(erp.ion_secrets)}
    return vault.seal(json.dumps(written).encode(), place("connections", name))


def open_credentials(vault: Vault, saved: SavedConnection) -> Credentials:
    """Open both credential sets of a connection.

    :raises CannotOpen: no key of this machine fits.
    """
    written = json.loads(vault.open(saved.sealed, place("connections", saved.connection.name)))
    store = written["store"] | {"client_secrets": tuple(written["store"]["client_secrets"])}
    return Credentials(
        StoreCredentials(**store), ErpCredentials(written["erp"], tuple(written.get("ion_secrets", ())))
    )


def save(house: House, unsaved: SavedConnection, *, by: str) -> None:
    """Save a connection, or replace the one with its name; its orders and profile stay, its token does not.

    :raises Misconfigured: posting would begin before what is booked, or go on elsewhere than where that is.
    """
    connection, now = unsaved.connection, house.now()
    with house.database.begin() as tx:
        before = connections.held(tx, connection.name)
        if before is None:
            _check_gone(tx, connection.name)
        golive.check_removed(tx, house, unsaved, connection.start_from)
        moves = before is not None and check_change(tx, house, before, unsaved)
        tokens.drop(tx, connections.save(tx, connection, unsaved.sealed, now=now))
        if before is not None and (moves or _plans_by(before.connection) != _plans_by(connection)):
            golive.begin_anew(tx, before, connection.start_from, now=now)
        if before is not None and moves:
            _read_anew(tx, house, before.id, ITEMS, PRICES, INVENTORY, PERIODS)
        _note(tx, house, connection.name, by, "connection_saved", suite=connection.suite, store=connection.store_hash)


def _check_gone(tx: Tx, name: str) -> None:
    if name in removal.begun(tx):
        raise Misconfigured(f"{name} is being removed: let `ml-connector connection remove {name}` end first")


def check_change(tx: Tx, house: House, before: SavedConnection, after: SavedConnection) -> bool:
    """Make sure that what is booked stays where it is; tells whether the connection's place changes.

    :raises Misconfigured: it would not.
    """
    golive.check_start(tx, before, after.connection.start_from)
    return places.check(tx, house, before, after)


def _plans_by(connection: Connection) -> Connection:
    """Leave out what no file says, and what no order is planned by."""
    return replace(connection, cadence={}, paused=False, require_approved=False)


def check_name(house: House, connection: Connection) -> None:
    """Make sure that a store keeps its connection's name, and a name its store: it is part of every posting's key.

    :raises Misconfigured: this store was connected by another name; its journals would be posted again. Or the name
        was another store's; that one's journals would be taken for this one's.
    """
    with house.database.begin() as tx:
        names = trail.names_of_store(tx, connection.store_hash)
        stores = trail.stores_of_name(tx, connection.name)
    if stores and connection.store_hash not in stores:
        raise Misconfigured(
            f"{connection.name} was the connection of store {stores[0]}: choose another name for store "
            f"{connection.store_hash}, for by this one journals of the other would be taken for its own"
        )
    if names and connection.name not in names:
        raise Misconfigured(
            f"store {connection.store_hash} was connected as {names[0]} before: use that name, for by another one "
            "its journals would not be recognised in the ledger and would be posted again"
        )


def pause(house: House, name: str, *, paused: bool, by: str) -> None:
    """Stop or restart all work of a connection; webhooks are received and kept meanwhile."""
    with house.database.begin() as tx:
        connections.pause(tx, saved(tx, name).id, paused=paused)
        _note(tx, house, name, by, "connection_paused" if paused else "connection_resumed")


def every(house: House) -> list[SavedConnection]:
    """List all connections."""
    with house.database.begin() as tx:
        return connections.every(tx)


def ping(house: House, name: str) -> list[Check]:
    """Ask both real systems everything that can be asked without writing; a fault is a check that failed."""
    return ask_both(house, known(house, name))


def ask_both(house: House, connection: SavedConnection) -> list[Check]:
    """Ping a connection, saved or not."""
    return _asked("store", house.store(connection).ping) + _asked("erp", house.erp(connection).ping)


def _asked(side: str, ask: Callable[[], Iterable[Check]]) -> list[Check]:
    try:
        return list(ask())
    except Fault as fault:
        return [Check(side, ok=False, detail=fault.what, remedy=fault.advice)]


def check_profile(house: House, name: str, text: str, *, file: str = "mapping.yaml") -> list[Check]:
    """Check a mapping profile whole against the suite; every fault at once, with its line of ``file``.

    :raises BadFile: the text is no profile for this connection: with every problem and its line.
    """
    owner = known(house, name)
    profile = house.parse_profile(text, file)
    missing = misfits(profile, owner.connection)
    if missing:
        raise BadFile(missing)
    erp = house.erp(owner)
    if not erp.sells and owner.connection.booking is not Booking.LEDGER:
        raise Misconfigured(f"{owner.connection.suite} takes no sales orders: connect it with `booking: ledger`")
    return [
        *erp.check_masters(masters(profile, owner.connection)),
        *_check_periods(house, erp, profile),
        *_check_counted({row.infor for row in profile.warehouses}, owner.connection),
        *_check_places(house.store(owner).catalog, profile),
    ]


def check_current_profile(house: House, connection: Connection) -> list[Check]:
    """Check what a connection's mapping profile, if it has one, needs of the connection file."""
    with house.database.begin() as tx:
        owner = connections.find(tx, connection.name)
        current = connections.current_profile(tx, owner.id) if owner else None
    return _check_counted(_warehouses(house, current.text), connection) if current else []


def _check_counted(warehouses: set[str], connection: Connection) -> list[Check]:
    """Whether the pieces that orders take are counted off a location until the ERP does."""
    own = connection.company.get("warehouse", "")
    if own in {"", *warehouses} or not warehouses or connection.booking is Booking.LEDGER:
        return []
    detail = (
        f"orders are delivered from {own} (infor.warehouse), which warehouses puts at no location: what they take "
    )
    others = ", ".join(sorted(warehouses))
    remedy = (
        f'add {{infor: "{own}", location: …}} to warehouses, beside the others; '
        f"or let the connection file name one of these as infor.warehouse: {others}"
    )
    return [
        Check(f"warehouse {own}", ok=False, detail=f"{detail}is counted off nowhere, and sold twice", remedy=remedy)
    ]


def _check_places(catalog: Catalog, profile: Profile) -> Iterator[Check]:
    """Whether the store has the locations and the price list that are named; where it does not say, so be it."""
    places: dict[Path, Callable[[Sequence[int]], object]] = {
        ("warehouses", number, "location"): partial(catalog.levels, row.location)
        for number, row in enumerate(profile.warehouses)
    }
    if profile.catalog.price_list is not None:
        places["catalog", "price_list"] = partial(catalog.list_prices, profile.catalog.price_list)
    for path, ask in places.items():
        where = profile.where(*path)
        try:
            ask([_ANY_VARIANT])
        except Rejected as lacking:
            remedy = "name one that the store's control panel shows"
            yield Check(written(path), ok=False, detail=f"{where}: {lacking.what}", remedy=remedy)
        except Fault as fault:
            yield Check(written(path), ok=True, detail=f"{where} could not be asked for: {fault.what}")
        else:
            yield Check(written(path), ok=True, detail=f"{where} is in the store")


def _check_periods(house: House, erp: Erp, profile: Profile) -> list[Check]:
    """Whether the ERP can tell its periods, where the profile counts on it."""
    if profile.orders.closed_period != "next_open":
        return []
    found = erp.periods(house.now().date())
    where = profile.where("orders", "closed_period")
    if found is None:
        detail = f"{where}: next_open needs to know the next open period, and this connection cannot tell"
        remedy = "set infor.closed_periods in the connection file, or hold"
        return [Check("closed periods", ok=False, detail=detail, remedy=remedy)]
    return [Check("closed periods", ok=True, detail=f"{where}: {len(found)} periods are known from today on")]


def import_profile(house: House, name: str, text: str, *, by: str, upon: int | None = None) -> tuple[int, int]:
    """Save a checked profile as the next version and release what waited for it; returns version and released.

    :raises Misconfigured: it was written ``upon`` a version that is not the newest any more.
    """
    with house.database.begin() as tx:
        owner = saved(tx, name)
        if items.review(tx, owner.id):
            watermarks.write(tx, owner.id, FILL, began_at=house.now(), cursor="")
        _count_anew(tx, house, owner.id, text)
        version = connections.save_profile(tx, owner.id, text, by=by, now=house.now())
        check_newest(version - 1, upon)
        released = orders.wake_held(tx, owner.id, now=house.now())
        _note(tx, house, name, by, "mapping_imported", version=version, released=released)
    return version, released


def check_newest(newest: int, upon: int | None) -> None:
    """Make sure that a profile changes what its author has seen; None: whatever it replaces.

    :raises Misconfigured: somebody else was faster.
    """
    if upon not in (None, newest):
        raise Misconfigured(f"somebody saved version {newest} meanwhile: open it and put your changes in there")


def _count_anew(tx: Tx, house: House, connection_id: int, text: str) -> None:
    """Read all stock whole where a warehouse comes in: what was read of it before it was left out is old."""
    before = connections.current_profile(tx, connection_id)
    if before is not None and _warehouses(house, text) - _warehouses(house, before.text):
        _read_anew(tx, house, connection_id, INVENTORY)


def _read_anew(tx: Tx, house: House, connection_id: int, *polls: str) -> None:
    for poll in polls:
        values = {"anchored_at": None, "began_at": None, "cursor": "", "due_at": house.now()}
        watermarks.write(tx, connection_id, poll, **values)


def _warehouses(house: House, text: str) -> set[str]:
    try:
        return {row.infor for row in house.parse_profile(text).warehouses}
    except BadFile:  # a version of before an update
        return set()


def current_profile(house: House, name: str) -> SavedProfile:
    """Read the current mapping profile as it was written.

    :raises Misconfigured: there is none yet.
    """
    with house.database.begin() as tx:
        return newest_profile(tx, saved(tx, name))


def profiles_of(house: House, name: str, *, limit: int = 50) -> list[SavedProfile]:
    """Read the newest versions of a connection's mapping profile, the newest first; none before the first import."""
    with house.database.begin() as tx:
        return connections.profiles_of(tx, saved(tx, name).id, limit)


def _note(tx: Tx, house: House, name: str, by: str, action: str, **detail: object) -> None:
    trail.note(tx, name, at=house.now(), actor=by, action=action, subject=f"connection {name}", detail=detail)
