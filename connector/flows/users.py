"""Who may use the console: added, changed, shut out; each with its entry in the trail of the installation."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connector.domain.faults import Misconfigured, Unknown
from connector.domain.user import SHORTEST_PASSWORD, Role, User, is_name
from connector.flows.house import House
from connector.records import trail, users
from connector.records.database import Tx
from connector.records.users import UserRow

LONGEST_PASSWORD = 1000
"""Characters; hashing a novel would only keep a processor busy."""


def add(house: House, name: str, role: Role, password: str | None, *, by: str) -> None:
    """Let a new person in; without a password they come by one-time links.

    :raises Misconfigured: the name is none or taken, or the password is too short.
    """
    if not is_name(name):
        raise Misconfigured(f"{name} is no user name: small letters, digits and . _ @ - please, 64 at most")
    kept = _hashed(house, password) if password is not None else None
    with house.database.begin() as tx:
        if not users.add(tx, name, role, kept, now=house.now()):
            raise Misconfigured(f"there is a user named {name} already")
        _note(tx, house, "user_added", name, by, role=role.value)


def every(house: House) -> list[UserRow]:
    """List everybody who may, or might, log in."""
    with house.database.begin() as tx:
        return users.every(tx)


def disable(house: House, name: str, *, disabled: bool, by: str) -> None:
    """Shut a user out at once, or let them in again.

    :raises Misconfigured: there is none of this name, or nobody would be left to let others in.
    """
    with house.database.begin() as tx:
        user = known(tx, name)
        if disabled:
            _keep_an_admin(tx, user)
        users.write(tx, user.id, disabled=disabled)
        users.end_sessions(tx, user.id)
        _note(tx, house, "user_disabled" if disabled else "user_enabled", name, by)


def change_role(house: House, name: str, role: Role, *, by: str) -> None:
    """Give a user another role; whoever is logged in by that name must log in again.

    :raises Misconfigured: there is none of this name, or no admin would be left.
    """
    with house.database.begin() as tx:
        user = known(tx, name)
        if role is not Role.ADMIN:
            _keep_an_admin(tx, user)
        users.write(tx, user.id, role=role.value)
        users.end_sessions(tx, user.id)
        _note(tx, house, "user_role_changed", name, by, role=role.value)


def change_password(house: House, name: str, password: str, *, by: str, but_session: str = "") -> None:
    """Give a user another password and end their sessions, but for the one that asks.

    :raises Misconfigured: there is none of this name, or the password is too short.
    """
    kept = _hashed(house, password)
    with house.database.begin() as tx:
        user = known(tx, name)
        users.write(tx, user.id, password=kept)
        users.end_sessions(tx, user.id, but=but_session)
        _note(tx, house, "user_password_changed", name, by)


def change_zone(house: House, user: User, zone: str) -> None:
    """Show a user's times in this zone; in the browser's where it is empty.

    :raises Misconfigured: there is no such zone.
    """
    try:
        if zone:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Misconfigured(f"{zone} is no time zone: they look like America/New_York") from None
    with house.database.begin() as tx:
        users.write(tx, user.id, zone=zone)


def known(tx: Tx, name: str) -> User:
    """Read a user who must exist.

    :raises Unknown: there is none of this name.
    """
    found = users.find(tx, name)
    if found is None:
        raise Unknown(f"there is no user named {name}: see `ml-connector console user list`")
    return found[0]


def _keep_an_admin(tx: Tx, user: User) -> None:
    if user.role is Role.ADMIN and not user.disabled and not users.other_admins(tx, user.id):
        raise Misconfigured(f"{user.name} is the only admin: make somebody else one first")


def _hashed(house: House, password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Misconfigured(
            f"the password must have {SHORTEST_PASSWORD} characters or more, {LONGEST_PASSWORD} at most"
        )
    return house.passwords.hash(password)


def _note(tx: Tx, house: House, action: str, name: str, by: str, **detail: object) -> None:
    trail.note(tx, trail.INSTALLATION, at=house.now(), actor=by, action=action, subject=f"user {name}", detail=detail)
