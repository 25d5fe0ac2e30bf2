"""Sales orders as batch orders (facts/infor.md §2.7): what each transaction of OIS100MI carries."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from functools import partial

from connector.domain.document import Charge, DocumentLine, SalesDocument
from connector.domain.faults import Rejected
from connector.domain.money import Money
from connector.domain.order import Address
from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Record, Transaction
from connector.infor.m3.wire import addresses
from connector.infor.m3.wire.fields import FIELDS, amount, day, write, write_all

PROGRAM = "OIS100MI"
ORIGIN = "BigCommerce"
DELIVERY_ADDRESS = "1"
HEAD_TEXT, BEFORE_THE_LINES = "1", "1"
MOST_UNITS = 99_999
"""The price quantity has five digits."""


def head(document: SalesDocument, company: Company) -> Transaction:
    """Open a batch order."""
    values = {
        "CUNO": document.customer,
        "ORTP": company.order_type,
        "FACI": company.facility,
        "WHLO": company.warehouse,
        "CUOR": document.reference,
        "CUDT": day(document.ordered_on),
        "ORDT": day(document.ordered_on),
        "RLDT": day(document.ordered_on),
        "CUCD": document.currency,
        "OREF": ORIGIN,
        "YREF": document.address.name,
    }
    return write(f"{PROGRAM}/AddBatchHead", values, ("ORNO",))


def body(number: str, document: SalesDocument, company: Company) -> list[Transaction]:
    """Everything below the head, independent of each other: address, lines, charges, texts.

    :raises MappingGap: an item or charge id does not fit.
    :raises Rejected: a line cannot be priced exactly.
    """
    lines = ((f"line {line.number}", partial(_line, number, line, document, company)) for line in document.lines)
    charges = ((f"charge {charge.id}", partial(_charge, number, charge)) for charge in _merged(document.charges))
    address = ("address", partial(_address, number, document.address))
    return [*write_all([address, *lines, *charges]), *_texts(number, document.text)]


def told(transaction: Transaction) -> str:
    """Name a part of the order for people."""
    record = transaction.record
    if "CUPO" in record:
        return f"line {record['CUPO']} ({record['ITNO']})"
    return f"charge {record['CRID']}" if "CRID" in record else transaction.name.removeprefix("AddBatch").lower()


def confirm(number: str) -> Transaction:
    """Let M3 make a customer order of it."""
    return write(f"{PROGRAM}/Confirm", {"ORNO": number}, ("ORNO", "STAT"))


def delete(number: str) -> Transaction:
    """Remove a batch order with everything below it."""
    return write(f"{PROGRAM}/DelBatchHead", {"ORNO": number})


def order_number(number: str) -> Transaction:
    """Ask which customer order a batch order became."""
    return Transaction(PROGRAM, "GetOrderNo", {"ORNO": number}, ("ORNR",))


def batch_number(record: Record) -> str:
    """The temporary number of a batch order just opened."""
    return record.get("ORNO", "")


def final_number(record: Record) -> str:
    """The customer order a batch order became; empty until it did."""
    return record.get("ORNR", "")


def errors(number: str) -> Transaction:
    """Ask why a batch order was refused."""
    return Transaction(PROGRAM, "LstErrMsgOrder", {"ORNO": number}, ("LEVL", "MSID", "TX60", "MDTA"))


def error_text(rows: Iterable[Record]) -> str:
    """M3's reasons in one sentence, each once."""
    said = [f"{row.get('TX60', '')} {row.get('MDTA', '')}".strip() for row in rows]
    return "; ".join(dict.fromkeys(text for text in said if text))


def _address(number: str, address: Address) -> Transaction:
    values = {"ORNO": number, "ADRT": DELIVERY_ADDRESS, **addresses.postal(address)}
    return write(f"{PROGRAM}/AddBatchAddress", values | addresses.order_phone(address.phone))


def _line(number: str, line: DocumentLine, document: SalesDocument, company: Company) -> Transaction:
    values = {
        "ORNO": number,
        "ITNO": line.item,
        "ORQT": str(line.quantity),
        "WHLO": company.warehouse,
        "DWDT": day(document.ordered_on),
        "CUPO": str(line.number),
        **_price(line),
    }
    return write(f"{PROGRAM}/AddBatchLine", values, ("PONR", "POSX"))


def _price(line: DocumentLine) -> dict[str, str]:
    """A price per unit where that is exact in the currency's minor unit, else one for the whole quantity.

    A price for N units keeps the line's total to the cent whatever the quantity is (SACD, facts/infor.md §2.9).
    """
    unit = line.net.amount / line.quantity
    if Money(unit, line.net.currency).rounded().amount * line.quantity == line.net.amount:
        return {"SAPR": amount(Money(unit, line.net.currency).rounded().amount)}
    if line.quantity > MOST_UNITS:
        raise Rejected(f"line {line.number}: {line.net} cannot be shared exactly by {line.quantity} units")
    return {"SAPR": amount(line.net.amount), "SACD": str(line.quantity)}


def _merged(charges: Iterable[Charge]) -> list[Charge]:
    """M3 takes a charge id once an order: those that share it are added up."""
    merged: dict[str, Charge] = {}
    for charge in charges:
        before = merged.get(charge.id)
        merged[charge.id] = Charge(charge.id, before.text, before.amount + charge.amount) if before else charge
    return list(merged.values())


def _charge(number: str, charge: Charge) -> Transaction:
    values = {
        "ORNO": number,
        "CRID": charge.id,
        "CRAM": amount(charge.amount.amount),
        "CRD0": charge.text,
        "CUCD": charge.amount.currency,
    }
    return write(f"{PROGRAM}/AddBatchHeadChg", values)


def _texts(number: str, text: str) -> list[Transaction]:
    """The note above the lines, in pieces broken at words."""
    room = FIELDS[f"{PROGRAM}/AddBatchText"]["PARM"].length
    place = {"ORNO": number, "TYPE": HEAD_TEXT, "TYTR": BEFORE_THE_LINES}
    return [write(f"{PROGRAM}/AddBatchText", place | {"PARM": piece}) for piece in textwrap.wrap(text, room)]
