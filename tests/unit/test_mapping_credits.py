"""Refunds: what was given back to its own accounts, the money by the ways it really went."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import (
    CAPTURE,
    JANE,
    ONE_TEE_BACK,
    PROFILE,
    entry,
    faults,
    in_currency,
    left_out,
    line,
    money,
    only,
    order,
    paid,
    planned,
    priced,
    profile,
    refund,
    shown,
    snapshot,
    tax,
    tee_and_mug,
    way,
    without,
)
from strategies import item as thing

from connector.domain.connection import Booking
from connector.domain.order import Consignment, Fee, LineKind, Order, TaxTarget
from connector.domain.plan import Plan
from connector.domain.posting import PostingKind
from connector.domain.refund import Refund, RefundItemKind, RefundPayment
from connector.mapping.charged import Charged

REFUND = PostingKind.REFUND
PRODUCT, ORDER, TAX = RefundItemKind.PRODUCT, RefundItemKind.ORDER, RefundItemKind.TAX
SHIPPING, HANDLING = RefundItemKind.SHIPPING, RefundItemKind.HANDLING
FEE, WRAPPING = RefundItemKind.FEE, RefundItemKind.GIFT_WRAPPING


def held(made: Order, *refunds: Refund) -> list[str]:
    return faults(only(planned(snapshot(made, [CAPTURE], refunds)), REFUND, refunds[0].id))


def refund_of(made: Order, given: Refund, **more: object) -> list[str]:
    whole = paid(1, str(made.totals.total.inc_tax.amount))
    return shown(entry(planned(snapshot(made, [whole], [given]), **more), REFUND, given.id))


def rich(**more: object) -> Order:
    """200.00 of goods in two lines, 10 % tax, everything else beside it."""
    lines = [
        line(1, priced("120.00", "132.00"), quantity=3, wrapping=priced("6.00", "6.60")),
        line(2, priced("80.00", "88.00"), quantity=2, wrapping=priced("4.00", "4.40")),
    ]
    fees = (Fee(5, "Assembly", priced("10.00", "11.00")), Fee(6, "Deposit", priced("10.00")))
    parcels = (
        Consignment(77, "Flat", JANE, priced("6.00", "6.60"), priced("1.00", "1.10")),
        Consignment(78, "Flat", JANE, priced("14.00", "15.40"), priced("2.00", "2.20")),
    )
    rows = [
        tax("12.00", number=1),
        tax("8.00", number=2),
        tax("2.00", TaxTarget.SHIPPING),
        tax("0.30", TaxTarget.HANDLING),
        tax("1.00", TaxTarget.GIFT_WRAPPING),
        tax("1.00", TaxTarget.FEE),
    ]
    sums = {
        "shipping": priced("20.00", "22.00"),
        "handling": priced("3.00", "3.30"),
        "wrapping": priced("10.00", "11.00"),
    }
    return order(lines, "277.30", fees=fees, consignments=parcels, taxes=rows, **sums | more)


def test_one_unit_of_order_1042_goes_back_to_the_cent() -> None:
    made = entry(planned(snapshot(tee_and_mug(), [CAPTURE], [ONE_TEE_BACK])), REFUND)
    assert made.text == "BC-1042 refund 12"
    assert shown(made) == [
        "debit 4950 44.96 returns: refund 12",
        "debit 2200 3.71 tax: refund 12 TX Sales Tax",
        "credit 1091 48.67 clearing: refund 12",
    ]


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        (
            refund(1, "44.00", "4.00", [thing(PRODUCT, 1)]),
            ["debit 4950 40.00 returns: refund 1", "debit 2200 4.00 tax: refund 1 TX Sales Tax"],
        ),
        (
            refund(1, "2.20", "0.20", [thing(WRAPPING, 1)]),
            ["debit 4120 2.00 gift_wrap: refund 1", "debit 2200 0.20 tax: refund 1 TX Sales Tax"],
        ),
        (  # named with tax
            refund(1, "11.00", "1.00", [thing(SHIPPING, 78, requested="11.00")]),
            ["debit 4100 10.00 shipping: refund 1", "debit 2200 1.00 tax: refund 1 TX Sales Tax"],
        ),
        (  # named without tax
            refund(1, "11.00", "1.00", [thing(SHIPPING, 78, requested="10.00")]),
            ["debit 4100 10.00 shipping: refund 1", "debit 2200 1.00 tax: refund 1 TX Sales Tax"],
        ),
        (  # not named: all of that address
            refund(1, "6.60", "0.60", [thing(SHIPPING, 77)]),
            ["debit 4100 6.00 shipping: refund 1", "debit 2200 0.60 tax: refund 1 TX Sales Tax"],
        ),
        (  # an address the order does not know any more: all shipping
            refund(1, "22.00", "2.00", [thing(SHIPPING, 99)]),
            ["debit 4100 20.00 shipping: refund 1", "debit 2200 2.00 tax: refund 1 TX Sales Tax"],
        ),
        (
            refund(1, "2.20", "0.20", [thing(HANDLING, 78)]),
            ["debit 4110 2.00 handling: refund 1", "debit 2200 0.20 tax: refund 1 TX Sales Tax"],
        ),
        (
            refund(1, "11.00", "1.00", [thing(FEE, 5, requested="11.00")]),
            ["debit 4130 10.00 fees: refund 1", "debit 2200 1.00 tax: refund 1 TX Sales Tax"],
        ),
        (refund(1, "10.00", "0.00", [thing(FEE, 6, requested="10.00")]), ["debit 4130 10.00 fees: refund 1"]),
        (
            refund(1, "21.00", "1.00", [thing(FEE, 1042)]),
            [
                "debit 4130 20.00 fees: refund 1",
                "debit 2200 1.00 tax: refund 1 TX Sales Tax",
            ],
        ),
        (
            refund(1, "25.00", "0.00", [thing(ORDER, 1042, requested="25.00")]),
            [
                "debit 4950 25.00 returns: refund 1 order-level refund",
            ],
        ),
        (refund(1, "25.00", "0.00", [thing(ORDER, 1042)]), ["debit 4950 25.00 returns: refund 1 order-level refund"]),
        (
            refund(1, "1.50", "1.50", [thing(TAX, 1042, requested="1.50")]),
            [
                "debit 2200 1.50 tax: refund 1 TX Sales Tax",
            ],
        ),
        (refund(1, "1.50", "1.50", []), ["debit 2200 1.50 tax: refund 1 TX Sales Tax"]),
        (refund(1, "1.50", "0.00", []), ["debit 2200 1.50 tax: refund 1 TX Sales Tax"]),
        (  # a fault in the goods: 5.00 less than was paid for it, the tax as it was
            refund(1, "39.00", "4.00", [thing(PRODUCT, 1, adjustments=(money("-5.00"),))]),
            ["debit 4950 35.00 returns: refund 1", "debit 2200 4.00 tax: refund 1 TX Sales Tax"],
        ),
        (  # the tax provider asked for tax again
            refund(1, "39.00", "-1.00", [thing(PRODUCT, 1)]),
            ["debit 4950 40.00 returns: refund 1", "credit 2200 1.00 tax: refund 1 TX Sales Tax"],
        ),
        (
            refund(1, "138.00", "12.00", [thing(PRODUCT, 1, 3), thing(ORDER, 1042, requested="6.00")]),
            [
                "debit 4950 120.00 returns: refund 1",
                "debit 4950 6.00 returns: refund 1 order-level refund",
                "debit 2200 12.00 tax: refund 1 TX Sales Tax",
            ],
        ),
    ],
)
def test_every_kind_of_refund_goes_to_its_own_account(given: Refund, lines: list[str]) -> None:
    found = refund_of(rich(), given)
    assert found[:-1] == lines
    assert found[-1] == f"credit 1091 {given.total.amount} clearing: refund 1"


def test_an_order_level_refund_can_carry_its_share_of_the_tax() -> None:
    prorated = profile(PROFILE + "refunds: {order_level: prorated}\n")
    found = refund_of(rich(), refund(1, "27.73", "0.00", [thing(ORDER, requested="27.73")]), with_profile=prorated)
    assert found == [
        "debit 4950 25.30 returns: refund 1 order-level refund",
        "debit 2200 2.43 tax: refund 1 TX Sales Tax",
        "credit 1091 27.73 clearing: refund 1",
    ]
    product = refund(1, "44.00", "4.00", [thing(PRODUCT, 1)])
    assert refund_of(rich(), product, with_profile=prorated) == refund_of(rich(), product)


def test_a_product_of_a_store_with_tax_in_its_prices() -> None:
    made = order(
        [line(1, priced("100.00", "119.00"), quantity=2, discounts=["11.90"])],
        "107.10",
        tax_inclusive=True,
        coupon_discount=money("11.90"),
        taxes=[tax("17.10", number=1, name="VAT")],
    )
    assert refund_of(made, refund(1, "53.55", "8.55", [thing(PRODUCT, 1)])) == [
        "debit 4950 45.00 returns: refund 1",
        "debit 2200 8.55 tax: refund 1 VAT",
        "credit 1091 53.55 clearing: refund 1",
    ]
    recalculated = refund(1, "53.55", "8.00", [thing(PRODUCT, 1)])
    assert refund_of(made, recalculated)[:2] == [
        "debit 4950 45.55 returns: refund 1",
        "debit 2200 8.00 tax: refund 1 VAT",
    ]


def test_tax_that_no_thing_carried_goes_by_the_orders_names() -> None:
    made = order([line(1, priced("10.00")), line(2, priced("10.00"))], "21.00", taxes=[tax("1.00", number=2)])
    assert refund_of(made, refund(1, "10.50", "0.50", [thing(PRODUCT, 1)]))[1] == (
        "debit 2200 0.50 tax: refund 1 TX Sales Tax"
    )
    untaxed = order([line(1, priced("10.00"))], "10.00")
    assert refund_of(untaxed, refund(1, "10.50", "0.50", [thing(PRODUCT, 1)]))[1] == "debit 2200 0.50 tax: refund 1"


def test_rows_that_name_no_line_are_shared_by_the_lines_worth() -> None:
    made = order([line(1, priced("30.00")), line(2, priced("10.00"))], "44.00", taxes=[tax("4.00")])
    assert refund_of(made, refund(1, "33.00", "3.00", [thing(PRODUCT, 1)]))[:2] == [
        "debit 4950 30.00 returns: refund 1",
        "debit 2200 3.00 tax: refund 1 TX Sales Tax",
    ]


def test_tax_by_name_goes_back_by_name() -> None:
    rows = [tax("7.25", number=1, name="CA State Tax"), tax("1.00", number=1, name="City")]
    made = order([line(1, priced("100.00"), quantity=4)], "108.25", taxes=rows)
    assert refund_of(made, refund(1, "27.06", "2.06", [thing(PRODUCT, 1)])) == [
        "debit 4950 25.00 returns: refund 1",
        "debit 2210 1.81 tax: refund 1 CA State Tax",
        "debit 2200 0.25 tax: refund 1 City",
        "credit 1091 27.06 clearing: refund 1",
    ]


def test_a_discount_that_no_line_tells_comes_off_all_lines() -> None:
    made = order([line(1, priced("30.00")), line(2, priced("10.00"))], "36.00", discount=money("4.00"))
    assert refund_of(made, refund(1, "27.00", "0.00", [thing(PRODUCT, 1)]))[0] == "debit 4950 27.00 returns: refund 1"


def test_free_shipping_comes_off_the_shipping() -> None:
    made = order([line(1, priced("30.00"))], "30.00", shipping=priced("5.00"), coupon_discount=money("5.00"))
    assert refund_of(made, refund(1, "30.00", "0.00", [thing(PRODUCT, 1)]))[0] == "debit 4950 30.00 returns: refund 1"


def shipped_cheaper(off: str, **more: object) -> Order:
    parcel = Consignment(77, "Flat", JANE, priced("10.00"), priced("0"))
    owed = str(Decimal("110.00") - Decimal(off))
    return order([line(1, priced("100.00"))], owed, shipping=parcel.shipping, consignments=(parcel,), **more)


DISCOUNTED_SHIPPING = [
    shipped_cheaper("5.00", coupon_discount=money("5.00")),
    shipped_cheaper("5.00", discount=money("5.00")),
    shipped_cheaper("10.00", coupon_discount=money("10.00")),
    shipped_cheaper("10.00", discount=money("10.00")),
]


@pytest.mark.parametrize("made", DISCOUNTED_SHIPPING)
def test_a_discount_on_shipping_takes_nothing_off_a_product(made: Order) -> None:
    back = refund(1, "100.00", "0.00", [thing(PRODUCT, 1)])
    assert refund_of(made, back)[0] == "debit 4950 100.00 returns: refund 1"


@pytest.mark.parametrize("made", DISCOUNTED_SHIPPING[:2])
def test_shipping_that_was_discounted_is_given_back_so(made: Order) -> None:
    back = refund(1, "5.00", "0.00", [thing(SHIPPING, 77)])
    assert refund_of(made, back)[0] == "debit 4100 5.00 shipping: refund 1"


@pytest.mark.parametrize("made", DISCOUNTED_SHIPPING)
def test_a_discount_that_may_be_on_shipping_may_be_on_the_lines(made: Order) -> None:
    paid_for_it = made.totals.total.inc_tax - money("10.00")
    back = refund(1, str(paid_for_it.amount), "0.00", [thing(PRODUCT, 1)])
    assert refund_of(made, back)[0] == f"debit 4950 {paid_for_it.amount} returns: refund 1"


def test_a_refund_held_beside_a_discount_shows_each_reading() -> None:
    back = refund(1, "50.00", "0.00", [thing(PRODUCT, 1)])
    posting = only(planned(snapshot(DISCOUNTED_SHIPPING[0], refunds=[back])), REFUND)
    assert faults(posting) == ["unexplained_total: refund 1: -45.00 USD of its total 50.00 USD is unexplained"]
    assert "or, with 5.00 USD off the shipping:\nline 1 × 1: 100.00 USD\n" in posting.faults[0].detail


def test_a_sold_gift_certificate_goes_back_to_its_liability() -> None:
    made = order([line(1, priced("50.00"), kind=LineKind.GIFT_CERTIFICATE)], "50.00")
    given = refund(1, "50.00", "0.00", [thing(PRODUCT, 1)], payments=[way("50.00", "giftcertificate")])
    assert refund_of(made, given) == [
        "debit 2300 50.00 gift_certificates: refund 1",
        "credit 2300 50.00 gift_certificates: refund 1",
    ]


def test_money_goes_back_by_several_ways() -> None:
    ways = [way("15.00", "storecredit"), way("20.00"), way("5.00", "bankdeposit")]
    given = refund(14, "40.00", "0.00", [thing(ORDER, 1042, requested="40.00")], payments=ways)
    assert refund_of(tee_and_mug(), given) == [
        "debit 4950 40.00 returns: refund 14 order-level refund",
        "credit 2310 15.00 store_credit: refund 14",
        "credit 1091 20.00 clearing: refund 14",
        "credit 1090 5.00 clearing: refund 14",
    ]


def test_money_goes_back_to_the_clearing_account_it_came_in_on() -> None:
    by_method = profile(**{'default: "1090", braintree: "1091"': 'credit_card: "1095", default: "1090"'})
    made = planned(snapshot(tee_and_mug(), [CAPTURE], [ONE_TEE_BACK]), with_profile=by_method)
    assert entry(made, PostingKind.PAYMENT).lines[0].account == "1095"
    assert entry(made, REFUND).lines[-1].account == "1095"


@pytest.mark.parametrize("beside", [(), (way("0.00", "storecredit"),)])
def test_a_declined_payment_moved_nothing(beside: tuple[RefundPayment, ...]) -> None:
    given = replace(ONE_TEE_BACK, payments=(way("48.67", declined=True), *beside))
    made = planned(snapshot(tee_and_mug(), [CAPTURE], [given]))
    assert left_out(made)[("refund", 12)] == "every payment of it was declined: no money moved"
    assert REFUND not in {one.kind for one in made.postings}


def test_a_payment_declined_and_made_again_is_booked_once() -> None:
    given = replace(ONE_TEE_BACK, payments=(way("48.67", declined=True), way("48.67", "storecredit")))
    assert refund_of(tee_and_mug(), given)[-1] == "credit 2310 48.67 store_credit: refund 12"


def test_of_a_refund_half_declined_the_half_that_moved_is_booked() -> None:
    given = refund(1, "44.00", "4.00", [thing(PRODUCT, 1)], payments=[way("22.00"), way("22.00", "x", declined=True)])
    assert refund_of(rich(), given) == [
        "debit 4950 20.00 returns: refund 1",
        "debit 2200 2.00 tax: refund 1 TX Sales Tax",
        "credit 1091 22.00 clearing: refund 1",
    ]


def test_the_taxes_of_the_half_that_moved_are_rounded_together() -> None:
    rows = [tax("0.05", number=1, name=name) for name in ("CA State Tax", "County")]
    made = order([line(1, priced("1.00", "1.10"))], "1.10", taxes=rows)
    given = refund(1, "1.10", "0.10", [thing(PRODUCT, 1)], payments=[way("0.55"), way("0.55", "x", declined=True)])
    assert refund_of(made, given) == [
        "debit 4950 0.50 returns: refund 1",
        "debit 2210 0.03 tax: refund 1 CA State Tax",
        "debit 2200 0.02 tax: refund 1 County",
        "credit 1091 0.55 clearing: refund 1",
    ]


@given(st.integers(1, 400), st.lists(st.integers(1, 9), min_size=2, max_size=4), st.integers(1, 99))
def test_the_tax_of_a_part_that_moved_is_what_the_store_says(cents: int, taxed: list[int], part: int) -> None:
    rows = [tax(str(Decimal(one) / 100), number=1, name=str(name)) for name, one in enumerate(taxed)]
    whole, charged_tax = Decimal(cents + sum(taxed)) / 100, Decimal(sum(taxed)) / 100
    made = order([line(1, priced(str(Decimal(cents) / 100)))], str(whole), taxes=rows)
    went = (whole * part / 100).quantize(Decimal("0.01"))
    ways = [way(str(went)), way(str(whole - went), "x", declined=True)]
    back = refund(1, str(whole), str(charged_tax), [thing(PRODUCT, 1)], payments=ways)
    assume(went)
    booked = entry(planned(snapshot(made, [], [back])), REFUND)
    told = Charged(snapshot(made, [], [back]), [], Booking.LEDGER, datetime.date).figures()
    says = -sum(one.amount for one in told if (one.fact.kind, one.what) == (REFUND, "tax"))
    assert sum(one.signed for one in booked.lines if one.role == "tax") == says


@pytest.mark.parametrize("payments", [[], [way("40.00")], [way("50.00"), way("1.00", declined=True)]])
def test_payments_that_are_not_the_refund_are_held(payments: list[object]) -> None:
    given = refund(1, "44.00", "4.00", [thing(PRODUCT, 1)], payments=payments)
    posting = only(planned(snapshot(rich(), [CAPTURE], [given])), REFUND)
    [fault] = faults(posting)
    assert fault.startswith("unexplained_total: refund 1 is 44.00 USD, its payments are ")
    assert len(posting.faults[0].detail.splitlines()) == len(payments)


def test_a_refund_of_nothing_is_left_out() -> None:
    given = refund(1, "0.00", "0.00", [thing(PRODUCT, 1)], payments=[])
    assert left_out(planned(snapshot(rich(), [CAPTURE], [given])))[("refund", 1)] == "amount is zero"


def test_a_merchants_own_amounts_are_booked_as_dictated() -> None:
    items = [thing(PRODUCT, 1), thing(SHIPPING, 77, requested="6.60")]
    given = refund(1, "30.00", "2.00", items, merchant_override=True)
    assert refund_of(rich(), given) == [
        "debit 4950 24.35 returns: refund 1 merchant override",
        "debit 4100 3.65 shipping: refund 1 merchant override",
        "debit 2200 2.00 tax: refund 1 TX Sales Tax",
        "credit 1091 30.00 clearing: refund 1",
    ]
    nothing_named = refund(1, "30.00", "2.00", [], merchant_override=True)
    assert refund_of(rich(), nothing_named) == [
        "debit 4950 28.00 returns: refund 1 merchant override",
        "debit 2200 2.00 tax: refund 1 TX Sales Tax",
        "credit 1091 30.00 clearing: refund 1",
    ]


def test_a_part_whose_total_and_taxes_were_each_rounded_apart_is_booked_as_the_store_says() -> None:
    rows = [tax("0.01", number=1, name=name) for name in ("CA State Tax", "County")]
    made = order([line(1, priced("0.10", "0.12"), quantity=5)], "0.12", taxes=rows)
    assert refund_of(made, refund(1, "0.01", "0.02", [thing(PRODUCT, 1)])) == [
        "debit 4950 0.02 returns: refund 1",
        "debit 2210 0.01 tax: refund 1 CA State Tax",
        "debit 2200 0.01 tax: refund 1 County",
        "credit 1091 0.01 clearing: refund 1",
        "credit 4999 0.03 rounding: refund 1 rounding",
    ]


def test_a_part_further_off_than_its_price_and_taxes_can_round_is_held() -> None:
    rows = [tax("0.01", number=1, name=name) for name in ("CA State Tax", "County")]
    made = order([line(1, priced("0.10", "0.12"), quantity=5)], "0.12", taxes=rows)
    posting = only(planned(snapshot(made, refunds=[refund(1, "0.01", "0.03", [thing(PRODUCT, 1)])])), REFUND)
    assert faults(posting) == ["unexplained_total: refund 1: -0.04 USD of its total 0.01 USD is unexplained"]
    assert "difference (tolerance 0.03): -0.04 USD" in posting.faults[0].detail


def test_a_refund_that_its_things_do_not_explain_is_held_with_both_readings() -> None:
    given = refund(1, "30.00", "2.00", [thing(SHIPPING, 77, requested="5.50")])
    posting = only(planned(snapshot(rich(), [CAPTURE], [given])), REFUND)
    assert faults(posting) == ["unexplained_total: refund 1: 24.50 USD of its total 30.00 USD is unexplained"]
    assert posting.faults[0].detail.splitlines() == [
        "shipping: 3.50 USD",
        "adds up to: 3.50 USD",
        "refund total without tax: 28.00 USD",
        "difference (tolerance 0.02): 24.50 USD",
        "or, with its amounts read without tax:",
        "shipping: 5.50 USD",
        "adds up to: 5.50 USD",
        "refund total without tax: 28.00 USD",
        "difference (tolerance 0.02): 22.50 USD",
    ]
    counted = refund(1, "30.00", "2.00", [thing(PRODUCT, 1)])
    assert "read without tax" not in only(planned(snapshot(rich(), [], [counted])), REFUND).faults[0].detail


def test_a_refund_for_a_line_the_order_does_not_have_is_held() -> None:
    told = ["unexplained_total: refund 1 is for line 9, which order 1042 does not have"]
    assert held(rich(), refund(1, "44.00", "4.00", [thing(PRODUCT, 9)])) == told


def test_a_thing_that_was_free_gives_back_what_is_named() -> None:
    made = order([line(1, priced("10.00"))], "10.00")
    assert refund_of(made, refund(1, "3.00", "0.00", [thing(SHIPPING, 77, requested="3.00")]))[0] == (
        "debit 4100 3.00 shipping: refund 1"
    )


def test_cents_that_the_store_rounded_are_rounding() -> None:
    made = order([line(1, priced("10.00"), quantity=3)], "10.00")
    assert refund_of(made, refund(1, "3.34", "0.00", [thing(PRODUCT, 1)])) == [
        "debit 4950 3.33 returns: refund 1",
        "credit 1091 3.34 clearing: refund 1",
        "debit 4999 0.01 rounding: refund 1 rounding",
    ]


def test_tax_goes_back_to_the_cent_of_the_refunds_own() -> None:
    """Three names share 0.44: rounded one by one they would be 0.43."""
    rows = [
        tax("0.75", TaxTarget.SHIPPING, name="State"),
        tax("0.03", TaxTarget.SHIPPING, name="County"),
        tax("0.13", TaxTarget.SHIPPING, name="City"),
    ]
    parcel = Consignment(77, "Flat", JANE, priced("12.50", "13.41"), priced("0"))
    made = order([line(1, priced("10.00"))], "23.41", shipping=parcel.shipping, consignments=(parcel,), taxes=rows)
    assert refund_of(made, refund(1, "6.70", "0.44", [thing(SHIPPING, 77, requested="6.70")])) == [
        "debit 4100 6.26 shipping: refund 1",
        "debit 2200 0.36 tax: refund 1 State",
        "debit 2200 0.02 tax: refund 1 County",
        "debit 2200 0.06 tax: refund 1 City",
        "credit 1091 6.70 clearing: refund 1",
    ]


def test_refunds_are_booked_by_id_and_all_their_gaps_told() -> None:
    bare = without("returns:", "clearing:", "tax:")
    given = [replace(ONE_TEE_BACK, id=30), replace(ONE_TEE_BACK, id=4)]
    made = planned(snapshot(tee_and_mug(), [paid(1, "227.77")], given), with_profile=bare)
    assert [one.source for one in made.postings if one.kind is REFUND] == [4, 30]
    assert faults(only(made, REFUND, 4)) == [
        "mapping_gap: no account for returns: add accounts.returns",
        "mapping_gap: no account for tax TX Sales Tax: add accounts.tax.TX Sales Tax or accounts.tax.default",
        "mapping_gap: no account for clearing braintree: "
        "add accounts.clearing.braintree or accounts.clearing.default",
    ]


def third_of_coupon(currency: str) -> Plan:
    """Three pieces less a coupon, one of them given back as the store rounds it."""
    coupon = order([line(1, priced("999"), quantity=3)], "899", coupon_discount=money("100"))
    taken = snapshot(coupon, [paid(1, "899")], [refund(1, "300", "0", [thing(PRODUCT, 1)])])
    return planned(in_currency(taken, currency))


def test_what_may_stay_unexplained_is_counted_in_the_currencys_own_coin() -> None:
    assert [one.split()[1:3] for one in shown(entry(third_of_coupon("JPY"), REFUND))] == [
        ["4950", "300"],
        ["1091", "300"],
    ]
    assert faults(only(third_of_coupon("USD"), REFUND))[0].endswith("of its total 300 USD is unexplained")


@pytest.mark.parametrize(
    ("currency", "off", "within"), [("JPY", "2", True), ("JPY", "3", False), ("KWD", "0.003", False)]
)
def test_a_sale_is_explained_within_two_coins(currency: str, off: str, within: bool) -> None:
    made = order([line(1, priced("1000"))], str(1000 + Decimal(off)))
    sale = only(planned(in_currency(snapshot(made), currency)), PostingKind.SALE)
    assert (sale.content is not None) is within
