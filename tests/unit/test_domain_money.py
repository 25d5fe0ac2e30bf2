"""Money adds up exactly, is rounded in one place, and never mixes currencies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.money import CurrencyMismatch, Money, decimal, split, total

CENT = Decimal("0.01")


def usd(text: str) -> Money:
    return Money(Decimal(text), "USD")


@pytest.mark.parametrize(
    ("text", "amount"), [("62.6793", "62.6793"), ("0", "0"), (5, "5"), (Decimal("1.10"), "1.10")]
)
def test_an_amount_is_read_from_its_written_form(text: object, amount: str) -> None:
    assert decimal(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", [0.1, True, "", "ten", "NaN", "Infinity", None, "1E+999999999", "0E-999999999", "9" * 42]
)
def test_what_is_no_exact_amount_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is not an"):
        decimal(text)


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("1.005", "USD", "1.01"),
        ("-1.005", "USD", "-1.01"),
        ("1.004999", "EUR", "1.00"),
        ("1234.5", "JPY", "1235"),
        ("1.0005", "KWD", "1.001"),
    ],
)
def test_rounding_is_half_up_to_the_currencys_minor_unit(amount: str, currency: str, rounded: str) -> None:
    assert Money(Decimal(amount), currency).rounded() == Money(Decimal(rounded), currency)


def test_money_is_added_compared_and_turned_round() -> None:
    assert usd("1.10") + usd("2.20") == usd("3.30")
    assert usd("1.10") - usd("2.20") == usd("-1.10") == -usd("1.10")
    assert abs(usd("-2")) == usd("2")
    assert usd("1.25") * 3 == usd("3.75")
    assert usd("1") < usd("2") <= usd("2")
    assert usd("0.01")
    assert not Money.zero("USD")
    assert str(usd("12.50")) == "12.50 USD"


def test_two_currencies_never_meet_in_one_sum() -> None:
    euro = Money(Decimal(1), "EUR")
    for meet in (
        lambda: usd("1") + euro,
        lambda: usd("1") - euro,
        lambda: usd("1") < euro,
        lambda: total([euro], "USD"),
    ):
        with pytest.raises(CurrencyMismatch, match="cannot be added"):
            meet()


def test_the_total_of_nothing_is_zero_of_its_currency() -> None:
    assert total([], "USD") == Money.zero("USD")
    assert total([usd("1"), usd("2")], "USD") == usd("3")


@given(
    st.integers(min_value=-(10**9), max_value=10**9),
    st.lists(st.decimals(min_value=0, max_value=10**6, places=4), min_size=1, max_size=12).filter(any),
)
def test_the_parts_of_a_split_are_whole_cents_and_add_up(cents: int, weights: list[Decimal]) -> None:
    whole = Money(cents * CENT, "USD")
    parts = split(whole, weights)
    assert total(parts, "USD") == whole
    assert all(part == part.rounded() for part in parts)
    exact = [whole.amount * weight / sum(weights) for weight in weights]
    assert all(abs(part.amount - share) <= CENT for part, share in zip(parts, exact, strict=True))


@pytest.mark.parametrize("weights", [[], [Decimal(0), Decimal(0)], [Decimal(2), Decimal(-1)]])
def test_a_split_without_sensible_weights_is_refused(weights: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="a split needs weights"):
        split(usd("1"), weights)
