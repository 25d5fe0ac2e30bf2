"""Forgets personal data when its time is over; that something happened stays, and its fingerprint."""

from __future__ import annotations

from datetime import timedelta

from connector.flows.house import House
from connector.records import deliveries, demands, echoes, snapshots, terms, trail


def forget(house: House) -> dict[str, int]:
    """Drop the sealed content of readings and calls older than the retention period; returns how many."""
    before = house.now() - house.pace.retention
    yesterday = house.now() - timedelta(days=1)
    with house.database.begin() as tx:
        return {
            "snapshots": snapshots.forget(tx, before),
            "exchanges": trail.forget(tx, before),
            "answers": deliveries.forget(tx, before),
            "addresses": terms.forget_people(tx, before),
            "demands": demands.forget(tx, before=yesterday),
            "echoes": echoes.forget(tx, before=yesterday),
        }
