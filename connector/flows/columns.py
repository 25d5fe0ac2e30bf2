"""The three columns of a reconciliation: what the store tells, what our journals say, and the ERP's ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from connector.domain.books import BookedJournal
from connector.domain.comparison import Sides
from connector.domain.identity import order_of
from connector.domain.money import Money
from connector.domain.posting import PostingKind, PostingState
from connector.domain.progress import OrderState
from connector.domain.reconciliation import (
    Difference,
    Discrepancy,
    Fact,
    Figure,
    LedgerEntry,
    OpenItem,
    Told,
    Unbooked,
)
from connector.flows import contents
from connector.flows.house import House
from connector.mapping import charged
from connector.mapping.charged import Charged
from connector.mapping.profile import masters
from connector.ports import LedgerLine
from connector.records import connections, journals
from connector.records import reconciliation as records
from connector.records.connections import SavedConnection
from connector.records.reconciliation import EventLeftOut, KeptOrder

T = TypeVar("T")

_BATCH = 200
_EVENTS = {PostingKind.PAYMENT: "transaction", PostingKind.REFUND: "refund"}
_NO_SALE = frozenset({OrderState.WAITING.value, OrderState.LEFT_OUT.value})


@dataclass
class Gathered:
    """What is known of the orders so far."""

    owner: SavedConnection
    first: date
    last: date
    ids: set[int] = field(default_factory=set)
    figures: list[Figure] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    forgotten: set[int] = field(default_factory=set)
    unread: list[Discrepancy] = field(default_factory=list)
    left_out: list[Unbooked] = field(default_factory=list)
    by_hand: list[Unbooked] = field(default_factory=list)
    open_items: list[OpenItem] = field(default_factory=list)

    def day(self, moment: datetime) -> date:
        """The day a moment falls on where the company keeps its books."""
        return self.owner.connection.day(moment)

    def covers(self, day: date) -> bool:
        """Whether a day is reconciled."""
        return self.first <= day <= self.last


def read(house: House, owner: SavedConnection, first: date, last: date) -> tuple[Gathered, Sides]:
    """Read all that is known of the days from ``first`` to ``last``, and of the orders that stand on them.

    :raises Fault: the ledger could not be read to its end: nothing is told of a part of it.
    """
    at = Gathered(owner, first, last)
    _gather(house, at, _touched(house, at))
    ledger = _read_back(house, at)
    moving = _moving(house, at)
    _gather(house, at, _named_in(house, at, ledger or ()))
    return at, Sides(
        first, last, at.figures, at.told, ledger, at.reasons, frozenset(at.forgotten), at.by_hand, moving
    )


def _touched(house: House, at: Gathered) -> set[int]:
    zone = at.owner.connection.zone
    begin = datetime.combine(at.first, time.min, zone)
    end = datetime.combine(at.last + timedelta(days=1), time.min, zone)
    with house.database.begin() as tx:
        return records.touched(tx, at.owner.id, at.first, at.last, begin=begin, end=end)


def _named_in(house: House, at: Gathered, ledger: Sequence[LedgerEntry]) -> set[int]:
    """The orders that only the ledger knows of on these days: by their reference, or a person's voucher."""
    numbers = sorted({entry.order for entry in ledger if entry.order is not None})
    vouchers = sorted({entry.voucher for entry in ledger})
    with house.database.begin() as tx:
        named = records.numbered(tx, at.owner.id, numbers) | records.booked_by_hand(tx, at.owner.id, vouchers)
    return named - at.ids


def _moving(house: House, at: Gathered) -> frozenset[int]:
    """The orders of which a journal moved since it was read: what the ledger has of it may be newer."""
    told = {(one.journal.id, one.journal.state) for one in at.told}
    found: set[int] = set()
    for some in _some(at.ids):
        with house.database.begin() as tx:
            now = journals.states(tx, some)
        found |= {
            number
            for posting, state, number in now
            if state is not PostingState.WITHDRAWN and (posting, state) not in told
        }
    return frozenset(found)


def _some(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    wanted = sorted(ids)
    return (wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH))


def _gather(house: House, at: Gathered, ids: Iterable[int]) -> None:
    """Take up orders, some at a time."""
    wanted = set(ids)
    at.ids |= wanted
    for some in _some(wanted):
        with house.database.begin() as tx:
            kept = records.kept(tx, some)
            events = _by_order(records.left_out(tx, some), lambda event: event.order_id)
            booked = _by_order(journals.of_orders(tx, some, at.day), lambda journal: journal.order)
        for order in kept:
            _take_up(house, at, order, events.get(order.id, []), booked.get(order.number, []))


def _by_order(rows: Iterable[T], key: Callable[[T], int]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _take_up(
    house: House, at: Gathered, order: KeptOrder, events: list[EventLeftOut], booked: list[BookedJournal]
) -> None:
    at.reasons[order.number] = order.reason
    figures: list[Figure] = []
    moved = {(event.kind, event.number) for event in events}
    if order.sealed is not None:
        taken = contents.open_snapshot(house.vault, order.id, order.sealed)
        moved &= charged.moved_money(taken)
        if order.state not in _NO_SALE or booked:  # what was booked and unposted counts on both days
            figures = list(Charged(taken, booked, at.owner.connection.booking, at.day, moved).figures())
    elif order.read:
        at.forgotten.add(order.number)
    else:
        at.unread += _unread(at, order)
    by_hand = {_fact(journal): journal for journal in booked if journal.state is PostingState.LEFT_OUT}
    told = [event for event in events if (event.kind, event.number) in moved]
    left = [*_left_out(at, order, told, by_hand), *_of_hand(order, figures, by_hand)]
    at.left_out += [one for one in left if at.covers(one.day)]
    at.by_hand += [one for one in left if one.voucher]
    figures = [figure for figure in figures if figure.fact not in by_hand]
    labels = {figure.fact: figure.what for figure in figures if figure.what != charged.TAX}
    for journal in (one for one in booked if one.state is not PostingState.LEFT_OUT):
        label = labels.get(_fact(journal), f"{journal.kind.value}s")
        at.told.append(Told(journal, charged.counted(journal, label)))
    at.figures += [figure for figure in figures if at.covers(figure.day)]
    owed = charged.owed(booked, at.last, booking=at.owner.connection.booking, ended=order.ended)
    if owed:
        at.open_items.append(OpenItem(order.number, order.currency, owed))


def _fact(journal: BookedJournal) -> Fact:
    return Fact(journal.order, journal.kind, journal.source, journal.revision)


def _unread(at: Gathered, order: KeptOrder) -> Iterator[Discrepancy]:
    day = at.day(order.placed_at)
    if at.covers(day):
        place = (day, order.currency, charged.SALES, order.number)
        yield Discrepancy(Difference.OPEN, *place, None, None, None, reason="it was not read from the store yet")


def _left_out(
    at: Gathered, order: KeptOrder, events: list[EventLeftOut], by_hand: Mapping[Fact, BookedJournal]
) -> Iterator[Unbooked]:
    """An order that is not booked, and money that moved and is not booked, whatever the day."""
    if order.state in _NO_SALE and not any(fact.kind is PostingKind.SALE for fact in by_hand):
        amount = Money(order.total, order.currency).rounded().amount
        yield Unbooked(at.day(order.placed_at), order.currency, charged.SALES, order.number, amount, order.reason)
    vouchers = {(_EVENTS.get(fact.kind), fact.source): journal.voucher for fact, journal in by_hand.items()}
    for event in events:
        what = f"{event.kind} {event.number}: {event.what}"
        amount = Money(event.amount, event.currency).rounded().amount
        place = (at.day(event.happened_at), event.currency, what, order.number)
        yield Unbooked(*place, amount, event.reason, vouchers.get((event.kind, event.number), ""))


def _of_hand(order: KeptOrder, figures: list[Figure], by_hand: Mapping[Fact, BookedJournal]) -> Iterator[Unbooked]:
    """What a person booked of an order, but its payments and refunds; nobody knows what a reversal takes back."""
    amounts = {figure.fact: (figure.day, figure.amount) for figure in figures if figure.what != charged.TAX}
    for fact, journal in by_hand.items():
        whole = Money(-order.total, order.currency).rounded().amount
        guess = (journal.day, whole) if fact.kind is PostingKind.REVERSAL else None
        day, amount = amounts.get(fact) or guess or (journal.day, None)
        if amount is not None and fact.kind not in _EVENTS:
            what = f"{fact.kind.value} {fact.source}"
            yield Unbooked(day, order.currency, what, order.number, amount, journal.reason, journal.voucher)


def _read_back(house: House, at: Gathered) -> list[LedgerEntry] | None:
    """Read the ledger on every account that the profile names or a journal used; None: it cannot be read back."""
    with house.database.begin() as tx:
        profile = connections.current_profile(tx, at.owner.id)
        theirs = {one.connection.store_prefix for one in connections.every(tx)} - {_prefix(at)}
    accounts = {line.account for one in at.told for line in one.journal.lines}
    if profile is not None:
        accounts |= set(masters(house.parse_profile(profile.text), at.owner.connection).accounts)
    lines = house.erp(at.owner).ledger(sorted(accounts), at.first, at.last) if accounts else iter(())
    return None if lines is None else list(_ours(at, lines, theirs))


def _ours(at: Gathered, lines: Iterable[LedgerLine], theirs: set[str]) -> Iterator[LedgerEntry]:
    """Leave other stores' lines to them."""
    for line in lines:
        named = order_of(line.text.split(" ")[0])
        if named is None or named[0] not in theirs:
            yield _entry(line, named[1] if named and named[0] == _prefix(at) else None)


def _prefix(at: Gathered) -> str:
    return at.owner.connection.store_prefix


def _entry(line: LedgerLine, order: int | None) -> LedgerEntry:
    rounded = Money(line.amount, line.currency).rounded().amount
    amount = rounded if rounded == line.amount else line.amount  # 4949.00 JPY is 4949
    return LedgerEntry(line.account, line.day, line.currency, amount, line.voucher, line.text, order)
