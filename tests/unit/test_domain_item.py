"""Items as the ERP has them: prices by day, and facts that are written down and read back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.item import Aspect, Item, ItemPrice, ItemStock, PriceTerm, dump, fingerprint, load
from connector.domain.money import Money

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


def term(amount: str, since: date, until: date | None = None, currency: str = "USD") -> PriceTerm:
    return PriceTerm(Money(Decimal(amount), currency), with_tax=False, since=since, until=until)


def test_the_term_that_began_last_counts() -> None:
    price = ItemPrice("10045", (term("10", date(2026, 1, 1)), term("12", JUNE)))
    assert price.on(JUNE - timedelta(1)) == price.terms[0]
    assert price.on(JUNE) == price.terms[1]


def test_a_price_ends_with_its_last_day() -> None:
    price = ItemPrice("10045", (term("10", JUNE, until=JULY),))
    assert price.on(JULY) == price.terms[0]
    assert price.on(JULY + timedelta(1)) is None
    assert price.on(JUNE - timedelta(1)) is None


def test_a_price_tells_when_it_changes_by_itself() -> None:
    price = ItemPrice("10045", (term("10", date(2026, 1, 1), until=date(2026, 5, 31)), term("12", JULY)))
    assert price.turns(date(2026, 1, 1)) == JUNE
    assert price.turns(JUNE) == JULY
    assert price.turns(JULY) is None


def test_changed_terms_join_those_that_are_known() -> None:
    known = ItemPrice("10045", (term("10", date(2026, 1, 1)), term("12", JULY)))
    news = ItemPrice("10045", (term("11", JULY), term("9", JUNE)), whole=False)
    assert news.joined(known) == ItemPrice("10045", (term("10", date(2026, 1, 1)), term("9", JUNE), term("11", JULY)))
    assert news.joined(None).terms == (term("9", JUNE), term("11", JULY))


def test_prices_of_two_currencies_from_one_day_on_are_rivals_until_one_is_gone() -> None:
    known = ItemPrice("10045", (term("10", JUNE),))
    both = ItemPrice("10045", (term("9", JUNE, currency="EUR"),), whole=False).joined(known)
    assert both.rivals(JULY) == [term("9", JUNE, currency="EUR"), term("10", JUNE)]
    assert ItemPrice("10045", (term("9", JUNE, currency="EUR"),)).joined(both).rivals(JULY) == [both.terms[0]]


def test_a_whole_price_replaces_what_is_known() -> None:
    known = ItemPrice("10045", (term("10", JUNE),))
    assert ItemPrice("10045", ()).joined(known) == ItemPrice("10045", ())


@pytest.mark.parametrize(
    ("aspect", "fact"),
    [
        (Aspect.DETAILS, Item("10045", "Tee", 'with "quotes" & ümlaut', Decimal("0.250"), sold=True)),
        (Aspect.DETAILS, Item("10045", "", "", None, sold=False)),
        (Aspect.PRICE, ItemPrice("10045", (term("9.9500", JUNE, JULY),))),
        (Aspect.STOCK, ItemStock("10045", "001", Decimal("-3.5"))),
    ],
)
def test_a_fact_is_read_back_as_it_was_written(aspect: Aspect, fact: object) -> None:
    assert load(aspect, dump(fact)) == fact  # type: ignore[arg-type]


def test_a_fact_is_the_same_however_its_zeros_are_written() -> None:
    one, other = (dump(ItemStock("10045", "001", Decimal(text))) for text in ("10", "10.0000"))
    assert fingerprint(one) == fingerprint(other)
    assert fingerprint(one) != fingerprint(dump(ItemStock("10045", "001", Decimal("10.1"))))


days = st.dates(date(2026, 1, 1), date(2026, 3, 1))
terms = st.builds(
    lambda since, length: term("1", since, since + timedelta(length) if length else None), days, st.integers(0, 30)
)


@given(st.lists(terms, max_size=5), days)
def test_between_two_turns_the_price_is_the_same(found: list[PriceTerm], day: date) -> None:
    price = ItemPrice("10045", tuple(found)).joined(None)
    turn = price.turns(day) or day + timedelta(60)
    assert {price.on(day + timedelta(n)) for n in range((turn - day).days)} == {price.on(day)}
