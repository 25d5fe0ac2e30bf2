"""What we need of the store to count its ids. The rules of ``connector.ports`` hold here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connector.domain.order import Snapshot


@dataclass(frozen=True, slots=True)
class OrderMark:
    """An order as a walk meets it: enough to count it, and to tell whether it still looks as it was read."""

    id: int
    created_at: datetime
    archived: bool
    head_fingerprint: str


@dataclass(frozen=True, slots=True)
class RefundHead:
    """A row of the store's refund list."""

    id: int
    order: int
    created_at: datetime


class Walks(Protocol):
    """The store's lists, read whole in ways that do not depend on each other."""

    def ids(self, after: int = 0) -> Iterator[OrderMark]:
        """READ: every order behind this id, by rising id; turned by id until nothing follows."""
        ...

    def first_since(self, moment: datetime) -> int:
        """READ, some 20 calls: the id where orders created since a moment begin, as far as ids rise with time."""
        ...

    def created(self, since: datetime, until: datetime) -> Iterator[OrderMark]:
        """READ: every order created from ``since`` up to before ``until``, oldest first, in windows of a day."""
        ...

    def count(self, since: datetime, until: datetime) -> int:
        """READ, 1 call: how many orders the store itself counts there, over all statuses."""
        ...

    def look_up(self, order: int) -> OrderMark | None:
        """READ, 1 call: one order by its id; None if the store knows none."""
        ...

    def read_order(self, order: int) -> Snapshot:
        """READ, 4 calls: one order whole, from what others leave of the window.

        :raises Rejected: the store knows no such order.
        """
        ...

    def refunds(self, since: datetime, until: datetime | None = None) -> Iterator[RefundHead]:
        """READ: every refund created in the period, each once; it may tell some from a second beside it."""
        ...

    def transactions(self, order: int) -> list[int]:
        """READ, 1 call: the ids of an order's transactions; none if the store knows no such order."""
        ...
