"""Who is at the console: logged in by password or one-time link, known by a session, shown out again.

A session is a row, and the cookie holds nothing else that counts: whoever logs out, is disabled or gets another role
is a stranger with the very next request, whatever copies of the cookie there are.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from connector.domain.audit import whence
from connector.domain.user import LoginRefused, User
from connector.flows import users as people
from connector.flows.house import House
from connector.records import trail, users
from connector.records.database import Tx

IDLE, LONGEST = timedelta(hours=2), timedelta(hours=12)
"""A session ends when it was not used for so long, and in any case so long after its beginning."""

LINK_GOOD_FOR = timedelta(minutes=15)

WINDOW = timedelta(minutes=15)
AT_ONE_DESK, OF_ONE_ADDRESS, FOR_ONE_ACCOUNT = 5, 30, 50
"""Attempts in a window: on an account from one address, from one address, on an account from anywhere.

The last is far above the first and counts no attempt that the first refused: to lock somebody out a stranger needs
more than ten addresses. A one-time link opens even then.
"""

WRONG = "name or password is wrong"


def log_in(house: House, name: str, password: str, *, address: str) -> tuple[User, str]:
    """Let somebody in who knows their password; returns the user and the session's secret.

    :raises LoginRefused: they do not, or they tried too often.
    """
    user = _known(house, name, password, address)
    with house.database.begin() as tx:
        return user, _begin(tx, house, user, address)


def _known(house: House, name: str, password: str, address: str) -> User:
    place = _place(address)
    desk = f"desk {name} {place}"
    for subject, limit in ((place, OF_ONE_ADDRESS), (desk, AT_ONE_DESK), (f"account {name}", FOR_ONE_ACCOUNT)):
        _count(house, subject, limit)
    with house.database.begin() as tx:
        user, kept = users.find(tx, name) or (None, None)
    right = house.passwords.verify(kept, password)
    with house.database.begin() as tx:
        if right and user is not None and not user.disabled:
            users.forget_attempts(tx, before=house.now() - WINDOW, subject=_digest(desk))
            return user
        _note(tx, house, "login_refused", name if user else "nobody we know", address)
    raise LoginRefused(WRONG)


def _place(address: str) -> str:
    """What counts as one address: an IPv6 household has a whole /64 to itself."""
    try:
        known = ip_address(address)
    except ValueError:  # what a proxy told
        return f"address {address}"
    if isinstance(known, IPv6Address):
        return f"address {known.ipv4_mapped or IPv6Network((int(known), 64), strict=False)}"
    return f"address {known}"


def _count(house: House, subject: str, limit: int) -> None:
    now = house.now()
    with house.database.begin() as tx:
        attempts, began = users.count_attempt(tx, _digest(subject), now=now, window=WINDOW)
    if attempts > limit:
        wait = math.ceil((began + WINDOW - now).total_seconds())
        raise LoginRefused(f"too many attempts: try again in {math.ceil(wait / 60)} minutes", wait=max(1, wait))


def link(house: House, name: str, *, by: str) -> str:
    """Make a one-time login for a user; returns its secret.

    :raises Misconfigured: there is none of this name.
    """
    secret = secrets.token_urlsafe(32)
    with house.database.begin() as tx:
        user = people.known(tx, name)
        users.add_one_time_login(tx, user.id, _digest(secret), until=house.now() + LINK_GOOD_FOR)
        _note(tx, house, "login_link_made", name, by)
    return secret


def enter(house: House, secret: str, *, address: str) -> tuple[User, str]:
    """Let somebody in who holds a one-time login, and use it up; returns the user and the session's secret.

    :raises LoginRefused: it was used, is too old, or never was one.
    """
    _count(house, _place(address), OF_ONE_ADDRESS)
    with house.database.begin() as tx:
        user = users.take_one_time_login(tx, _digest(secret), now=house.now())
        if user is not None:
            return user, _begin(tx, house, user, address, by_link=True)
    raise LoginRefused(
        "this link was used or is too old: make another one with `ml-connector console login-link NAME`"
    )


def user_of(house: House, session: str) -> User | None:
    """Tell whose living session this is."""
    now = house.now()
    with house.database.begin() as tx:
        return users.of_session(tx, _digest(session), began_after=now - LONGEST, seen_after=now - IDLE, now=now)


def log_out(house: House, session: str, user: User) -> None:
    """End a session: a copy of its cookie opens nothing any more."""
    with house.database.begin() as tx:
        users.end_session(tx, _digest(session))
        _note(tx, house, "logged_out", user.name, user.actor)


def must_prove(house: House, session: str) -> bool:
    """Tell whether who holds a session must say the present password: just after coming by a link they need not."""
    with house.database.begin() as tx:
        return not users.came_by_link(tx, _digest(session), after=house.now() - LINK_GOOD_FOR)


def change_password(house: House, user: User, session: str, present: str, new: str, *, address: str) -> None:
    """Give the user of a session another password; their other sessions end.

    :raises LoginRefused: it must be proved who asks, and the present password is wrong, or was tried too often.
    :raises Misconfigured: the new one is too short.
    """
    if must_prove(house, session):
        _known(house, user.name, present, address)
    people.change_password(house, user.name, new, by=user.actor, but_session=_digest(session))


def _begin(tx: Tx, house: House, user: User, address: str, *, by_link: bool = False) -> str:
    secret, now = secrets.token_urlsafe(32), house.now()
    users.begin_session(tx, user.id, _digest(secret), by_link=by_link, now=now)
    users.forget_sessions(tx, seen_before=now - IDLE, now=now)
    _note(tx, house, "logged_in", user.name, address)
    return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _note(tx: Tx, house: House, action: str, name: str, by: str) -> None:
    trail.note(tx, trail.INSTALLATION, at=house.now(), actor=whence(by), action=action, subject=f"user {name}")
