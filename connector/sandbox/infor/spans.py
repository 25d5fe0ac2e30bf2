"""Proof that refunds of one order are posted one after another: the spans of work on their GL batches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

_REFERENCE = re.compile(r"\b(?:[A-Z0-9]+-)?BC-\d+\b")


@dataclass(slots=True)
class Span:
    """Work on one refund's batch, from the first call until its update was answered."""

    key: str
    reference: str
    began: float
    ended: float | None = None


def reference_in(text: str) -> str:
    """Find an order's external reference (``BC-1042``, ``EU-BC-1042``) in a text, or nothing."""
    found = _REFERENCE.search(text)
    return found.group() if found else ""


class RefundSpans:
    """Open and past spans. A batch counts as a refund's when its texts say so."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.spans: list[Span] = []
        self.overlaps: Counter[str] = Counter()
        self._open: dict[str, Span] = {}
        self._now = now

    def work(self, key: str, words: str) -> None:
        """Note a call on a batch, with all that it is called so far; begins its span when none is open."""
        reference = reference_in(words)
        if "refund" not in words.lower() or key in self._open or not reference:
            return
        self.overlaps.update(span.reference for span in self._open.values() if span.reference == reference)
        span = Span(key, reference, self._now())
        self.spans.append(span)
        self._open[span.key] = span

    def end(self, key: str) -> None:
        """Note that the work on a batch is over: updated, refused or deleted."""
        span = self._open.pop(key, None)
        if span:
            span.ended = self._now()
