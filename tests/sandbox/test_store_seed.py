"""The seed: the same awkward store every time, whose truth is whole and whose items M3 can know."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from connector.sandbox.store import seed
from connector.sandbox.store.app import StoreSandbox
from connector.sandbox.store.forms import rounded

CENT = Decimal("0.01")


def filled(*, held: bool = False) -> tuple[StoreSandbox, dict[str, int]]:
    store = StoreSandbox()
    ids = seed.fill(store, seed.STORIES)
    if held:
        ids |= seed.fill(store, seed.HELD)
    store.close()
    return store, ids


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    store, ids = filled(held=True)
    truth = store.truth()
    return {name: truth[str(order)] for name, order in ids.items()}


def test_the_seed_is_the_same_every_time_and_can_be_written_down() -> None:
    first, second = filled()[0].truth(), filled()[0].truth()
    assert json.loads(json.dumps(first)) == second
    assert len(first) >= 40


def test_every_story_has_a_name_of_its_own() -> None:
    names = Counter(story.name for story in (*seed.STORIES, *seed.HELD))
    assert set(names.values()) == {1}
    assert all(story.story for story in (*seed.STORIES, *seed.HELD))


def test_every_order_that_books_is_paid_by_what_its_total_says(told: dict[str, Any]) -> None:
    unpaid = {"marked as paid", "free by coupon"}
    for name, order in told.items():
        if order["expected"] == "booked" and name not in unpaid:
            unit = Decimal(1) if order["currency"] == "JPY" else CENT
            paid = sum(map(Decimal, order["payments"].values()))
            assert paid == rounded(Decimal(order["total_inc_tax"]), unit), name


def test_refunds_never_exceed_what_was_paid(told: dict[str, Any]) -> None:
    for name, order in told.items():
        given = sum(map(Decimal, order["refunds"].values()), Decimal(0))
        assert given <= sum(map(Decimal, order["payments"].values()), Decimal(0)), name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("incomplete", "left out"),
        ("declined", "left out"),
        ("cancelled at once", "left out"),
        ("archived", "booked"),
        ("test gateway", "left out"),
        ("pending", "waits"),
        ("awaiting payment", "waits"),
        ("does not add up", "held"),
        ("plain card purchase", "booked"),
    ],
)
def test_a_story_says_what_a_careful_connector_makes_of_it(told: dict[str, Any], name: str, expected: str) -> None:
    assert told[name]["expected"] == expected


def test_the_truth_tells_tenders_taxes_and_parts(told: dict[str, Any]) -> None:
    gift = told["gift certificate redeemed in part"]
    assert gift["payments"] == {"giftcertificate": "25.00", "braintree": "153.01"}
    assert told["gift certificate sold"]["parts"]["gift_certificates_sold"] == "50.00"
    assert told["several captures"]["counts"]["payments"] == 2
    assert told["back in two ways"]["refunds"] == {"storecredit": "20.00", "braintree": "40.00"}
    assert told["test gateway"]["test"] is True
    assert told["euros"]["currency"] == "EUR"
    assert told["all back"]["refund_taxes"] == told["all back"]["taxes"] == {"TX Sales Tax": "2.72"}


def test_two_orders_miss_their_total_by_a_rounded_cent_each_way(told: dict[str, Any]) -> None:
    misses = []
    for name in ("taxes of four decimals", "taxes of four decimals, the other way"):
        order = told[name]
        net = Decimal(order["total_inc_tax"]) - Decimal(order["total_tax"])
        taxes = sum(rounded(Decimal(tax), CENT) for tax in order["taxes"].values())
        misses.append(rounded(Decimal(order["total_inc_tax"]), CENT) - rounded(net, CENT) - taxes)
    assert misses == [-CENT, CENT]


def test_every_sold_sku_is_an_item_of_at_most_15_characters() -> None:
    store, _ = filled()
    store.place_orders(20, lines=3)
    items = seed.items()
    skus = {
        line.sku for order in store.orders.values() for line in order.spec.lines if line.kind != "giftcertificate"
    }
    assert {seed.MAPPED.get(sku, sku) for sku in skus} <= set(items)
    assert all(0 < len(item) <= 15 for item in items)


def test_the_held_orders_are_kept_apart(told: dict[str, Any]) -> None:
    assert {story.name for story in seed.HELD} == {
        "unknown SKU",
        "no SKU",
        "long SKU",
        "unknown gateway",
        "does not add up",
    }
    broken = told["does not add up"]
    parts = sum(Decimal(broken["parts"][name]) for name in ("lines", "shipping"))
    assert Decimal(broken["total_inc_tax"]) - parts - Decimal(broken["total_tax"]) == Decimal("1.00")


def test_plain_orders_are_quick_and_the_same_for_the_same_seed() -> None:
    one, two = StoreSandbox(), StoreSandbox()
    ids = one.place_orders(200, lines=3, seed=7)
    two.place_orders(200, lines=3, seed=7)
    totals = [[str(order.total) for order in store.orders.values()] for store in (one, two)]
    assert len(ids) == 200
    assert totals[0] == totals[1]
    one.close()
    two.close()
