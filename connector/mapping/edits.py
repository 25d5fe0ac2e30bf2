"""What changed in the store after it was booked and no correction mends: told, never overwritten.

Amounts are compared by what they are for, not by account: a mended profile is no edit of the order.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from connector.domain.document import SalesDocument
from connector.domain.faults import EditedAfterPosting, Fault, Unexplained
from connector.domain.journal import JournalEntry
from connector.domain.money import Money, total
from connector.domain.order import Address
from connector.domain.payment import PaymentEvent
from connector.domain.posting import PostingKind
from connector.domain.refund import Refund
from connector.mapping import ledger, sales
from connector.mapping.case import Case, Held, shipped
from connector.mapping.credits import moved
from connector.mapping.documents import (
    CHARGE_TEXTS,
    booked_sales_orders,
    charges_by_role,
    is_anothers,
    sold_lines,
    told,
)
from connector.mapping.ledger import is_money_out

Facts = dict[str, str]
"""What is compared, in words: a name and its value."""


def notices(case: Case) -> tuple[Fault, ...]:
    """Tell what no longer is as it was booked."""
    return tuple(chain(_sale(case), _by_hand(case), _goods(case), _document(case), money_notices(case)))


def money_notices(case: Case) -> tuple[Fault, ...]:
    """Tell what no longer is as it was booked of the money alone: all that matters of a cancelled order."""
    return tuple(chain(_refunds(case), _gateway_refunds(case)))


def _sale(case: Case) -> Iterator[Fault]:
    """What is not corrected, because it does not add up."""
    sale = case.standing_sale()
    if sale is None or sale.by_hand:
        return
    try:
        sales.sale_parts(case)
    except Held as held:
        detail = "\n".join(fault.detail for fault in held.faults)
        yield EditedAfterPosting(f"order {case.order.id} was edited after its sale was booked", detail=detail)


def _by_hand(case: Case) -> Iterator[Fault]:
    """What a person booked: its lines are not known, but what the order came to then."""
    found = [case.standing_sale(), *case.of_kind(PostingKind.SALES_ORDER)]
    done = next((one for one in found if one and one.came_to), None)
    if done and done.came_to:
        what = f"its {done.kind.value.replace('_', ' ')}"
        now = case.order.totals.total.inc_tax.rounded()
        yield from _differing(case, what, {"total": str(done.came_to.rounded())}, {"total": str(now)})


def _goods(case: Case) -> Iterator[Fault]:
    """Goods came to an order of gift certificates, whose sale is a journal: no sales order may bill them again."""
    sale = case.standing_sale()
    if sale is None or not case.is_undocumented or not isinstance(sale.content, JournalEntry):
        return
    if shipped(case.order) and ledger.SALES not in {line.role for line in sale.content.lines}:
        yield EditedAfterPosting(
            f"order {case.order.id} has goods now, and its sale is booked as a journal: no sales order is sent",
            detail="they are journalled, too; if Infor is to ship them, enter an order there that is not invoiced",
        )


def _document(case: Case) -> Iterator[Fault]:
    for booked in booked_sales_orders(case):
        yield from _differing(case, "its sales order", _booked_facts(booked), _present_facts(case, booked))
        yield from _moved(case, booked.address)
        yield from _reassigned(case, booked)


def _moved(case: Case, booked: Address) -> Iterator[Fault]:
    """The parcel would go to the address of before. A forgotten one is compared with nothing."""
    order = case.order
    now = {parcel.address.destination for parcel in order.consignments} or {order.delivery_address.destination}
    if booked != Address() and booked.destination not in now:
        yield EditedAfterPosting(
            f"order {order.id} goes to another address than its sales order says",
            detail="change the address of the sales order in Infor, unless the parcel has left",
        )


def _reassigned(case: Case, booked: SalesDocument) -> Iterator[Fault]:
    """The order is another customer's now. A guest who opens an account afterwards is no other."""
    if booked.buyer and is_anothers(case, booked):
        now = case.order.customer_id or "a guest"
        yield EditedAfterPosting(
            f"order {case.order.id} is of another customer than its sales order",
            detail=f"it was customer {booked.buyer}'s in the store, now it is {now}'s: "
            "change the customer of the sales order in Infor",
        )


def _booked_facts(document: SalesDocument) -> Facts:
    lines = {f"line {line.number}": f"{line.quantity} × {line.name} {line.net}" for line in document.lines}
    return lines | {charge.text: told(charge.text, charge.amount) for charge in document.charges}


def _present_facts(case: Case, booked: SalesDocument) -> Facts:
    """The order's lines and charges; a charge counts where the booked document has it as one or in its text."""
    sold = {
        f"line {sold.number}": f"{sold.line.quantity} × {sold.line.name} {sold.net}"
        for sold in sold_lines(case.order)
    }
    charges = {
        CHARGE_TEXTS[role]: told(CHARGE_TEXTS[role], amount) for role, amount in charges_by_role(case.order).items()
    }
    in_text = booked.text.splitlines()
    return sold | {name: value for name, value in charges.items() if value not in in_text}


def _differing(case: Case, what: str, booked: Facts, now: Facts) -> Iterator[Fault]:
    changes = [
        f"{name}: booked {booked.get(name, 'nothing')}, now {now.get(name, 'nothing')}"
        for name in dict.fromkeys([*booked, *now])
        if booked.get(name) != now.get(name)
    ]
    if changes:
        yield EditedAfterPosting(
            f"order {case.order.id} was edited after {what} was booked", detail="\n".join(changes)
        )


def _refunds(case: Case) -> Iterator[Fault]:
    """A refund's payment can be declined long after the refund was made (facts/bigcommerce.md §5)."""
    for refund in case.snapshot.refunds:
        done = case.stands(PostingKind.REFUND, refund.id)
        if done and isinstance(done.content, JournalEntry):
            money = [line.amount for line in done.content.lines if is_money_out(line)]
            booked, now = total(money, done.content.currency), moved(refund).rounded()
            yield from _differing(case, f"refund {refund.id}", {"money": str(booked)}, {"money": str(now)})


def _gateway_refunds(case: Case) -> Iterator[Fault]:
    """Money that left at the gateway and that no refund of the store tells about."""
    order = case.order
    given = [
        paid.amount
        for paid in case.snapshot.transactions
        if paid.event is PaymentEvent.REFUND and paid.succeeded and not paid.test
    ]
    left = total(given, order.currency)
    told_of = total((_told_of(case, refund) for refund in case.snapshot.refunds), order.currency)
    if left > told_of:
        what = f"{left} left at the gateway for order {order.id}, the store's refunds are {told_of}"
        yield Unexplained(what, detail="book the rest by hand: the store keeps no refund to book it by")


def _told_of(case: Case, refund: Refund) -> Money:
    """What went back; all of a refund that a person booked, whatever the store says of its payments."""
    done = case.stands(PostingKind.REFUND, refund.id)
    return refund.total if done and done.by_hand else moved(refund)
