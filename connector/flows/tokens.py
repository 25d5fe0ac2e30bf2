"""One token per connection, shared by all workers, renewed before it ends and never because of a 401.

Renewing is a lease in the database with a second look inside it, so that however many workers notice at
once, the token endpoint is asked once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from connector.domain.faults import Busy, Fault, Unauthorized
from connector.domain.identity import place
from connector.flows.house import House
from connector.records import connections, tokens, trail
from connector.records.connections import SavedConnection
from connector.records.tokens import SavedToken

_LEASE = timedelta(seconds=30)
_WAIT = timedelta(seconds=1)
_REFUSED = timedelta(minutes=1)
"""Refused credentials are not tried again for so long, however many orders wait: it might lock the account."""
_LONGEST_USE = timedelta(seconds=10)
_LATE = 0.49
"""The share of a short life that is left when it is renewed: past half of it by the other side's clock, too."""


def current(house: House, saved: SavedConnection) -> tuple[str, int]:
    """Give the bearer in use with its version, renewing it first when it is about to end.

    :raises Busy: another worker is renewing it and the old one cannot be used any more, or ``saved`` is outdated.
    :raises Unauthorized: the suite refused the credentials.
    """
    with house.database.alone() as tx:
        token = tokens.read(tx, saved.id)
    if _usable(token, house.now()):
        return _open(house, saved, token)
    return _renew(house, saved, token)


def distrust(house: House, saved: SavedConnection, version: int) -> None:
    """Never hand out this version again: the gateway refused it though it should be good. An incident."""
    with house.database.begin() as tx:
        if tokens.distrust(tx, saved.id, version):
            _note(house, saved, "token_distrusted", version=version)


def refresh_due(house: House) -> list[str]:
    """Renew every token that ends within the margin; returns the connections renewed."""
    now, margin = house.now(), house.pace.token_margin
    with house.database.begin() as tx:
        owners = {one.connection.name: one for one in connections.every(tx)}
        ending = [(owners[name], token) for name, token in tokens.ending_before(tx, now + margin) if name in owners]
    due = ((owner, token) for owner, token in ending if _early(token, now, margin))
    return [owner.connection.name for owner, token in due if _try_renew(house, owner, token)]


def _early(token: SavedToken, now: datetime, margin: timedelta) -> bool:
    """Renew within the margin, but a short-lived token not before half its life, by whoever's clock."""
    if token.issued_at is None or token.expires_at is None:
        return True
    return token.expires_at - now <= min(margin, _LATE * (token.expires_at - token.issued_at))


def _try_renew(house: House, saved: SavedConnection, token: SavedToken) -> bool:
    try:
        _renew(house, saved, token)
    except Fault:
        return False  # it is in the trail, and the next beat tries again while the old token still holds
    return True


def _usable(token: SavedToken, now: datetime) -> bool:
    """A token must still be good when the call arrives: a margin of a sixth of its life, ten seconds at most."""
    if token.sealed is None or token.distrusted or token.issued_at is None or token.expires_at is None:
        return False
    return now + min(_LONGEST_USE, (token.expires_at - token.issued_at) / 6) < token.expires_at


def _open(house: House, saved: SavedConnection, token: SavedToken) -> tuple[str, int]:
    assert token.sealed is not None  # noqa: S101  a usable token has a value
    return house.vault.open(token.sealed, _place(saved)).decode(), token.version


def _place(saved: SavedConnection) -> str:
    return place("tokens", saved.connection.name)


def _renew(house: House, saved: SavedConnection, seen: SavedToken) -> tuple[str, int]:
    now = house.now()
    with house.database.begin() as tx:
        leased = tokens.lease(tx, saved.id, seen.version, saved_at=saved.saved_at, now=now, ttl=_LEASE)
        look_again = tokens.read(tx, saved.id)
    if not leased:
        if look_again.version != seen.version and _usable(look_again, now):
            return _open(house, saved, look_again)
        if look_again.fault == Unauthorized.code:
            raise Unauthorized(
                f"{saved.connection.name}: Infor refused the credentials of the .ionapi file, and is asked again a "
                "minute after that"
            )
        raise Busy(f"{saved.connection.name}: the token is being renewed, or is another one's now", retry_after=_WAIT)
    return _request(house, saved, seen.version)


def _request(house: House, saved: SavedConnection, version: int) -> tuple[str, int]:
    try:
        issued = house.request_token(saved)
    except Fault as fault:
        until = house.now() + _REFUSED if isinstance(fault, Unauthorized) else None
        with house.database.begin() as tx:
            tokens.give_back(tx, saved.id, version, fault.code, until=until)
        _note(house, saved, "token_refused", version=version, fault=fault.code, reason=fault.what)
        raise
    with house.database.begin() as tx:
        renewed = tokens.renew(
            tx,
            saved.id,
            version,
            house.vault.seal(issued.access_token.encode(), _place(saved)),
            issued_at=issued.issued_at,
            expires_at=issued.expires_at,
        )
    if not renewed:
        raise Busy(f"{saved.connection.name}: other credentials were saved while the token was renewed")
    _note(house, saved, "token_renewed", version=version + 1, expires_at=issued.expires_at.isoformat())
    return issued.access_token, version + 1


def _note(house: House, saved: SavedConnection, action: str, **detail: object) -> None:
    name = saved.connection.name
    with house.database.begin() as tx:
        trail.note(
            tx, name, at=house.now(), actor="connector", action=action, subject=f"token of {name}", detail=detail
        )
