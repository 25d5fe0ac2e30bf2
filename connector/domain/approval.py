"""Which plan a person approved: a digest of all that it posts, so that what was seen is exactly what is booked.

What is booked already is part of it with the content that was booked: it stays the same while an order's postings
go out one by one. A mended mapping, an edit or a refund makes another plan, with another digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connector.domain.codec import plain
from connector.domain.faults import NotApproved
from connector.domain.plan import Content, Plan, PlannedPosting
from connector.domain.posting import PostingKind

_NOT_POSTED = frozenset({"version", "buyer"})
"""Fields that tell people where something comes from, and that may change alone: a rule's version, who bought."""

Key = tuple[PostingKind, int, int]


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody saw a plan of an order and let it go."""

    digest: str
    by: str
    at: datetime


def digest(plan: Plan) -> str:
    """Give a plan's digest: 64 hex digits."""
    told = [[one.kind.value, one.source, one.revision, one.reverses, _told(one.content)] for one in plan.postings]
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _told(content: Content | None) -> Any:
    return _without(plain(content)) if content is not None else "held"


def _without(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _without(value) for name, value in told.items() if name not in _NOT_POSTED}
    return [_without(one) for one in told] if isinstance(told, list) else told


def withheld(plan: Plan, booked: Collection[Key]) -> Plan:
    """Hold all of a plan that is not booked yet; a buyer it would align is left to the orders that may go."""
    postings = [
        one if (one.kind, one.source, one.revision) in booked else _held(one, digest(plan))
        for one in plan.postings
        if one.kind is not PostingKind.CUSTOMER
    ]
    return replace(plan, postings=tuple(postings))


def _held(one: PlannedPosting, wanted: str) -> PlannedPosting:
    lacking = NotApproved(f"nobody approved this plan of it: {wanted}")
    return replace(one, content=None, faults=one.faults or (lacking,))
