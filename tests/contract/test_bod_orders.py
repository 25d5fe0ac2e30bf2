"""What sales orders by BOD owe: the law of journals, before a simulated LN that makes them whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from erp_ln import SUITE, LnSimulator
from erp_messages import InMemoryMessages, opened_door
from erp_rigs import ABSENT, Rig, document, opened, usd

from connector.domain.document import DocumentLine
from connector.domain.faults import OutcomeUnknown
from connector.domain.inquiry import FindingState
from connector.sandbox.infor.ln.app import InforLn

SALE = "bod Process.SalesOrder"


@pytest.fixture
def rig() -> Iterator[Rig]:
    messages, simulator = InMemoryMessages(), LnSimulator()
    with opened_door(messages) as door:
        simulator.app.control["bod_door"]({"url": door.url, "secret": "any"})
        company = {**InforLn.company, "orders_by": "bod", "bod_repeats": "unknown"}
        with opened(SUITE, simulator, company, messages) as made:
            yield made


def test_an_order_is_one_message_and_booked_when_ln_has_made_it(rig: Rig):
    rig.called()
    sent = rig.post_document(document())
    assert (sent.state, rig.called(), rig.guards) == (FindingState.PENDING, [SALE], ["asked"])
    assert rig.erp.settle_document("BC-1042", "").state is FindingState.PENDING
    rig.simulator.settle()
    booked = rig.erp.find_document("BC-1042")
    assert (booked.state, [booked.external_id]) == (FindingState.BOOKED, rig.simulator.orders("BC-1042"))
    assert rig.called() == []


def test_the_order_is_worth_what_the_store_says_to_the_cent(rig: Rig):
    lines = (
        DocumentLine(1, "10045", "Tee", 3, usd("10.00")),
        DocumentLine(2, "10046", "Tee", 7, usd("99.99")),
        DocumentLine(3, "10047", "Tee", 4, usd("19.96")),
    )
    rig.post_document(replace(document(), lines=lines))
    rig.simulator.settle()
    assert rig.simulator.order_total("BC-1042") == Decimal("135.90")


def test_an_order_that_ln_refuses_says_why_and_goes_again_as_the_next_variation(rig: Rig):
    good, _ = document().lines
    rig.post_document(replace(document(), lines=(good, replace(good, number=2, item="NOSUCH-1"))))
    rig.simulator.settle()
    refused = rig.erp.find_document("BC-1042")
    assert refused.state is FindingState.REFUSED
    assert "NOSUCH-1" in refused.reason
    assert (rig.simulator.orders("BC-1042"), rig.simulator.begun_orders()) == ([], [])
    rig.post_document(document(), refused)
    rig.simulator.settle()
    assert len(rig.simulator.orders("BC-1042")) == 1


@pytest.mark.parametrize("fault", ["apply-504", "apply-reset", "apply-garbage"])
def test_a_lost_answer_ends_in_exactly_one_order(rig: Rig, fault: str):
    rig.dial.add(SALE, fault, times=1)
    with pytest.raises(OutcomeUnknown):
        rig.post_document(document())
    assert rig.erp.find_document("BC-1042").state is FindingState.UNPROVABLE
    assert rig.post_document(document()).state is FindingState.UNPROVABLE
    rig.simulator.settle()
    assert rig.erp.find_document("BC-1042").state is FindingState.BOOKED
    assert len(rig.simulator.orders("BC-1042")) == 1


def test_an_order_nobody_sent_is_absent(rig: Rig):
    assert rig.erp.find_document("BC-1042") == ABSENT


def test_the_ping_asks_for_the_document_and_not_for_the_service(rig: Rig):
    lines = rig.erp.ping()
    assert [line.name for line in lines if not line.ok] == []
    assert "sales orders" not in [line.name for line in lines]
    assert [line.detail for line in lines if "Process.SalesOrder" in line.detail] == [
        "takes Process.SalesOrder; repeats are never sent"
    ]
