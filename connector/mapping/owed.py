"""The postings of an order, made or held; what is booked already stands with the content that was booked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from connector.domain.journal import JournalEntry
from connector.domain.plan import Booked, Content, PlannedPosting
from connector.domain.posting import PostingKind
from connector.mapping.case import Case, Held
from connector.mapping.credits import refund_entry, why_not_refunded
from connector.mapping.documents import aligned, sales_document
from connector.mapping.reversals import returns_again, reversal
from connector.mapping.sales import sale, sale_parts
from connector.mapping.settlements import payment, why_not_posted


def posting(
    case: Case, kind: PostingKind, source: int, at: datetime, make: Callable[[], Content], *, revision: int = 1
) -> PlannedPosting:
    """Make a posting, or hold it with its faults."""
    done = case.found(kind, source, revision)
    if done is not None:
        return PlannedPosting(kind, source, revision, at, done.content)
    try:
        return PlannedPosting(kind, source, revision, at, make())
    except Held as held:
        return PlannedPosting(kind, source, revision, at, None, held.faults)


def documents(case: Case) -> Iterator[PlannedPosting]:
    """The sales order, behind its buyer."""
    if not case.documents:
        return
    order, buyer = case.order, aligned(case)
    if buyer is not None:
        yield posting(case, PostingKind.CUSTOMER, buyer.id, order.created_at, lambda: buyer)
    yield posting(case, PostingKind.SALES_ORDER, order.id, order.created_at, partial(sales_document, case))


def booked_documents(case: Case) -> Iterator[PlannedPosting]:
    """The sales order as it was booked; nothing new."""
    for done in case.of_kind(PostingKind.SALES_ORDER):
        yield PlannedPosting(done.kind, done.source, done.revision, case.order.created_at, done.content)


def booked_sales(case: Case) -> Iterator[PlannedPosting]:
    """Every sale and reversal that is booked, oldest first."""
    done = [*case.of_kind(PostingKind.SALE), *case.of_kind(PostingKind.REVERSAL)]
    for one in sorted(done, key=lambda one: (one.revision, one.kind is PostingKind.REVERSAL)):
        yield PlannedPosting(one.kind, one.source, one.revision, _time(case, one.kind, one.revision), one.content)


def sales(case: Case) -> Iterator[PlannedPosting]:
    """Every sale and reversal that is booked, and the sale that is due where none stands."""
    yield from booked_sales(case)
    if case.standing_sale() is None and case.journals_sales and _amounts_to_something(case):
        revision = case.revision(PostingKind.REVERSAL) + 1
        at = _time(case, PostingKind.SALE, revision)
        yield posting(case, PostingKind.SALE, case.order.id, at, lambda: _sale(case, revision, at), revision=revision)


def _sale(case: Case, revision: int, at: datetime) -> JournalEntry:
    """The first sale, or one after a reversal: with the returns that the reversal took back too."""
    return sale(case, revision=revision, at=at, also=returns_again(case) if revision > 1 else ())


def _time(case: Case, kind: PostingKind, revision: int) -> datetime:
    """A sale happens with its order; what undoes it or does it again, when the order was changed last."""
    first = kind is PostingKind.SALE and revision == 1
    return case.order.created_at if first else case.order.modified_at


def _amounts_to_something(case: Case) -> bool:
    """Whether the sale has an amount anywhere; one that cannot be explained may have."""
    try:
        return bool(sale_parts(case))
    except Held:
        return True


def reversed_sale(case: Case, standing: Booked) -> PlannedPosting:
    """The reversal of the sale that stands."""
    at = case.order.modified_at
    make = partial(reversal, case, standing, at=at)
    return posting(case, PostingKind.REVERSAL, case.order.id, at, make, revision=standing.revision)


def payments(case: Case) -> Iterator[PlannedPosting]:
    """Every payment that came in, oldest first."""
    for paid in sorted(case.snapshot.transactions, key=lambda paid: (paid.created_at, paid.id)):
        if not why_not_posted(paid):
            yield posting(case, PostingKind.PAYMENT, paid.id, paid.created_at, partial(payment, case, paid))


def refunds(case: Case, *, called_off: bool) -> Iterator[PlannedPosting]:
    """Every refund whose money moved, and every one that is booked, by id."""
    for refund in sorted(case.snapshot.refunds, key=lambda refund: refund.id):
        if case.found(PostingKind.REFUND, refund.id) or not why_not_refunded(refund):
            make = partial(refund_entry, case, refund, called_off=called_off)
            yield posting(case, PostingKind.REFUND, refund.id, refund.created_at, make)
