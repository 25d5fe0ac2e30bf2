"""Forgets personal data when its time is over; that something happened stays, and its fingerprint."""

from __future__ import annotations

from connector.flows.house import House
from connector.records import snapshots, trail


def forget(house: House) -> dict[str, int]:
    """Drop the sealed content of readings and calls older than the retention period; returns how many."""
    before = house.now() - house.pace.retention
    with house.database.begin() as tx:
        return {"snapshots": snapshots.forget(tx, before), "exchanges": trail.forget(tx, before)}
