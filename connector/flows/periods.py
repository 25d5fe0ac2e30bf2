"""The calendar of a connection's books: read now and then, never for an order; what opened lets held orders go.

A reading is a courtesy, the ERP's refusal is the law: what it refuses of a closed period is held and explained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from connector.domain.faults import Fault, PeriodClosed
from connector.domain.journal import JournalEntry
from connector.domain.period import AccountingPeriod, Calendar, Unsent
from connector.domain.posting import JOURNAL_KINDS, UNSENT
from connector.flows import contents
from connector.flows.house import House, claim_polls, known
from connector.ports import Vault
from connector.records import orders, periods, trail
from connector.records.connections import SavedConnection
from connector.records.database import Tx
from connector.records.postings import PostingRow

PERIODS = "periods"
_CADENCE = timedelta(minutes=15)
_BACK = timedelta(days=366)
"""How far back periods are known at least: a history is rehearsed from before anything is posted."""


def due(house: House) -> list[str]:
    """Claim the connections whose periods are to be read; a second beat gets none of them."""
    return claim_polls(house, PERIODS, _CADENCE)


def read(house: House, name: str, *, by: str = "worker") -> Sequence[AccountingPeriod] | None:
    """Read a connection's periods; where any changed, held orders are planned again. None: the suite cannot tell.

    :raises Fault: the ERP could not be read; what was known stays.
    """
    return _read(house, known(house, name), by)


def _read(house: House, owner: SavedConnection, by: str) -> Sequence[AccountingPeriod] | None:
    connection = owner.connection
    since = min(connection.start_from, house.now() - _BACK)
    found = house.erp(owner).periods(connection.day(since))
    with house.database.begin() as tx:
        if periods.replace(tx, owner.id, found or ()):
            closed = [one.name for one in found or () if one.closed]
            released = orders.wake_held(tx, owner.id, now=house.now())
            trail.note(
                tx,
                connection.name,
                at=house.now(),
                actor=by,
                action="periods_changed",
                subject=f"connection {connection.name}",
                detail={"closed": closed, "released": released},
            )
    return found


def calendar(tx: Tx, vault: Vault, connection_id: int, rows: Sequence[PostingRow]) -> Calendar:
    """Give what planning knows of the periods, and an order's journals that did not go out yet."""
    return Calendar(periods.known(tx, connection_id), dict(_unsent(vault, rows)))


def _unsent(vault: Vault, rows: Sequence[PostingRow]) -> Iterator[tuple[str, Unsent]]:
    for row in rows:
        if row.kind in JOURNAL_KINDS and row.state in UNSENT:
            entry = contents.open_content(vault, row) if row.content is not None else None
            yield row.posting_key, Unsent(row.occurred_at, entry if isinstance(entry, JournalEntry) else None)


def why_refused(house: House, owner: SavedConnection, entry: JournalEntry, said: str) -> PeriodClosed | None:
    """Tell whether the ERP refused a journal because its period is closed; None where nothing says so."""
    with house.database.begin() as tx:
        closed = Calendar(periods.known(tx, owner.id)).closed(entry.date)
    if closed is None:
        try:
            closed = Calendar(tuple(_read(house, owner, "worker") or ())).closed(entry.date)
        except Fault:
            return None  # the refusal stands as it is, and a replay asks again
    if closed is None:
        return None
    return PeriodClosed(
        f"period {closed.name} is closed in the ERP: it refused {entry.text} of {entry.date}", detail=said
    )
