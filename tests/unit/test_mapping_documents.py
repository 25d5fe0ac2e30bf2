"""The sales order and its buyer: items at what they were sold for, charges for the rest."""

from __future__ import annotations

from datetime import date

import pytest
from strategies import (
    FREE,
    JANE,
    entry,
    faults,
    line,
    money,
    only,
    order,
    planned,
    priced,
    profile,
    snapshot,
    tax,
    tee_and_mug,
    without,
)

from connector.domain.connection import Booking
from connector.domain.document import Charge, Customer, DocumentLine, SalesDocument
from connector.domain.order import Fee, LineKind, Order, TaxTarget
from connector.domain.posting import PostingKind
from connector.mapping.profile import Profile

SALES_ORDER, CUSTOMER, SALE = PostingKind.SALES_ORDER, PostingKind.CUSTOMER, PostingKind.SALE
FULL, OPERATIONAL, LEDGER = Booking.FULL, Booking.OPERATIONAL, Booking.LEDGER


def document(made: Order, booking: Booking = FULL, with_profile: Profile | None = None) -> SalesDocument:
    posting = only(planned(snapshot(made), booking=booking, with_profile=with_profile), SALES_ORDER)
    assert isinstance(posting.content, SalesDocument), [fault.what for fault in posting.faults]
    return posting.content


def nets(made: SalesDocument) -> list[str]:
    return [f"{one.number} {one.item} {one.quantity} {one.net.amount}" for one in made.lines]


def test_order_1042_becomes_a_sales_order() -> None:
    made = document(tee_and_mug(note="Leave it at the door"))
    assert made == SalesDocument(
        reference="BC-1042",
        customer="",
        currency="USD",
        ordered_on=date(2026, 3, 3),
        address=made.address,
        lines=(
            DocumentLine(1, "10045", "Sample Tee", 2, money("89.91")),
            DocumentLine(2, "MUG-11OZ", "Sample Mug 11 oz", 1, money("108.00")),
        ),
        charges=(Charge("FRT", "Shipping", money("12.50")),),
        text="Leave it at the door",
        buyer=11,
    )
    assert made.address.street_1 == "123 Main Street"


@pytest.mark.parametrize(
    ("booking", "kinds"),
    [
        (FULL, [CUSTOMER, SALES_ORDER, SALE]),
        (OPERATIONAL, [CUSTOMER, SALES_ORDER]),
        (LEDGER, [SALE]),
    ],
)
def test_the_booking_mode_says_what_is_booked(booking: Booking, kinds: list[PostingKind]) -> None:
    assert [one.kind for one in planned(snapshot(tee_and_mug()), booking=booking).postings] == kinds


def test_a_buyer_with_an_account_is_aligned_first() -> None:
    posting = only(planned(snapshot(tee_and_mug()), booking=FULL), CUSTOMER)
    assert (posting.source, posting.content) == (11, Customer(11, JANE))


@pytest.mark.parametrize("create", [True, False])
def test_a_guest_buys_on_the_guest_customer(create: bool) -> None:
    chosen = profile(**{"create: true": f"create: {str(create).lower()}"})
    made = planned(snapshot(tee_and_mug(customer_id=None)), booking=FULL, with_profile=chosen)
    assert CUSTOMER not in {one.kind for one in made.postings}
    assert document(tee_and_mug(customer_id=None), with_profile=chosen).customer == "WEBGUEST"


def test_without_creating_customers_every_buyer_is_the_guest_customer() -> None:
    chosen = profile(**{"create: true": "create: false"})
    assert document(tee_and_mug(), with_profile=chosen).customer == "WEBGUEST"


def test_a_free_order_that_ships_has_a_sales_order_and_no_sale() -> None:
    made = planned(snapshot(order([line(1, FREE, quantity=2)], "0.00")), booking=FULL)
    assert [one.kind for one in made.postings] == [CUSTOMER, SALES_ORDER]
    assert nets(document(order([line(1, FREE, quantity=2)], "0.00"))) == ["1 SKU 2 0.00"]


@pytest.mark.parametrize("booking", [FULL, OPERATIONAL])
def test_an_order_of_gift_certificates_alone_is_a_journal_in_every_mode(booking: Booking) -> None:
    made = planned(
        snapshot(order([line(1, priced("50.00"), kind=LineKind.GIFT_CERTIFICATE, sku="")], "50.00")), booking=booking
    )
    assert [one.kind for one in made.postings] == [SALE]
    assert [one.account for one in entry(made, SALE).lines] == ["1200", "2300"]


def test_everything_beside_items_is_a_charge_or_told_in_the_text() -> None:
    made = order(
        [line(1, priced("100.00")), line(2, priced("50.00"), kind=LineKind.GIFT_CERTIFICATE)],
        "176.00",
        shipping=priced("10.00"),
        handling=priced("3.00"),
        wrapping=priced("2.00"),
        fees=(Fee(1, "Assembly", priced("9.00")), Fee(2, "Recycling", priced("2.00"))),
        note="Ring twice",
    )
    found = document(made)
    assert found.charges == (
        Charge("FRT", "Shipping", money("10.00")),
        Charge("HND", "Handling", money("3.00")),
        Charge("WRP", "Gift wrapping", money("2.00")),
    )
    assert found.text == "Ring twice\nFees: 11.00 USD\nGift certificates: 50.00 USD"
    all_ids = profile(**{"gift_wrap: WRP": "gift_wrap: WRP, fees: FEE, gift_certificates: GCT"})
    found = document(made, OPERATIONAL, all_ids)
    assert found.charges[3:] == (
        Charge("FEE", "Fees", money("11.00")),
        Charge("GCT", "Gift certificates", money("50.00")),
    )
    assert found.text == "Ring twice"
    assert nets(found) == ["1 SKU 1 100.00"]


def test_where_infor_invoices_every_charge_needs_its_id() -> None:
    made = order(
        [line(1, priced("10.00")), line(2, priced("50.00"), kind=LineKind.GIFT_CERTIFICATE)],
        "71.00",
        shipping=priced("5.00"),
        fees=(Fee(1, "Assembly", priced("6.00")),),
    )
    posting = only(planned(snapshot(made), booking=OPERATIONAL, with_profile=without("charges:")), SALES_ORDER)
    assert faults(posting) == [
        "mapping_gap: no charge id for shipping: add charges.shipping",
        "mapping_gap: no charge id for fees: add charges.fees",
        "mapping_gap: no charge id for gift certificates: add charges.gift_certificates",
    ]


def test_every_gap_of_a_sales_order_is_told_at_once() -> None:
    lines = [
        line(1, priced("10.00"), sku=""),
        line(2, priced("10.00"), sku="A-SKU-FAR-TOO-LONG"),
        line(3, priced("10.00"), sku=" TEE-red-s "),
        line(4, priced("10.00"), sku=""),
    ]
    bare = profile(**{"guest: WEBGUEST, ": "", "create: true": "create: false"})
    posting = only(planned(snapshot(order(lines, "40.00")), booking=FULL, with_profile=bare), SALES_ORDER)
    assert faults(posting) == [
        'mapping_gap: line 1 (Thing 1) has no SKU: add items.table."" with the item to book it on',
        "mapping_gap: item A-SKU-FAR-TOO-LONG has 18 characters, the suite takes 15: "
        "set items.table.A-SKU-FAR-TOO-LONG",
        'mapping_gap: line 4 (Thing 4) has no SKU: add items.table."" with the item to book it on',
        "mapping_gap: no customer for buyers without an account: add customers.guest",
    ]


def test_gaps_hold_the_sales_order_and_leave_the_sale_to_its_own() -> None:
    made = planned(snapshot(order([line(1, priced("10.00"), sku="")], "10.00")), booking=FULL)
    assert only(made, SALES_ORDER).content is None
    assert only(made, SALE).content is not None
    assert only(planned(snapshot(order([line(1, priced("10.00"), sku="")], "10.00"))), SALE).faults == ()


def test_a_table_takes_only_what_is_listed_and_the_empty_sku_can_be_listed() -> None:
    table = profile(**{"rule: same, table: {TEE-RED-S": 'rule: table, table: {"": MISC, TEE-RED-S'})
    lines = [line(1, priced("10.00"), sku="tee-red-s"), line(2, priced("10.00"), sku="MUG"), line(3, FREE, sku="")]
    posting = only(planned(snapshot(order(lines, "20.00")), booking=FULL, with_profile=table), SALES_ORDER)
    assert faults(posting) == ["mapping_gap: no item for SKU MUG: add items.table.MUG"]
    assert nets(document(order(lines[::2], "10.00"), with_profile=table)) == ["1 10045 1 10.00", "2 MISC 1 0.00"]


def test_a_longer_item_number_fits_another_suite() -> None:
    taken = snapshot(order([line(1, priced("10.00"), sku="A-SKU-FAR-TOO-LONG")], "10.00"))
    assert only(planned(taken, booking=FULL, item_length=47), SALES_ORDER).faults == ()


def test_a_total_that_does_not_add_up_holds_the_sales_order_too() -> None:
    posting = only(planned(snapshot(order([line(1, priced("10.00"))], "12.00")), booking=OPERATIONAL), SALES_ORDER)
    assert faults(posting) == ["unexplained_total: order 1042: 2.00 USD of order total 12.00 USD is unexplained"]


def test_lines_are_net_of_tax_and_of_every_discount() -> None:
    inclusive = order(
        [line(1, priced("100.00", "119.00"), discounts=["11.90"]), line(2, priced("50.00", "59.50"))],
        "172.55",
        tax_inclusive=True,
        discount=money("17.85"),
        shipping=priced("10.00", "11.90"),
        taxes=[tax("16.49", number=1), tax("9.16", number=2), tax("1.90", TaxTarget.SHIPPING)],
    )
    found = document(inclusive)
    assert nets(found) == ["1 SKU 1 86.78", "2 SKU 1 48.22"]  # 5.95 that no line tells: 3.83 and 2.12 with tax
    assert found.charges == (Charge("FRT", "Shipping", money("10.00")),)


def test_free_shipping_ships_for_nothing() -> None:
    made = order([line(1, priced("30.00"))], "30.00", shipping=priced("5.00"), coupon_discount=money("5.00"))
    found = document(made)
    assert (nets(found), found.charges) == (["1 SKU 1 30.00"], ())


def test_a_promotion_of_free_shipping_comes_off_the_shipping() -> None:
    found = document(order([line(1, priced("30.00"))], "30.00", shipping=priced("5.00"), discount=money("5.00")))
    assert (nets(found), found.charges) == (["1 SKU 1 30.00"], ())


def test_a_discount_as_large_as_the_shipping_is_not_off_one_that_was_taxed() -> None:
    taxed = [tax("0.50", TaxTarget.SHIPPING)]
    made = order(
        [line(1, priced("30.00"))], "30.50", shipping=priced("5.00"), coupon_discount=money("5.00"), taxes=taxed
    )
    found = document(made)
    assert nets(found) == ["1 SKU 1 25.00"]
    assert found.charges == (Charge("FRT", "Shipping", money("5.00")),)


def test_nets_are_whole_cents_that_add_up() -> None:
    lines = [line(number, priced("3.3333")) for number in (1, 2, 3)]
    assert nets(document(order(lines, "10.00"))) == ["1 SKU 1 3.33", "2 SKU 1 3.34", "3 SKU 1 3.33"]


def test_a_line_edited_down_to_nothing_stays_out() -> None:
    lines = [line(1, FREE, quantity=0), line(2, priced("10.00"), sku="MUG")]
    assert nets(document(order(lines, "10.00"))) == ["1 MUG 1 10.00"]


def test_sixty_lines_make_sixty_lines_and_one_sum() -> None:
    lines = [line(number, priced("1.10"), sku=f"S{number}") for number in range(1, 61)]
    made = planned(snapshot(order(lines, "66.00")), booking=FULL)
    assert len(document(order(lines, "66.00")).lines) == 60
    assert [str(one.amount) for one in entry(made, SALE).lines] == ["66.00 USD", "66.00 USD"]
