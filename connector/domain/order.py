"""An order as the store tells it: the one snapshot from which everything is planned."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, IntEnum

from connector.domain.money import Money
from connector.domain.payment import Transaction
from connector.domain.refund import Refund


class OrderStatus(IntEnum):
    """The store's order statuses (facts/bigcommerce.md §4.4). Labels can be renamed; the number counts."""

    INCOMPLETE = 0
    PENDING = 1
    SHIPPED = 2
    PARTIALLY_SHIPPED = 3
    REFUNDED = 4
    CANCELLED = 5
    DECLINED = 6
    AWAITING_PAYMENT = 7
    AWAITING_PICKUP = 8
    AWAITING_SHIPMENT = 9
    COMPLETED = 10
    AWAITING_FULFILLMENT = 11
    MANUAL_VERIFICATION_REQUIRED = 12
    DISPUTED = 13
    PARTIALLY_REFUNDED = 14


ENDED = frozenset({OrderStatus.CANCELLED, OrderStatus.DECLINED})
"""Statuses of an order that the merchant called off."""


class LineKind(Enum):
    """What an order line sells."""

    PHYSICAL = "physical"
    DIGITAL = "digital"
    GIFT_CERTIFICATE = "giftcertificate"


class TaxTarget(Enum):
    """What a tax row was charged on."""

    ITEM = "item"
    SHIPPING = "shipping"
    HANDLING = "handling"
    GIFT_WRAPPING = "gift-wrapping"
    FEE = "fee"


@dataclass(frozen=True, slots=True)
class Priced:
    """One price on both sides of tax; ``Order.tax_inclusive`` says which side is exact."""

    ex_tax: Money
    inc_tax: Money

    def exact(self, *, tax_inclusive: bool) -> Money:
        """The side that the store vouches for (facts/bigcommerce.md §4.2)."""
        return self.inc_tax if tax_inclusive else self.ex_tax


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address with its contact. Empty text where the store gave nothing."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    street_1: str = ""
    street_2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country_code: str = ""
    phone: str = ""
    email: str = ""

    @property
    def name(self) -> str:
        """The person's name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def destination(self) -> tuple[str, ...]:
        """Where a parcel goes, however it is written: not how its buyer is reached."""
        parts = self.name, self.company, self.street_1, self.street_2
        place = self.city, self.state, self.postal_code, self.country_code
        return tuple(" ".join(part.casefold().split()) for part in (*parts, *place))


@dataclass(frozen=True, slots=True)
class Discount:
    """Money taken off one line by a coupon, promotion or hand (positive)."""

    code: str
    amount: Money


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line: ``price`` is the whole line before discounts, not the unit."""

    id: int
    sku: str
    name: str
    kind: LineKind
    quantity: int
    price: Priced
    wrapping: Priced
    discounts: tuple[Discount, ...] = ()
    product_id: int = 0
    variant_id: int = 0
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Consignment:
    """One parcel's address with what its shipping and handling cost."""

    id: int
    method: str
    address: Address
    shipping: Priced
    handling: Priced


@dataclass(frozen=True, slots=True)
class Fee:
    """An order fee that is neither shipping nor handling nor wrapping."""

    id: int
    name: str
    price: Priced


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax on one target; ``rate`` is kept as text for people, never for arithmetic."""

    name: str
    amount: Money
    target: TaxTarget
    line: int | None = None
    rate: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """The order's own sums, before anything is explained."""

    subtotal: Priced
    shipping: Priced
    handling: Priced
    wrapping: Priced
    total: Priced
    tax: Money
    discount: Money
    coupon_discount: Money


@dataclass(frozen=True, slots=True)
class Order:
    """The store's present truth about one order. All money is in ``currency`` (the transactional one)."""

    id: int
    status: OrderStatus
    payment_status: str
    created_at: datetime
    modified_at: datetime
    currency: str
    tax_inclusive: bool
    customer_id: int | None
    billing: Address
    totals: Totals
    lines: tuple[OrderLine, ...]
    consignments: tuple[Consignment, ...] = ()
    fees: tuple[Fee, ...] = ()
    taxes: tuple[Tax, ...] = ()
    payment_method: str = ""
    note: str = ""
    archived: bool = False
    external_order_id: str = ""

    @property
    def guest(self) -> bool:
        """Nobody's account: the store keeps no customer for this order."""
        return self.customer_id is None

    @property
    def delivery_address(self) -> Address:
        """Where it goes: the first consignment's address, or the billing one for digital orders."""
        return self.consignments[0].address if self.consignments else self.billing


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An order with every transaction and refund that was true at ``taken_at``."""

    order: Order
    transactions: tuple[Transaction, ...]
    refunds: tuple[Refund, ...]
    taken_at: datetime
    fingerprint: str = field(default="", compare=False)
