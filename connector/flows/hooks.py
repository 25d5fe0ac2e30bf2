"""Looks after the store's webhooks: every wanted scope registered and active, and what a dead one missed is read.

A scope is written down as dark before its hook is mended, and stays dark until what it missed was read: a worker
that dies in between leaves the rest to the next look.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from connector.domain.connection import Check
from connector.domain.faults import Unavailable
from connector.domain.product import Hook
from connector.flows import hook_look, hook_scopes
from connector.flows.hook_scopes import Place
from connector.flows.house import House, known
from connector.records import connections, hooks, leases
from connector.records.connections import SavedConnection
from connector.records.runs import Run
from connector.telemetry import context

NOWHERE = "PUBLIC_URL is not set: no webhooks are registered, polling does all the work"


@dataclass(frozen=True, slots=True)
class Report:
    """What was found and done, line by line, and the orders to read again because of it."""

    lines: tuple[Check, ...]
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class HookLine:
    """One hook as the store has it, or a wanted scope that has none."""

    scope: str
    hook: int | None
    status: str
    destination: str
    created_at: datetime | None
    last_delivery: datetime | None


def due(house: House) -> list[str]:
    """List the connections whose hooks are looked after: those at work, if the store can reach us at all."""
    if not house.public_url:
        return []
    with house.database.begin() as tx:
        return [one.connection.name for one in connections.every(tx) if not one.connection.paused]


def ensure(house: House, connection: str, *, by: str = "connector") -> Report:
    """Put a connection's hooks right and read what they missed; one worker at a time.

    :raises Transient: the store did not answer; the next look goes on where this one ended.
    :raises Superseded: this worker was slower than its lease.
    """
    owner = known(house, connection)
    if not house.public_url:
        return Report((Check("webhooks", ok=True, detail=NOWHERE),))
    with context.bind(connection=connection, step="hooks"), leased(house, owner) as holder:
        if holder is None:
            return Report((Check("webhooks", ok=True, detail="another worker is looking after them now"),))
        work = hook_look.Work(house, owner, Place(house.public_url, connection), holder, by)
        return Report(*hook_look.look_after(work))


@contextmanager
def leased(house: House, owner: SavedConnection) -> Iterator[str | None]:
    """Let one worker look after a connection's hooks; gives who it is, or None where another one does now."""
    holder = uuid.uuid4().hex
    with house.database.begin() as tx:
        taken = leases.take(tx, owner.id, hook_look.LEASE, holder, now=house.now(), ttl=house.pace.claim_lease)
    if not taken:
        yield None
        return
    try:
        yield holder
    finally:
        with (
            suppress(Unavailable),
            house.database.begin() as tx,
        ):  # the look's own fault is the one to report
            leases.release(tx, owner.id, hook_look.LEASE, holder)


def listed(house: House, connection: str) -> list[HookLine]:
    """List every hook of our API account, and every wanted scope that has none."""
    owner = known(house, connection)
    present = house.store(owner).hooks.every()
    with house.database.begin() as tx:
        heard = hooks.last_heard(tx, owner.id, {*hook_scopes.SCOPES, *(hook.scope for hook in present)})
    place = Place(house.public_url or "", connection)
    found = hook_scopes.look(present, place, heard, house.now())
    surplus = {hook.id for hook in found.surplus} if house.public_url else set()
    missing = found.missing if house.public_url else ()
    lines = [_line(hook, _status(hook, place, surplus), heard) for hook in present]
    absent = [HookLine(scope, None, "missing", place.destination(scope), None, heard.get(scope)) for scope in missing]
    return sorted([*lines, *absent], key=lambda line: line.scope)


def _line(hook: Hook, status: str, heard: dict[str, datetime]) -> HookLine:
    made = datetime.fromtimestamp(hook.created_at, UTC) if hook.created_at else None
    last = heard.get(hook.scope) if "not ours" not in status else None
    return HookLine(hook.scope, hook.id, status, hook.destination, made, last)


def _status(hook: Hook, place: Place, surplus: set[int]) -> str:
    status = "active" if hook.active else "switched off"
    if not place.is_ours(hook):
        return f"{status}, not ours"
    return f"{status}, too many" if hook.id in surplus else status
