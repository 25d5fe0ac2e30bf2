"""Forgets personal data when its time is over; that something happened stays, and its fingerprint."""

from __future__ import annotations

from datetime import datetime, timedelta

from connector.flows import contents
from connector.flows.house import House
from connector.records import deliveries, demands, echoes, postings, snapshots, terms, trail

_BATCH = 500


def forget(house: House) -> dict[str, int]:
    """Drop what says whose a reading, call or document older than the retention period was; returns how many."""
    before = house.now() - house.pace.retention
    yesterday = house.now() - timedelta(days=1)
    with house.database.begin() as tx:
        gone = {
            "snapshots": snapshots.forget(tx, before),
            "exchanges": trail.forget(tx, before),
            "answers": deliveries.forget(tx, before),
            "addresses": terms.forget_people(tx, before),
            "demands": demands.forget(tx, before=yesterday),
            "echoes": echoes.forget(tx, before=yesterday),
        }
    return gone | {"documents": _forget_buyers(house, before)}


def _forget_buyers(house: House, before: datetime) -> int:
    """Take the buyers out of documents that lie still, some at a time; what was sold stays.

    In whatever state: whoever sends a document reads its buyer anew first.
    """
    done = 0
    while True:
        with house.database.begin() as tx:
            rows = postings.with_people(tx, before, limit=_BATCH)
            for row in rows:
                postings.forget(tx, row, contents.without_people(house.vault, row))
        if not rows:
            return done
        done += len(rows)
