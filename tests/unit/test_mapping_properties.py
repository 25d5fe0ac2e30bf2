"""What holds for every order that adds up."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from strategies import Bought, bought, entry, planned, steady

from connector.domain.connection import Booking
from connector.domain.document import SalesDocument
from connector.domain.journal import JournalEntry, balances
from connector.domain.plan import Plan
from connector.domain.posting import PostingKind

NOTHING = Decimal(0)
RECEIVABLE, ROUNDING, RETURNS, SALES, DISCOUNTS = "1200", "4999", "4950", "4000", "4900"


def entries(made: Plan, *kinds: PostingKind) -> list[JournalEntry]:
    found = [one.content for one in made.postings if not kinds or one.kind in kinds]
    assert all(isinstance(one, JournalEntry) for one in found), [one.faults for one in made.postings if one.faults]
    return [one for one in found if isinstance(one, JournalEntry)]


@steady
@given(bought())
def test_everything_is_booked_and_the_receivable_ends_at_nothing(one: Bought) -> None:
    made = planned(one.snapshot)
    sale_and_payments = entries(made, PostingKind.SALE, PostingKind.PAYMENT)
    assert balances(sale_and_payments).get((RECEIVABLE, "USD"), NOTHING) == 0
    told = {("transaction", paid.id) for paid in one.transactions} | {("refund", back.id) for back in one.refunds}
    booked = {("transaction", done.source) for done in made.postings if done.kind is PostingKind.PAYMENT}
    booked |= {("refund", done.source) for done in made.postings if done.kind is PostingKind.REFUND}
    assert booked | {(out.kind, out.id) for out in made.left_out if out.kind != "order"} == told
    assert made.notices == ()


@steady
@given(bought())
def test_tax_by_name_is_the_orders_own(one: Bought) -> None:
    wanted: dict[str, Decimal] = {}
    for row in one.order.taxes:
        wanted[row.name] = wanted.get(row.name, NOTHING) + row.amount.amount
    sale = entry(planned(one.snapshot), PostingKind.SALE)
    found = {line.text.removeprefix("sale "): -line.signed for line in sale.lines if line.role == "tax"}
    assert found == wanted


@steady
@given(bought())
def test_no_cent_of_a_consistent_order_is_rounding(one: Bought) -> None:
    sale = entry(planned(one.snapshot), PostingKind.SALE)
    assert "rounding" not in {line.role for line in sale.lines}


@steady
@given(bought())
def test_refunds_of_everything_give_everything_back(one: Bought) -> None:
    made = planned(one.snapshot)
    left = balances(entries(made))
    turnover = left.get((SALES, "USD"), NOTHING) + left.get((DISCOUNTS, "USD"), NOTHING)
    cents = Decimal("0.02") * len(one.refunds)
    assert abs(turnover + left.get((RETURNS, "USD"), NOTHING)) <= cents
    for account in ("2200", "2210", "4100", "4110", "4120", "4130"):
        assert abs(left.get((account, "USD"), NOTHING)) <= cents
    assert left.get((RECEIVABLE, "USD"), NOTHING) == 0


@steady
@given(bought())
def test_the_sales_order_comes_to_the_orders_net_total(one: Bought) -> None:
    made = planned(one.snapshot, booking=Booking.FULL)
    found = [done.content for done in made.postings if isinstance(done.content, SalesDocument)]
    for document in found:
        lines = sum((line.net.amount for line in document.lines), NOTHING)
        charges = sum((charge.amount.amount for charge in document.charges), NOTHING)
        told = sum((Decimal(text.split()[-2]) for text in document.text.splitlines()), NOTHING)
        assert abs(lines + charges + told - one.order.totals.total.ex_tax.amount) <= Decimal("0.02")


@steady
@given(bought())
def test_the_same_order_gives_the_same_plan(one: Bought) -> None:
    assert planned(one.snapshot) == planned(one.snapshot)
