"""What a shopper ordered, said in JSON-able words: ``OrderSpec.read`` takes the same dict from Python and HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from connector.sandbox.store.forms import read_date

PER_ITEM, PERCENTAGE, PER_TOTAL, SHIPPING, FREE_SHIPPING = range(5)
"""The coupon types that the shop knows (facts/bigcommerce.md §4.2)."""

METHODS = {"giftcertificate": "gift_certificate", "storecredit": "store_credit", "bankdeposit": "offline"}
"""What a gateway implies; every other one takes cards."""

PLAIN_ADDRESS = {
    "first_name": "Jane",
    "last_name": "Doe",
    "company": "",
    "street_1": "123 Main Street",
    "street_2": "",
    "city": "Austin",
    "state": "Texas",
    "zip": "78701",
    "country": "United States",
    "country_iso2": "US",
    "phone": "5125550100",
    "email": "jane.doe@example.com",
}


class _Readable:
    @classmethod
    def read(cls, words: Any) -> Self:
        """Take a dict of this type's field names, or the type itself.

        :raises ValueError: a name that it has no field for.
        """
        if isinstance(words, cls):
            return words
        known = {one.name for one in fields(cls)}  # type: ignore[arg-type]
        if unknown := set(words) - known:
            raise ValueError(
                f"{cls.__name__} has no {', '.join(sorted(unknown))}; it knows {', '.join(sorted(known))}"
            )
        return cls(**words)


@dataclass(frozen=True)
class LineSpec(_Readable):
    """One line. ``price`` is per unit on the exact side; ``wrapping`` is for the whole line."""

    sku: str = "TEE-RED-S"
    name: str = "Sample Tee"
    quantity: int = 1
    price: str = "10.00"
    kind: str = "physical"
    wrapping: str = "0"
    taxed: bool = True
    consignment: int = 0
    bundle: int | None = None  # index of the line it is a part of


@dataclass(frozen=True)
class CouponSpec(_Readable):
    """One coupon; ``lines`` None means every line but gift certificates."""

    code: str
    kind: int = PERCENTAGE
    amount: str = "10"
    lines: Sequence[int] | None = None


@dataclass(frozen=True)
class ConsignmentSpec(_Readable):
    """One parcel; ``address`` overlays the billing address."""

    shipping: str = "0"
    handling: str = "0"
    method: str = "Flat Rate"
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FeeSpec(_Readable):
    """One fee that is neither shipping nor handling nor wrapping."""

    name: str = "Rush fee"
    amount: str = "5.00"
    taxed: bool = False


@dataclass(frozen=True)
class PaymentSpec(_Readable):
    """One event at a gateway; ``amount`` None is what is still to pay. A capture follows the last authorization."""

    event: str = "purchase"
    gateway: str = "braintree"
    method: str = ""
    amount: str | None = None
    status: str = "ok"
    test: bool = False

    @property
    def way(self) -> str:
        """The payment method, as the gateway implies it."""
        return self.method or METHODS.get(self.gateway, "credit_card")


BY_CARD = (PaymentSpec(),)


@dataclass(frozen=True)
class OrderSpec(_Readable):
    """A whole order. ``taxes`` are percent rates by name, added up; ``shipping`` and ``handling`` are short for one
    parcel. ``overridden_by`` breaks the total on purpose. ``expected`` says what a careful connector makes of it."""

    lines: Sequence[LineSpec] = (LineSpec(),)
    taxes: Mapping[str, str] = field(default_factory=dict)
    inclusive: bool = False
    rounding: str = "rate"  # "rate" rounds every tax amount, "none" keeps four decimals
    estimates: str = "after"  # the other side of tax is reckoned "after" or "before" discounts
    coupons: Sequence[CouponSpec] = ()
    discount: str = "0"
    shipping: str = "0"
    handling: str = "0"
    shipping_taxed: bool = True
    consignments: Sequence[ConsignmentSpec] = ()
    fees: Sequence[FeeSpec] = ()
    currency: str = "USD"
    display_currency: str = ""
    exchange_rate: str = "1.0000000000"
    customer: int = 0
    address: Mapping[str, str] = field(default_factory=dict)
    status: int = 11
    pay: Sequence[PaymentSpec] = BY_CARD
    payment_method: str = "Credit Card"
    created: datetime | str | None = None
    message: str = ""
    overridden_by: str = "0"
    story: str = ""
    expected: str = "booked"

    def __post_init__(self) -> None:
        for name, kind in _PARTS.items():
            object.__setattr__(self, name, tuple(kind.read(one) for one in getattr(self, name)))
        if isinstance(self.created, str):
            object.__setattr__(self, "created", read_date(self.created))
        if not self.consignments and self.ships:
            parcel = ConsignmentSpec(shipping=self.shipping, handling=self.handling)
            object.__setattr__(self, "consignments", (parcel,))

    @property
    def ships(self) -> bool:
        """Whether anything in it needs a parcel."""
        return any(line.kind == "physical" for line in self.lines)

    @property
    def billing(self) -> dict[str, str]:
        """The billing address in full; a registered customer has a name of their own."""
        number = self.customer
        person = {"first_name": "Chris", "last_name": f"Shopper {number}", "email": f"shopper{number}@example.com"}
        return {**PLAIN_ADDRESS, **(person if number else {}), **self.address}

    @property
    def rate(self) -> Decimal:
        """All tax rates together, as a fraction."""
        return sum((Decimal(rate) for rate in self.taxes.values()), Decimal(0)) / 100


_PARTS: dict[str, type[_Readable]] = {
    "lines": LineSpec,
    "coupons": CouponSpec,
    "consignments": ConsignmentSpec,
    "fees": FeeSpec,
    "pay": PaymentSpec,
}
