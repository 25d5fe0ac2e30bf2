"""What orders cost: the totals hold on the exact side, whatever is discounted, taxed or counted in yen."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.store.forms import shared
from connector.sandbox.store.pricing import price
from connector.sandbox.store.seed import HELD, STORIES
from connector.sandbox.store.seed.story import Story
from connector.sandbox.store.spec import OrderSpec

CENT = Decimal("0.01")
TEXAS = {"TX Sales Tax": "8.25"}


def priced(**words: Any) -> Any:
    return price(OrderSpec.read(words))


def test_the_example_of_the_facts_comes_out_to_the_cent() -> None:
    tee, mug = {"price": "49.95", "quantity": 2}, {"price": "120.00"}
    order = priced(lines=[tee, mug], taxes=TEXAS, shipping="12.50", coupons=[{"code": "SPRING10"}])
    assert order.coupon_discount == Decimal("21.99")
    assert [cost.tax for cost in order.of("item")] == [Decimal("7.42"), Decimal("8.91")]
    assert [cost.paid for cost in order.of("item")] == [Decimal("97.33"), Decimal("116.91")]
    assert (order.total_ex_tax, order.tax, order.total_inc_tax) == (
        Decimal("210.41"),
        Decimal("17.36"),
        Decimal("227.77"),
    )


def test_prices_with_the_tax_inside_keep_their_total() -> None:
    order = priced(lines=[{"price": "120.00"}], taxes={"UK VAT": "20"}, inclusive=True)
    assert (order.total_inc_tax, order.tax, order.total_ex_tax) == (Decimal(120), Decimal(20), Decimal(100))


def test_a_discount_on_an_inclusive_price_takes_its_tax_along() -> None:
    order = priced(lines=[{"price": "120.00"}], taxes={"UK VAT": "20"}, inclusive=True, coupons=[{"code": "TEN"}])
    assert (order.total_inc_tax, order.tax, order.coupon_discount) == (Decimal(108), Decimal(18), Decimal(12))


def test_several_taxes_are_rounded_one_by_one() -> None:
    order = priced(lines=[{"price": "19.99"}], taxes={"State": "6.00", "County": "0.25", "City": "1.00"})
    assert order.taxes_by_name() == {"State": Decimal("1.20"), "County": Decimal("0.05"), "City": Decimal("0.20")}


def test_without_rounding_taxes_have_four_decimals() -> None:
    order = priced(lines=[{"price": "19.99"}], taxes={"State": "6.00"}, rounding="none")
    assert order.total_inc_tax == Decimal("21.1894")


def test_yen_have_no_decimals() -> None:
    order = priced(lines=[{"price": "1333", "quantity": 3}], taxes={"JCT": "10"}, currency="JPY")
    assert (order.tax, order.total_inc_tax) == (Decimal(400), Decimal(4399))


@pytest.mark.parametrize(
    ("coupon", "off"),
    [
        ({"code": "A", "kind": 0, "amount": "3.00", "lines": [1]}, ["0", "9.00"]),
        ({"code": "A", "kind": 1, "amount": "10", "lines": [0]}, ["1.00", "0"]),
        ({"code": "A", "kind": 2, "amount": "7.00"}, ["1.75", "5.25"]),
    ],
)
def test_a_coupon_takes_from_the_lines_it_is_for(coupon: dict[str, Any], off: list[str]) -> None:
    order = priced(lines=[{"price": "10.00"}, {"price": "10.00", "quantity": 3}], coupons=[coupon])
    assert [cost.discount for cost in order.of("item")] == [Decimal(one) for one in off]


def test_a_free_shipping_coupon_is_no_discount_but_a_lower_cost() -> None:
    order = priced(lines=[{"price": "10.00"}], shipping="8.00", coupons=[{"code": "SHIP", "kind": 4}])
    (shipping,) = order.of("shipping")
    assert (shipping.exact, shipping.listed, order.coupon_discount) == (0, Decimal("8.00"), 0)
    assert order.total_inc_tax == Decimal("10.00")


def test_gift_certificates_are_neither_taxed_nor_discounted() -> None:
    lines = [{"price": "50.00", "kind": "giftcertificate"}, {"price": "10.00"}]
    order = priced(lines=lines, taxes={"State": "10"}, coupons=[{"code": "TEN"}], discount="1.00")
    certificate, article = order.of("item")
    assert (certificate.tax, certificate.discount) == (0, 0)
    assert (article.discount, article.tax) == (Decimal("2.00"), Decimal("0.80"))


def test_a_word_the_store_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="OrderSpec has no colour"):
        priced(colour="red")


@pytest.mark.parametrize("story", [*STORIES, *HELD], ids=lambda story: story.name)
def test_every_story_adds_up_on_its_exact_side(story: Story) -> None:
    spec = OrderSpec.read(dict(story.order))
    order = price(spec)
    exact = sum((cost.exact for cost in order.costs), Decimal(0)) - order.coupon_discount - order.discount
    total = order.total_inc_tax if spec.inclusive else order.total_ex_tax
    assert total - exact == Decimal(spec.overridden_by)
    assert order.total_inc_tax - order.total_ex_tax == order.tax
    assert sum(order.taxes_by_name().values()) == order.tax
    assert sum((cost.paid for cost in order.costs), Decimal(0)) == order.total_inc_tax - Decimal(spec.overridden_by)


@given(
    whole=st.decimals("0", "9999", places=2),
    weights=st.lists(st.decimals("0", "500", places=2), min_size=1, max_size=12),
)
def test_shares_add_up(whole: Decimal, weights: list[Decimal]) -> None:
    parts = shared(whole, weights, CENT)
    assert sum(parts) == (whole if sum(weights) else 0)
    assert all(part >= 0 for part in parts)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)
