"""Sales orders: SLCos and SLCoitems (facts/infor.md §3), begun as planned and confirmed as ordered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from connector.domain.document import DocumentLine, SalesDocument
from connector.domain.faults import MappingGap, Rejected
from connector.domain.inquiry import FindingState
from connector.domain.money import Money
from connector.infor.syteline import filters
from connector.infor.syteline.answers import Record
from connector.infor.syteline.client import Client, Query
from connector.infor.syteline.company import Company
from connector.infor.syteline.wire.values import day, fitting, identity, in_order, number, number_of, whole
from connector.ports import Finding

HEADS, LINES = "SLCos", "SLCoitems"
NUMBER, LINE, REFERENCE, CUSTOMER, STATUS, KIND, ITEM = "CoNum", "CoLine", "CustPo", "CustNum", "Stat", "Type", "Item"
REGULAR = "R"
PLANNED, ORDERED = "P", "O"
BOOKED = frozenset({ORDERED, "C"})
FIRST_ADDRESS = "0"
QUANTITY, PRICE = "QtyOrderedConv", "PriceConv"
TWINS = {QUANTITY: "QtyOrdered", PRICE: "Price"}
"""A quantity and a price are set in the order's unit and in the item's (examples/infor/csi)."""
CURRENCY = "CurrCode"
UNCUT = frozenset({"email", "state"})
"""Parts of an address that are worth nothing without their end."""
HEAD_READ = (NUMBER, REFERENCE, CUSTOMER, STATUS, KIND, CURRENCY)
LINE_READ = (NUMBER, LINE, ITEM, QUANTITY, PRICE)
HEAD_WRITTEN = (REFERENCE, CUSTOMER, "CustSeq", "OrderDate", STATUS, KIND, CURRENCY, "Whse", "OrigSite")
LINE_WRITTEN = (*LINE_READ, *TWINS.values(), "DueDate", STATUS)


def by_reference(client: Client, reference: str) -> Query:
    """Ask for orders by our reference."""
    return Query(HEADS, HEAD_READ, filters.equals(REFERENCE, client.key(HEADS, REFERENCE, reference)))


def by_number(client: Client, order: str) -> Query:
    """Ask for one order."""
    return Query(HEADS, HEAD_READ, filters.equals(NUMBER, client.key(HEADS, NUMBER, order)))


def lines_of(client: Client, order: str) -> Query:
    """Ask for the lines of one order."""
    return Query(LINES, LINE_READ, filters.equals(NUMBER, client.key(LINES, NUMBER, order)))


def stand(rows: Iterable[Record], reference: str) -> Finding:
    """Say where the order stands: what is planned was begun, what is ordered or complete is booked."""
    ours = [row for row in rows if row.get(REFERENCE) == reference and row.get(KIND) == REGULAR]
    booked = in_order(identity(row, NUMBER) for row in ours if row.get(STATUS) in BOOKED)
    if booked:
        several = f"SyteLine holds {len(booked)} orders for {reference}: {', '.join(booked)}; keep one"
        return Finding(FindingState.BOOKED, booked[0], booked[0], several if len(booked) > 1 else "")
    begun = in_order(identity(row, NUMBER) for row in ours if row.get(STATUS) == PLANNED)
    if begun:
        return Finding(FindingState.ORPHAN, handle=",".join(begun))
    other = [f"order {identity(row, NUMBER)} has status {row.get(STATUS)}" for row in ours]
    return Finding(FindingState.PENDING, reason="; ".join(other)) if other else Finding(FindingState.ABSENT)


def head(client: Client, document: SalesDocument, company: Company) -> Record:
    """Begin an order; SyteLine gives the number.

    :raises MappingGap: the reference or the customer does not fit.
    """
    address = document.address
    words = {"text": " ".join(document.text.split())}
    values = {
        REFERENCE: document.reference,
        CUSTOMER: document.customer,
        "CustSeq": FIRST_ADDRESS,
        "OrderDate": day(document.ordered_on),
        STATUS: PLANNED,
        KIND: REGULAR,
        CURRENCY: document.currency,
        "Whse": company.warehouse,
        "OrigSite": company.site,
    }
    for name, word in company.head.items():
        told = words[word] if word in words else getattr(address, word)
        values[name] = whole(client, HEADS, name, told) if word in UNCUT else told
    return fitting(client, HEADS, values, HEAD_WRITTEN)


def lines(client: Client, document: SalesDocument) -> list[Record]:
    """Every line, charges behind the items; without the order's number.

    :raises MappingGap: an item or charge id does not fit; every one of them is named.
    :raises Rejected: a line cannot be priced exactly.
    """
    last = max((each.number for each in document.lines), default=0)
    charges = [
        DocumentLine(last + place, each.id, each.text, 1, each.amount)
        for place, each in enumerate(document.charges, start=1)
    ]
    made, gaps = [], []
    for line in (*document.lines, *charges):
        try:
            made.append(_line(client, document, line))
        except MappingGap as gap:
            gaps.append(f"line {line.number}: {gap}")
    if gaps:
        raise MappingGap("; ".join(gaps))
    return made


def _line(client: Client, document: SalesDocument, line: DocumentLine) -> Record:
    values = {
        LINE: str(line.number),
        ITEM: line.item,
        QUANTITY: str(line.quantity),
        PRICE: number(_price(client, line)),
        "DueDate": day(document.ordered_on),
        STATUS: ORDERED,
    }
    values |= {twin: values[name] for name, twin in TWINS.items()}
    return fitting(client, LINES, values, (ITEM,))


def _price(client: Client, line: DocumentLine) -> Decimal:
    """The price of one unit: exact in the currency's minor unit, else with as many decimals as SyteLine keeps.

    :raises Rejected: with those the line's total would not be right to the cent.
    """
    net, quantity = line.net, line.quantity
    plain = Money(net.amount / quantity, net.currency).rounded()
    if plain * quantity == net:
        return plain.amount
    most = client.property(LINES, PRICE).decimals
    unit = (net.amount / quantity).quantize(Decimal(1).scaleb(-most), ROUND_HALF_EVEN)
    if Money(unit * quantity, net.currency).rounded() != net:
        raise Rejected(f"line {line.number}: {net} cannot be shared by {quantity} units with {most} decimals")
    return unit


def numbered(client: Client, order: str, line: Record) -> Record:
    """Put a line under its order."""
    return {NUMBER: client.key(LINES, NUMBER, order), **line}


def told(line: Record) -> str:
    """Name a line for people."""
    return f"line {line[LINE]} ({line[ITEM].strip()})"


def lacking(present: Sequence[Record], wanted: Sequence[Record]) -> list[Record] | None:
    """The wanted lines that an order has not; None when it has one that is not wanted."""
    left = {line[LINE]: line for line in wanted}
    for row in present:
        line = left.pop(row.get(LINE, ""), None)
        if line is None or not _same(row, line):
            return None
    return list(left.values())


def _same(present: Record, wanted: Record) -> bool:
    texts = present.get(ITEM) == wanted[ITEM].strip()
    return texts and all(number_of(present, name) == number_of(wanted, name) for name in (QUANTITY, PRICE))


def is_about(message: str, line: Record) -> bool:
    """Whether a refusal names the line's item: then the mapping mends it."""
    return line[ITEM].strip() in message


def is_about_customer(message: str, head: Record) -> bool:
    """Whether a refusal names the order's customer."""
    return re.search(rf"\b{re.escape(head[CUSTOMER].strip())}\b", message) is not None
