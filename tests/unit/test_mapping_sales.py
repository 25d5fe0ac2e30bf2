"""The sale as an accountant would book it, whatever the store sold and however it priced it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from strategies import (
    CERTIFICATE,
    FREE,
    KEY,
    entry,
    faults,
    left_out,
    line,
    money,
    only,
    order,
    paid,
    planned,
    priced,
    shown,
    snapshot,
    tax,
    tee_and_mug,
    without,
)

from connector.domain.journal import JournalEntry
from connector.domain.money import Money
from connector.domain.order import Fee, LineKind, Order, Priced, TaxTarget, Totals
from connector.domain.posting import PostingKind

SALE = PostingKind.SALE


def sale_of(made: Order, **more: object) -> list[str]:
    return shown(entry(planned(snapshot(made), **more), SALE))


def test_order_1042_is_booked_to_the_cent() -> None:
    posting = only(planned(snapshot(tee_and_mug())), SALE)
    sale = posting.content
    assert isinstance(sale, JournalEntry)
    assert (posting.source, posting.revision) == (1042, 1)
    assert (sale.key, sale.reference, sale.text) == (KEY, "BC-1042", "BC-1042 sale")
    assert (sale.date, sale.currency) == (date(2026, 3, 3), "USD")
    assert [(one.account, one.side.value, one.amount, one.rule) for one in sale.lines] == [
        ("1200", "debit", money("227.77"), "accounts.receivable"),
        ("4900", "debit", money("21.99"), "accounts.discounts"),
        ("4000", "credit", money("219.90"), "accounts.sales"),
        ("4100", "credit", money("12.50"), "accounts.shipping"),
        ("2200", "credit", money("17.36"), "accounts.tax.default"),
    ]
    assert all(one.dimensions == {"AIT2": "WEB"} for one in sale.lines)


def test_a_store_prefix_leads_the_reference() -> None:
    sale = entry(planned(snapshot(tee_and_mug()), store_prefix="EU"), SALE)
    assert (sale.reference, sale.text) == ("EU-BC-1042", "EU-BC-1042 sale")


def test_the_day_is_the_companys_own() -> None:
    late = snapshot(tee_and_mug())  # 21:40 UTC on 3 March
    assert entry(planned(late, company={"timezone": "Asia/Tokyo"}), SALE).date == date(2026, 3, 4)
    assert entry(planned(late, company={}), SALE).date == date(2026, 3, 3)


def test_everything_an_order_can_charge_has_its_own_account() -> None:
    made = order(
        [
            line(1, priced("100.00"), discounts=["5.00"]),
            line(2, priced("50.00"), kind=LineKind.GIFT_CERTIFICATE, sku=""),
            line(3, priced("20.00"), kind=LineKind.DIGITAL),
        ],
        "194.00",
        shipping=priced("10.00"),
        handling=priced("3.00"),
        wrapping=priced("2.00"),
        fees=(Fee(1, "Assembly", priced("9.00")), Fee(2, "Recycling", priced("1.00"))),
        taxes=[
            tax("7.00", number=1, name="CA State Tax"),
            tax("1.00", number=1, name="City"),
            tax("0.50", TaxTarget.SHIPPING, name="ca state tax"),
            tax("0.50", TaxTarget.FEE, name="City"),
        ],
        discount=money("5.00"),
        coupon_discount=money("5.00"),
    )
    assert sale_of(made) == [
        "debit 1200 194.00 receivable: sale",
        "debit 4900 10.00 discounts: sale",
        "credit 4000 120.00 sales: sale",
        "credit 2300 50.00 gift_certificates: sale",
        "credit 4100 10.00 shipping: sale",
        "credit 4110 3.00 handling: sale",
        "credit 4120 2.00 gift_wrap: sale",
        "credit 4130 10.00 fees: sale",
        "credit 2210 7.00 tax: sale CA State Tax",
        "credit 2200 1.50 tax: sale City",
        "credit 2210 0.50 tax: sale ca state tax",
    ]


def test_prices_with_tax_are_booked_less_the_tax_really_charged() -> None:
    """119.00 with 19 % in it, 11.90 off; shipping 5.95 with 0.95 in it; a certificate has no tax."""
    made = order(
        [
            line(1, priced("100.00", "119.00"), discounts=["11.90"]),
            line(2, priced("25.00"), kind=LineKind.GIFT_CERTIFICATE),
        ],
        "138.05",
        tax_inclusive=True,
        shipping=priced("5.00", "5.95"),
        coupon_discount=money("11.90"),
        taxes=[tax("17.10", number=1, name="VAT"), tax("0.95", TaxTarget.SHIPPING, name="VAT")],
    )
    assert sale_of(made) == [
        "debit 1200 138.05 receivable: sale",
        "debit 4900 11.90 discounts: sale",
        "credit 4000 101.90 sales: sale",  # 119.00 - 17.10; less 11.90 it is the net turnover of 90.00
        "credit 2300 25.00 gift_certificates: sale",
        "credit 4100 5.00 shipping: sale",
        "credit 2200 18.05 tax: sale VAT",
    ]


def test_a_negative_fee_goes_to_the_other_side() -> None:
    made = order([line(1, priced("10.00"))], "8.00", fees=(Fee(1, "Pick-up bonus", priced("-2.00")),))
    assert sale_of(made) == [
        "debit 1200 8.00 receivable: sale",
        "credit 4000 10.00 sales: sale",
        "debit 4130 2.00 fees: sale",
    ]


def test_a_free_order_with_a_price_is_booked_without_a_receivable() -> None:
    made = order([line(1, priced("10.00"), discounts=["10.00"])], "0.00", discount=money("10.00"))
    assert sale_of(made) == ["debit 4900 10.00 discounts: sale", "credit 4000 10.00 sales: sale"]


def test_an_order_of_nothing_is_left_out() -> None:
    made = planned(snapshot(order([line(1, FREE)], "0.00")))
    assert made.postings == ()
    assert left_out(made) == {("order", 1042): "nothing to book: its total is zero and it ships nothing"}


def test_tax_of_four_decimals_is_rounded_once_and_the_rest_named() -> None:
    rows = [tax("0.3349", number=1, name="City"), tax("0.3349", number=1, name="County")]
    made = order([line(1, priced("10.0000"))], "10.67", taxes=rows)
    assert sale_of(made) == [
        "debit 1200 10.67 receivable: sale",
        "credit 4000 10.00 sales: sale",
        "credit 2200 0.33 tax: sale City",
        "credit 2200 0.33 tax: sale County",
        "credit 4999 0.01 rounding: sale rounding",
    ]


@pytest.mark.parametrize(("total", "side"), [("10.02", "credit"), ("9.98", "debit")])
def test_cents_within_the_tolerance_are_rounding(total: str, side: str) -> None:
    assert sale_of(order([line(1, priced("10.00"))], total))[-1] == f"{side} 4999 0.02 rounding: sale rounding"


def test_a_total_beyond_the_tolerance_is_held_with_its_arithmetic() -> None:
    made = order([line(1, priced("10.00"))], "11.83", taxes=[tax("0.80", number=1)], discount=money("1.00"))
    posting = only(planned(snapshot(made, [paid(1, "11.83")])), SALE)
    assert faults(posting) == ["unexplained_total: order 1042: 2.03 USD of order total 11.83 USD is unexplained"]
    assert posting.faults[0].detail.splitlines() == [
        "discounts: -1.00 USD",
        "sales: 10.00 USD",
        "tax TX Sales Tax: 0.80 USD",
        "adds up to: 9.80 USD",
        "order total: 11.83 USD",
        "difference (tolerance 0.02): 2.03 USD",
    ]


def test_an_order_whose_totals_were_overridden_is_not_plugged() -> None:
    """Order 100 of the facts: the subtotal's tax of 25.63 is in the total, and no tax is told anywhere."""
    made = order([line(1, priced("310.00", "335.63"))], "335.63")
    assert faults(only(planned(snapshot(made)), SALE)) == [
        "unexplained_total: order 1042: 25.63 USD of order total 335.63 USD is unexplained"
    ]


def test_tax_without_rows_is_booked_by_the_orders_own_total() -> None:
    made = order([line(1, priced("10.00", "10.80"))], "16.00", shipping=priced("5.00", "5.20"), tax=money("1.00"))
    assert sale_of(made)[-1] == "credit 2200 1.00 tax: sale"
    unknown = order([line(1, priced("10.00"))], "11.00", tax=money("1.00"))
    assert sale_of(unknown)[-1] == "credit 2200 1.00 tax: sale"


def test_tax_without_rows_comes_off_what_the_prices_say_when_they_include_it() -> None:
    made = order(
        [line(1, priced("100.00", "119.00"))],
        "124.95",
        tax_inclusive=True,
        shipping=priced("5.00", "5.95"),
        tax=money("19.95"),
    )
    assert sale_of(made)[1:] == [
        "credit 4000 100.00 sales: sale",
        "credit 4100 5.00 shipping: sale",
        "credit 2200 19.95 tax: sale",
    ]


def test_every_missing_account_of_a_sale_is_named_at_once() -> None:
    made = order(
        [line(1, priced("10.00"))],
        "19.10",
        handling=priced("3.00"),
        fees=(Fee(1, "Assembly", priced("5.00")),),
        taxes=[tax("0.60", number=1, name="City"), tax("0.50", number=1, name="")],
    )
    bare = without("fees:", "handling:", "tax:")
    assert faults(only(planned(snapshot(made), with_profile=bare), SALE)) == [
        "mapping_gap: no account for handling: add accounts.handling",
        "mapping_gap: no account for fees: add accounts.fees",
        "mapping_gap: no account for tax City: add accounts.tax.City or accounts.tax.default",
        "mapping_gap: no account for tax without a name: add accounts.tax.default",
    ]


def test_rounding_needs_its_account_too() -> None:
    made = planned(snapshot(order([line(1, priced("10.00"))], "10.01")), with_profile=without("rounding:"))
    assert faults(only(made, SALE)) == ["mapping_gap: no account for rounding: add accounts.rounding"]


def test_another_currency_is_rounded_its_own_way() -> None:
    nothing, thousand = Money.zero("JPY"), Money(Decimal("999.6"), "JPY")
    free, price = Priced(nothing, nothing), Priced(thousand, thousand)
    made = replace(
        order([], "0"),
        currency="JPY",
        lines=(line(1, price, wrapping=free),),
        totals=Totals(free, free, free, free, price, nothing, nothing, nothing),
    )
    sale = entry(planned(snapshot(made)), SALE)
    assert [(one.account, str(one.amount)) for one in sale.lines] == [("1200", "1000 JPY"), ("4000", "1000 JPY")]


def test_payments_follow_the_sale() -> None:
    made = planned(snapshot(tee_and_mug(), [CERTIFICATE]))
    assert [one.kind for one in made.postings] == [SALE, PostingKind.PAYMENT]
