"""Orders for tests: small builders by hand, and hypothesis strategies of consistent orders with refunds.

Money is given as text in the currency of the moment; a consistent order's totals are reckoned here the way the
store reckons them (tax per thing after discounts, each rounded), independently of the code under test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import strategies as st

from connector.domain.connection import Booking, Connection
from connector.domain.identity import batch_key
from connector.domain.journal import JournalEntry, balances
from connector.domain.money import Money
from connector.domain.order import (
    Address,
    Consignment,
    Discount,
    Fee,
    LineKind,
    Order,
    OrderLine,
    OrderStatus,
    Priced,
    Snapshot,
    Tax,
    TaxTarget,
    Totals,
)
from connector.domain.payment import PaymentEvent, Transaction
from connector.domain.plan import Booked, Plan, PlannedPosting
from connector.domain.posting import PostingKind
from connector.domain.refund import Refund, RefundItem, RefundItemKind, RefundPayment
from connector.mapping.planner import plan
from connector.mapping.profile import Profile, parse_profile

ORDERED = datetime(2026, 3, 3, 21, 40, 11, tzinfo=UTC)
PAID = ORDERED + timedelta(minutes=1)
REFUNDED = datetime(2026, 3, 10, 9, 12, 29, tzinfo=UTC)
CHANGED = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
JANE = Address(first_name="Jane", last_name="Doe", city="Austin", country_code="US", email="jane.doe@example.com")

PROFILE = """\
items: {rule: same, table: {TEE-RED-S: "10045"}}
accounts:
  receivable: "1200"
  sales: "4000"
  shipping: "4100"
  handling: "4110"
  gift_wrap: "4120"
  fees: "4130"
  discounts: "4900"
  returns: "4950"
  rounding: "4999"
  gift_certificates: "2300"
  store_credit: "2310"
  tax: {default: "2200", "CA State Tax": "2210"}
  clearing: {default: "1090", braintree: "1091"}
dimensions: {AIT2: "WEB"}
customers: {guest: WEBGUEST, create: true, template: WEBTMPL}
charges: {shipping: FRT, handling: HND, gift_wrap: WRP}
warehouses: [{infor: "001", location: 1}]
orders: {post_statuses: [2, 3, 8, 9, 10, 11, 12, 13, 14, 4], tolerance: "0.02"}
catalog: {create: true, visible: false, fields: [name, description, price, weight]}
"""


def money(text: str | Decimal, currency: str = "USD") -> Money:
    """An amount."""
    return Money(Decimal(text), currency)


def priced(ex_tax: str, inc_tax: str | None = None) -> Priced:
    """A price; without tax where only one side is given."""
    return Priced(money(ex_tax), money(inc_tax if inc_tax is not None else ex_tax))


FREE = priced("0")


def profile(text: str = PROFILE, **changes: str) -> Profile:
    """The contract's mapping profile, with pieces of its text changed."""
    for old, new in changes.items():
        text = text.replace(old, new)
    return parse_profile(text, "mapping.yaml")


def without(*lines: str) -> Profile:
    """The contract's mapping profile without the lines that begin so."""
    kept = [line for line in PROFILE.splitlines() if not line.strip().startswith(lines)]
    return parse_profile("\n".join(kept), "mapping.yaml")


def connection(booking: Booking = Booking.LEDGER, **changes: Any) -> Connection:
    """A connection to M3."""
    company = {"company": "100", "division": "AAA", "warehouse": "001"}
    made = Connection("acme", "abcde12345", "m3", booking, datetime(2026, 1, 1, tzinfo=UTC), company, {})
    return replace(made, **changes)


def line(number: int, price: Priced, *, sku: str = "SKU", quantity: int = 1, **more: Any) -> OrderLine:
    """A line; its price is the whole line's."""
    discounts = tuple(Discount("CODE", money(amount)) for amount in more.pop("discounts", ()))
    fields = {"name": f"Thing {number}", "kind": LineKind.PHYSICAL, "wrapping": FREE} | more
    return OrderLine(id=number, sku=sku, quantity=quantity, price=price, discounts=discounts, **fields)


def tax(
    amount: str, target: TaxTarget = TaxTarget.ITEM, number: int | None = None, name: str = "TX Sales Tax"
) -> Tax:
    """A tax row."""
    return Tax(name, money(amount), target, number)


def order(lines: Iterable[OrderLine], total: str, **more: Any) -> Order:
    """An order; what is not given is nothing."""
    sums = {
        "shipping": FREE,
        "handling": FREE,
        "wrapping": FREE,
        "discount": money("0"),
        "coupon_discount": money("0"),
    }
    sums = {name: more.pop(name, amount) for name, amount in sums.items()}
    taxes = more.pop("taxes", ())
    charged = sum((row.amount.amount for row in taxes), Decimal(0))
    owed = Decimal(total)
    totals = Totals(
        subtotal=FREE,
        total=Priced(money(owed - charged), money(owed)),
        tax=more.pop("tax", money(charged)),
        **sums,
    )
    fields = {
        "id": 1042,
        "status": OrderStatus.AWAITING_FULFILLMENT,
        "payment_status": "captured",
        "created_at": ORDERED,
        "modified_at": CHANGED,
        "currency": "USD",
        "tax_inclusive": False,
        "customer_id": 11,
        "billing": JANE,
    }
    return Order(totals=totals, lines=tuple(lines), taxes=tuple(taxes), **fields | more)


def paid(
    number: int, amount: str, gateway: str = "braintree", method: str = "credit_card", **more: Any
) -> Transaction:
    """A payment that came in."""
    fields = {"event": PaymentEvent.CAPTURE, "succeeded": True, "test": False, "created_at": PAID} | more
    return Transaction(id=number, gateway=gateway, method=method, amount=money(amount), **fields)


def refund(number: int, total: str, tax: str, items: Iterable[RefundItem], **more: Any) -> Refund:
    """A refund to one gateway, unless its payments are given."""
    payments = more.pop("payments", (way(total),))
    return Refund(number, REFUNDED, money(total), money(tax), tuple(items), tuple(payments), **more)


def way(amount: str, provider: str = "braintree", *, declined: bool = False) -> RefundPayment:
    """One way that money went back."""
    return RefundPayment(13, provider, money(amount), offline=False, declined=declined)


def item(
    kind: RefundItemKind, number: int = 0, quantity: int = 1, requested: str | None = None, **more: Any
) -> RefundItem:
    """One thing refunded."""
    return RefundItem(kind, number, quantity, None if requested is None else money(requested), **more)


def snapshot(made: Order, transactions: Iterable[Transaction] = (), refunds: Iterable[Refund] = ()) -> Snapshot:
    """What the store says at a moment."""
    return Snapshot(made, tuple(transactions), tuple(refunds), CHANGED)


def in_currency(told: Any, currency: str) -> Any:
    """The same, its amounts of another currency."""
    if isinstance(told, Money):
        return Money(told.amount, currency)
    if isinstance(told, tuple):
        return tuple(in_currency(one, currency) for one in told)
    if not is_dataclass(told) or isinstance(told, type):
        return told
    parts = {part.name: in_currency(getattr(told, part.name), currency) for part in fields(told)}
    return replace(told, **parts | ({"currency": currency} if "currency" in parts else {}))


def tee_and_mug(**more: Any) -> Order:
    """Order 1042 of facts/examples/bigcommerce: coupon, shipping and tax, 227.77 in all."""
    lines = (
        line(
            311, priced("99.9000", "107.3200"), sku="TEE-RED-S", quantity=2, discounts=["9.9900"], name="Sample Tee"
        ),
        line(312, priced("120.0000", "128.9100"), sku="MUG-11OZ", discounts=["12.0000"], name="Sample Mug 11 oz"),
    )
    rows = (tax("7.4200", number=311), tax("8.9100", number=312), tax("1.0300", TaxTarget.SHIPPING))
    shipping = priced("12.5000", "13.5300")
    parcel = Consignment(77, "Flat Rate", replace(JANE, street_1="123 Main Street"), shipping, FREE)
    fields = {"taxes": rows, "shipping": shipping, "coupon_discount": money("21.9900"), "consignments": (parcel,)}
    return order(lines, "227.7700", **fields | more)


CERTIFICATE = paid(85926313, "25.00", "giftcertificate", "gift_certificate", event=PaymentEvent.PURCHASE)
CAPTURE = paid(85926390, "202.77", created_at=PAID + timedelta(minutes=1))
ONE_TEE_BACK = refund(12, "48.67", "3.71", [item(RefundItemKind.PRODUCT, 311)])


def planned(taken: Snapshot, *, with_profile: Profile | None = None, **more: Any) -> Plan:
    """Plan with the contract's profile, in ledger booking unless said otherwise."""
    booking = more.pop("booking", Booking.LEDGER)
    done = more.pop("booked", ())
    settings = more.pop("company", connection().company)
    made = connection(booking, company=settings, **{key: more.pop(key) for key in ["store_prefix"] if key in more})
    return plan(taken, profile=with_profile or profile(), connection=made, booked=done, **{"item_length": 15, **more})


def only(made: Plan, kind: PostingKind, source: int | None = None) -> PlannedPosting:
    """The one posting of a kind."""
    found = [one for one in made.postings if one.kind is kind and source in (None, one.source)]
    assert len(found) == 1, [one.kind for one in made.postings]
    return found[0]


def entry(made: Plan, kind: PostingKind, source: int | None = None) -> JournalEntry:
    """The one journal entry of a kind."""
    posting = only(made, kind, source)
    assert isinstance(posting.content, JournalEntry), [fault.what for fault in posting.faults]
    return posting.content


def shown(journal: JournalEntry) -> list[str]:
    """An entry as an accountant would write it: debits first come, first told."""
    return [f"{one.side.value} {one.account} {one.amount.amount} {one.role}: {one.text}" for one in journal.lines]


def booked(made: Plan, *kinds: PostingKind, sources: Iterable[int] | None = None) -> tuple[Booked, ...]:
    """What was planned, booked."""
    wanted = None if sources is None else set(sources)
    return tuple(
        Booked(one.kind, one.source, one.revision, one.content, one.reverses)
        for one in made.postings
        if (not kinds or one.kind in kinds) and (wanted is None or one.source in wanted)
    )


def grown(before: tuple[Booked, ...], made: Plan) -> tuple[Booked, ...]:
    """Everything of a plan gets booked."""
    assert all(one.content is not None for one in made.postings), [one.faults for one in made.postings]
    known = {(one.kind, one.source, one.revision) for one in before}
    return before + tuple(one for one in booked(made) if (one.kind, one.source, one.revision) not in known)


def ledger(done: Iterable[Booked]) -> dict[str, Decimal]:
    """What booked journals leave on each account, where it is not zero."""
    found = balances(one.content for one in done if isinstance(one.content, JournalEntry))
    return {account: balance for (account, _), balance in found.items() if balance}


def faults(posting: PlannedPosting) -> list[str]:
    """Why a posting is held."""
    assert posting.content is None
    return [f"{fault.code}: {fault.what}" for fault in posting.faults]


def left_out(made: Plan) -> dict[tuple[str, int], str]:
    """What books nothing, and why."""
    return {(out.kind, out.id): out.reason for out in made.left_out}


KEY = batch_key("acme:sale:1042:1")

# --- consistent orders, reckoned as the store does ------------------------------------------------------------------


@dataclass(frozen=True)
class Bought:
    """A consistent order, paid in full, and everything given back in several refunds."""

    order: Order
    transactions: tuple[Transaction, ...]
    refunds: tuple[Refund, ...]

    @property
    def snapshot(self) -> Snapshot:
        """All of it."""
        return snapshot(self.order, self.transactions, self.refunds)


CENT = Decimal("0.01")


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass
class _Thing:
    """One thing sold: exact price, discount, and tax by name, all after rounding as the store rounds."""

    exact: Decimal
    discount: Decimal
    inclusive: bool
    rates: dict[str, Decimal]
    unit: Decimal

    @property
    def taxes(self) -> dict[str, Decimal]:
        base = self.exact - self.discount
        if self.inclusive:
            base /= 1 + sum(self.rates.values(), Decimal(0)) / 100
        return {name: (base * rate / 100).quantize(self.unit, ROUND_HALF_UP) for name, rate in self.rates.items()}

    @property
    def tax(self) -> Decimal:
        return sum(self.taxes.values(), Decimal(0))

    @property
    def paid(self) -> Decimal:
        return self.exact - self.discount + (0 if self.inclusive else self.tax)

    @property
    def price(self) -> Priced:
        if self.inclusive:
            return priced(str(self.exact - self.tax), str(self.exact))
        return priced(str(self.exact), str(self.exact + self.tax))

    def rows(self, target: TaxTarget, number: int | None) -> list[Tax]:
        return [Tax(name, money(amount), target, number) for name, amount in self.taxes.items() if amount]


amounts = st.integers(min_value=0, max_value=50_000).map(lambda cents: Decimal(cents) / 100)
prices = st.integers(min_value=1, max_value=50_000).map(lambda cents: Decimal(cents) / 100)
tax_rates = st.dictionaries(
    st.sampled_from(["CA State Tax", "County", "City", "TX Sales Tax"]),
    st.sampled_from(["0", "1.25", "4", "7.25", "8.25", "19"]).map(Decimal),
    max_size=3,
)


@st.composite
def bought(draw: st.DrawFn) -> Bought:
    """A consistent order of any shape, paid by one to three ways, given back whole in several refunds."""
    inclusive, rates, unit = draw(st.booleans()), draw(tax_rates), draw(st.sampled_from([CENT, CENT, CENT / 100]))
    lines: list[OrderLine] = []
    things: list[_Thing] = []
    rows: list[Tax] = []
    for number in range(1, draw(st.integers(min_value=1, max_value=4)) + 1):
        certificate = draw(st.integers(min_value=0, max_value=7)) == 0
        quantity = draw(st.integers(min_value=1, max_value=5))
        exact = draw(prices) * quantity
        share = Decimal(0) if certificate else draw(st.sampled_from(["0", "0", "0.1", "0.3333", "1"]).map(Decimal))
        thing = _Thing(exact, _cents(exact * share), inclusive, {} if certificate else rates, unit)
        things.append(thing)
        rows += thing.rows(TaxTarget.ITEM, number)
        kind = LineKind.GIFT_CERTIFICATE if certificate else LineKind.PHYSICAL
        discounts = [str(thing.discount)] if thing.discount else []
        lines.append(line(number, thing.price, quantity=quantity, kind=kind, discounts=discounts))
    charges = {target: _Thing(draw(amounts), Decimal(0), inclusive, rates, unit) for target in _CHARGES}
    for target, thing in charges.items():
        rows += thing.rows(target, None)
    owed = sum((thing.paid for thing in [*things, *charges.values()]), Decimal(0))
    off = sum((thing.discount for thing in things), Decimal(0))
    lines[0] = replace(lines[0], wrapping=charges[TaxTarget.GIFT_WRAPPING].price)
    made = order(
        lines,
        str(owed),
        taxes=draw(st.permutations(rows)),
        tax_inclusive=inclusive,
        coupon_discount=money(off),
        shipping=charges[TaxTarget.SHIPPING].price,
        handling=charges[TaxTarget.HANDLING].price,
        wrapping=charges[TaxTarget.GIFT_WRAPPING].price,
        fees=(Fee(5, "Assembly", charges[TaxTarget.FEE].price),),
        consignments=(
            Consignment(77, "Flat", JANE, charges[TaxTarget.SHIPPING].price, charges[TaxTarget.HANDLING].price),
        ),
    )
    return Bought(made, tuple(_payments(draw, owed)), tuple(_refunds(draw, lines, things, charges)))


_CHARGES = (TaxTarget.SHIPPING, TaxTarget.HANDLING, TaxTarget.GIFT_WRAPPING, TaxTarget.FEE)
_WAYS = [("braintree", "credit_card"), ("giftcertificate", "gift_certificate"), ("storecredit", "store_credit")]


def _payments(draw: st.DrawFn, owed: Decimal) -> list[Transaction]:
    ways = draw(st.lists(st.sampled_from(_WAYS), min_size=1, max_size=3))
    cuts = sorted(
        draw(st.lists(st.integers(min_value=0, max_value=100), min_size=len(ways) - 1, max_size=len(ways) - 1))
    )
    bounds = [Decimal(0), *(_cents(owed * cut / 100) for cut in cuts), _cents(owed)]
    return [
        paid(number, str(bounds[number + 1] - bounds[number]), gateway, method)
        for number, (gateway, method) in enumerate(ways)
    ]


def _refunds(
    draw: st.DrawFn, lines: list[OrderLine], things: list[_Thing], charges: dict[TaxTarget, _Thing]
) -> list[Refund]:
    """Every unit of every line one after the other, then what is no line; rounded as the store rounds parts."""
    made: list[Refund] = []
    for bought_line, thing in zip(lines, things, strict=True):
        before = 0
        while before < bought_line.quantity:
            after = draw(st.integers(min_value=before + 1, max_value=bought_line.quantity))
            total = _part(thing.paid, before, after, bought_line.quantity)
            back = sum((_part(one, before, after, bought_line.quantity) for one in thing.taxes.values()), Decimal(0))
            product = item(RefundItemKind.PRODUCT, bought_line.id, after - before)
            made.append(_refund(len(made) + 1, total, back, product))
            before = after
    for target, kind, number in [
        (TaxTarget.SHIPPING, RefundItemKind.SHIPPING, 77),
        (TaxTarget.HANDLING, RefundItemKind.HANDLING, 77),
        (TaxTarget.FEE, RefundItemKind.FEE, 5),
    ]:
        thing = charges[target]
        named = draw(st.sampled_from([thing.paid, thing.exact]))  # nobody knows on which side of tax it is
        back = item(kind, number, requested=str(_cents(named)))
        made.append(_refund(len(made) + 1, _cents(thing.paid), _cents(thing.tax), back))
    wrapping = charges[TaxTarget.GIFT_WRAPPING]
    wrapped = item(RefundItemKind.GIFT_WRAPPING, lines[0].id, lines[0].quantity)
    return [*made, _refund(len(made) + 1, _cents(wrapping.paid), _cents(wrapping.tax), wrapped)]


def _part(whole: Decimal, before: int, after: int, bought_units: int) -> Decimal:
    return _cents(whole * after / bought_units) - _cents(whole * before / bought_units)


def _refund(number: int, total: Decimal, back: Decimal, one: RefundItem) -> Refund:
    return refund(number, str(total), str(back), [one])


# --- orders that live: edited, refunded, read at any moment ---------------------------------------------------------

some_money = st.integers(1, 20_000).map(lambda amount: Decimal(amount) / 100)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Snapshot], Decimal]:
    """Readings of an order that is edited and refunded; in the end its total is what the shop kept, so much."""
    edits = [
        _priced_so(draw(st.lists(some_money, min_size=1, max_size=4)), draw(st.sampled_from([0, 7, 19])))
        for _ in range(4)
    ]
    last = edits[-1]
    kept = last.totals.total.inc_tax.amount
    back = draw(st.lists(some_money, max_size=4))
    refunds = [
        refund(
            number,
            str(amount),
            "0.00",
            [item(RefundItemKind.ORDER, 1042, requested=str(amount))],
            payments=_ways(draw, amount),
        )
        for number, amount in enumerate(back, start=1)
    ]
    came_in = _in_two(draw, kept + sum(back, Decimal(0)))
    readings = []
    for made in draw(st.lists(st.sampled_from(edits), max_size=5)):
        off = draw(st.integers(0, 5)) == 0
        status = OrderStatus.CANCELLED if off else OrderStatus.SHIPPED
        seen, told = draw(st.integers(0, len(came_in))), draw(st.integers(0, len(refunds)))
        readings.append(snapshot(replace(made, status=status), came_in[:seen], refunds[:told]))
    return [*readings, snapshot(last, came_in, refunds)], kept


def _priced_so(prices: list[Decimal], percent: int) -> Order:
    taxes = [(price * percent / 100).quantize(Decimal("0.01")) for price in prices]
    lines = [line(number, priced(str(price))) for number, price in enumerate(prices, start=1)]
    rows = [tax(str(amount), number=number) for number, amount in enumerate(taxes, start=1) if amount]
    return order(lines, str(sum(prices, Decimal(0)) + sum(taxes, Decimal(0))), taxes=rows)


def _in_two(draw: st.DrawFn, owed: Decimal) -> list[Transaction]:
    first = (owed * draw(st.integers(0, 100)) / 100).quantize(Decimal("0.01"))
    ways = [draw(st.sampled_from(_WAYS)) for _ in range(2)]
    return [
        paid(number, str(amount), *one)
        for number, (amount, one) in enumerate(zip((first, owed - first), ways, strict=True))
    ]


def _ways(draw: st.DrawFn, amount: Decimal) -> list[RefundPayment]:
    first = (amount * draw(st.integers(0, 100)) / 100).quantize(Decimal("0.01"))
    return [way(str(first), draw(st.sampled_from(["braintree", "storecredit"]))), way(str(amount - first))]
