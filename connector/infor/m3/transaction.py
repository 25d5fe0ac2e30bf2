"""One M3 transaction, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connector.domain.faults import ContractBroken, MappingGap, Rejected, Truncated

Record = Mapping[str, str]
"""One row: every value text, stripped; leading zeros stay."""

SET_UP = frozenset({"TransactionNotFound", "MandatoryInputFieldNotFound", "InputFieldTooLong", "InputFieldNotFound"})
"""Error types that no master data mends: this tenant's M3 differs from what we expect (facts/infor.md §2.2)."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """What M3 is asked to do. ``columns`` are the fields wanted back; none means all."""

    program: str
    name: str
    record: Record
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.program}/{self.name}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """M3's own words for a no. ``code`` and ``kind`` classify it; ``text`` is in the service user's language.

    ``tried``: the no is about this transaction, and not about the request or another one before it.
    """

    text: str
    code: str = ""
    kind: str = ""
    field: str = ""
    tried: bool = True

    def __str__(self) -> str:
        marks = ", ".join(mark for mark in (self.kind if self.kind in SET_UP else "", self.code, self.field) if mark)
        return f"{self.text or 'refused without a message'}{f' ({marks})' if marks else ''}"


CHOSEN_BY_PROFILE = frozenset({"ITNO", "CRID", *(f"AIT{number}" for number in range(1, 8))})
"""Fields whose values the mapping profile chooses: items, charges, accounts and the other dimensions."""


def refused(what: str, refusals: Iterable[Refusal]) -> Rejected | MappingGap:
    """Name a refusal by its remedy: a value of the profile that M3 does not take is mended in the profile."""
    mapped = any(refusal.field in CHOSEN_BY_PROFILE for refusal in refusals)
    return MappingGap(what) if mapped else Rejected(what)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One transaction's result: rows, or a refusal. ``cut``: there may be more rows than these."""

    transaction: Transaction
    records: tuple[Record, ...] = ()
    refusal: Refusal | None = None
    cut: bool = False

    @property
    def record(self) -> Record:
        """The row of a transaction that gives one; empty when it gave none."""
        return next(iter(self.records), {})

    def accepted(self) -> Outcome:
        """Give itself back when M3 did what a WRITE asked.

        :raises Rejected: M3 said no.
        """
        if self.refusal is not None:
            raise Rejected(f"{self.transaction}: {self.refusal}{_hint(self.refusal)}")
        return self

    def answered(self) -> Outcome:
        """Give itself back when M3 answered what a READ asked: a question refused never means "there is none".

        :raises ContractBroken: M3 would not say.
        """
        if self.refusal is not None:
            raise ContractBroken(f"{self.transaction} would not answer: {self.refusal}{_hint(self.refusal)}")
        return self

    @property
    def lacks(self) -> bool:
        """Whether M3 has nothing of the one thing that a READ asked for: its program was asked and said no.

        :raises ContractBroken: it was refused before its program was asked, which says nothing about the thing.
        """
        if self.refusal is not None and (not self.refusal.tried or self.refusal.kind in SET_UP):
            self.answered()
        return self.refusal is not None

    @property
    def rows(self) -> tuple[Record, ...]:
        """Every row of a list.

        :raises ContractBroken: M3 would not say.
        :raises Truncated: there may be more.
        """
        if self.answered().cut:
            raise Truncated(
                f"{self.transaction} gave {len(self.records)} rows, maybe not all: it stops there by itself"
            )
        return self.records


def _hint(refusal: Refusal) -> str:
    if refusal.kind not in SET_UP:
        return ""
    return "; this M3 differs from what is expected: `ml-connector connection ping` shows which fields it knows"
