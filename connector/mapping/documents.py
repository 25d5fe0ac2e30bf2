"""The sales order: items at what they were sold for, charges for the rest, and the buyer it goes to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from connector.domain.document import Charge, Customer, DocumentLine, SalesDocument
from connector.domain.faults import Fault, MappingGap
from connector.domain.money import Money, total
from connector.domain.order import Address, LineKind, Order, OrderLine
from connector.domain.posting import PostingKind
from connector.mapping import ledger, worth
from connector.mapping.case import Case, Held, shipped
from connector.mapping.items import item_of
from connector.mapping.sales import sale_parts

CHARGE_TEXTS = {
    ledger.SHIPPING: "Shipping",
    ledger.HANDLING: "Handling",
    ledger.GIFT_WRAP: "Gift wrapping",
    ledger.FEES: "Fees",
    ledger.GIFT_CERTIFICATES: "Gift certificates",
}


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of the sales order before it has an item."""

    number: int
    line: OrderLine
    net: Money


def sold_lines(order: Order) -> list[SoldLine]:
    """The lines that ship, numbered from 1, at their net after discounts, in whole cents that add up."""
    goods = shipped(order)
    worths = worth.of_lines(order)
    nets = ledger.in_cents([worths[line.id].ex for line in goods])
    return [SoldLine(number, line, net) for number, (line, net) in enumerate(zip(goods, nets, strict=True), start=1)]


def charges_by_role(order: Order) -> dict[str, Money]:
    """What is neither an item nor tax, net, where there is any."""
    worths = worth.of_lines(order)
    certificates = [worths[line.id].ex for line in order.lines if line.kind is LineKind.GIFT_CERTIFICATE]
    found = {
        ledger.SHIPPING: worth.of_shipping(order).ex,
        ledger.HANDLING: worth.of_handling(order).ex,
        ledger.GIFT_WRAP: worth.of_wrapping(order).ex,
        ledger.FEES: worth.of_fees(order).ex,
        ledger.GIFT_CERTIFICATES: total(certificates, order.currency),
    }
    return {role: amount.rounded() for role, amount in found.items() if amount.rounded()}


def sales_document(case: Case) -> SalesDocument:
    """Make the sales order.

    :raises Held: the order's figures are unexplained, or values are not in the profile; all of them are named.
    """
    order, faults = case.order, list[Fault]()
    lines = _lines(case, faults)
    charges, untold = _charges(case, faults)
    customer = _customer(case, faults)
    faults += _unexplained(case)
    if faults:
        raise Held(tuple({fault.what: fault for fault in faults}.values()))
    return SalesDocument(
        reference=case.reference,
        customer=customer,
        currency=order.currency,
        ordered_on=case.day(order.created_at),
        address=order.delivery_address,
        lines=lines,
        charges=charges,
        text="\n".join([*([order.note] if order.note else []), *untold]),
        buyer=order.customer_id or 0,
    )


_TOLD = re.compile(rf"(?:{'|'.join(CHARGE_TEXTS.values())}): -?[\d.]+ [A-Z]{{3}}")
"""A line of ``told``: a buyer's words that only begin like one are none."""


def without_people(document: SalesDocument) -> SalesDocument:
    """What is left of a sales order when its buyer is forgotten: what was sold, and the charges told in its text."""
    charges = [line for line in document.text.splitlines() if _TOLD.fullmatch(line)]
    return replace(document, address=Address(), text="\n".join(charges), buyer=None)


def _unexplained(case: Case) -> tuple[Fault, ...]:
    """The sales order goes out before the sale's journal: what does not add up must stop here."""
    try:
        sale_parts(case)
    except Held as held:
        return held.faults
    return ()


def _lines(case: Case, faults: list[Fault]) -> tuple[DocumentLine, ...]:
    lines = []
    for sold in sold_lines(case.order):
        item = item_of(sold.line, case.profile, case.item_length)
        if isinstance(item, MappingGap):
            faults.append(item)
            continue
        lines.append(DocumentLine(sold.number, item, sold.line.name, sold.line.quantity, sold.net))
    return tuple(lines)


def _charges(case: Case, faults: list[Fault]) -> tuple[tuple[Charge, ...], list[str]]:
    """Charges under their ids. One without an id is only told in the text where journals carry the money."""
    charges, untold = [], []
    for role, amount in charges_by_role(case.order).items():
        number, text = getattr(case.profile.charges, role), CHARGE_TEXTS[role]
        if number is not None:
            charges.append(Charge(number, text, amount))
        elif case.journals_sales:
            untold.append(told(text, amount))
        else:
            what = f"no charge id for {text.lower()}: add charges.{role}"
            faults.append(MappingGap(what, kind="charge", name=role))
    return tuple(charges), untold


def told(text: str, amount: Money) -> str:
    """A charge as a line of text."""
    return f"{text}: {amount.rounded()}"


def _customer(case: Case, faults: list[Fault]) -> str:
    """The guest customer's number, or nothing for a buyer whose own number the alignment finds."""
    customers = case.profile.customers
    if aligned(case) is not None:
        return ""
    if customers.guest is None:
        what = "no customer for buyers without an account: add customers.guest"
        faults.append(MappingGap(what, kind="customer", name="guest"))
    return customers.guest or ""


def booked_sales_orders(case: Case) -> list[SalesDocument]:
    """The sales order as it was booked, unless a person booked it."""
    contents = (done.content for done in case.of_kind(PostingKind.SALES_ORDER))
    return [content for content in contents if isinstance(content, SalesDocument)]


def is_anothers(case: Case, booked: SalesDocument) -> bool:
    """Whether a booked sales order is of another buyer than the order is now."""
    return booked.buyer not in (None, case.order.customer_id or 0)


def aligned(case: Case) -> Customer | None:
    """The buyer who has a customer of their own in the ERP, found or created; None for guests."""
    order = case.order
    if not case.profile.customers.create or order.customer_id is None:
        return None
    return Customer(order.customer_id, order.billing)
