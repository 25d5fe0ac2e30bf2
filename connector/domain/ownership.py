"""Whose a line of the ledger is: that journal's whose voucher it stands in, whatever its text says.

A text is asked only in a voucher that no journal of ours names: some ERPs never tell the number that they gave.
Journals whose texts say the same are told apart by the lines that each still lacks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from connector.domain.books import BookedJournal, BookedLine
from connector.domain.posting import TAKEN_BACK, PostingKind, PostingState
from connector.domain.reconciliation import LedgerEntry

_WITH_RETURNS = frozenset({PostingKind.SALE, PostingKind.REVERSAL})
"""They may take refunds along, whose lines keep their texts."""


def owners(journals: Sequence[BookedJournal], ledger: Sequence[LedgerEntry]) -> list[BookedJournal | None]:
    """Name each line's journal, among those that are booked; None where it is nobody's."""
    hands = _Owners(journals, ledger)
    as_sent = [hands.take(entry, amount_too=True) for entry in ledger]
    return [owner or hands.take_changed(entry) for owner, entry in zip(as_sent, ledger, strict=True)]


class _Owners:
    """Hands out each line of a journal once."""

    def __init__(self, journals: Sequence[BookedJournal], ledger: Sequence[LedgerEntry]) -> None:
        self._lacking: dict[int, list[BookedLine]] = {}
        self._by_voucher: dict[str, list[BookedJournal]] = defaultdict(list)
        self._by_text: dict[int | None, list[BookedJournal]] = defaultdict(list)
        seen = {entry.voucher for entry in ledger if entry.voucher}
        booked = (one for one in journals if one.state is PostingState.CONFIRMED)
        for one in sorted(booked, key=lambda one: _plain(one.kind) in _WITH_RETURNS):
            self._lacking[one.id] = list(one.lines)
            if one.voucher:
                self._by_voucher[one.voucher].append(one)
            if one.voucher not in seen and "/" not in one.voucher:  # a number that the ERP gave has a slash
                self._by_text[one.order].append(one)

    def take(self, entry: LedgerEntry, *, amount_too: bool) -> BookedJournal | None:
        for one in self._in_voucher(entry) or self._told_by(entry):
            for line in self._lacking[one.id]:
                if line.account == entry.account and (line.amount == entry.amount or not amount_too):
                    self._lacking[one.id].remove(line)
                    return one
        return None

    def take_changed(self, entry: LedgerEntry) -> BookedJournal | None:
        return self.take(entry, amount_too=False) or next(iter(self._in_voucher(entry)), None)

    def _in_voucher(self, entry: LedgerEntry) -> list[BookedJournal]:
        return [one for one in self._by_voucher.get(entry.voucher, ()) if one.currency == entry.currency]

    def _told_by(self, entry: LedgerEntry) -> list[BookedJournal]:
        if entry.voucher in self._by_voucher:
            return []
        place = (entry.day, entry.currency)
        mine = self._by_text.get(entry.order, ())
        return [one for one in mine if (one.day, one.currency) == place and _says(one, entry.text)]


def _says(journal: BookedJournal, text: str) -> bool:
    """Whether a line of this journal may have this text."""
    kind = _plain(journal.kind)
    _, what, *number = [*text.split(" ")[:3], ""]
    if kind in (PostingKind.PAYMENT, PostingKind.REFUND):
        return (what, number[:1]) == (kind.value, [str(journal.source)])
    return what == PostingKind.SALE.value or (what == PostingKind.REFUND.value and kind in _WITH_RETURNS)


def _plain(kind: PostingKind) -> PostingKind:
    """What a mirror takes back; its lines keep the texts."""
    return TAKEN_BACK.get(kind, kind)
