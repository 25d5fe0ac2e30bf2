"""The postings of an order, made or held; what is booked already stands with the content that was booked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from connector.domain.faults import Fault
from connector.domain.journal import JournalEntry
from connector.domain.money import Money
from connector.domain.period import ALWAYS_OPEN
from connector.domain.plan import Booked, Content, PlannedPosting
from connector.domain.posting import JOURNAL_KINDS, UNPOSTS, PostingKind
from connector.mapping.booking_day import booking_day
from connector.mapping.case import Case, Held
from connector.mapping.corrections import correction, is_due
from connector.mapping.credits import moved, refund_entry, why_not_refunded
from connector.mapping.documents import aligned, booked_sales_orders, is_anothers, sales_document
from connector.mapping.reversals import reversal
from connector.mapping.sales import sale, sale_parts
from connector.mapping.settlements import payment, why_not_posted
from connector.mapping.sold import sums_of
from connector.mapping.surplus import returns_again, shares


def posting(
    case: Case,
    kind: PostingKind,
    source: int,
    at: datetime,
    make: Callable[[], Content],
    *,
    revision: int = 1,
    reverses: str = "",
) -> PlannedPosting:
    """Make a posting, or hold it with its faults."""
    done = case.found(kind, source, revision)
    if done is not None:
        return PlannedPosting(kind, source, revision, at, done.content, reverses=done.reverses)
    try:
        return PlannedPosting(kind, source, revision, at, make(), reverses=reverses)
    except Held as held:
        faults = held.faults
    if kind in JOURNAL_KINDS:
        faults += _closed_too(case, case.key(kind, source, revision), at, faults)
    return PlannedPosting(kind, source, revision, at, None, faults, reverses)


def _closed_too(case: Case, key: str, at: datetime, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """What else would hold a journal once the faults are mended: everything is told at once."""
    try:
        booking_day(case, key, case.day(at))
    except Held as held:
        told = {fault.what for fault in faults}
        return tuple(fault for fault in held.faults if fault.what not in told)
    return ()


def as_booked(case: Case, done: Booked) -> PlannedPosting:
    """A posting as it was booked, or may have been."""
    at = case.order.created_at
    return PlannedPosting(done.kind, done.source, done.revision, at, done.content, reverses=done.reverses)


def unposted(case: Case) -> Iterator[PlannedPosting]:
    """What was booked and taken out of the books again, with its mirrors: all of it stays as it is."""
    mirrors = frozenset(UNPOSTS.values())
    return (as_booked(case, done) for done in case.booked if done.kind in mirrors or case.unposted(done))


def documents(case: Case) -> Iterator[PlannedPosting]:
    """The sales order, behind its buyer; who took the order over since is none that a booked one needs."""
    if not case.documents:
        return
    order, buyer = case.order, aligned(case)
    if buyer is not None and not any(is_anothers(case, done) for done in booked_sales_orders(case)):
        yield posting(case, PostingKind.CUSTOMER, buyer.id, order.created_at, lambda: buyer)
    yield posting(case, PostingKind.SALES_ORDER, order.id, order.created_at, partial(sales_document, case))


def booked_documents(case: Case) -> Iterator[PlannedPosting]:
    """The sales order as it was booked; nothing new."""
    for done in case.of_kind(PostingKind.SALES_ORDER):
        yield as_booked(case, done)


def booked_sales(case: Case) -> Iterator[PlannedPosting]:
    """Every sale and reversal that is booked and was not taken out of the books, oldest first."""
    done = [*case.standing(PostingKind.SALE), *case.standing(PostingKind.REVERSAL)]
    for one in sorted(done, key=lambda one: (one.revision, one.kind is PostingKind.REVERSAL)):
        yield replace(as_booked(case, one), occurred_at=_time(case, one.kind, one.revision))


def sales(case: Case) -> Iterator[PlannedPosting]:
    """Every sale and reversal that is booked, and the sale that is due where none stands."""
    yield from booked_sales(case)
    if case.standing_sale() is None and case.journals_sales and _amounts_to_something(case):
        revision = max(case.revision(PostingKind.SALE), case.revision(PostingKind.REVERSAL)) + 1
        at = _time(case, PostingKind.SALE, revision)
        yield posting(
            case,
            PostingKind.SALE,
            case.order.id,
            at,
            partial(_sale, case, revision=revision, at=at),
            revision=revision,
        )


def _sale(case: Case, *, revision: int, at: datetime) -> JournalEntry:
    """The first sale, or one after a reversal: with the returns that the reversal took back too."""
    also = returns_again(case) if case.standing(PostingKind.REVERSAL) else ()
    return sale(case, revision=revision, at=at, also=also)


def _time(case: Case, kind: PostingKind, revision: int) -> datetime:
    """A sale happens with its order; what undoes it or does it again, when the order was changed.

    A sale that was unposted is booked again when that was asked for.
    """
    if kind is PostingKind.REVERSAL:
        return _changed(case, kind, revision)
    before = case.found(kind, case.order.id, revision - 1)
    happened = _changed(case, kind, revision) if revision > 1 else case.order.created_at
    return case.moment(happened, revision) if before and case.unposted(before) else happened


def _changed(case: Case, kind: PostingKind, revision: int) -> datetime:
    """When the order was changed so that it owes this: last, or as it was planned first.

    Whatever was touched since, a cancellation was on its day, and so was an edit that comes to the same. What is
    held has no lines to compare: it keeps its day, or a touch would let it out of a closed period.
    """
    now = case.order.modified_at
    before = case.calendar.unsent.get(case.key(kind, case.order.id, revision))
    if before is None:
        return now
    if kind is PostingKind.REVERSAL or before.entry is None:
        return before.happened
    make = _sale if kind is PostingKind.SALE else correction
    try:
        made = make(replace(case, calendar=ALWAYS_OPEN), revision=revision, at=now)
    except Held:
        return before.happened
    return before.happened if sums_of(made.lines) == sums_of(before.entry.lines) else now


def _amounts_to_something(case: Case) -> bool:
    """Whether the sale has an amount anywhere; one that cannot be explained may have."""
    try:
        return bool(sale_parts(case))
    except Held:
        return True


def reversed_sale(case: Case, standing: Booked) -> PlannedPosting:
    """The reversal of the sale that stands."""
    number, revision = case.order.id, max(standing.revision, case.revision(PostingKind.REVERSAL) + 1)
    at = _time(case, PostingKind.REVERSAL, revision)
    make = partial(reversal, case, revision=revision, at=at)
    reverses = case.key(standing.kind, number, standing.revision)
    return posting(case, PostingKind.REVERSAL, number, at, make, revision=revision, reverses=reverses)


def corrections(case: Case) -> Iterator[PlannedPosting]:
    """Every correction that is booked, and the one that is due: the order was edited after its sale was booked."""
    yield from booked_corrections(case)
    if is_due(case):
        revision = case.revision(PostingKind.CORRECTION) + 1
        at = _changed(case, PostingKind.CORRECTION, revision)
        make = partial(correction, case, revision=revision, at=at)
        yield posting(case, PostingKind.CORRECTION, case.order.id, at, make, revision=revision)


def booked_corrections(case: Case) -> Iterator[PlannedPosting]:
    """The corrections as they were booked; nothing new."""
    for done in case.standing(PostingKind.CORRECTION):
        yield replace(as_booked(case, done), occurred_at=case.order.modified_at)


def payments(case: Case) -> Iterator[PlannedPosting]:
    """Every payment that came in, oldest first."""
    for paid in sorted(case.snapshot.transactions, key=lambda paid: (paid.created_at, paid.id)):
        if not why_not_posted(paid):
            revision = case.due(PostingKind.PAYMENT, paid.id)
            at = case.moment(paid.created_at, revision)
            make = partial(payment, case, paid, revision=revision, at=at)
            yield posting(case, PostingKind.PAYMENT, paid.id, at, make, revision=revision)


def refunds(case: Case, *, called_off: bool) -> Iterator[PlannedPosting]:
    """Every refund whose money moved, and every one that is booked, by id.

    Of an order that was called off there is no sale left to take back: they pay off what the buyer is owed.
    """
    parts = {} if called_off else shares(case)
    for refund in sorted(case.snapshot.refunds, key=lambda refund: refund.id):
        if case.stands(PostingKind.REFUND, refund.id) or not why_not_refunded(refund):
            revision = case.due(PostingKind.REFUND, refund.id)
            at = case.moment(refund.created_at, revision)
            owed = moved(refund) if called_off else Money(parts[refund.id], case.order.currency)
            make = partial(refund_entry, case, refund, owed=owed, revision=revision, at=at)
            yield posting(case, PostingKind.REFUND, refund.id, at, make, revision=revision)
