"""What an adapter needs that sends documents by message: a memory of what went out, and of what came back on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connector.domain.acknowledgement import Verdict


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One variation of a document on its way.

    ``taken_at`` is when the carrier last said that it took it; None while that answer is missing, and for one that
    only its verdict tells of.
    """

    document: str
    variation: int
    sent_at: datetime | None = None
    taken_at: datetime | None = None
    verdict: Verdict | None = None
    reason: str = ""
    external_id: str = ""


class Messages(Protocol):
    """This connection's messages, shared by all workers. Every write is committed when the call returns."""

    def of(self, documents: Sequence[str]) -> list[SentMessage]:
        """READ: every variation of these documents."""
        ...

    def sending(self, document: str, variation: int, *, reference: str) -> None:
        """Note that a variation goes out now; ``reference`` is the order's external reference."""
        ...

    def taken(self, document: str, variation: int) -> None:
        """Note that the carrier took it."""
        ...

    def not_taken(self, document: str, variation: int) -> None:
        """Take back the last ``sending``: that it did not go out is proven."""
        ...

    def deaf(self) -> str:
        """Say why no verdict can come in; empty when it can."""
        ...
