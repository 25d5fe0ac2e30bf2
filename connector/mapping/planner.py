"""What an order owes the books: every posting it owes in all, in sending order, and why the rest books nothing.

Pure: the same snapshot, profile and ledger give the same plan. Postings that are booked already are listed
with the content that was booked; the engine knows them by their keys and leaves them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from connector.domain.connection import Connection
from connector.domain.faults import CancelledAfterPosting, Fault
from connector.domain.order import Snapshot
from connector.domain.period import ALWAYS_OPEN, Calendar
from connector.domain.plan import Booked, LeftOut, Plan, Unposting
from connector.domain.posting import PostingKind
from connector.mapping import edits, gates, owed, reversals, settlements
from connector.mapping.case import Case, Held
from connector.mapping.credits import why_not_refunded
from connector.mapping.profile import Profile
from connector.mapping.unposting import unposted


def plan(
    snapshot: Snapshot,
    *,
    profile: Profile,
    connection: Connection,
    booked: Sequence[Booked],
    unposting: Unposting | None = None,
    item_length: int,
    calendar: Calendar = ALWAYS_OPEN,
) -> Plan:
    """Say what an order owes, what it waits for, or why it books nothing.

    ``booked`` is everything of this order that the ERP has or may have, oldest first. ``unposting`` says that an
    operator took the order out of the books. ``item_length`` is the longest item number the suite takes.
    ``calendar`` knows the closed periods of the books.
    """
    case = Case(snapshot, profile, connection, tuple(booked), item_length, unposting, calendar)
    if unposting is not None and unposting.stands:
        return unposted(case, unposting)
    reason = gates.excluded(case)
    if reason:
        return Plan(left_out=tuple(_nothing(case, reason)))
    waiting = gates.waits_for(case)
    if waiting:
        return Plan(left_out=tuple(_never(case)), waiting=waiting)
    return _called_off(case) if case.called_off else _live(case)


def _nothing(case: Case, reason: str) -> Iterator[LeftOut]:
    """Leave an order out with everything that belongs to it."""
    yield LeftOut("order", case.order.id, reason)
    yield from _never(case)
    yield from _with_the_order(case, f"its order is left out: {reason}")


def _with_the_order(case: Case, reason: str) -> Iterator[LeftOut]:
    """Money that would be booked, were it not for its order."""
    never = {(out.kind, out.id) for out in _never(case)}
    every = [("transaction", paid.id) for paid in case.snapshot.transactions]
    every += [("refund", refund.id) for refund in case.snapshot.refunds]
    yield from (LeftOut(kind, number, reason) for kind, number in every if (kind, number) not in never)


def _never(case: Case) -> Iterator[LeftOut]:
    """Transactions and refunds that book nothing, whatever becomes of their order."""
    for paid in case.snapshot.transactions:
        reason = settlements.why_not_posted(paid)
        if reason:
            yield LeftOut("transaction", paid.id, reason)
    for refund in case.snapshot.refunds:
        reason = why_not_refunded(refund)
        if reason and not case.stands(PostingKind.REFUND, refund.id):
            yield LeftOut("refund", refund.id, reason)


def _live(case: Case) -> Plan:
    """Plan an order that stands."""
    postings = [
        *owed.documents(case),
        *owed.unposted(case),
        *owed.sales(case),
        *owed.corrections(case),
        *owed.payments(case),
        *owed.refunds(case, called_off=False),
    ]
    left_out = list(_never(case))
    if not postings:
        left_out.append(LeftOut("order", case.order.id, "nothing to book: its total is zero and it ships nothing"))
    return Plan(tuple(postings), tuple(left_out), notices=edits.notices(case))


def _called_off(case: Case) -> Plan:
    """Plan an order that was cancelled after something of it was booked.

    A booked sale is reversed, unless the booked refunds gave all of it back: then the returns say so already. Of one
    that was edited to nothing there is nothing left to reverse.
    Refunds that come after find no sale to take back; they pay off what the buyer is owed. Where the sale is left to
    Infor, so do those that came before.
    """
    standing = case.standing_sale()
    returned = standing is not None and _surely(lambda: reversals.all_given_back(case))
    postings = [
        *owed.booked_documents(case),
        *owed.unposted(case),
        *owed.booked_sales(case),
        *(owed.booked_corrections(case) if case.journals_sales else owed.corrections(case)),
    ]
    if standing is not None and not returned and not _surely(lambda: reversals.leaves_nothing(case)):
        postings.append(owed.reversed_sale(case, standing))
    left_out = list(_never(case))
    if _is_our_money(case):
        postings += [*owed.payments(case), *owed.refunds(case, called_off=not returned)]
    else:
        left_out += _with_the_order(case, "its order was cancelled before the sale was posted")
    if returned:
        left_out.append(LeftOut("order", case.order.id, "cancelled after all of it was refunded: nothing to reverse"))
    return Plan(tuple(postings), tuple(left_out), notices=(*_close_by_hand(case), *edits.money_notices(case)))


def _surely(asked: Callable[[], bool]) -> bool:
    try:
        return asked()
    except Held:
        return False  # the reversal is held for the same reason and tells it


def _is_our_money(case: Case) -> bool:
    """Whether the company ever saw a sale of this order that its money belongs to, or some of the money itself."""
    seen = [*case.of_kind(PostingKind.SALE), *case.standing(PostingKind.PAYMENT), *case.standing(PostingKind.REFUND)]
    return bool(seen) or not case.journals_sales


def _close_by_hand(case: Case) -> Iterator[Fault]:
    if case.of_kind(PostingKind.SALES_ORDER):
        what = f"order {case.order.id} was cancelled after its sales order {case.reference} was booked"
        yield CancelledAfterPosting(what)
