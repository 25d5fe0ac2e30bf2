"""Posting begins when it was told to; with approval required, what was approved is exactly what is posted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.domain.progress import OrderState
from connector.flows import rehearsals
from tests.journeys.books import Books
from tests.rig import NAME, Rig, until

Told = dict[str, Any]

EARLY = datetime(2025, 12, 20, 12, tzinfo=UTC)


def preview(rig: Rig, number: int, *options: str) -> Told:
    told: Told = json.loads(rig.cli("preview", NAME, str(number), *options, "--json"))
    return told


def held(rig: Rig, number: int) -> str:
    """Check that an order waits for an approval; gives the reason."""
    rig.wait_settled([number])
    order = rig.order(number)
    assert order is not None
    assert (order.state, order.fault_code) == (OrderState.HELD, "not_approved")
    return order.reason


def test_the_start_moves_back_only_while_nothing_is_booked(rig: Rig) -> None:
    [early] = rig.sandbox.store.place_orders(1, created=EARLY, announce=True)
    rig.wait_settled([early])
    assert rig.order(early).state is OrderState.LEFT_OUT  # type: ignore[union-attr]
    rig.cli("connection", "golive", NAME, "--from", "2025-12-01")
    rig.wait_settled([early])
    until(lambda: rig.order(early).state is OrderState.POSTED)  # type: ignore[union-attr]

    refused = rig.typed("connection", "golive", NAME, "--from", "2025-11-30")
    assert (refused.returncode, "posting can begin later from now on, not earlier" in refused.stderr) == (1, True)
    connection = rig.folder / "files" / NAME / "connection.yaml"
    whole = connection.read_text()
    connection.write_text(whole.replace("start_from: 2026-01-01", "start_from: 2025-06-01"))
    again = rig.typed("connection", "add", "--file", str(connection))
    assert (again.returncode, "not earlier" in again.stderr) == (1, True)
    connection.write_text(whole)

    rig.cli("connection", "golive", NAME, "--from", "2026-01-01")
    shown = json.loads(rig.cli("connection", "show", NAME, "--json"))
    assert (shown["start_from"], shown["require_approved"]) == ("2026-01-01T00:00:00+00:00", False)
    told = [json.loads(line) for line in rig.cli("audit", "export", NAME).splitlines()]
    lived = [one["detail"] for one in told if one.get("action") == "went_live"]
    assert [(one["before"][:10], one["start_from"][:10]) for one in lived] == [
        ("2026-01-01", "2025-12-01"),
        ("2025-12-01", "2026-01-01"),
    ]


@pytest.fixture
def strict(rig: Rig) -> None:
    """Only what somebody approved is posted from here on."""
    rig.cli("connection", "golive", NAME, "--from", "2026-01-01", "--require-approved")


@pytest.mark.usefixtures("strict")
def test_an_order_waits_until_exactly_its_plan_is_approved(rig: Rig) -> None:
    store = rig.sandbox.store
    [number] = store.place_orders(1, customer=41, announce=True)
    [other] = store.place_orders(1, seed=5, customer=41, announce=True)
    seen = preview(rig, number)
    assert seen["hash"] in held(rig, number)
    held(rig, other)
    books = Books(rig)
    assert (books.orders(number), books.vouchers(number), seen["required"]) == ([], {}, True)

    refused = rig.typed("preview", NAME, str(number), "--approve", "0" * 64)
    assert (refused.returncode, seen["hash"] in refused.stderr) == (1, True)
    assert held(rig, number)
    approved = preview(rig, number, "--approve", seen["hash"])
    assert (approved["hash"], approved["approved"]["digest"]) == (seen["hash"], seen["hash"])
    rig.wait_settled([number])
    until(lambda: rig.order(number).state is OrderState.POSTED)  # type: ignore[union-attr]
    books = Books(rig)
    books.assert_booked_once(number)
    lines = [line for one in seen["postings"] for line in one["content"].get("lines", ()) if "side" in line]
    said: dict[str, Decimal] = {}
    for line in lines:
        amount = Decimal(line["amount"]["amount"]) * (1 if line["side"] == "debit" else -1)
        said[line["account"]] = said.get(line["account"], Decimal(0)) + amount
    assert books.ledger(number) == {account: amount for account, amount in said.items() if amount}
    assert preview(rig, number)["hash"] == seen["hash"]
    assert held(rig, other)
    assert books.vouchers(other) == {}


@pytest.mark.usefixtures("strict")
def test_an_edit_before_posting_makes_another_plan(rig: Rig) -> None:
    [number] = rig.sandbox.store.place_orders(1, announce=True)
    before = preview(rig, number)["hash"]
    held(rig, number)
    rig.sandbox.store.edit_order(number, shipping="3.00", announce=False)
    refused = rig.typed("preview", NAME, str(number), "--approve", before)
    after = preview(rig, number)["hash"]
    assert (refused.returncode, after in refused.stderr, after == before) == (1, True, False)
    assert held(rig, number)
    assert Books(rig).vouchers(number) == {}


@pytest.mark.usefixtures("strict")
def test_a_refund_needs_an_approval_of_its_own_and_leaves_the_sale_alone(rig: Rig) -> None:
    store = rig.sandbox.store
    [number] = store.place_orders(1, announce=False)
    preview(rig, number, "--approve", preview(rig, number)["hash"])
    store.set_status(number, 11)
    rig.wait_settled([number])
    books = Books(rig)
    books.assert_booked_once(number)
    units = {"item_type": "PRODUCT", "item_id": store.orders[number].line_id(0), "quantity": 1}
    store.refund(number, items=[units], delay=0)
    until(lambda: rig.order(number).state is OrderState.HELD)  # type: ignore[union-attr]
    assert len(Books(rig).vouchers(number)) == len(books.vouchers(number))

    preview(rig, number, "--approve", preview(rig, number)["hash"])
    rig.wait_settled([number])
    until(lambda: rig.order(number).state is OrderState.POSTED)  # type: ignore[union-attr]
    books = Books(rig)
    books.assert_booked_once(number)
    books.assert_nothing_left()


def test_a_rehearsal_runs_to_its_end_in_the_background(rig: Rig) -> None:
    number = rehearsals.ask(rig.house, NAME, 2, by="test")
    rig.ring("fit.turn", queue="control", rehearsal=number)
    until(lambda: not rehearsals.one(rig.house, NAME, number).running)
    one = rehearsals.one(rig.house, NAME, number)
    assert (one.state, one.reason) == ("ended", "")
    assert one.found is not None
    assert one.found.read == one.found.told == one.found.posts.orders > 0
