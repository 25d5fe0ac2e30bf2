"""Forgets personal data when its time is over; that something happened stays, and its fingerprint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from connector.domain.faults import CannotOpen
from connector.flows import contents
from connector.flows.house import House
from connector.records import deliveries, demands, echoes, postings, snapshots, terms, trail
from connector.records.database import Tx
from connector.records.postings import PostingRow
from connector.telemetry.logs import logger

log = logger(__name__)

_BATCH, _PORTION = 500, 5000


def forget(house: House) -> dict[str, int]:
    """Drop what says whose a reading, call or document older than the retention period was; returns how many."""
    before = house.now() - house.pace.retention
    yesterday = house.now() - timedelta(days=1)
    gone: dict[str, Callable[[Tx], int]] = {
        "snapshots": lambda tx: snapshots.forget(tx, before, limit=_PORTION),
        "exchanges": lambda tx: trail.forget(tx, before, limit=_PORTION),
        "answers": lambda tx: deliveries.forget(tx, before, limit=_PORTION),
        "addresses": lambda tx: terms.forget_people(tx, before, limit=_PORTION),
        "demands": lambda tx: demands.forget(tx, before=yesterday),
        "echoes": lambda tx: echoes.forget(tx, before=yesterday),
    }
    done = {name: _in_portions(house, portion) for name, portion in gone.items()}
    return done | {"documents": _forget_buyers(house, before)}


def _in_portions(house: House, portion: Callable[[Tx], int]) -> int:
    """Forget a portion at a time, each in a transaction of its own: what is done stays done, whoever is stopped."""
    done = 0
    while True:
        with house.database.begin() as tx:
            gone = portion(tx)
        done += gone
        if gone < _PORTION:
            return done


def _forget_buyers(house: House, before: datetime) -> int:
    """Take the buyers out of documents that lie still, some at a time; what was sold stays.

    In whatever state: whoever sends a document reads its buyer anew first. One that no key opens stays, and people
    are told of it (``flows.alerts``); it keeps nobody else from being forgotten.
    """
    done, last = 0, None
    while True:
        with house.database.begin() as tx:
            rows = postings.with_people(tx, before, after=last, limit=_BATCH)
            done += sum(_forget_buyer(house, tx, row) for row in rows)
        if not rows:
            return done
        last = rows[-1]


def _forget_buyer(house: House, tx: Tx, row: PostingRow) -> bool:
    try:
        postings.forget(tx, row, contents.without_people(house.vault, row))
    except CannotOpen as fault:
        log.warning("retention.not_opened", posting=row.posting_key, what=fault.what)
        return False
    return True
