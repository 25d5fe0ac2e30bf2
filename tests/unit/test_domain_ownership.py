"""Whose a line of the ledger is: nothing that agrees is told of, and nothing that was done to a line is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain import comparison
from connector.domain.books import BookedJournal, BookedLine
from connector.domain.comparison import Sides
from connector.domain.identity import batch_key
from connector.domain.posting import UNPOSTS, PostingKind, PostingState
from connector.domain.reconciliation import Difference, Discrepancy, LedgerEntry, Row, Told

SALE, PAYMENT, REFUND = PostingKind.SALE, PostingKind.PAYMENT, PostingKind.REFUND
REVERSAL, CORRECTION = PostingKind.REVERSAL, PostingKind.CORRECTION
ORDER = 1042
DAY = date(2026, 3, 3)
DAYS = [DAY + timedelta(days=number) for number in range(3)]
Text = tuple[str, str, str]
"""An account, an amount, and what the line says behind the order's reference."""

SOLD: list[Text] = [("1200", "100", "sale"), ("4000", "-92", "sale"), ("2200", "-8", "sale TX Sales Tax")]
PAID: list[Text] = [("1091", "100", "payment 7"), ("1200", "-100", "payment 7")]
BACK: list[Text] = [("4950", "30", "refund 12 order-level refund"), ("1091", "-30", "refund 12")]
LESS: list[Text] = [("1200", "-20", "sale"), ("4000", "20", "sale")]
CANCELLED: list[Text] = [*((account, str(-Decimal(amount)), text) for account, amount, text in SOLD),
                         ("4950", "-30", "refund 12"), ("1200", "30", "refund 12")]  # fmt: skip


def turned(lines: Sequence[Text]) -> list[Text]:
    return [(account, str(-Decimal(amount)), text) for account, amount, text in lines]


def in_m3(number: int, key: str) -> tuple[str, str]:
    return f"2026/{number}", f"2026/{number}"


def in_financials(number: int, key: str) -> tuple[str, str]:
    return batch_key(key), batch_key(key)


def unnumbered(number: int, key: str) -> tuple[str, str]:
    """The ERP told no number of the voucher: ours is the key, the ledger has its own."""
    return batch_key(key), f"2026/{number}"


def in_one_run(number: int, key: str) -> tuple[str, str]:
    """The ledger numbers a whole posting run."""
    return batch_key(key), "2026/3/17"


Way = Callable[[int, str], tuple[str, str]]
WAYS = [in_m3, in_financials, unnumbered, in_one_run]
every_way = pytest.mark.parametrize("way", WAYS)
Fact = tuple[PostingKind, int, int, date, Sequence[Text]]
"""Kind, source, revision, day and lines."""


def made(way: Way, *facts: Fact) -> tuple[list[Told], list[LedgerEntry]]:
    """Journals of one order, and the ledger they stand in."""
    told, ledger = [], []
    for number, (kind, source, revision, day, lines) in enumerate(facts, start=1):
        key = f"acme:{kind.value}:{source}:{revision}"
        voucher, theirs = way(number, key)
        booked = tuple(BookedLine(account, "", "", Decimal(amount)) for account, amount, _ in lines)
        journal = BookedJournal(
            number, key, kind, source, revision, ORDER, f"BC-{ORDER}", PostingState.CONFIRMED, voucher, "",
            day, "USD", booked,
        )  # fmt: skip
        told.append(Told(journal, ()))
        ledger += [
            LedgerEntry(account, day, "USD", Decimal(amount), theirs, f"BC-{ORDER} {text}", ORDER)
            for account, amount, text in lines
        ]
    return told, ledger


def compared(
    told: list[Told], ledger: list[LedgerEntry], last: date = DAYS[-1]
) -> tuple[list[Discrepancy], list[Row]]:
    back = comparison.read_back(Sides(DAY, last, [], told, ledger))
    return list(comparison.of_ledger(back)), list(comparison.rows(back))


def differences(
    told: list[Told], ledger: list[LedgerEntry]
) -> list[tuple[Difference, str, int | None, Decimal | None]]:
    return [(one.difference, one.what, one.order, one.ledger) for one in compared(told, ledger)[0]]


@every_way
def test_a_sale_and_its_refund_of_one_day_agree(way: Way):
    facts = made(way, (SALE, ORDER, 1, DAY, SOLD), (PAYMENT, 7, 1, DAY, PAID), (REFUND, 12, 1, DAY, BACK))
    assert compared(*facts) == ([], [])


@every_way
def test_an_order_unposted_on_the_day_of_its_posting_agrees(way: Way):
    kinds = [(SALE, ORDER, SOLD), (PAYMENT, 7, PAID), (REFUND, 12, BACK)]
    mirrors = [(UNPOSTS[kind], source, turned(lines)) for kind, source, lines in kinds]
    facts = made(way, *((kind, source, 1, DAY, lines) for kind, source, lines in [*kinds, *mirrors]))
    assert compared(*facts) == ([], [])


@every_way
def test_a_correction_and_a_cancellation_of_the_same_day_agree(way: Way):
    facts = made(
        way,
        (REVERSAL, ORDER, 1, DAY, [("1200", "-80", "sale"), ("4000", "80", "sale"), ("1200", "-20", "refund 12"),
                                   ("4950", "20", "refund 12")]),
        (SALE, ORDER, 1, DAY, SOLD),
        (CORRECTION, ORDER, 1, DAY, LESS),
        (REFUND, 12, 1, DAY, BACK),
    )  # fmt: skip
    assert compared(*facts) == ([], [])


@every_way
def test_a_journal_that_is_gone_is_missing_alone(way: Way):
    told, ledger = made(way, (SALE, ORDER, 1, DAY, SOLD), (REFUND, 12, 1, DAY, BACK))
    assert differences(told, ledger[:3]) == [(Difference.MISSING, "refund 12", ORDER, Decimal(0))]


@every_way
def test_a_payment_of_another_number_is_none_of_ours(way: Way):
    told, ledger = made(way, (PAYMENT, 7, 1, DAY, PAID))
    others = [replace(entry, voucher="2026/99", text=f"BC-{ORDER} payment 77") for entry in ledger]
    assert {one[0] for one in differences(told, others)} == {Difference.MISSING, Difference.UNKNOWN}


def test_a_voucher_keyed_by_hand_is_known_by_its_number():
    [sale], ledger = made(in_m3, (SALE, ORDER, 1, DAY, SOLD))
    keyed = [replace(entry, text="web shop, see mail of Jo", order=None) for entry in ledger]
    assert compared([sale], keyed) == ([], [])


def test_a_wrong_amount_in_a_voucher_keyed_by_hand_is_told():
    [sale], ledger = made(in_m3, (SALE, ORDER, 1, DAY, SOLD))
    keyed = [replace(entry, text="by hand", order=None) for entry in ledger]
    keyed[1] = replace(keyed[1], amount=Decimal(-91))
    assert differences([sale], keyed) == [(Difference.AMOUNT, "account 4000", ORDER, Decimal(-91))]


def test_a_voucher_that_two_journals_name_covers_one_of_them():
    told, ledger = made(in_m3, (PAYMENT, 7, 1, DAY, PAID), (PAYMENT, 8, 1, DAY, PAID))
    both = [told[0], replace(told[1], journal=replace(told[1].journal, voucher="2026/1"))]
    assert differences(both, ledger[:2]) == [(Difference.MISSING, "payment 8", ORDER, Decimal(0))]


def test_a_line_without_a_voucher_is_no_journals_whose_voucher_is_not_known():
    [sale], ledger = made(in_m3, (SALE, ORDER, 1, DAY, SOLD))
    nameless = replace(sale, journal=replace(sale.journal, voucher=""))
    strange = [replace(entry, voucher="", text="payout", order=None) for entry in ledger]
    assert {one[0] for one in differences([nameless], strange)} == {Difference.MISSING, Difference.BY_HAND}


accounts = st.sampled_from(["1091", "1200", "2200", "4000", "4950"])
amounts = st.sampled_from(["10", "20", "30"]).flatmap(lambda amount: st.sampled_from([amount, f"-{amount}"]))
_LINE_TEXTS = {
    SALE: ["sale", "sale TX", "refund 12", "refund 13 TX"],
    REVERSAL: ["sale", "sale TX", "refund 12", "refund 13 TX"],
    CORRECTION: ["sale", "sale TX"],
}


@st.composite
def journals(draw: st.DrawFn) -> list[Fact]:
    """Some journals of one order, of few days, accounts and amounts, so that much looks alike."""
    made: dict[tuple[PostingKind, int, int], Fact] = {}
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from([*UNPOSTS, *UNPOSTS.values()]))
        original = next((one for one, mirror in UNPOSTS.items() if mirror is kind), kind)
        source = draw(st.sampled_from([12, 13])) if original in (PAYMENT, REFUND) else ORDER
        texts = _LINE_TEXTS.get(original, [f"{original.value} {source}", f"{original.value} {source} TX"])
        line = st.tuples(accounts, amounts, st.sampled_from(texts))
        fact = (kind, source, draw(st.integers(1, 2)))
        made[fact] = (*fact, draw(st.sampled_from(DAYS)), draw(st.lists(line, min_size=2, max_size=5)))
    return list(made.values())


def changed(draw: st.DrawFn, entry: LedgerEntry) -> list[LedgerEntry]:
    """One thing that somebody may do to a line."""
    amount = draw(amounts.map(Decimal).filter(lambda one: one != entry.amount))
    account = draw(accounts.filter(lambda one: one != entry.account))
    day = draw(st.sampled_from([day for day in DAYS if day != entry.day]))
    return draw(
        st.sampled_from(
            [
                [],
                [entry, entry],
                [entry, replace(entry, voucher="2026/99")],
                [entry, replace(entry, voucher="2026/99", text="by hand", order=None)],
                [replace(entry, amount=amount)],
                [replace(entry, account=account)],
                [replace(entry, day=day)],
                [replace(entry, currency="CAD")],
            ]
        )
    )


@given(journals(), st.sampled_from(WAYS))
def test_journals_that_stand_as_they_were_sent_agree(facts: list[Fact], way: Way):
    assert compared(*made(way, *facts)) == ([], [])


@given(journals(), st.sampled_from(WAYS), st.data())
def test_whatever_is_done_to_one_line_of_the_ledger_is_named(facts: list[Fact], way: Way, data: st.DataObject):
    told, ledger = made(way, *facts)
    place = data.draw(st.integers(0, len(ledger) - 1))
    ledger[place : place + 1] = changed(data.draw, ledger[place])
    found, rows = compared(told, ledger)
    assert {one.order for one in found} & {ORDER, None}
    assert not all(row.agrees for row in rows)


@given(journals(), st.sampled_from([in_m3, in_financials]), st.data())
def test_a_line_under_another_voucher_is_named(facts: list[Fact], way: Way, data: st.DataObject):
    told, ledger = made(way, *facts)
    place = data.draw(st.integers(0, len(ledger) - 1))
    ledger[place] = replace(ledger[place], voucher="2026/99")
    assert Difference.UNKNOWN in {one.difference for one in compared(told, ledger)[0]}


@given(journals(), st.sampled_from([in_m3, in_financials]), st.data())
def test_a_voucher_booked_twice_is_named_line_by_line(facts: list[Fact], way: Way, data: st.DataObject):
    told, ledger = made(way, *facts)
    voucher = data.draw(st.sampled_from(ledger)).voucher
    again = [replace(entry, voucher="2026/99") for entry in ledger if entry.voucher == voucher]
    found, _ = compared(told, [*ledger, *again])
    sums = {(entry.account, entry.day): Decimal(0) for entry in again}
    for entry in again:
        sums[entry.account, entry.day] += entry.amount
    assert sorted((one.what, one.day, one.ledger) for one in found) == sorted(
        (f"account {account}", day, amount) for (account, day), amount in sums.items()
    )
    assert {one.difference for one in found} == {Difference.UNKNOWN}
