"""Says what a version of the mapping profile would have booked of an order; nothing is written anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connector.domain.faults import Misconfigured
from connector.domain.identity import OrderRef
from connector.flows import contents, planning, record_ids
from connector.flows.house import House, profile_of, saved
from connector.mapping.remapping import Remapped, remapped
from connector.records import connections, orders, postings, snapshots
from connector.records.connections import SavedConnection, SavedProfile
from connector.records.database import Tx


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account, debit positive: what is booked on it, what would be, and what that changes."""

    account: str
    currency: str
    booked: Decimal
    anew: Decimal
    difference: Decimal


@dataclass(frozen=True, slots=True)
class DryRun:
    """An order under one version of the profile, account by account; ``held`` says what could not be booked."""

    order: OrderRef
    version: int
    accounts: list[AccountRow]
    held: list[str]


def dry_run(house: House, record: str, version: int | None) -> DryRun:
    """Compare what is booked of a record's order with what a version would book; the newest unless one is named.

    :raises Misconfigured: there is no such record or version.
    """
    kind, number = record_ids.split_id(record)
    if kind in ("call", "item"):
        raise Misconfigured(f"{record} books nothing by itself: give an order, a payment, a refund or a posting")
    with house.database.begin() as tx:
        ref = record_ids.order_of(tx, kind, number)
        owner, row = saved(tx, ref.connection), orders.find(tx, ref)
        assert row is not None  # noqa: S101  the record belongs to it
        profile = _profile(tx, owner, version)
        sealed = snapshots.latest(tx, row.id)
        done = planning.booked(house.vault, postings.of_order(tx, row.id))
    snapshot = (
        contents.open_snapshot(house.vault, row.id, sealed) if sealed else house.store(owner).read_order(ref.order)
    )
    found = remapped(
        snapshot,
        profile=profile_of(house, profile),
        connection=owner.connection,
        booked=done,
        item_length=house.erp(owner).item_length,
        at=house.now(),
    )
    held = [*([found.waiting] if found.waiting else []), *(fault.what for fault in found.faults)]
    return DryRun(ref, profile.version, _rows(found), held)


def _profile(tx: Tx, owner: SavedConnection, version: int | None) -> SavedProfile:
    newest = connections.current_profile(tx, owner.id)
    found = newest if version is None else connections.profile(tx, owner.id, version)
    if found is None:
        which = "no mapping profile" if version is None else f"no version {version} of its mapping profile"
        raise Misconfigured(f"{owner.connection.name} has {which}" + (f", 1 to {newest.version}" if newest else ""))
    return found


def _rows(found: Remapped) -> list[AccountRow]:
    rows = []
    for account, currency in sorted({*found.booked, *found.anew}):
        booked, anew = (side.get((account, currency), Decimal(0)) for side in (found.booked, found.anew))
        rows.append(AccountRow(account, currency, booked, anew, anew - booked))
    return rows
