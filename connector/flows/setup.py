"""From a connection file to a saved connection: read whole, both systems asked, sealed, saved."""

from __future__ import annotations

import errno
from pathlib import Path

from connector.domain.connection import Check
from connector.domain.faults import Misconfigured
from connector.flows import connections
from connector.flows.house import House
from connector.mapping.connection_file import ReadFile
from connector.records import connections as records
from connector.records.connections import SavedConnection

_LARGEST = 16 * 1024 * 1024
"""Bytes of a file that somebody names: a device never ends."""


def add(house: House, file: Path, *, by: str) -> tuple[str, list[Check]]:
    """Save a connection if everything about it holds; returns its name and what was checked.

    :raises BadFile: the file is wrong, with every problem and its line.
    :raises Misconfigured: the file cannot be read, the .ionapi or the suite's settings are wrong, or this store
        was connected by another name; or what is booked would be left behind.
    """
    return take(house, text_of(file), str(file), _bytes, by=by)


def take(
    house: House, text: str, file: str, read: ReadFile, *, by: str, pause: bool = False
) -> tuple[str, list[Check]]:
    """Do the same with a file's text, whose files ``read`` gives; ``pause`` lets a new connection do nothing yet.

    :raises BadFile: as ``add``. :raises Misconfigured: as ``add``.
    """
    connection, credentials = house.parse_connection(text, file, read)
    connections.check_name(house, connection)
    sealed = connections.seal(house.vault, connection.name, credentials)
    unsaved = SavedConnection(id=0, connection=connection, sealed=sealed, saved_at=house.now())
    known = _check_change(house, unsaved)
    checks = connections.ask_both(house, unsaved) + connections.check_current_profile(house, connection)
    if all(check.ok for check in checks):
        connections.save(house, unsaved, by=by)
        if pause and not known:
            connections.pause(house, connection.name, paused=True, by=by)
    return connection.name, checks


def _check_change(house: House, unsaved: SavedConnection) -> bool:
    """Tell whether there is a connection of this name, of which nothing that is booked would be left behind."""
    with house.database.begin() as tx:
        before = records.find(tx, unsaved.connection.name)
        if before is not None:
            connections.check_change(tx, house, before, unsaved)
        return before is not None


def text_of(file: Path) -> str:
    """Read a text file.

    :raises Misconfigured: it cannot be read, is no text, or larger than any file of ours.
    """
    try:
        return _bytes(str(file)).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8 text"
        raise Misconfigured(f"{file} cannot be read: {reason}") from None


def _bytes(path: str) -> bytes:
    with Path(path).open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise OSError(errno.EFBIG, f"it is larger than {_LARGEST} bytes")
    return content
