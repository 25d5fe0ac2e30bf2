"""One LN company as a whole system: what it confirms is the evidence, for its ledger cannot be read back."""

from __future__ import annotations

import json

import pytest

from connector.domain.progress import OrderState
from tests.rig import NAME, Rig

pytestmark = pytest.mark.long

RIG = {"suite": "ln"}


@pytest.fixture(scope="module")
def sold(rig: Rig) -> list[int]:
    """Two orders, one refunded in part."""
    store = rig.sandbox.store
    numbers = store.place_orders(2, announce=True)
    rig.wait_settled(numbers)
    unit = {"item_type": "PRODUCT", "item_id": store.orders[numbers[0]].line_id(0), "quantity": 1}
    store.refund(numbers[0], items=[unit], delay=0)
    assert store.webhooks.settle()
    rig.wait_settled(numbers)
    return numbers


def test_each_order_is_approved_once_under_its_reference_and_its_number_is_the_stores(rig: Rig, sold: list[int]):
    infor = rig.sandbox.infor
    for number in sold:
        order = rig.order(number)
        assert order is not None
        assert order.state is OrderState.POSTED, order.reason
        assert infor.orders_by_reference()[f"BC-{number}"] == [order.external_id]
    assert infor.orphan_heads() == []


def test_a_reconciliation_says_that_the_ledger_cannot_be_read_back_and_compares_the_rest(rig: Rig, sold: list[int]):
    said = rig.cli("reconcile", NAME)
    assert "store and journals agree; the ledger cannot be read back, Infor's confirmations stand for it" in said
    told = json.loads(rig.cli("reconcile", NAME, "--json"))["reconciliation"]
    assert told["read_back"] is False
    assert {row["what"].split(" ")[0] for row in told["rows"]} >= {"sales", "payments", "refunds"}
    assert {row["ledger"] for row in told["rows"]} == {None}


def test_a_profile_that_wants_customers_made_is_refused_when_it_is_imported(rig: Rig):
    profile = rig.folder / "creating.yaml"
    text = rig.cli("mapping", "export", NAME)
    profile.write_text(text.replace("create: false}", "create: true, template: WEBTMPL}", 1))
    refused = rig.typed("mapping", "import", NAME, str(profile))
    assert refused.returncode == 1
    assert "set `customers.create` to false" in refused.stdout + refused.stderr
