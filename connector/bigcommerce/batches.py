"""A batch to the store, taken apart where it is refused, so that one bad entry never keeps the others out.

What the answer names is a refusal at once. Where it only hints (a place in the batch: nobody says whether it counts
from 0), what it points at goes alone; where it says nothing, halves go. So one bad entry of n costs 2 calls when it
is named, 3 when it is hinted at, and else 1 + 2·log2(n) at most. What is sent is absolute: repeating harms nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Generic, TypeVar

from connector.bigcommerce import api, wire_refusal
from connector.bigcommerce.api import Api, Resource
from connector.bigcommerce.wire_refusal import Complaint, Name
from connector.domain.faults import Fault, Rejected
from connector.http.transport import Answer
from connector.ports import Guard
from connector.telemetry import logs

T = TypeVar("T")

OF_ENTRIES = frozenset({400, 409, 413, 422})
"""Refusals that may be about single entries; any other is about the call as a whole, and raised."""
SMALL = 50
"""So many entries are taken apart to the last whatever happens: that is 99 calls at most, less than a window has."""
HOPELESS = 31
"""After so many refusals without a name, and none taken, a few entries are tried alone: do all share the cause?"""
TRIED_ALONE = 8

_log = logs.logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch(Generic[T]):
    """How entries of one kind are sent, and by what the store may name one. ``missing``: 404 is about an entry."""

    resource: Resource
    body: Callable[[Sequence[T]], object]
    names: Callable[[T], Mapping[str, object]]
    missing: bool = False


@dataclass(frozen=True, slots=True)
class _Outcome(Generic[T]):
    """What came of one call: entries refused for good, parts to send again, and the refusal; None when taken."""

    refused: dict[T, Fault]
    again: list[tuple[T, ...]] = field(default_factory=list)
    fault: Fault | None = None


def write(store: Api, entries: Sequence[T], batch: Batch[T], guard: Guard) -> dict[T, Fault]:
    """WRITE, harmless to repeat: send all entries; give back those that the store refused, each with its words.

    :raises Fault: whatever is no refusal of an entry; then it is unknown how many were taken.
    """
    refused: dict[T, Fault] = {}
    waiting = deque([tuple(entries)] if entries else [])
    taken, nameless = False, 0
    while waiting:
        outcome = _send(store, waiting.popleft(), batch, guard)
        refused |= outcome.refused
        waiting.extend(outcome.again)
        taken = taken or outcome.fault is None
        nameless += not outcome.refused
        if outcome.fault and not taken and nameless == HOPELESS and len(entries) > SMALL:
            tried = [part[:1] for part in islice(waiting, 0, None, HOPELESS // TRIED_ALONE + 1)]
            taken = any(_send(store, entry, batch, guard).fault is None for entry in tried)
            if not taken:
                return refused | dict.fromkeys(chain.from_iterable(waiting), outcome.fault)
    return refused


def _send(store: Api, part: tuple[T, ...], batch: Batch[T], guard: Guard) -> _Outcome[T]:
    with api.harmless():
        answer = store.write("PUT", batch.resource, batch.body(part), guard=guard)
        fault = api.fault_for(answer, batch.resource)
        if fault is None:
            return _Outcome(_unsaved(part, batch, answer))
        found = wire_refusal.complaints(answer)
        if answer.status not in OF_ENTRIES and not (answer.status == 404 and batch.missing):
            raise api.fault_for(answer, batch.resource, wire_refusal.words(found)) or fault
    fault = _refusal(answer, found)
    if len(part) == 1:
        return _Outcome({part[0]: fault}, fault=fault)
    named = _named(part, batch, answer, found)
    rest = [entry for entry in part if entry not in named]
    return _Outcome(named, _parts(rest, _hinted(part, batch, found), split=not named), fault)


def _parts(rest: list[T], hinted: set[T], *, split: bool) -> list[tuple[T, ...]]:
    """Say what to send next of what was refused without being named: the hinted and the others, or halves."""
    suspects = tuple(entry for entry in rest if entry in hinted)
    others = tuple(entry for entry in rest if entry not in hinted)
    if suspects and others:
        return [suspects, others]
    middle = len(rest) // 2 if split else 0
    return [part for part in (tuple(rest[:middle]), tuple(rest[middle:])) if part]


def _named(part: Sequence[T], batch: Batch[T], answer: Answer, found: list[Complaint]) -> dict[T, Fault]:
    """Find the entries that complaints are about beyond doubt, each with the words about it.

    Places are beyond doubt once every place of the part is complained of, the first being 0.
    """
    entries = _by_name(part, batch)
    placed = {place for complaint in found for place in complaint.places}
    by_place = dict(enumerate(part)) if placed.issuperset(range(len(part))) else {}
    about: dict[T, list[Complaint]] = {}
    for complaint in found:
        of_names = {entries[name] for name in complaint.names if name in entries}
        for entry in of_names | {by_place[place] for place in complaint.places if place in by_place}:
            about.setdefault(entry, []).append(complaint)
    return {entry: _refusal(answer, complaints) for entry, complaints in about.items()}


def _hinted(part: Sequence[T], batch: Batch[T], found: list[Complaint]) -> set[T]:
    entries = _by_name(part, batch)
    spoken = {entries[name] for complaint in found for name in complaint.hints if name in entries}
    return spoken | {part[place] for complaint in found for place in complaint.places if 0 <= place < len(part)}


def _by_name(part: Sequence[T], batch: Batch[T]) -> dict[Name, T]:
    return {(name, str(value).lower()): entry for entry in part for name, value in batch.names(entry).items()}


def _unsaved(part: Sequence[T], batch: Batch[T], answer: Answer) -> dict[T, Fault]:
    """Read a 207: all was saved but what it complains of. Where that has no name, it is no field of ours: it is told.

    Inventory and URLs fail so (facts/bigcommerce.md §7), and neither is ever in a batch of this room.
    """
    found = wire_refusal.reservations(answer)
    if found and len(part) == 1:
        return {part[0]: _refusal(answer, found)}
    named = _named(part, batch, answer, found)
    if found and not named:
        _log.warning("batch.partly_saved", call=answer.call, status=answer.status, words=wire_refusal.words(found))
    return named


def _refusal(answer: Answer, found: list[Complaint]) -> Fault:
    said = wire_refusal.words(found)
    return Rejected(f"{answer.call} answered {answer.status}{': ' if said else ''}{said}")
