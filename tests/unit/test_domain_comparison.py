"""Three columns: every difference between them is found, classed and placed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain import comparison
from connector.domain.books import BookedJournal, BookedLine
from connector.domain.comparison import Sides
from connector.domain.identity import external_reference, order_of
from connector.domain.posting import PostingKind, PostingState
from connector.domain.reconciliation import (
    Balance,
    Contribution,
    Difference,
    Discrepancy,
    Fact,
    Figure,
    LedgerEntry,
    Moved,
    Reconciliation,
    Row,
    Told,
    Unbooked,
)

DAY = date(2026, 3, 3)
SALE, PAYMENT, REVERSAL = PostingKind.SALE, PostingKind.PAYMENT, PostingKind.REVERSAL


def d(text: str) -> Decimal:
    return Decimal(text)


def sale(order: int = 1, amount: str = "10.00", **more: object) -> Told:
    lines = (BookedLine("1200", "receivable", "", d(amount)), BookedLine("4000", "sales", "", -d(amount)))
    journal = BookedJournal(
        order, f"acme:sale:{order}:1", SALE, order, 1, order, f"BC-{order}", PostingState.CONFIRMED, f"2026/{order}",
        "", DAY, "USD", lines,
    )  # fmt: skip
    return Told(replace(journal, **more), (Contribution("1200", "sales", 1, d(amount)),))  # type: ignore[arg-type]


def payment(order: int = 1, number: int = 7, amount: str = "10.00") -> Told:
    lines = (BookedLine("1091", "clearing", "", d(amount)), BookedLine("1200", "receivable", "", -d(amount)))
    journal = BookedJournal(
        100 + number, f"acme:payment:{number}:1", PAYMENT, number, 1, order, f"BC-{order}", PostingState.CONFIRMED,
        f"2026/{100 + number}", "", DAY, "USD", lines,
    )  # fmt: skip
    return Told(journal, (Contribution("1200", "payments braintree", -1, d(amount)),))


def charged(told: Told) -> list[Figure]:
    journal = told.journal
    return [Figure(told.fact, one.what, journal.day, journal.currency, one.amount) for one in told.counted]


def booked(told: Told, **more: object) -> list[LedgerEntry]:
    one = told.journal
    text = f"{one.reference} {'sale' if one.kind is SALE else f'{one.kind.value} {one.source}'}"
    entries = [
        LedgerEntry(it.account, one.day, one.currency, it.amount, one.voucher, text, one.order) for it in one.lines
    ]
    return [replace(entry, **more) for entry in entries]  # type: ignore[arg-type]


def sides(
    *told: Told, store: list[Figure] | None = None, ledger: list[LedgerEntry] | None = None, **more: object
) -> Sides:
    """All three agree, unless a side is given."""
    figures = [figure for one in told for figure in charged(one)] if store is None else store
    entries = [entry for one in told for entry in booked(one)] if ledger is None else ledger
    return Sides(DAY, DAY, figures, told, entries, **more)  # type: ignore[arg-type]


def compared(these: Sides) -> Reconciliation:
    back = comparison.read_back(these)
    found = (*comparison.of_store(these), *comparison.of_ledger(back))
    return Reconciliation(
        "acme", DAY, DAY, tuple(comparison.rows(back)), tuple(comparison.balances(these)), found, (), ()
    )


def test_sides_that_agree_have_no_difference() -> None:
    found = compared(sides(sale(), payment()))
    assert found.agrees
    assert found.discrepancies == ()
    assert found.rows == (
        Row(DAY, "USD", "payments braintree", d("10.00"), d("10.00"), d("10.00")),
        Row(DAY, "USD", "sales", d("10.00"), d("10.00"), d("10.00")),
    )
    assert found.balances == (
        Balance("1091", "USD", d("10.00"), d("10.00")),
        Balance("1200", "USD", d("0.00"), d("0.00")),
        Balance("4000", "USD", d("-10.00"), d("-10.00")),
    )


STATES = {
    PostingState.PLANNED: Difference.OPEN,
    PostingState.SENDING: Difference.OPEN,
    PostingState.SENT: Difference.OPEN,
    PostingState.HELD: Difference.HELD,
    PostingState.UNCERTAIN: Difference.UNCERTAIN,
    PostingState.REJECTED: Difference.REJECTED,
}


@pytest.mark.parametrize("state", STATES)
def test_what_is_not_booked_is_classed_by_where_its_posting_stands(state: PostingState) -> None:
    told = sale(state=state, voucher="", reason="no account")
    found = compared(sides(told, ledger=[]))
    assert found.discrepancies == (
        Discrepancy(STATES[state], DAY, "USD", "sales", 1, d("10.00"), None, None, "", "no account"),
    )
    assert found.rows == (Row(DAY, "USD", "sales", d("10.00"), d("0"), d("0")),)
    assert not found.agrees


def test_what_nobody_planned_is_not_posted_yet() -> None:
    [one] = compared(sides(store=charged(sale()))).discrepancies
    assert (one.difference, one.order, one.store) == (Difference.OPEN, 1, d("10.00"))


def test_an_order_that_changed_since_it_was_booked_differs_and_says_why() -> None:
    told = sale()
    found = compared(sides(told, store=charged(sale(amount="12.00")), reasons={1: "edited after it was posted"}))
    assert found.discrepancies == (
        Discrepancy(
            Difference.AMOUNT,
            DAY,
            "USD",
            "sales",
            1,
            d("12.00"),
            d("10.00"),
            None,
            "2026/1",
            "edited after it was posted",
        ),
    )


def test_a_journal_whose_order_is_forgotten_says_so() -> None:
    [one] = compared(sides(sale(), store=[], forgotten=frozenset({1}))).discrepancies
    assert (one.difference, one.store, one.journals) == (Difference.FORGOTTEN, None, d("10.00"))


def test_differences_that_cancel_out_in_the_sum_are_found() -> None:
    store = [*charged(sale(1, "12.00")), *charged(sale(2, "8.00"))]
    found = compared(sides(sale(1), sale(2), store=store))
    assert [row.agrees for row in found.rows] == [True]
    assert [one.order for one in found.discrepancies] == [1, 2]
    assert not found.agrees


def test_a_voucher_that_is_not_in_the_ledger_is_missing_once() -> None:
    found = compared(sides(sale(1), sale(2), ledger=booked(sale(2))))
    assert found.discrepancies == (
        Discrepancy(Difference.MISSING, DAY, "USD", "sale 1", 1, None, d("10.00"), d("0"), "2026/1"),
    )
    assert Row(DAY, "USD", "sales", d("20.00"), d("20.00"), d("10.00")) in found.rows


def test_another_amount_in_the_ledger_is_told_by_account() -> None:
    changed = booked(sale())
    changed[1] = replace(changed[1], amount=d("-9.00"))
    found = compared(sides(sale(), ledger=changed))
    assert found.discrepancies == (
        Discrepancy(Difference.AMOUNT, DAY, "USD", "account 4000", 1, None, d("-10.00"), d("-9.00"), "2026/1"),
    )
    assert found.rows[1:] == (Row(DAY, "USD", "account 4000", None, d("-10.00"), d("-9.00")),)


def test_another_day_in_the_ledger_is_told_with_ours() -> None:
    next_day = DAY + timedelta(days=1)
    these = replace(sides(sale(), ledger=booked(sale(), day=next_day)), last=next_day)
    found = compared(these).discrepancies
    assert {one.difference for one in found} == {Difference.AMOUNT}
    assert {(one.day, one.reason) for one in found} == {(DAY, ""), (next_day, f"our books have it on {DAY}")}


def test_what_was_booked_by_hand_is_named_with_its_text() -> None:
    by_hand = LedgerEntry("1091", DAY, "USD", d("-5.00"), "2026/900", "payout week 9", None)
    found = compared(sides(sale(), ledger=[*booked(sale()), by_hand, by_hand]))
    assert found.discrepancies == (
        Discrepancy(
            Difference.BY_HAND, DAY, "USD", "account 1091", None, None, None, d("-10.00"), "2026/900", "payout week 9"
        ),
    )
    assert found.rows[1:] == (Row(DAY, "USD", "account 1091", None, d("0"), d("-10.00")),)


def test_a_second_voucher_of_the_same_order_is_none_of_ours() -> None:
    again = booked(sale(), voucher="2026/2")
    found = compared(sides(sale(), ledger=[*booked(sale()), *again])).discrepancies
    assert [(one.difference, one.what, one.order, one.voucher) for one in found] == [
        (Difference.UNKNOWN, "account 1200", 1, "2026/2"),
        (Difference.UNKNOWN, "account 4000", 1, "2026/2"),
    ]


def test_what_is_booked_while_its_posting_is_uncertain_is_uncertain_on_both_sides() -> None:
    told = sale(state=PostingState.UNCERTAIN, voucher="")
    found = compared(sides(told, ledger=booked(told, voucher="2026/1"))).discrepancies
    assert [one.difference for one in found] == [Difference.UNCERTAIN] * 3


def test_journals_are_found_by_their_text_where_the_erp_told_no_voucher() -> None:
    told = [sale(voucher="BCKEY1"), payment()]
    told[1] = replace(told[1], journal=replace(told[1].journal, voucher="BCKEY2"))
    ledger = [replace(entry, voucher=f"2026/{number}") for number, one in enumerate(told) for entry in booked(one)]
    assert compared(sides(*told, ledger=ledger)).agrees
    other_day = [replace(entry, day=DAY + timedelta(days=1)) for entry in ledger]
    assert not compared(replace(sides(*told, ledger=other_day), last=DAY + timedelta(days=1))).agrees


def test_journals_of_other_days_are_not_compared() -> None:
    before = sale(3, day=DAY - timedelta(days=1))
    assert compared(sides(sale(1), before, store=charged(sale(1)), ledger=booked(sale(1)))).agrees


orders = st.lists(st.integers(1, 5), unique=True, min_size=1)


@given(orders, st.data())
def test_any_one_thing_done_to_any_side_shows(numbers: list[int], data: st.DataObject) -> None:
    told = [make for number in numbers for make in (sale(number), payment(number, 10 * number))]
    these = sides(*told)
    assert compared(these).agrees
    store, ledger, journals = list(these.store), list(these.ledger), list(these.told)
    side: list[object] = data.draw(st.sampled_from([store, ledger, journals]))  # type: ignore[list-item]
    place = data.draw(st.integers(0, len(side) - 1))
    taken = side.pop(place)
    if data.draw(st.booleans()):
        side += [taken, taken] if side is not journals else [_less(taken)]
    assert not compared(replace(these, store=store, ledger=ledger, told=journals)).agrees


def _less(told: object) -> Told:
    assert isinstance(told, Told)
    lines = tuple(replace(line, amount=line.amount / 2) for line in told.journal.lines)
    return replace(told, journal=replace(told.journal, lines=lines))


@given(st.integers(1, 10**9), st.from_regex(r"[A-Z]{0,6}", fullmatch=True))
def test_a_reference_is_read_back_as_it_was_given(order: int, prefix: str) -> None:
    assert order_of(external_reference(order, prefix)) == (prefix, order)


@pytest.mark.parametrize("text", ["", "BC-", "BC-12a", "XBC-12", "BC-012", "payout", "BC-1042x", "-BC-7"])
def test_what_is_no_reference_is_nobodys(text: str) -> None:
    assert order_of(text) is None


def test_a_fact_is_named_by_its_journal() -> None:
    assert sale(4).fact == Fact(4, SALE, 4, 1)


def test_a_ledger_that_cannot_be_read_back_is_no_column_and_no_difference():
    these = replace(sides(sale(), payment()), ledger=None)
    found = compared(these)
    assert [(row.what, row.store, row.journals, row.ledger) for row in found.rows] == [
        ("payments braintree", d("10.00"), d("10.00"), None),
        ("sales", d("10.00"), d("10.00"), None),
    ]
    assert {(balance.ledger, balance.difference) for balance in found.balances} == {(None, None)}
    assert (found.discrepancies, found.agrees) == ((), True)


def test_store_and_journals_are_still_compared_where_the_ledger_cannot_be_read_back():
    these = replace(sides(sale(), store=charged(sale(amount="12.00"))), ledger=None)
    found = compared(these)
    [differs] = found.discrepancies
    assert (differs.difference, differs.store, differs.journals, differs.ledger) == (
        Difference.AMOUNT,
        d("12.00"),
        d("10.00"),
        None,
    )
    assert not found.agrees


def test_what_was_moved_is_told_with_both_its_days_and_is_no_difference() -> None:
    before, after = DAY - timedelta(days=3), DAY + timedelta(days=20)
    here, away, elsewhere = (
        sale(1, moved_from=before),
        sale(2, day=after, moved_from=DAY, voucher=""),
        sale(3, day=after, moved_from=before),
    )
    found = sides(here, away, elsewhere, payment(), store=[*charged(here), *charged(payment())])
    found = replace(found, ledger=[*booked(here), *booked(payment())])
    assert compared(found).agrees
    assert list(comparison.moved(found)) == [
        Moved(before, DAY, "USD", "sale 1", 1, d("10.00"), "2026/1"),
        Moved(DAY, after, "USD", "sale 2", 2, d("10.00"), ""),
    ]


def of_hand(amount: str = "30.00", **more: object) -> Unbooked:
    return replace(Unbooked(DAY, "USD", "refund 9", 1, d(amount), "booked by hand under 2026/77", "2026/77"), **more)  # type: ignore[arg-type]


def keyed(*lines: tuple[str, str], voucher: str = "2026/77") -> list[LedgerEntry]:
    return [LedgerEntry(account, DAY, "USD", d(amount), voucher, "cash back", None) for account, amount in lines]


RETURNED = (("4950", "27.00"), ("2200", "3.00"), ("1091", "-10.00"), ("2310", "-20.00"))


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ([of_hand()], RETURNED),
        ([of_hand("10.00"), of_hand("20.00", order=2)], RETURNED),
        ([of_hand("-30.00")], RETURNED),
        ([of_hand("227.77")], (("1200", "227.77"), ("4900", "21.99"), ("4000", "-249.76"))),
        ([of_hand(voucher="2026/78", day=DAY + timedelta(days=9))], ()),
    ],
)
def test_a_voucher_that_comes_to_what_a_person_booked_is_no_difference(said: list[Unbooked], lines) -> None:
    told = compared(sides(sale(), ledger=[*booked(sale()), *keyed(*lines)], by_hand=said))
    assert told.agrees


def test_a_voucher_of_another_amount_or_none_at_all_is_named() -> None:
    place = (DAY, "USD", "refund 9", 1)
    told = compared(sides(ledger=keyed(("4950", "5.00"), ("1091", "-5.00")), by_hand=[of_hand()]))
    assert told.discrepancies == (
        Discrepancy(
            Difference.AMOUNT, *place, d("30.00"), None, d("5.00"), "2026/77", "booked by hand under 2026/77"
        ),
    )
    told = compared(sides(ledger=[], by_hand=[of_hand()]))
    assert [(one.difference, one.ledger) for one in told.discrepancies] == [(Difference.MISSING, d("0"))]
    assert compared(Sides(DAY, DAY, [], [], None, by_hand=[of_hand()])).agrees


def test_a_voucher_of_ours_is_not_taken_for_a_persons() -> None:
    told = compared(sides(sale(), by_hand=[of_hand(voucher="2026/1")]))
    assert [one.difference for one in told.discrepancies] == [Difference.MISSING]
