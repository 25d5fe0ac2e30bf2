"""What is stored comes back exactly, and the digests see what matters and nothing else."""

from dataclasses import is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.domain import content, snapshot
from connector.domain.document import Customer, SalesDocument
from connector.domain.journal import JournalEntry, JournalLine, Side
from connector.domain.money import Money
from connector.domain.order import Address, Order, Snapshot

amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12)
texts = st.text(max_size=4)
LEAVES: dict[object, st.SearchStrategy] = {
    str: texts,
    Money: st.builds(Money, amounts, st.sampled_from(["USD", "JPY", "KWD"])),
    datetime: st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0)),
    Address: st.builds(Address, first_name=texts, email=texts),
}


@cache
def small(kind: object) -> st.SearchStrategy:
    """Any value of a domain type, with at most two of everything."""
    if kind in LEAVES:
        return LEAVES[kind]
    if get_origin(kind) is tuple:
        return st.lists(small(get_args(kind)[0]), max_size=2).map(tuple)
    if get_origin(kind) is UnionType:
        return st.one_of(*map(small, get_args(kind)))
    if is_dataclass(kind):
        return st.builds(kind, **{name: small(hint) for name, hint in get_type_hints(kind).items()})
    return st.from_type(kind)


@st.composite
def journals(draw: st.DrawFn) -> JournalEntry:
    dimensions = st.dictionaries(texts, texts, max_size=2)
    cents = draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=4))

    def line(side: Side, amount: int) -> JournalLine:
        money = Money(Decimal(amount).scaleb(-2), "USD")
        return JournalLine(draw(texts), side, money, draw(texts), draw(texts), draw(texts), draw(dimensions))

    lines = [line(Side.CREDIT, one) for one in cents]
    return JournalEntry(
        draw(texts), draw(texts), draw(texts), draw(st.dates()), "USD", (line(Side.DEBIT, sum(cents)), *lines)
    )


contents = st.one_of(small(Customer), small(SalesDocument), journals())


@settings(max_examples=20)
@given(small(Snapshot))
def test_a_snapshot_comes_back_exactly(taken):
    again = snapshot.load(snapshot.dump(taken))
    assert again == taken
    assert repr(again) == repr(taken)  # digits and zones too, which == forgives
    assert again.fingerprint == taken.fingerprint


@settings(max_examples=20)
@given(contents)
def test_a_content_comes_back_exactly(planned):
    again = content.load(content.dump(planned))
    assert again == planned
    assert repr(again) == repr(planned)


def test_stored_contents_are_tagged_by_kind():
    entry = JournalEntry(
        "BCX",
        "BC-1",
        "sale",
        date(2026, 3, 3),
        "USD",
        (
            JournalLine("1200", Side.DEBIT, Money(Decimal("1.10"), "USD"), "receivable", "accounts.receivable"),
            JournalLine("4000", Side.CREDIT, Money(Decimal("1.10"), "USD"), "sales", "accounts.sales"),
        ),
    )
    written = content.dump(entry)
    assert written.startswith(b'{"type":"journal_entry","content":{"key":"BCX"')
    assert b'"amount":{"amount":"1.10","currency":"USD"}' in written


@pytest.mark.parametrize(
    "written",
    [
        b"[]",
        b"{}",
        b'{"type":"order","content":{}}',
        b'{"type":"customer","content":[]}',
        b'{"type":"customer","content":{"id":"7","address":{}}}',
        b'{"type":"customer","content":{"id":7,"address":{},"vip":true}}',
        b'{"type":"customer","content":{"address":{}}}',
        b'{"type":"journal_entry","content":{"date":"soon"}}',
    ],
)
def test_what_is_no_stored_content_is_refused(written):
    with pytest.raises(ValueError, match="this is no stored"):
        content.load(written)


def test_a_field_added_later_takes_its_default():
    assert content.load(b'{"type":"customer","content":{"id":7,"address":{"city":"Austin"}}}').address.state == ""


def test_a_value_without_exact_form_is_refused():
    with pytest.raises(TypeError, match="a float has no exact written form"):
        content.dump(Customer(1.5, None))


NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@settings(max_examples=15)
@given(small(Snapshot))
def test_the_fingerprint_ignores_when_it_was_read_our_mark_and_the_order_of_rows(taken):
    order = replace(
        taken.order,
        modified_at=NOON,
        external_order_id="0010001234",
        lines=taken.order.lines[::-1],
        taxes=taken.order.taxes[::-1],
    )
    same = replace(
        taken,
        order=order,
        transactions=taken.transactions[::-1],
        refunds=taken.refunds[::-1],
        taken_at=taken.taken_at.replace(year=2020, day=1),
        fingerprint="x",
    )
    assert snapshot.fingerprint(same) == snapshot.fingerprint(taken)
    assert snapshot.head_fingerprint(order) == snapshot.head_fingerprint(taken.order)


@settings(max_examples=15)
@given(small(Snapshot))
def test_the_fingerprint_ignores_how_many_digits_an_amount_is_written_with(taken):
    def longer(money: Money) -> Money:
        return Money(Decimal(f"{money.amount:f}" + ("00" if "." in f"{money.amount:f}" else ".00")), money.currency)

    totals = replace(taken.order.totals, tax=longer(taken.order.totals.tax))
    same = replace(taken, order=replace(taken.order, totals=totals))
    assert snapshot.fingerprint(same) == snapshot.fingerprint(taken)


@settings(max_examples=15)
@given(small(Order), small(Order))
def test_the_head_sees_no_lines_and_the_fingerprint_does(one, other):
    bare = replace(one, lines=(), consignments=(), fees=(), taxes=())
    assert snapshot.head_fingerprint(bare) == snapshot.head_fingerprint(one)
    swapped = replace(one, lines=other.lines)
    same_lines = sorted(map(repr, one.lines)) == sorted(map(repr, other.lines))
    prints = [snapshot.fingerprint(Snapshot(order, (), (), NOON)) for order in (one, swapped)]
    assert (prints[0] == prints[1]) is same_lines


@settings(max_examples=15)
@given(small(Order))
def test_every_head_field_counts(order):
    changed = [
        replace(order, payment_status=f"{order.payment_status}!"),
        replace(order, currency=f"{order.currency}!"),
        replace(order, customer_id=(order.customer_id or 0) + 1),
        replace(order, archived=not order.archived),
        replace(
            order, totals=replace(order.totals, tax=order.totals.tax + Money(Decimal(1), order.totals.tax.currency))
        ),
        replace(order, created_at=order.created_at.replace(year=2020) + timedelta(days=400)),
    ]
    before = snapshot.head_fingerprint(order)
    assert all(snapshot.head_fingerprint(one) != before for one in changed)
