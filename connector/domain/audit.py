"""The audit trail as a chain: every entry carries the digest of the one before it.

A chain per connection. Whoever changes, removes or puts in an entry breaks it at that place, and the head, which
knows how long the chain is, tells when its end was cut off. Entries name numbers, keys, states and fingerprints; what
a person said or bought is kept elsewhere, sealed, and can be forgotten without touching the chain.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: who did what to which record, when. ``number`` counts the connection's entries from 1."""

    connection: str
    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    order: int | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry in its chain, as it is kept in row ``id``."""

    id: int
    entry: Entry
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Head:
    """How long a chain is, and the digest of its newest entry; empty before the first."""

    entries: int
    digest: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain breaks first: the row, its time, and what is wrong there."""

    id: int | None
    at: datetime | None
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """How many entries follow each other, the digest of the last of them, and the first break.

    ``spoiled`` are the papers that entries name and that are gone, or not what they were.
    """

    entries: int
    digest: str
    broken: Break | None
    spoiled: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.broken and not self.spoiled


NOTHING = Verification(0, "", None)
"""Before the first entry."""


def whence(by: str) -> str:
    """Name who did something for ever: of a machine no more than its network, /24 or /48."""
    try:
        address = ipaddress.ip_address(by)
    except ValueError:
        return by
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    plain = mapped or address
    return str(ipaddress.ip_network(f"{plain}/{24 if plain.version == 4 else 48}", strict=False))


def digest(entry: Entry, previous: str) -> str:
    """Digest an entry and all before it. The written form never changes: every chain that exists rests on it."""
    written = {
        "connection": entry.connection,
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "order": entry.order,
        "detail": dict(entry.detail),
        "previous": previous,
    }
    return hashlib.sha256(json.dumps(written, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def follow(verified: Verification, links: Iterable[Link]) -> Verification:
    """Follow a chain further; it ends at the first break."""
    for link in links:
        wrong = _wrong(link, verified.entries + 1, verified.digest)
        if wrong:
            return replace(verified, broken=Break(link.id, link.entry.at, wrong))
        verified = Verification(link.entry.number, link.digest, None)
    return verified


def end(verified: Verification, newest: Link | None, head: Head) -> Verification:
    """Compare what was followed to its end with what the head knows. Without an entry it is broken: saving is one."""
    if verified.broken or (verified.entries and Head(verified.entries, verified.digest) == head):
        return verified
    what = _cut(verified.entries, head)
    return replace(verified, broken=Break(newest.id, newest.entry.at, what) if newest else Break(None, None, what))


def _wrong(link: Link, number: int, last: str) -> str:
    """Say what is wrong with an entry behind those that hold; empty when nothing is."""
    entry = link.entry
    if entry.number != number:
        missing = f"entry {number}" if entry.number == number + 1 else f"entries {number} to {entry.number - 1}"
        return f"{missing} before it: removed" if entry.number > number else f"entry {entry.number} stands twice"
    if digest(entry, link.previous) != link.digest:
        return f"entry {number}, {entry.action} {entry.subject}: changed after it was written"
    if link.previous != last:
        return f"entry {number}, {entry.action} {entry.subject}: does not follow the entry before it"
    return ""


def _cut(entries: int, head: Head) -> str:
    if not entries and not head.entries:
        return "all entries: removed"
    if entries < head.entries:
        return f"{head.entries - entries} entries behind it: removed"
    if entries > head.entries:
        return f"{entries - head.entries} entries up to it: put in"
    return f"entry {entries}: not the one that was written last"
