"""What holds for every order that adds up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import Bought, booked, bought, entry, money, planned

from connector.domain.connection import Booking
from connector.domain.document import SalesDocument
from connector.domain.journal import JournalEntry, balances
from connector.domain.order import OrderStatus
from connector.domain.plan import Plan
from connector.domain.posting import PostingKind

NOTHING, HALF_A_CENT = Decimal(0), Decimal("0.005")
RECEIVABLE, ROUNDING, RETURNS, SALES, DISCOUNTS = "1200", "4999", "4950", "4000", "4900"


def entries(made: Plan, *kinds: PostingKind) -> list[JournalEntry]:
    found = [one.content for one in made.postings if not kinds or one.kind in kinds]
    assert all(isinstance(one, JournalEntry) for one in found), [one.faults for one in made.postings if one.faults]
    return [one for one in found if isinstance(one, JournalEntry)]


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


@given(bought())
def test_tax_by_name_is_the_orders_own_and_only_its_fractions_are_rounding(one: Bought) -> None:
    wanted: dict[str, Decimal] = {}
    for row in one.order.taxes:
        wanted[row.name] = wanted.get(row.name, NOTHING) + row.amount.amount
    sale = entry(planned(one.snapshot), PostingKind.SALE)
    found = {line.text.removeprefix("sale "): -line.signed for line in sale.lines if line.role == "tax"}
    assert found == {name: amount for name, exact in wanted.items() if (amount := money(exact).rounded().amount)}
    apart = [row.amount.amount for row in one.order.taxes] if one.order.tax_inclusive else wanted.values()
    if all(money(exact).rounded().amount == exact for exact in apart):  # a net that holds its tax has its fractions
        assert "rounding" not in {line.role for line in sale.lines}
    left = sum(abs(line.signed) for line in sale.lines if line.role == "rounding")
    assert left <= Decimal("0.005") * (len(wanted) + 9)


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


@given(bought())
def test_the_sales_order_comes_to_the_orders_net_total(one: Bought) -> None:
    made = planned(one.snapshot, booking=Booking.FULL)
    found = [done.content for done in made.postings if isinstance(done.content, SalesDocument)]
    for document in found:
        lines = sum((line.net.amount for line in document.lines), NOTHING)
        charges = sum((charge.amount.amount for charge in document.charges), NOTHING)
        texts = document.text.splitlines()
        told = sum((Decimal(text.split()[-2]) for text in texts), NOTHING)
        rounded = 1 + len(document.charges) + len(texts)
        assert abs(lines + charges + told - one.order.totals.total.ex_tax.amount) <= HALF_A_CENT * rounded


@given(bought())
def test_the_same_order_gives_the_same_plan(one: Bought) -> None:
    assert repr(planned(one.snapshot)) == repr(planned(one.snapshot))


@given(bought(), st.data())
def test_cancelled_at_any_moment_only_money_is_left(one: Bought, data: st.DataObject) -> None:
    before = data.draw(st.integers(min_value=0, max_value=len(one.refunds)))
    then = planned(replace(one.snapshot, refunds=one.refunds[:before]))
    assume(not any(posting.faults for posting in then.postings))
    done = booked(then)
    off = replace(one.order, status=OrderStatus.CANCELLED)
    made = planned(replace(one.snapshot, order=off), booked=done)
    left = balances(entries(made))
    if PostingKind.REVERSAL in {posting.kind for posting in made.postings}:
        money_accounts = {"1200", "1090", "1091", "2300", "2310"}
        assert {account for (account, _), amount in left.items() if amount} <= money_accounts
    paid = sum((one.amount.amount for one in one.transactions), NOTHING)
    back = sum((one.total.amount for one in one.refunds), NOTHING)
    assert left.get((RECEIVABLE, "USD"), NOTHING) in {NOTHING, back - paid}
    assert planned(replace(one.snapshot, order=off), booked=booked(made)).postings == made.postings
