"""Rehearsals in the background: a piece at a time, each kept, so that any worker can go on; then a drafted mapping.

Two workers at one rehearsal read twice and count once: a piece counts only on top of the one that it began with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.domain.codec import plain, read
from connector.domain.faults import Fault, Misconfigured, Throttled, Transient, Unknown
from connector.domain.fit import Fit
from connector.flows import fit, suggestions
from connector.flows.house import House, known, saved
from connector.flows.suggestions import Suggested
from connector.records import rehearsals, trail
from connector.records.rehearsals import ENDED, FAILED, RUNNING, RehearsalRow

SILENT = timedelta(minutes=5)
"""Without a move for so long, a rehearsal has lost its worker."""

LONGEST_WAIT = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One rehearsal as it stands. ``silent``: nobody seems to be at it."""

    id: int
    state: str
    days: int
    found: Fit | None
    drafted: Suggested | None
    reason: str
    silent: bool
    asked_by: str
    asked_at: datetime

    @property
    def running(self) -> bool:
        """Whether it is not over."""
        return self.state == RUNNING


@dataclass(frozen=True, slots=True)
class Report:
    """What one turn leaves: ``more`` is 1 while there is more to do, not before ``wait``."""

    more: int
    wait: timedelta = timedelta(0)


def ask(house: House, name: str, days: int, *, by: str) -> int:
    """Begin a rehearsal with the current profile, or without one; returns its number.

    :raises Misconfigured: one is running.
    """
    now = house.now()
    with house.database.begin() as tx:
        owner = saved(tx, name)
        latest = next(iter(rehearsals.newest(tx, owner.id, limit=1)), None)
        if latest is not None and latest.state == RUNNING and now - latest.changed_at < SILENT:
            raise Misconfigured(f"a rehearsal of {name} is running: wait for it")
        subject = f"connection {name}"
        trail.note(tx, name, at=now, actor=by, action="rehearsed", subject=subject, detail={"days": days})
        return rehearsals.add(tx, owner.id, days, by=by, now=now)


def turn(house: House, number: int) -> Report:
    """Do a piece of a rehearsal.

    :raises Transient: nothing could be done for now; the same turn may be tried again.
    """
    with house.database.begin() as tx:
        row = rehearsals.by_id(tx, number)
    if row is None or row.state != RUNNING:
        return Report(more=0)
    try:
        values = _piece(house, row)
    except Throttled as asked:
        return Report(more=1, wait=min(asked.retry_after or LONGEST_WAIT, LONGEST_WAIT))
    except Transient:
        raise
    except Fault as fault:
        values = {"state": FAILED, "reason": f"{fault.what}\n{fault.advice}"}
    with house.database.begin() as tx:
        moved = rehearsals.move(tx, row, now=house.now(), **values)
    return Report(more=int(moved and values.get("state", RUNNING) == RUNNING))


def _piece(house: House, row: RehearsalRow) -> dict[str, object]:
    if row.found is None:
        return {"found": plain(fit.begin(house, row.connection, row.days, blank=True))}
    found = read(Fit, row.found)
    if not found.ended:
        return {"found": plain(fit.go_on(house, row.connection, found))}
    return {"drafted": plain(suggestions.suggest(house, row.connection, found)), "state": ENDED}


def of_connection(house: House, name: str) -> list[Rehearsal]:
    """List a connection's newest rehearsals."""
    with house.database.begin() as tx:
        return [_told(house, row) for row in rehearsals.newest(tx, saved(tx, name).id)]


def one(house: House, name: str, number: int) -> Rehearsal:
    """Read one rehearsal of a connection.

    :raises Unknown: it has none of this number.
    """
    known(house, name)
    with house.database.begin() as tx:
        row = rehearsals.by_id(tx, number)
    if row is None or row.connection != name:
        raise Unknown(f"{name} has no rehearsal {number}")
    return _told(house, row)


def _told(house: House, row: RehearsalRow) -> Rehearsal:
    return Rehearsal(
        id=row.id,
        state=row.state,
        days=row.days,
        found=read(Fit, row.found) if row.found else None,
        drafted=read(Suggested, row.drafted) if row.drafted else None,
        reason=row.reason,
        silent=row.state == RUNNING and house.now() - row.changed_at >= SILENT,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
    )
