"""Journals by SourceSystemJournalEntry, one message each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from connector.domain.connection import Check
from connector.domain.faults import Fault
from connector.domain.journal import JournalEntry
from connector.infor.bod import ping
from connector.infor.bod.post import Letter, Post
from connector.infor.bod.wire.journal import NOUN, journal
from connector.ports import Finding, Guard


class BodJournals:
    """The journals' part of ``ports.Erp``, for a suite that takes them by BOD."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def ping(self) -> list[Check]:
        """READ, 2 calls: whether journals can go out, and their verdicts come in."""
        return ping.check(self._post, NOUN)

    def find_journals(self, keys: Sequence[str]) -> dict[str, Finding]:
        """READ, no call: where each journal stands."""
        return self._post.find(keys)

    def post_journals(
        self, entries: Sequence[JournalEntry], *, found: Mapping[str, Finding], guard: Guard
    ) -> dict[str, Finding | Fault]:
        """WRITE, 1 call for each journal: one outcome per key. PENDING: ION took it, the target is to say."""
        return self._post.deliver(list(self._letters(entries)), found=found, guard=guard)

    def _letters(self, entries: Sequence[JournalEntry]) -> Iterator[Letter]:
        for entry in entries:
            write = partial(journal, entry=entry, settings=self._post.settings)
            yield Letter(NOUN, entry.key, entry.reference, write)
