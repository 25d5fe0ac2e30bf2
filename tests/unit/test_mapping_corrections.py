"""An order edited after its sale was booked is corrected by the smallest entry that mends the ledger."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from strategies import (
    CAPTURE,
    CERTIFICATE,
    CHANGED,
    Bought,
    booked,
    bought,
    entry,
    faults,
    grown,
    in_currency,
    ledger,
    line,
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
    without,
)
from strategies import item as thing

from connector.domain.connection import Booking
from connector.domain.journal import JournalEntry, balances
from connector.domain.order import Address, Order, OrderStatus, Snapshot, TaxTarget
from connector.domain.plan import Booked, Unposting
from connector.domain.posting import PostingKind
from connector.domain.refund import RefundItemKind
from connector.mapping.profile import Profile

CORRECTION = PostingKind.CORRECTION
Done = tuple[Booked, ...]
PAID = paid(1, "100.00")


def sold(*parts: tuple[str, int], shipping: str = "0.00", tax_of_first: str = "0.00") -> Order:
    """An order of things with a price and a quantity, with shipping, taxed on its first line."""
    lines = [line(number, priced(price), quantity=units) for number, (price, units) in enumerate(parts, start=1)]
    owed = sum((Decimal(price) for price, _ in parts), Decimal(shipping) + Decimal(tax_of_first))
    rows = [tax(tax_of_first, TaxTarget.ITEM, 1)] if Decimal(tax_of_first) else []
    return order(lines, str(owed), shipping=priced(shipping), taxes=rows)


BEFORE = sold(("30.00", 3), ("20.00", 1), shipping="5.00", tax_of_first="3.00")

EDITS = {
    "a line added": (
        sold(("30.00", 3), ("20.00", 1), ("10.00", 1), shipping="5.00", tax_of_first="3.00"),
        ["debit 1200 10.00 receivable: sale", "credit 4000 10.00 sales: sale"],
    ),
    "a line removed": (
        sold(("30.00", 3), shipping="5.00", tax_of_first="3.00"),
        ["credit 1200 20.00 receivable: sale", "debit 4000 20.00 sales: sale"],
    ),
    "a quantity": (
        sold(("20.00", 2), ("20.00", 1), shipping="5.00", tax_of_first="2.00"),
        [
            "credit 1200 11.00 receivable: sale",
            "debit 4000 10.00 sales: sale",
            "debit 2200 1.00 tax: sale TX Sales Tax",
        ],
    ),
    "a price": (
        sold(("33.00", 3), ("20.00", 1), shipping="5.00", tax_of_first="3.00"),
        ["debit 1200 3.00 receivable: sale", "credit 4000 3.00 sales: sale"],
    ),
    "the shipping": (
        sold(("30.00", 3), ("20.00", 1), tax_of_first="3.00"),
        ["credit 1200 5.00 receivable: sale", "debit 4100 5.00 shipping: sale"],
    ),
    "the tax": (
        sold(("30.00", 3), ("20.00", 1), shipping="5.00"),
        ["credit 1200 3.00 receivable: sale", "debit 2200 3.00 tax: sale TX Sales Tax"],
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_books_its_difference_and_nothing_else(edit: str) -> None:
    now, wanted = EDITS[edit]
    done = booked(planned(snapshot(BEFORE, [PAID])))
    made = planned(snapshot(now, [PAID]), booked=done)
    posting = only(made, CORRECTION)
    assert isinstance(posting.content, JournalEntry)
    assert shown(posting.content) == wanted
    assert (posting.content.text, posting.content.date) == ("BC-1042 correction", now.modified_at.date())
    assert made.notices == ()
    done = grown(done, made)
    assert ledger(done) == ledger(booked(planned(snapshot(now, [PAID]))))
    assert planned(snapshot(now, [PAID]), booked=done).postings == made.postings


def test_another_address_books_nothing() -> None:
    done = booked(planned(snapshot(tee_and_mug(), [CERTIFICATE, CAPTURE])))
    moved = tee_and_mug(billing=Address(first_name="Jane", last_name="Doe", city="Dallas", country_code="US"))
    made = planned(snapshot(moved, [CERTIFICATE, CAPTURE]), booked=done)
    assert booked(made) == done
    assert made.notices == ()


def test_the_sales_order_stays_and_what_to_change_on_it_is_told() -> None:
    done = booked(planned(snapshot(BEFORE, [PAID]), booking=Booking.FULL))
    made = planned(snapshot(EDITS["a quantity"][0], [PAID]), booked=done, booking=Booking.FULL)
    assert shown(entry(made, CORRECTION)) == EDITS["a quantity"][1]
    assert only(made, PostingKind.SALES_ORDER).content == done[1].content
    assert [(one.code, one.detail) for one in made.notices] == [
        ("edited_after_posting", "line 1: booked 3 × Thing 1 30.00 USD, now 2 × Thing 1 20.00 USD")
    ]


def test_where_infor_books_the_sale_nothing_is_corrected() -> None:
    done = booked(planned(snapshot(BEFORE, [PAID]), booking=Booking.OPERATIONAL))
    made = planned(snapshot(EDITS["a price"][0], [PAID]), booked=done, booking=Booking.OPERATIONAL)
    assert CORRECTION not in {one.kind for one in made.postings}
    assert [one.code for one in made.notices] == ["edited_after_posting"]


def test_a_correction_stays_on_the_accounts_that_were_booked_and_asks_the_profile_for_new_ones_alone() -> None:
    done = booked(planned(snapshot(sold(("50.00", 1)))))
    mended = profile(**{'sales: "4000"': 'sales: "4001"', 'shipping: "4100"': 'shipping: "4101"'})
    made = planned(snapshot(sold(("60.00", 1), shipping="5.00")), booked=done, with_profile=mended)
    assert shown(entry(made, CORRECTION)) == [
        "debit 1200 15.00 receivable: sale",
        "credit 4000 10.00 sales: sale",
        "credit 4101 5.00 shipping: sale",
    ]


V1 = replace(profile(), version=1)
V2 = replace(profile(**{'"4': '"5', '"22': '"52', '"23': '"53', '"WEB"': '"SHOP"'}), version=2)
"""Every account of a sale and its refunds is another one, but that of what is owed."""


def reopened(before: Snapshot, *, anew: Profile) -> Done:
    """Booked by the first version, cancelled, and booked anew by another one."""
    done = booked(planned(before, with_profile=V1))
    off = replace(before, order=replace(before.order, status=OrderStatus.CANCELLED))
    done = grown(done, planned(off, booked=done, with_profile=V1))
    return grown(done, planned(before, booked=done, with_profile=anew))


def test_a_correction_goes_where_the_sale_stands_that_was_booked_anew() -> None:
    made = planned(snapshot(sold(("60.00", 1))), booked=reopened(snapshot(sold(("50.00", 1))), anew=V2))
    correction = entry(made, CORRECTION)
    assert shown(correction) == ["debit 1200 10.00 receivable: sale", "credit 5000 10.00 sales: sale"]
    assert [(one.version, one.dimensions["AIT2"]) for one in correction.lines] == [(1, "WEB"), (2, "SHOP")]


def test_returns_that_an_edit_overtakes_are_corrected_where_they_stand() -> None:
    back = refund(7, "20.00", "0.00", [thing(RefundItemKind.PRODUCT, 2)])
    whole, lowered = sold(("80.00", 4), ("20.00", 1)), sold(("80.00", 4))
    done = reopened(snapshot(whole, [PAID], [back]), anew=V2)
    assert shown(entry(planned(snapshot(lowered, [PAID], [back]), booked=done), CORRECTION)) == [
        "credit 1200 20.00 receivable: sale",
        "debit 5000 20.00 sales: sale",
        "credit 5950 20.00 returns: refund 7",
        "debit 1200 20.00 receivable: refund 7",
    ]


def test_what_came_off_the_order_and_comes_back_asks_the_profile_of_now() -> None:
    done = reopened(snapshot(sold(("50.00", 1), shipping="5.00")), anew=V1)
    done = grown(done, planned(snapshot(sold(("50.00", 1))), booked=done, with_profile=V1))
    made = planned(snapshot(sold(("50.00", 1), shipping="6.00")), booked=done, with_profile=V2)
    correction = made.postings[-1].content
    assert isinstance(correction, JournalEntry)
    assert shown(correction) == ["debit 1200 6.00 receivable: sale", "credit 5100 6.00 shipping: sale"]


@given(bought(), bought())
def test_booked_anew_by_another_version_and_edited_it_is_what_that_version_would_book(
    one: Bought, other: Bought
) -> None:
    done = reopened(snapshot(one.order), anew=V2)
    now = snapshot(other.order)
    done = grown(done, planned(now, booked=done, with_profile=V2))
    assert ledger(done) == ledger(booked(planned(now, with_profile=V2)))


def test_a_correction_that_the_profile_does_not_cover_is_held() -> None:
    done = booked(planned(snapshot(sold(("50.00", 1)))))
    made = planned(
        snapshot(sold(("50.00", 1), shipping="5.00")), booked=done, with_profile=without('shipping: "4100"')
    )
    assert faults(only(made, CORRECTION))[0].startswith("mapping_gap: ")


def test_each_edit_is_a_revision_of_its_own_and_one_that_was_undone_nets_to_nothing() -> None:
    done = booked(planned(snapshot(BEFORE, [PAID])))
    for now in (EDITS["a price"][0], BEFORE):
        done = grown(done, planned(snapshot(now, [PAID]), booked=done))
    assert [(one.kind, one.revision) for one in done if one.kind is CORRECTION] == [(CORRECTION, 1), (CORRECTION, 2)]
    assert ledger(done) == ledger(booked(planned(snapshot(BEFORE, [PAID]))))


def test_a_cancellation_takes_the_corrections_back_with_the_sale() -> None:
    now = EDITS["a quantity"][0]
    done = booked(planned(snapshot(BEFORE, [PAID])))
    done = grown(done, planned(snapshot(now, [PAID]), booked=done))
    off = snapshot(replace(now, status=OrderStatus.CANCELLED), [PAID])
    done = grown(done, planned(off, booked=done))
    assert ledger(done) == {"1091": Decimal(100), "1200": Decimal(-100)}
    assert planned(off, booked=done).notices == ()
    done = grown(done, planned(snapshot(BEFORE, [PAID]), booked=done))
    assert ledger(done) == ledger(booked(planned(snapshot(BEFORE, [PAID]))))


def test_corrections_are_unposted_too() -> None:
    now = EDITS["a quantity"][0]
    done = booked(planned(snapshot(BEFORE, [PAID])))
    done = grown(done, planned(snapshot(now, [PAID]), booked=done))
    out = Unposting("operator:jo", CHANGED)
    done = grown(done, planned(snapshot(now, [PAID]), booked=done, unposting=out))
    assert ledger(done) == {}
    done = grown(done, planned(snapshot(now, [PAID]), booked=done, unposting=replace(out, again_at=CHANGED)))
    assert ledger(done) == ledger(booked(planned(snapshot(now, [PAID]))))


@given(bought(), bought())
def test_whatever_was_edited_the_ledger_says_what_the_order_says_now(one: Bought, other: Bought) -> None:
    before, now = snapshot(one.order, one.transactions), snapshot(other.order, one.transactions)
    done = booked(planned(before))
    made = planned(now, booked=done)
    assert ledger(grown(done, made)) == ledger(booked(planned(now)))
    corrected = [posting.content for posting in made.postings if posting.kind is CORRECTION]
    assert len(corrected) <= 1
    for content in corrected:
        assert isinstance(content, JournalEntry)
        names = [(each.role, each.text) for each in content.lines]
        assert len(set(names)) == len(names)


IN_EUROS = in_currency(snapshot(BEFORE), "EUR")


def test_an_order_whose_currency_changed_waits_until_it_is_unposted_and_booked_anew() -> None:
    done = booked(planned(snapshot(BEFORE)))
    paid_too = replace(IN_EUROS, transactions=(in_currency(PAID, "EUR"),))
    held = [one for one in planned(paid_too, booked=done).postings if one.content is None]
    assert [one.kind for one in held] == [CORRECTION, PostingKind.PAYMENT]
    assert {told for one in held for told in faults(one)} == {
        "unexplained_total: order 1042 is booked in USD and is in EUR now"
    }
    out = Unposting("operator:jo", CHANGED)
    done = grown(done, planned(paid_too, booked=done, unposting=out))
    done = grown(done, planned(paid_too, booked=done, unposting=replace(out, again_at=CHANGED)))
    left = balances(one.content for one in done if isinstance(one.content, JournalEntry))
    assert {currency for (_, currency), amount in left.items() if amount} == {"EUR"}
    assert left["1200", "EUR"] == BEFORE.totals.total.inc_tax.amount - 100


def test_an_order_whose_currency_changed_is_reversed_as_it_was_booked() -> None:
    done = booked(planned(snapshot(BEFORE)))
    cancelled = replace(IN_EUROS, order=replace(IN_EUROS.order, status=OrderStatus.CANCELLED))
    done = grown(done, planned(cancelled, booked=done))
    assert entry(planned(cancelled, booked=done), PostingKind.REVERSAL).currency == "USD"
    assert ledger(done) == {}
