"""How a store's history would post: how much of its value, and what stops the rest, cause by cause. Pure.

An order counts as a whole, at its total: it would post if every posting it owes would. Two words of the ERP's own
masters (a blocked account, an item that is not there) stop it as a gap of the mapping profile does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from connector.domain.connection import Check
from connector.domain.document import SalesDocument
from connector.domain.faults import Fault, MappingGap, Unexplained
from connector.domain.journal import JournalEntry
from connector.domain.money import Money
from connector.domain.order import Snapshot
from connector.domain.plan import Content, Plan
from connector.domain.posting import PostingKind

EXAMPLES = 3
"""Orders that are named for a cause."""

_PERCENT, _TENTH, _NOTHING = Decimal(100), Decimal("0.1"), Plan()
_MANY = {"tax": "taxes"}


@dataclass(frozen=True, slots=True)
class Tally:
    """So many orders, and what they are worth: one amount a currency."""

    orders: int = 0
    value: tuple[Money, ...] = ()

    def plus(self, worth: Money | None) -> Tally:
        """One order more; one that could not be read has no worth."""
        if worth is None:
            return replace(self, orders=self.orders + 1)
        others = tuple(money for money in self.value if money.currency != worth.currency)
        value = sorted((*others, self.of(worth.currency) + worth), key=lambda money: money.currency)
        return Tally(self.orders + 1, tuple(value))

    def of(self, currency: str) -> Money:
        """What they are worth in one currency."""
        return next((money for money in self.value if money.currency == currency), Money.zero(currency))

    def __str__(self) -> str:
        orders = f"{self.orders:,} {'order' if self.orders == 1 else 'orders'}"
        return ", ".join([orders, *(f"{money.rounded().amount:,} {money.currency}" for money in self.value)])


@dataclass(frozen=True, slots=True)
class Cause:
    """What stops an order. ``kind`` and ``name`` are one thing to mend: ``gateway`` ``newpay``."""

    kind: str
    name: str
    what: str = field(compare=False)
    mendable: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Stop:
    """A cause and the orders it stops; ``alone``: those that nothing else stops. ``examples`` are order numbers."""

    cause: Cause
    stopped: Tally = Tally()
    alone: Tally = Tally()
    examples: tuple[int, ...] = ()

    def plus(self, order: int, worth: Money | None, *, alone: bool) -> Stop:
        """One order more."""
        return Stop(
            self.cause,
            self.stopped.plus(worth),
            self.alone.plus(worth) if alone else self.alone,
            (*self.examples, order)[:EXAMPLES],
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Orders that book nothing for one reason: for good, or as the store tells them now."""

    what: str
    orders: Tally = Tally()


@dataclass(frozen=True, slots=True)
class Fit:
    """A rehearsal as far as it has come: ``read`` of ``told`` orders, up to ``place``.

    ``mended``: what of ``held`` would post once all that can be mended is. ``faulty`` names every master that the
    ERP lacks or blocks, whether or not an order needs it. ``asked`` are the items that the ERP was asked for.
    """

    since: datetime
    until: datetime
    profile: int
    told: int
    place: datetime
    behind: tuple[int, ...] = ()
    read: int = 0
    ended: bool = False
    gone: int = 0
    posts: Tally = Tally()
    held: Tally = Tally()
    mended: Tally = Tally()
    stops: tuple[Stop, ...] = ()
    excluded: tuple[Reason, ...] = ()
    waiting: tuple[Reason, ...] = ()
    faulty: tuple[Check, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def currencies(self) -> list[str]:
        """The currencies that orders would post in, the one of most orders' worth first."""
        found = {money.currency for money in (*self.posts.value, *self.held.value)}
        return sorted(found, key=lambda one: (-(self.posts.of(one) + self.held.of(one)).amount, one))

    def share(self, currency: str) -> Decimal | None:
        """How much of a currency's value would post, in percent: 100.0 means all of it. None where there is none."""
        whole = self.posts.of(currency) + self.held.of(currency)
        if not whole:
            return None
        part = self.posts.of(currency).amount * _PERCENT / whole.amount
        return part.quantize(_TENTH, ROUND_DOWN)

    def sentences(self) -> list[str]:
        """Say it in a few lines: for each currency, what would post, and what stops the rest."""
        shares = [(one, self.share(one)) for one in self.currencies]
        told = [f"{share} % of the value in {one} would post" for one, share in shares if share is not None]
        told.append(f"would post: {self.posts}")
        if self.held.orders:
            told.append(f"stopped by {self._kinds()}: {self.held}")
            told.append(f"would post too once all that can be mended is: {self.mended}")
        return told

    def _kinds(self) -> str:
        counted = Counter(stop.cause.kind for stop in self.stops).most_common()
        told = [f"{count} {_MANY.get(kind, f'{kind}s') if count > 1 else kind}" for kind, count in counted]
        return " and ".join(part for part in (", ".join(told[:-1]), told[-1]) if part)

    def by_value(self) -> list[Stop]:
        """What stops orders, the costliest first."""
        order = self.currencies
        return sorted(
            self.stops,
            key=lambda stop: (
                [-stop.stopped.of(one).amount for one in order],
                -stop.stopped.orders,
                stop.cause.kind,
                stop.cause.name,
            ),
        )


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One order and what became of it: planned, or not readable, or gone meanwhile."""

    number: int
    created_at: datetime
    snapshot: Snapshot | None = None
    plan: Plan = _NOTHING
    fault: Fault | None = None
    booked: frozenset[tuple[PostingKind, int, int]] = frozenset()

    @property
    def worth(self) -> Money | None:
        """Its total."""
        return self.snapshot.order.totals.total.inc_tax if self.snapshot else None

    def owed(self) -> Iterator[Content | tuple[Fault, ...]]:
        """Each posting that the ledger lacks: its content, or why it is held."""
        for posting in self.plan.postings:
            if (posting.kind, posting.source, posting.revision) not in self.booked:
                yield posting.content if posting.content is not None else posting.faults

    def items(self) -> set[str]:
        """Every item that the ERP must know."""
        contents = [one for one in self.owed() if isinstance(one, SalesDocument)]
        return {line.item for content in contents for line in content.lines}


def added(fit: Fit, rehearsed: Collection[Rehearsed], *, template: str) -> Fit:
    """Count some orders more, in the order in which they were created; ``template`` makes new customers."""
    faulty = {check.name: check for check in fit.faulty}
    for one in rehearsed:
        fit = _at(_counted(fit, one, faulty, template), one)
    return fit


def _at(fit: Fit, one: Rehearsed) -> Fit:
    before = fit.behind if fit.place == one.created_at else ()
    return replace(fit, read=fit.read + 1, place=one.created_at, behind=(*before, one.number))


def _counted(fit: Fit, one: Rehearsed, faulty: Mapping[str, Check], template: str) -> Fit:
    if one.snapshot is None and one.fault is None:
        return replace(fit, gone=fit.gone + 1)
    if one.plan.waiting:
        return replace(fit, waiting=_reasoned(fit.waiting, one.plan.waiting, one.worth))
    reason = next((out.reason for out in one.plan.left_out if out.kind == "order"), "")
    if reason and not one.plan.postings:
        return replace(fit, excluded=_reasoned(fit.excluded, reason, one.worth))
    causes = _causes(one, faulty, template)
    if not causes:
        return replace(fit, posts=fit.posts.plus(one.worth))
    mendable = all(cause.mendable for cause in causes)
    return replace(
        fit,
        held=fit.held.plus(one.worth),
        mended=fit.mended.plus(one.worth) if mendable else fit.mended,
        stops=_stopped(fit.stops, causes, one),
    )


def _reasoned(reasons: tuple[Reason, ...], what: str, worth: Money | None) -> tuple[Reason, ...]:
    """Count an order under its reason, without the amounts and names that only this order has."""
    plain = re.split("[;,] ", what, maxsplit=1)[0]
    known = {reason.what: reason for reason in reasons}
    before = known.get(plain, Reason(plain))
    return tuple((known | {plain: Reason(plain, before.orders.plus(worth))}).values())


def _stopped(stops: tuple[Stop, ...], causes: Collection[Cause], one: Rehearsed) -> tuple[Stop, ...]:
    known = {stop.cause: stop for stop in stops}
    for cause in causes:
        before = known.get(cause, Stop(cause))
        known[cause] = before.plus(one.number, one.worth, alone=len(causes) == 1)
    return tuple(known.values())


def _causes(one: Rehearsed, faulty: Mapping[str, Check], template: str) -> tuple[Cause, ...]:
    if one.fault is not None:
        return (Cause("unreadable order", "", one.fault.what, mendable=False),)
    found: dict[Cause, None] = {}
    for owed in one.owed():
        if isinstance(owed, tuple):
            found |= {_of_fault(fault): None for fault in owed}
        else:
            needed = dict.fromkeys(_needed(owed, template))
            found |= {_of_check(kind, name, faulty): None for kind, name in needed if f"{kind} {name}" in faulty}
    return tuple(found)


def _of_fault(fault: Fault) -> Cause:
    if isinstance(fault, MappingGap):
        what = fault.what if fault.name or fault.kind != "SKU" else 'articles without a SKU: add items.table.""'
        return Cause(fault.kind or "mapping", fault.name or ("" if fault.kind else fault.what), what)
    return Cause(fault.code.replace("_", " "), "", fault.advice, mendable=not isinstance(fault, Unexplained))


def _of_check(kind: str, name: str, faulty: Mapping[str, Check]) -> Cause:
    check = faulty[f"{kind} {name}"]
    return Cause(kind, name, f"{check.detail}: {check.remedy}" if check.remedy else check.detail)


def _needed(content: Content, template: str) -> Iterator[tuple[str, str]]:
    """What must stand in the ERP for a posting, by kind and name as ``Erp.check_masters`` tells them."""
    if isinstance(content, JournalEntry):
        for line in content.lines:
            yield "account", line.account
            yield from (("dimension", f"{name}:{value}") for name, value in line.dimensions.items())
    elif isinstance(content, SalesDocument):
        yield from (("item", line.item) for line in content.lines)
        yield from (("charge", charge.id) for charge in content.charges)
        if content.customer:
            yield "customer", content.customer
    else:
        yield "customer template", template
