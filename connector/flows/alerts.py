"""Tells people what is wrong, without a storm: every look notes it, a message goes out now and then and says all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from connector.domain import alert
from connector.domain.alert import Alert, AlertKind, News
from connector.domain.faults import Fault
from connector.domain.progress import OrderState
from connector.flows.catalog import RING
from connector.flows.house import House
from connector.flows.reconciliation import RECONCILE
from connector.records import alerts, hooks
from connector.records.database import Tx
from connector.telemetry.logs import logger

HELD_FOR = timedelta(hours=1)
"""How long an order may wait for a person before somebody is told."""
FAILED = 8
"""How often in a row an order may fail before somebody is told: with the waits between, about an hour."""
UNCERTAIN_FOR = timedelta(minutes=15)
"""How long a posting may stay uncertain after its quiet period."""
UNFINISHED_FOR = timedelta(hours=26)
"""How long Infor may work on what it took: some ledgers are posted once a day."""
STILL_FOR = timedelta(hours=1)
"""How long turns of the catalog may fail, or a fact of an item stand refused, before somebody is told."""
DARK_FOR = timedelta(minutes=30)
"""How long webhooks may stay silent: mending them takes a beat or two."""
OVERDUE = timedelta(days=2)
"""How long personal data may outlive its time: it is forgotten once a day."""
EVERY = timedelta(minutes=15)
"""The least time between two messages."""
REMIND = timedelta(hours=24)

log = logger(__name__)


def look(house: House) -> News:
    """Note what is wrong now, and tell people of it if it is time; returns what they were told.

    Where nobody is to be told, it is only noted. A message that fails is tried again, later.
    """
    now = house.now()
    with house.database.begin() as tx:
        before = alerts.standing(tx)
        present = [*wrong(tx, now), *_remembered(tx, now - house.pace.retention - OVERDUE)]
        alerts.write(tx, present, now=now)
        told = alert.news(present, before, now=now, remind=REMIND)
        here = {one.key for one in present}
        silent = [one.alert for one in before if one.told_at is None and one.alert.key not in here]
        alerts.forget(tx, silent)
        due = bool(told) and house.herald is not None and alerts.claim_notice(tx, now=now, every=EVERY)
    return _tell(house, told) if due else News()


def _tell(house: House, told: News) -> News:
    assert house.herald is not None  # noqa: S101  asked above
    try:
        house.herald.tell(alert.subject(told), alert.text(told))
    except Fault as fault:
        log.warning("alerts.not_told", fault=fault.code, what=fault.what)
        return News()
    with house.database.begin() as tx:
        alerts.told(tx, [*told.begun, *told.still], now=house.now())
        alerts.forget(tx, told.over)
    return told


def wrong(tx: Tx, now: datetime) -> Iterator[Alert]:
    """Look at every connection that is not paused."""
    for name, count, oldest in alerts.orders_in(tx, OrderState.HELD, before=now - HELD_FOR):
        yield Alert(name, AlertKind.HELD, f"{_many(count, 'order')} held, the oldest of {oldest:%Y-%m-%d}")
    for name, count, oldest in alerts.orders_in(tx, OrderState.REJECTED, before=now - HELD_FOR):
        yield Alert(name, AlertKind.REJECTED, f"{_many(count, 'order')} rejected, the oldest of {oldest:%Y-%m-%d}")
    for name, count, faults in alerts.failing(tx, FAILED):
        yield Alert(name, AlertKind.PARKED, f"{_many(count, 'order')} failing again and again: {faults}")
    for name, count, _ in alerts.noticed(tx, before=now - HELD_FOR):
        yield Alert(name, AlertKind.NOTICED, f"{_many(count, 'posted order')} to be changed in Infor by hand")
    for name, count, _ in alerts.dead(tx):
        yield Alert(name, AlertKind.DEAD, f"{_many(count, 'webhook')} that nobody can read")
    yield from _on_their_way(tx, now)
    for name, scopes in hooks.dark(tx, before=now - DARK_FOR).items():
        yield Alert(name, AlertKind.HOOKS_DARK, f"the store tells nothing of {', '.join(scopes)}; polling does")
    for name, fault in alerts.failing_tokens(tx):
        yield Alert(name, AlertKind.TOKEN, f"Infor gives no good token: {fault}")
    yield from _shelf(tx, now - STILL_FOR)
    for name, broken in alerts.marked(tx, RECONCILE):
        yield Alert(name, AlertKind.TIE_OUT, f"the books do not tie out: {broken}")


def _remembered(tx: Tx, before: datetime) -> Iterator[Alert]:
    """Look whether people were forgotten when their time was over, in paused connections, too."""
    for name, oldest in alerts.unforgotten(tx, before=before).items():
        what = f"personal data of {oldest:%Y-%m-%d} is still here: the worker's log of 03:30 UTC says why"
        yield Alert(name, AlertKind.RETENTION, what)


def _on_their_way(tx: Tx, now: datetime) -> Iterator[Alert]:
    for name, count, _ in alerts.uncertain(tx, before=now - UNCERTAIN_FOR):
        yield Alert(name, AlertKind.UNCERTAIN, f"{_many(count, 'posting')} uncertain long after the quiet period")
    for name, count, oldest in alerts.unfinished(tx, before=now - UNFINISHED_FOR):
        what = f"{_many(count, 'posting')} that Infor took and did not finish, the oldest of {oldest:%Y-%m-%d}"
        yield Alert(name, AlertKind.SENT, what)


def _shelf(tx: Tx, before: datetime) -> Iterator[Alert]:
    for name, since, fault in alerts.stopped(tx, RING, before=before):
        yield Alert(name, AlertKind.CATALOG, f"catalog work fails since {since:%Y-%m-%d %H:%M} UTC: {fault}")
    for name, count, oldest in alerts.refused(tx, before=before):
        what = f"{_many(count, 'fact')} of items refused, the oldest of {oldest:%Y-%m-%d}"
        yield Alert(name, AlertKind.ITEMS, what)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
