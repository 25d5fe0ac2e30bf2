"""Our own books: a posting's journal as it was laid open for sums and reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.domain.posting import PostingKind, PostingState


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One line; ``amount`` is debit positive, ``text`` begins with the fact that it is of."""

    account: str
    role: str
    rule: str
    amount: Decimal
    text: str = ""


@dataclass(frozen=True, slots=True)
class BookedJournal:
    """A journal with where its posting stands. ``voucher`` is the ERP's number of it, once that is known.

    ``moved_from`` is the day on which it happened, where its period was closed or a person booked it on another one.
    """

    id: int
    key: str
    kind: PostingKind
    source: int
    revision: int
    order: int
    reference: str
    state: PostingState
    voucher: str
    reason: str
    day: date
    currency: str
    lines: tuple[BookedLine, ...] = ()
    moved_from: date | None = None
