"""Sales orders: a head, a call for each line, and their approval (facts/infor.md §4.1).

CustomerOrder can be set by CreateOrder alone: afterwards LN computes it, as its ``$metadata`` says. So no order of
ours is ever without its reference, not even one whose answer is lost.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from connector.domain.document import SalesDocument
from connector.domain.faults import MappingGap, Rejected
from connector.domain.money import Money
from connector.domain.order import Address
from connector.infor.ln.answers import Row
from connector.infor.ln.client import Query
from connector.infor.ln.company import Company
from connector.infor.ln.wire.item_codes import MOST, padded
from connector.infor.ln.wire.literals import ETAG, EXACT, enum, identity, moment, number, said, text, yes

SERVICE = "tdapi.slsSalesOrder"
ORDERS, LINES = f"{SERVICE}/Orders", f"{SERVICE}/Lines"
CREATE, ADD_LINE = f"{SERVICE}/CreateOrder", f"{SERVICE}/CreateLine"
APPROVE, CANCEL = f"{ORDERS}/Approve", f"{ORDERS}/Cancel"

HEAD = ("SalesOrder", "CustomerOrder", "SoldtoBusinessPartner", "SalesOrderStatus", "Canceled", "ChangeRequest")
LINE = ("Line", "Item", "OrderedQuantity", "Amount", "CustomerOrderPosition", "Canceled")
AS_WE_SAID = {
    "RecalculatePriceAndDiscounts": "No",
    "RedetermineMaterialPriceInformation": "No",
    "RecalculateAdditionalCosts": "No",
}
"""Approval leaves prices and costs as they are."""
FREE, GONE = "Free", "Canceled"
STANDING = frozenset({"Approved", "InProcess", "Modified", "Released", "Closed"})
"""Statuses of orders that were approved. What any other means that is neither free nor canceled must be awaited."""


@dataclass(frozen=True, slots=True)
class ListedHead:
    """An order as LN lists it."""

    number: str
    reference: str
    partner: str
    status: str
    etag: str
    is_order: bool

    @property
    def gone(self) -> bool:
        """Whether it was canceled."""
        return self.status == GONE


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A line that an order must have; ``position`` finds it again, ``told`` names it for people."""

    position: str
    item: str
    quantity: int
    net: Money
    told: str
    text: str = ""

    @property
    def price(self) -> Decimal:
        """What one unit costs, to six decimals.

        :raises Rejected: so many units cannot be priced to the cent.
        """
        unit = (self.net.amount / self.quantity).quantize(EXACT, ROUND_HALF_UP)
        if Money(unit * self.quantity, self.net.currency).rounded() != self.net.rounded():
            raise Rejected(f"{self.told}: {self.net} cannot be shared exactly by {self.quantity} units")
        return unit

    def is_in(self, row: Row, company: Company) -> bool:
        """Whether a line of LN's is this one, whole."""
        if yes(row, "Canceled"):
            return False
        there = (said(row, "Item"), number(row, "OrderedQuantity"), number(row, "Amount"))
        return there == (padded(self.item, company).strip(), Decimal(self.quantity), self.net.amount)


def by_reference(reference: str) -> Query:
    """Ask for the orders with a reference that were not canceled."""
    standing = f"Canceled eq {enum(SERVICE, 'AnswerOnQuestionYn', 'No')}"
    return Query(ORDERS, HEAD, f"CustomerOrder eq {text(reference)} and {standing}")


def by_number(order: str) -> Query:
    """Ask for one order."""
    return Query(ORDERS, HEAD, f"SalesOrder eq {text(order)}")


def lines_of(order: str) -> Query:
    """Ask for the lines of an order."""
    return Query(LINES, LINE, f"SalesOrder eq {text(order)}")


def head_of(row: Row) -> ListedHead:
    """Read an order; a change request is a copy of one, and none itself."""
    return ListedHead(
        identity(row, "SalesOrder"),
        said(row, "CustomerOrder"),
        said(row, "SoldtoBusinessPartner"),
        GONE if yes(row, "Canceled") else said(row, "SalesOrderStatus"),
        said(row, ETAG),
        is_order=not yes(row, "ChangeRequest"),
    )


def begun_of(row: Row) -> tuple[str, str]:
    """Read number and reference of an order just begun."""
    return said(row, "SalesOrder"), said(row, "CustomerOrder")


def position_of(row: Row) -> str:
    """Which of our lines a line of LN's is."""
    return said(row, "CustomerOrderPosition")


def key(order: str) -> str:
    """Name an order in a path."""
    return text(order)


def create(document: SalesDocument, company: Company) -> dict[str, object]:
    """Begin an order."""
    values = {
        "SoldtoBusinessPartner": document.customer,
        "CustomerOrder": document.reference,
        "ReferenceA": document.reference,
        "OrderCurrency": document.currency,
        "SalesOrderType": company.order_type,
        "SalesOffice": company.sales_office,
        "OrderSeries": company.order_series,
        "Warehouse": company.warehouse,
        "OrderDate": moment(company.noon(document.ordered_on)),
        "HeaderText": _text(document),
    }
    return {name: value for name, value in values.items() if value}


def parts(document: SalesDocument) -> dict[str, WantedLine]:
    """Everything below the head, by position: lines, and charges as lines behind them.

    :raises MappingGap: an item does not fit.
    :raises Rejected: a line cannot be priced exactly.
    """
    wanted = {part.position: part for part in _parts(document)}
    misfits = [part.told for part in wanted.values() if not 0 < len(part.item) <= MOST]
    if misfits:
        raise MappingGap(f"LN's item codes hold {MOST} characters: {', '.join(misfits)}")
    for part in wanted.values():
        _ = part.price
    return wanted


def _parts(document: SalesDocument) -> Iterator[WantedLine]:
    for line in document.lines:
        yield WantedLine(str(line.number), line.item, line.quantity, line.net, f"line {line.number} ({line.item})")
    last = max((line.number for line in document.lines), default=0)
    for place, charge in enumerate(document.charges, last + 1):
        if charge.amount.amount:
            yield WantedLine(str(place), charge.id, 1, charge.amount, f"charge {charge.id}", charge.text)


def create_line(order: str, part: WantedLine, document: SalesDocument, company: Company) -> dict[str, object]:
    """Add a line."""
    values: dict[str, object] = {
        "SalesOrder": order,
        "Item": padded(part.item, company),
        "OrderedQuantity": part.quantity,
        "Price": part.price,
        "CustomerOrder": document.reference,
        "CustomerOrderPosition": part.position,
        "Warehouse": company.warehouse,
        "OrderLineText": part.text,
    }
    return {name: value for name, value in values.items() if value != ""}


def cancel(company: Company) -> Mapping[str, object]:
    """Cancel an order."""
    return {"OrderHeaderChangeReason": company.cancel_reason} if company.cancel_reason else {}


def tells_worth(row: Row) -> bool:
    """Whether an answer says what a line is worth."""
    return number(row, "Amount") is not None


def differs(part: WantedLine, row: Row) -> str:
    """Say what is wrong with a line just added: LN's own discounts and agreements must not have changed its worth."""
    amount = number(row, "Amount")
    if amount is None:
        return "LN took it, and does not show it or what it is worth"
    if amount == part.net.amount:
        return ""
    return f"LN makes it {amount.normalize():f} and not {part.net}: a discount or price agreement of LN's own applies"


def _text(document: SalesDocument) -> str:
    """The address it goes to, and the buyer's note: LN knows addresses by code alone, and makes none here."""
    return "\n".join(filter(None, [*_address(document.address), *textwrap.wrap(document.text, 70)]))


def _address(address: Address) -> list[str]:
    town = " ".join(filter(None, (address.postal_code, address.city, address.state, address.country_code)))
    return [address.company, address.name, address.street_1, address.street_2, town, address.phone, address.email]
