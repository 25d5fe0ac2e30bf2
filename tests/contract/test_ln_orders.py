"""What only LN can do to an order: lines one by one, etags, a good token refused, clerks in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from erp_ln import ADD_LINE, APPROVE, CANCEL, CREATE, ORDERS, SUITE, LnSimulator
from erp_rigs import ABSENT, Rig, document, usd

from connector.domain.faults import Busy, MappingGap, OutcomeUnknown, Rejected, Transient
from connector.domain.inquiry import FindingState
from connector.ports import Finding
from connector.sandbox.infor.ln.app import InforLn

LOST = ("apply-504", "apply-reset", "apply-garbage", "apply-hang")


@pytest.fixture
def rig() -> Iterator[Rig]:
    with SUITE.rig() as made:
        yield made


def converge(rig: Rig, times: int = 6) -> Finding:
    for _ in range(times):
        found = rig.erp.find_document("BC-1042")
        if found.state is FindingState.BOOKED:
            return found
        try:
            rig.post_document(document(), found)
        except (OutcomeUnknown, Transient):
            continue
    raise AssertionError(f"not booked after {times} rounds")


def assert_one_whole_order(rig: Rig) -> None:
    assert [converge(rig).external_id] == rig.simulator.orders("BC-1042")
    assert rig.simulator.begun_orders() == []
    assert rig.simulator.order_total("BC-1042") == usd("25.95").amount


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("position", ["1", "2", "3"])
def test_whichever_line_is_lost_it_stands_once(rig: Rig, position: str, fault: str):
    def this_line(body: bytes) -> bool:
        return json.loads(body)["CustomerOrderPosition"] == position

    rig.dial.add(ADD_LINE, fault, times=1, seconds=1, when=this_line)
    with pytest.raises(OutcomeUnknown):
        rig.post_document(document())
    assert_one_whole_order(rig)
    assert rig.called().count(CREATE) == 1


@pytest.mark.parametrize("call", [CREATE, ADD_LINE, APPROVE, ORDERS])
def test_a_good_token_that_is_refused_costs_calls_and_nothing_else(rig: Rig, call: str):
    rig.dial.add(call, "u14", times=2)
    rig.post_document(document())
    assert_one_whole_order(rig)
    assert [one.name for one in rig.dial.calls].count("ion token") == 1
    assert len([one for one in rig.trail.exchanges if one.outcome == "unauthorized"]) == 2


@pytest.mark.parametrize("call", [CREATE, ADD_LINE, APPROVE])
def test_a_good_token_that_stays_refused_is_waited_for(rig: Rig, call: str):
    rig.dial.add(call, "u14", times=3)
    with pytest.raises(Transient, match="nothing was done"):
        rig.post_document(document())
    assert_one_whole_order(rig)


def test_an_order_that_a_clerk_changes_before_it_is_approved_is_looked_at_again(rig: Rig):
    app: InforLn = rig.simulator.app

    def clerk(_: str) -> None:
        (number,) = app._tenant.rows["tdapi.slsSalesOrder/Orders"]
        app._tenant.touch(number)

    rig.dial.after(ORDERS, clerk, times=1)
    with pytest.raises(Busy):
        rig.post_document(document())
    assert_one_whole_order(rig)
    assert rig.called().count(CREATE) == 1


def test_an_order_into_which_a_clerk_writes_a_line_is_canceled_and_begun_again(rig: Rig):
    rig.dial.add(ADD_LINE, "apply-504", times=1)
    with pytest.raises(OutcomeUnknown):
        rig.post_document(document())
    app: InforLn = rig.simulator.app
    with app.tenant() as tenant:
        (line,) = tenant.rows["tdapi.slsSalesOrder/Lines"]
        line["OrderedQuantity"] = 30
    rig.called()
    assert_one_whole_order(rig)
    assert [name for name in rig.called() if name in {CREATE, CANCEL}] == [CANCEL, CREATE]


@pytest.mark.parametrize("fault", LOST)
def test_a_cancellation_that_was_lost_leaves_nothing_behind(rig: Rig, fault: str):
    rig.dial.add(CANCEL, fault, times=1, seconds=1)
    rig.simulator.app.control["discount"](["10045", "10"])
    with pytest.raises(OutcomeUnknown):
        rig.post_document(document())
    assert rig.erp.find_document("BC-1042") == Finding(FindingState.ABSENT)
    rig.simulator.app.control["discount"](["10045", "0"])
    assert_one_whole_order(rig)


def stands_as(rig: Rig, **values: str) -> Finding:
    """Change the one order in LN by hand."""
    with rig.simulator.app.tenant() as tenant:
        (order,) = tenant.rows[ORDERS.removeprefix("ln ")]
        order |= values
    return rig.erp.settle_document("BC-1042", "WEB000101")


def test_a_blocked_order_that_people_cancel_is_begun_again_by_a_replay_and_not_by_itself(rig: Rig):
    assert rig.post_document(document()).handle == "WEB000101"
    assert stands_as(rig, SalesOrderStatus="Blocked").state is FindingState.PENDING
    canceled = stands_as(rig, SalesOrderStatus="Canceled", Canceled="Yes")
    assert canceled.state is FindingState.REFUSED
    assert canceled.reason.startswith("order WEB000101 of BC-1042 was canceled in LN")
    assert rig.post_document(document(), rig.erp.find_document("BC-1042")).external_id == "WEB000102"
    assert rig.simulator.orders("BC-1042") == ["WEB000102"]


def test_an_order_whose_customer_may_not_order_is_held(rig: Rig):
    with pytest.raises(MappingGap, match=r"does not exist or is not active; customer NOBODY is no sold-to business"):
        rig.erp.post_document(document(customer="NOBODY"), found=ABSENT, guard=rig.guard)
    assert rig.simulator.begun_orders() == []


def test_an_ln_that_cannot_keep_the_reference_is_never_given_an_order():
    with replace(SUITE, simulator=lambda: LnSimulator(keeps_reference=False)).rig() as rig:
        assert [check.name for check in rig.erp.ping() if not check.ok] == ["sales orders"]
        with pytest.raises(Rejected, match="CustomerOrder is unknown"):
            rig.post_document(document())
        assert rig.simulator.begun_orders() == []
