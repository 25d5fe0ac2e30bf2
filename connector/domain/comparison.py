"""Compares store, journals and ledger: every place where they differ comes out with its class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from connector.domain.books import BookedJournal
from connector.domain.ownership import owners
from connector.domain.posting import PostingState
from connector.domain.reconciliation import (
    Balance,
    Difference,
    Discrepancy,
    Fact,
    Figure,
    LedgerEntry,
    Moved,
    Row,
    Told,
    Unbooked,
)

ZERO = Decimal(0)
Cell = tuple[date, str, str]
"""Day, currency, and what is summed: a figure's ``what``, or an account."""

_BY_STATE = {
    PostingState.PLANNED: Difference.OPEN,
    PostingState.SENDING: Difference.OPEN,
    PostingState.SENT: Difference.OPEN,
    PostingState.HELD: Difference.HELD,
    PostingState.UNCERTAIN: Difference.UNCERTAIN,
    PostingState.REJECTED: Difference.REJECTED,
    PostingState.CONFIRMED: Difference.AMOUNT,
}
_MAY_BE_BOOKED = frozenset({PostingState.SENDING, PostingState.SENT, PostingState.UNCERTAIN})


@dataclass(frozen=True)
class Sides:
    """What is compared. ``told`` are all journals of every order that occurs anywhere, whatever their day and state.

    ``reasons`` say of an order why it may differ; ``forgotten`` are orders whose reading is gone. ``ledger`` is None
    where it cannot be read back: what the ERP confirmed stands for it, and nothing is compared. ``by_hand`` is what
    a person booked under a voucher of theirs, of any day. ``moving`` are orders of which something was booked while
    the ledger was read.
    """

    first: date
    last: date
    store: Sequence[Figure]
    told: Sequence[Told]
    ledger: Sequence[LedgerEntry] | None
    reasons: Mapping[int, str] = field(default_factory=dict)
    forgotten: frozenset[int] = frozenset()
    by_hand: Sequence[Unbooked] = ()
    moving: frozenset[int] = frozenset()

    def confirmed(self) -> list[Told]:
        """The journals of these days that are booked."""
        return [one for one in self.told if _is_booked(one.journal) and self.covers(one.journal.day)]

    def covers(self, day: date) -> bool:
        """Whether a day is compared."""
        return self.first <= day <= self.last


def _is_booked(journal: BookedJournal) -> bool:
    return journal.state is PostingState.CONFIRMED


def of_store(sides: Sides) -> Iterator[Discrepancy]:
    """Compare what shoppers were charged with our journals, fact by fact."""
    by_fact = {one.fact: one.journal for one in sides.told}
    store: dict[tuple[Fact, Cell], Decimal] = defaultdict(Decimal)
    ours: dict[tuple[Fact, Cell], Decimal] = defaultdict(Decimal)
    for figure in sides.store:
        store[figure.fact, (figure.day, figure.currency, figure.what)] += figure.amount
    for one in sides.confirmed():
        for counted in one.counted:
            ours[one.fact, (one.journal.day, one.journal.currency, counted.what)] += counted.amount
    for fact, cell in {**store, **ours}:
        charged, booked = store.get((fact, cell)), ours.get((fact, cell))
        if (charged or ZERO) != (booked or ZERO):
            journal = by_fact.get(fact)
            difference = _of_journal(journal, told=charged is not None or fact.order not in sides.forgotten)
            reason = (journal.reason if journal else "") or sides.reasons.get(fact.order, "")
            voucher = journal.voucher if journal else ""
            yield Discrepancy(difference, *cell, fact.order, charged, booked, None, voucher, reason)


def _of_journal(journal: BookedJournal | None, *, told: bool) -> Difference:
    if not told:
        return Difference.FORGOTTEN
    return _BY_STATE[journal.state] if journal else Difference.OPEN


@dataclass(frozen=True)
class ReadBack:
    """The ledger's lines, each with the journal of ours that it belongs to."""

    sides: Sides
    expected: Mapping[tuple[int, str, date], Decimal]
    actual: Mapping[tuple[int, str, date], Decimal]
    strange: Sequence[LedgerEntry]
    by_hand: Mapping[tuple[str, str], Sequence[LedgerEntry]]

    def differences(self) -> Iterator[tuple[BookedJournal, str, date, Decimal, Decimal]]:
        """Each journal, account and day on which ledger and journal are not the same: expected, then actual."""
        journals = {one.journal.id: one.journal for one in self.sides.told}
        for key in {**self.expected, **self.actual}:
            expected, actual = self.expected.get(key, ZERO), self.actual.get(key, ZERO)
            if expected != actual:
                yield journals[key[0]], key[1], key[2], expected, actual


def read_back(sides: Sides) -> ReadBack:
    """Give each line of the ledger to its journal."""
    expected: dict[tuple[int, str, date], Decimal] = defaultdict(Decimal)
    actual: dict[tuple[int, str, date], Decimal] = defaultdict(Decimal)
    strange: list[LedgerEntry] = []
    by_hand: dict[tuple[str, str], list[LedgerEntry]] = {(one.voucher, one.currency): [] for one in sides.by_hand}
    read = ReadBack(sides, expected, actual, strange, by_hand)
    if sides.ledger is None:
        return read
    for one in sides.confirmed():
        for line in one.journal.lines:
            expected[one.journal.id, line.account, one.journal.day] += line.amount
    ours = {one.journal.voucher for one in sides.confirmed()}
    whose = owners([one.journal for one in sides.told], sides.ledger)
    for entry, owner in zip(sides.ledger, whose, strict=True):
        place = (entry.voucher, entry.currency)
        if place in by_hand and entry.voucher not in ours:
            by_hand[place].append(entry)
        elif owner is None:
            strange.append(entry)
        else:
            actual[owner.id, entry.account, entry.day] += entry.amount
    return read


def of_ledger(back: ReadBack) -> Iterator[Discrepancy]:
    """Compare our journals with the ledger, voucher by voucher and account by account."""
    seen = {journal for journal, _, _ in back.actual}
    missing = set()
    for journal, account, day, expected, actual in back.differences():
        if journal.id in seen:
            what = f"account {account}"
            elsewhere = f"our books have it on {journal.day}" if day != journal.day else ""
            place = (day, journal.currency, what, journal.order)
            yield Discrepancy(Difference.AMOUNT, *place, None, expected, actual, journal.voucher, elsewhere)
        elif journal.id not in missing:
            missing.add(journal.id)
            yield _missing(journal)
    yield from _strange(back)
    yield from _by_hand(back)


def _by_hand(back: ReadBack) -> Iterator[Discrepancy]:
    """What a person booked: its voucher must be there, of the amount that the store has."""
    for (voucher, currency), entries in back.by_hand.items():
        said = [one for one in back.sides.by_hand if (one.voucher, one.currency) == (voucher, currency)]
        amount, day = abs(sum((one.amount for one in said), ZERO)), entries[0].day if entries else said[0].day
        if back.sides.ledger is not None and back.sides.covers(day) and not _comes_to(entries, amount):
            difference = Difference.AMOUNT if entries else Difference.MISSING
            debits = sum((entry.amount for entry in entries if entry.amount > 0), ZERO)
            place = (day, currency, said[0].what, said[0].order)
            yield Discrepancy(difference, *place, amount, None, debits, voucher, said[0].reason)


def _comes_to(entries: Sequence[LedgerEntry], amount: Decimal) -> bool:
    """Whether a voucher is of an amount: one side of it, or one account (beside a sale's total stand discounts)."""
    accounts: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        accounts[entry.account] += entry.amount
    sides = (sum(one for one in accounts.values() if one * sign > 0) for sign in (1, -1))
    return bool(entries) and amount in {abs(one) for one in (*accounts.values(), *sides)}


def _missing(journal: BookedJournal) -> Discrepancy:
    what = f"{journal.kind.value} {journal.source}"
    place = (journal.day, journal.currency, what, journal.order)
    return Discrepancy(Difference.MISSING, *place, None, _debits(journal), ZERO, journal.voucher)


def _debits(journal: BookedJournal) -> Decimal:
    return sum((line.amount for line in journal.lines if line.amount > 0), ZERO)


def _strange(back: ReadBack) -> Iterator[Discrepancy]:
    """The ledger's lines that no journal of ours made: summed by voucher and account."""
    pending = {one.journal.order for one in back.sides.told if one.journal.state in _MAY_BE_BOOKED}
    pending |= back.sides.moving
    sums: dict[tuple[str, str, date, str, int | None], Decimal] = defaultdict(Decimal)
    texts: dict[tuple[str, str, date, str, int | None], str] = {}
    for entry in back.strange:
        key = (entry.voucher, entry.account, entry.day, entry.currency, entry.order)
        sums[key] += entry.amount
        texts.setdefault(key, entry.text)
    for key, amount in sums.items():
        voucher, account, day, currency, order = key
        ours = Difference.UNCERTAIN if order in pending else Difference.UNKNOWN
        difference = Difference.BY_HAND if order is None else ours
        place = (day, currency, f"account {account}", order)
        yield Discrepancy(difference, *place, None, None, amount, voucher, texts[key])


def moved(sides: Sides) -> Iterator[Moved]:
    """Tell which journals were moved from these days, or to them."""
    for journal in (one.journal for one in sides.told):
        if journal.moved_from is not None and any(map(sides.covers, (journal.moved_from, journal.day))):
            what = f"{journal.kind.value} {journal.source}"
            place = (journal.moved_from, journal.day, journal.currency, what, journal.order)
            yield Moved(*place, _debits(journal), journal.voucher)


def rows(back: ReadBack) -> Iterator[Row]:
    """Sum the three columns by day, currency and what; an account is a row where only the ledger tells of it."""
    store: dict[Cell, Decimal] = defaultdict(Decimal)
    ours: dict[Cell, Decimal] = defaultdict(Decimal)
    for figure in back.sides.store:
        store[figure.day, figure.currency, figure.what] += figure.amount
    for one in back.sides.confirmed():
        for counted in one.counted:
            ours[one.journal.day, one.journal.currency, counted.what] += counted.amount
    changed, odd = _corrections(back)
    for cell in sorted({**store, **ours, **changed}):
        read_as = None if back.sides.ledger is None else ours[cell] + changed.get(cell, ZERO)
        yield Row(*cell, store[cell], ours[cell], read_as)
    booked, read = _by_account(back.sides)
    for day, currency, account in sorted(odd):
        cell = (day, currency, account)
        yield Row(day, currency, f"account {account}", None, booked.get(cell, ZERO), read.get(cell, ZERO))


def _corrections(back: ReadBack) -> tuple[dict[Cell, Decimal], set[Cell]]:
    """What the ledger shows otherwise, by what it counts for; and the accounts where none of it counts."""
    counted = {
        (one.journal.id, item.account): item for one in reversed(back.sides.told) for item in reversed(one.counted)
    }
    changed: dict[Cell, Decimal] = defaultdict(Decimal)
    odd = {(entry.day, entry.currency, entry.account) for entry in back.strange}
    for journal, account, day, expected, actual in back.differences():
        item = counted.get((journal.id, account))
        if item is None:
            odd.add((day, journal.currency, account))
        else:
            changed[day, journal.currency, item.what] += item.sign * (actual - expected)
    return changed, odd


def _by_account(sides: Sides) -> tuple[dict[Cell, Decimal], dict[Cell, Decimal]]:
    booked: dict[Cell, Decimal] = defaultdict(Decimal)
    read: dict[Cell, Decimal] = defaultdict(Decimal)
    for one in sides.confirmed():
        for line in one.journal.lines:
            booked[one.journal.day, one.journal.currency, line.account] += line.amount
    for entry in sides.ledger or ():
        read[entry.day, entry.currency, entry.account] += entry.amount
    return booked, read


def balances(sides: Sides) -> Iterator[Balance]:
    """Sum journals and ledger by account and currency over all days."""
    booked, read = (_over_days(cells.items()) for cells in _by_account(sides))
    for account, currency in sorted({**booked, **read}):
        key = (account, currency)
        told = None if sides.ledger is None else read.get(key, ZERO)
        yield Balance(account, currency, booked.get(key, ZERO), told)


def _over_days(cells: Iterable[tuple[Cell, Decimal]]) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (_, currency, account), amount in cells:
        sums[account, currency] += amount
    return sums
