"""Amounts as the console's pages show them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.console.shown import money


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("979.6100", "USD", "979.61 USD"),
        ("1234567", "USD", "1,234,567.00 USD"),
        ("0.0050", "USD", "0.005 USD"),
        ("-3.5000", None, "-3.50"),
        ("1200.0000", "JPY", "1,200 JPY"),
        ("0.5", "JPY", "0.5 JPY"),
        ("1E+3", "EUR", "1,000.00 EUR"),
        ("9" * 40 + ".10", "USD", f"{int('9' * 40):,}.10 USD"),
    ],
)
def test_an_amount_ends_with_the_cent_unless_there_is_more_to_it(amount: str, currency: str | None, shown: str):
    assert money(Decimal(amount), currency) == shown
