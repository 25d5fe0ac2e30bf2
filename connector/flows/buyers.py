"""Keeps an order's people out of what is written in clear or shown."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from connector.domain import people
from connector.domain.faults import CannotOpen
from connector.flows import contents
from connector.flows.house import House
from connector.records import snapshots
from connector.records.database import Tx
from connector.telemetry.known import without
from connector.telemetry.redaction import redact


def left_out(house: House, tx: Tx, order_id: int | None, told: object) -> Any:
    """Return a copy fit to be read: by the list of names, and without the words of every reading of the order."""
    return without(redact(told), _words(house, tx, order_id) if order_id is not None else ())


def _words(house: House, tx: Tx, order_id: int) -> frozenset[str]:
    known: frozenset[str] = frozenset()
    for sealed in snapshots.kept(tx, order_id):
        with suppress(CannotOpen, ValueError):  # what opens no more tells nothing
            known |= people.words_of(contents.open_snapshot(house.vault, order_id, sealed).order)
    return known
