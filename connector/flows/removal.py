"""Takes a connection away: first its hooks from the store, then the connection, then what is kept of it here.

A hook that is left would call an address that answers 404, and a store that gets errors blocks the whole domain. From
the second step on nobody finds the connection; a history may be long, so it goes in portions, and a removal that was
cut off is begun again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connector.domain.connection import Check
from connector.domain.faults import Busy, Fault
from connector.domain.product import Hook
from connector.flows import golive, hooks
from connector.flows.hook_look import Work
from connector.flows.hook_scopes import Place
from connector.flows.house import House, known
from connector.records import removal, trail
from connector.records.connections import SavedConnection
from connector.records.database import Tx
from connector.telemetry import context

_PORTION = 1000
LEFT = (
    "delete them: DELETE /v3/hooks/ID with the access token of the API account; the store switches them off "
    "after two days of refusals"
)


def remove(
    house: House, name: str, *, by: str, told: Callable[[str, int], object] = lambda _table, _rows: None
) -> tuple[Check, ...]:
    """Delete a connection, its orders and credentials, and its hooks as far as the store lets us; tells of these.

    The audit trail stays. Without ``PUBLIC_URL`` no hook is ours to delete. Each portion of much is ``told``.

    :raises Busy: another worker looks after the hooks, and would make them again. Nothing was done.
    """
    with house.database.begin() as tx:
        left = removal.begun(tx).get(name)
    if left is not None:
        _delete(house, left, told)
        return ()
    owner = known(house, name)
    with hooks.leased(house, owner) as holder:
        if holder is None:
            raise Busy(f"another worker is looking after the webhooks of {name}")
        work = Work(house, owner, Place(house.public_url or "", name), holder, by)
        with context.bind(connection=name, step="hooks"):
            _withdraw(work)
        with house.database.begin() as tx:
            removal.begin(tx, owner.id)
            went, subject = _by_message(tx, house, owner), f"connection {name}"
            trail.note(tx, name, at=house.now(), actor=by, action="connection_removed", subject=subject, detail=went)
    _delete(house, owner.id, told)
    return tuple(work.lines)


def _by_message(tx: Tx, house: House, owner: SavedConnection) -> dict[str, object]:
    """Note until when a connection sent orders by message, and into which company; nothing where it never did."""
    until = removal.by_message_until(tx, owner.id)
    return {golive.BY_MESSAGE: until.isoformat(), golive.INTO: dict(house.place(owner).company)} if until else {}


def cut_off(house: House) -> list[str]:
    """Name the connections whose removal did not come to its end."""
    with house.database.begin() as tx:
        return list(removal.begun(tx))


def _delete(house: House, connection_id: int, told: Callable[[str, int], object]) -> None:
    for table in removal.GROWING:
        deleted, some = 0, _PORTION
        while some:
            with house.database.begin() as tx:
                some = removal.delete_some(tx, table, connection_id, _PORTION)
            deleted += some
            if some == _PORTION:
                told(table.name, deleted)
    with house.database.begin() as tx:
        removal.end(tx, connection_id)


def _withdraw(work: Work) -> None:
    try:
        ours = [hook for hook in work.store.every() if work.place.is_ours(hook)]
    except Fault as fault:
        return _tell(work, f"{fault.what}: some may be left")
    if ours and not work.place.public_url:
        return _tell(work, f"PUBLIC_URL is not set: {_named(ours)}")
    for number, hook in enumerate(ours):
        work.guard()
        try:
            work.store.delete(hook.id)
        except Fault as fault:
            return _tell(work, f"{fault.what}: {_named(ours[number:])}")
        work.did("hook_deleted", hook.scope, f"hook {hook.id} led to a removed connection: deleted", hook=hook.id)
    return None


def _tell(work: Work, what: str) -> None:
    work.lines.append(Check("webhooks", ok=False, detail=what, remedy=LEFT))


def _named(left: Sequence[Hook]) -> str:
    return f"left are {', '.join(str(hook.id) for hook in left)}"
