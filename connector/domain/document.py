"""A sales order as we ask the ERP to book it: items, charges and an address, no vendor's field names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from connector.domain.money import Money
from connector.domain.order import Address


@dataclass(frozen=True, slots=True)
class Customer:
    """Who is aligned with the ERP: the store's customer id is the key on both sides."""

    id: int
    address: Address


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """``number`` counts from 1 and is found again in the ERP; ``net`` is the whole line, ex tax, after discounts."""

    number: int
    item: str
    name: str
    quantity: int
    net: Money


@dataclass(frozen=True, slots=True)
class Charge:
    """Shipping, handling and the like, ex tax, under the ERP's own charge id."""

    id: str
    text: str
    amount: Money


@dataclass(frozen=True, slots=True)
class SalesDocument:
    """One sales order. ``customer`` is the ERP's customer number.

    ``buyer`` is the store's number of who bought, 0 of a guest; None where it is not known any more.
    """

    reference: str
    customer: str
    currency: str
    ordered_on: date
    address: Address
    lines: tuple[DocumentLine, ...]
    charges: tuple[Charge, ...] = ()
    text: str = ""
    buyer: int | None = None
