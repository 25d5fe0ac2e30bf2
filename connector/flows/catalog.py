"""The way back: items, prices and stock of the ERP into the store's catalog, turn by turn.

A turn reads what is due, looks at what others changed, and then publishes; the steps stand in ``READING`` and
``WRITING``. A step that fails does not stop the others: its fault is told when the turn is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.domain.faults import Busy, ContractBroken, Fault, Superseded, Transient
from connector.domain.item import Aspect, ItemState
from connector.flows import looking, publishing, reading, stocking
from connector.flows.house import House, at_work, known
from connector.flows.turn import LONGEST, Planned, Turn, glance, turn
from connector.records import articles, connections, items, watermarks
from connector.records.connections import SavedConnection
from connector.records.database import Tx
from connector.telemetry.logs import logger

POLLS = (looking.ARTICLES, reading.ITEMS, reading.PRICES, reading.INVENTORY)
RING = "turn"
EVERY = timedelta(seconds=10)
"""How often a connection's turn is rung, at most; the store is written only after its polls."""
STOPPED = timedelta(minutes=5)
"""How long a connection rests whose set-up must be mended first, or whose lists are cut short."""
ODD = timedelta(seconds=30)
"""How long it rests after an answer that was none: a page of the gateway's in the place of JSON passes."""

log = logger(__name__)

Step = Callable[[Turn], bool]
"""A piece of a turn; tells whether it did something, so that there may be more."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a turn did, counted in the operator's words, and whether there is more to do at once."""

    done: Mapping[str, int]
    more: bool


def ring(house: House, name: str) -> Report:
    """Do a turn that beat rang for; whoever has no right to it now does nothing.

    :raises Transient: it passes by itself. A connection whose set-up must be mended rests instead.
    """
    try:
        report = run(house, name)
    except (Busy, Superseded):
        return Report({}, more=False)
    except Fault as fault:
        _note(house, name, fault)
        raise
    _note(house, name, None)
    return report


def _note(house: House, name: str, fault: Fault | None) -> None:
    """Note since when turns fail, and how the last one did; or that one was good."""
    owner, now = known(house, name), house.now()
    stopped = fault is not None and not isinstance(fault, Transient)
    if fault is not None and stopped:
        log.warning("catalog.stopped", connection=name, fault=fault.code, what=fault.what)
    with house.database.begin() as tx:
        since = watermarks.standing(tx, owner.id, RING).began_at
        rest = {"due_at": now + (ODD if type(fault) is ContractBroken else STOPPED)} if stopped else {}
        if fault is not None:
            watermarks.write(tx, owner.id, RING, began_at=since or now, cursor=fault.what, **rest)
        elif since is not None:
            watermarks.write(tx, owner.id, RING, began_at=None, cursor="")


def run(house: House, name: str, *, publish: bool = True) -> Report:
    """Do a connection's catalog work for a short while.

    :raises Busy: another worker does it. :raises Superseded: the connection is paused.
    :raises Fault: the first step that failed; the others were done.
    """
    faults: dict[Step, Fault] = {}
    with turn(house, name, publish=publish) as at:
        moved = _work(at, READING, faults, until=at.ends - LONGEST / 2)
        moved |= publish and _work(at, WRITING, faults, until=at.ends)
        left = moved and publish and has_work(house, at.saved)
    for fault in [*faults.values(), *at.lost]:
        raise fault
    return Report(dict(at.done), left)


def _work(at: Turn, todo: Sequence[Step], faults: dict[Step, Fault], *, until: datetime) -> bool:
    """Do step after step, each once however long another takes, and all again while one moves; tells whether any did.

    Where one side is slow, prices by the thousand would keep the pieces from being read and told.
    """
    moved = False
    while sum(_moves(at, step, faults) for step in todo if step not in faults):
        moved = True
        if at.house.now() >= until:
            break
    return moved


def _moves(at: Turn, step: Step, faults: dict[Step, Fault]) -> bool:
    try:
        return step(at)
    except Superseded:
        raise
    except Fault as fault:
        faults[step] = fault
        return False


def _publish(at: Turn) -> bool:
    return _is_read(at, looking.ARTICLES, reading.ITEMS, reading.PRICES) and publishing.publish(at)


def _stock(at: Turn) -> bool:
    return _is_read(at, looking.ARTICLES, reading.ITEMS, reading.INVENTORY) and stocking.stock(at)


def _is_read(at: Turn, *polls: str) -> bool:
    """Tell whether both sides were read whole once: before that nobody knows what the store lacks."""
    with at.house.database.begin() as tx:
        return all(watermarks.standing(tx, at.id, poll).anchored_at is not None for poll in polls)


def _wake(at: Turn) -> bool:
    with at.house.database.begin() as tx:
        items.wake(tx, at.id, now=at.house.now())
    return False


READING: tuple[Step, ...] = (
    looking.read_articles,
    reading.read_items,
    reading.read_prices,
    reading.read_stock,
    reading.fill,
    looking.look,
)
"""They write nothing to the store. None begins again after half a turn; what they found goes out in full batches."""
WRITING: tuple[Step, ...] = (_wake, _publish, _stock)


def due(house: House) -> list[str]:
    """Claim the connections that have catalog work; a second beat gets none of them."""
    now, names = house.now(), []
    with house.database.begin() as tx:
        for one in connections.every(tx):
            idle = one.connection.paused or connections.current_profile(tx, one.id) is None
            if idle or not _has_items(house, one) or not _any(tx, house, one):
                continue
            if watermarks.claim(tx, one.id, RING, now=now, every=EVERY):
                names.append(one.connection.name)
    return names


def _has_items(house: House, owner: SavedConnection) -> bool:
    """Tell whether a connection's suite has items; one that cannot be asked says why in a turn of its own."""
    try:
        return house.erp(owner).items is not None
    except Fault:
        return True


def has_work(house: House, owner: SavedConnection) -> bool:
    """Tell whether a connection's catalog waits for a turn."""
    with house.database.begin() as tx:
        return _any(tx, house, owner)


def _any(tx: Tx, house: House, owner: SavedConnection) -> bool:
    now = house.now()
    polls = [watermarks.standing(tx, owner.id, poll) for poll in POLLS]
    filling = watermarks.standing(tx, owner.id, reading.FILL).began_at is not None
    return (
        filling
        or any(poll.began_at is not None or poll.is_due(now) for poll in polls)
        or items.any_due(tx, owner.id, now=now, day=owner.connection.day(now))
        or articles.any_touched(tx, owner.id)
    )


def ask(house: House, name: str, *, whole: bool, publish: bool = True) -> None:
    """Let the next turn poll the ERP whatever the cadence; or let the next turns read both sides whole.

    :raises Misconfigured: the connection is paused, and they are to publish.
    """
    owner = at_work(house, name) if publish else known(house, name)
    with house.database.begin() as tx:
        for poll in POLLS if whole else POLLS[1:]:
            values = {"anchored_at": None, "began_at": None, "cursor": ""} if whole else {}
            watermarks.write(tx, owner.id, poll, due_at=house.now(), **values)


def planned(house: House, name: str) -> Iterator[Planned]:
    """Say what the next turns would write; nothing is."""
    at = glance(house, name)
    yield from publishing.planned(at)
    yield from stocking.planned(at)


def standing(house: House, name: str) -> dict[tuple[Aspect, ItemState], int]:
    """Count a connection's facts by aspect and state."""
    with house.database.begin() as tx:
        return dict(Counter(items.counts(tx, known(house, name).id)))
