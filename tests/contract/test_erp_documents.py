"""What every adapter owes a sales order, over real HTTP against its simulator."""

from __future__ import annotations

from dataclasses import replace

import pytest
from erp_rigs import Rig, document, usd
from erp_suites import SUITES, rigs, writes

from connector.domain.document import Charge, DocumentLine
from connector.domain.faults import ContractBroken, MappingGap, OutcomeUnknown, Throttled, Unauthorized
from connector.domain.inquiry import FindingState
from connector.ports import Finding

LOST = ("apply-504", "apply-reset", "apply-garbage", "apply-hang")

rig = rigs(which=lambda suite: suite.orders)
working_on = rigs(which=lambda suite: suite.orders and suite.orders.works_on)
"""An ERP that is at work on an order after it answered."""


def converge(rig: Rig, wanted, times: int = 6) -> Finding:
    """Ask, and post only what is proven absent or begun: as the engine does after the quiet period."""
    for _ in range(times):
        rig.simulator.settle()
        found = rig.erp.find_document(wanted.reference)
        if found.state is FindingState.BOOKED:
            return found
        if found.state is not FindingState.PENDING:
            rig.post_document(wanted, found)
    raise AssertionError(f"not booked after {times} rounds")


def test_an_order_nobody_posted_is_absent(rig: Rig):
    assert rig.erp.find_document("BC-1042") == Finding(FindingState.ABSENT)
    assert rig.called() == list(rig.orders.find)


def test_an_order_is_posted_in_few_calls_and_settled_in_fewer(rig: Rig):
    posted = rig.post_document(document())
    assert rig.called() == list(rig.orders.post(2))
    assert rig.guards == ["asked"] * rig.writes()
    assert posted.state is rig.orders.posted

    waiting = rig.erp.settle_document("BC-1042", posted.handle)
    assert (waiting.state, waiting.handle) == (rig.orders.posted, posted.handle)

    rig.simulator.settle()
    rig.called()
    booked = rig.erp.settle_document("BC-1042", posted.handle)
    assert booked.state is FindingState.BOOKED
    assert [booked.external_id] == rig.simulator.orders("BC-1042")
    assert rig.called() == list(rig.orders.settle)
    assert rig.budget.reserved == len(rig.trail.exchanges) - 1  # all but the token request


def test_a_booked_order_is_found_by_its_reference_alone(rig: Rig):
    rig.post_document(document())
    rig.simulator.settle()
    found = rig.erp.find_document("BC-1042")
    assert (found.state, [found.external_id]) == (FindingState.BOOKED, rig.simulator.orders("BC-1042"))
    assert rig.erp.find_document("BC-104") == Finding(FindingState.ABSENT)
    assert rig.erp.find_document("BC-10421") == Finding(FindingState.ABSENT)


def test_the_order_is_worth_what_the_store_says_to_the_cent(rig: Rig):
    lines = (
        DocumentLine(1, "10045", "Tee", 3, usd("10.00")),
        DocumentLine(2, "10046", "Tee", 7, usd("99.99")),
        DocumentLine(3, "10047", "Tee", 4, usd("19.96")),
    )
    charges = (
        Charge("FRT", "Shipping, first parcel", usd("4.00")),
        Charge("FRT", "Shipping, second parcel", usd("1.95")),
    )
    rig.post_document(replace(document(), lines=lines, charges=charges))
    rig.simulator.settle()
    assert rig.simulator.order_total("BC-1042") == usd("135.90").amount


def test_an_order_of_sixty_lines_is_whole(rig: Rig):
    rig.post_document(document(lines=60))
    rig.simulator.settle()
    assert rig.simulator.order_total("BC-1042") == usd("605.95").amount
    assert rig.called() == list(rig.orders.post(60))


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize(("suite", "call"), writes(lambda suite: suite.orders.writes if suite.orders else ()))
def test_a_lost_answer_ends_in_exactly_one_order(suite: str, call: str, fault: str):
    with SUITES[suite].rig() as rig:
        rig.dial.add(call, fault, times=1, seconds=1)
        with pytest.raises(OutcomeUnknown):
            rig.post_document(document())
        booked = converge(rig, document())
        assert [booked.external_id] == rig.simulator.orders("BC-1042")
        assert rig.simulator.begun_orders() == []
        assert rig.simulator.order_total("BC-1042") == usd("25.95").amount


def test_a_begun_order_is_removed_or_resumed_and_never_doubled(rig: Rig):
    rig.dial.add(rig.orders.writes[1], "apply-504", times=1)
    with pytest.raises(OutcomeUnknown):
        rig.post_document(document())
    found = rig.erp.find_document("BC-1042")
    assert found.state is FindingState.ORPHAN
    rig.called()
    rig.post_document(document(), found)
    assert rig.called() == list(rig.orders.begun_again)
    rig.simulator.settle()
    assert len(rig.simulator.orders("BC-1042")) == 1


def test_of_two_begun_orders_none_remains(rig: Rig):
    for _ in range(2):
        rig.dial.add(rig.orders.writes[1], "apply-504", times=1)
        with pytest.raises(OutcomeUnknown):
            rig.post_document(document())
    assert len(rig.simulator.begun_orders()) == 2
    converge(rig, document())
    assert rig.simulator.begun_orders() == []


def test_an_order_the_erp_is_at_work_on_is_never_removed(working_on: Rig):
    rig = working_on
    rig.dial.add(rig.orders.writes[-1], "apply-504", times=1)
    with pytest.raises(OutcomeUnknown):
        rig.post_document(document())
    found = rig.erp.find_document("BC-1042")
    with pytest.raises(OutcomeUnknown):
        rig.post_document(document(), found)
    assert converge(rig, document()).state is FindingState.BOOKED
    assert len(rig.simulator.orders("BC-1042")) == 1


@pytest.mark.parametrize("state", [FindingState.BOOKED, FindingState.PENDING])
def test_what_stands_already_is_given_back_without_a_call(rig: Rig, state: FindingState):
    found = Finding(state, external_id="0010000001", handle="9000000001")
    assert rig.post_document(document(), found) is found
    assert (rig.called(), rig.guards) == ([], [])


def test_every_refused_line_is_named_and_nothing_of_the_order_remains(rig: Rig):
    good, odd = document().lines
    lines = (good, replace(odd, item="NOSUCH-1"), replace(odd, number=3, item="NOSUCH-2"))
    with pytest.raises(MappingGap) as refused:
        rig.post_document(replace(document(), lines=lines))
    assert "line 2 (NOSUCH-1)" in refused.value.what
    assert "line 3 (NOSUCH-2)" in refused.value.what
    assert "  " not in refused.value.what
    assert rig.simulator.begun_orders() == []
    rig.simulator.settle()
    assert rig.simulator.orders("BC-1042") == []
    assert rig.erp.find_document("BC-1042") == Finding(FindingState.ABSENT)


def test_a_refused_order_whose_removal_got_lost_is_uncertain(rig: Rig):
    rig.dial.add(rig.orders.remove, "apply-reset", times=1)
    with pytest.raises(OutcomeUnknown):
        rig.post_document(replace(document(), lines=(replace(document().lines[0], item="NOSUCH"),)))


def test_an_order_refused_after_confirmation_says_why_and_can_be_posted_anew(working_on: Rig):
    rig = working_on
    late = replace(document(), lines=(replace(document().lines[0], item="FAILSLATE"),))
    pending = rig.post_document(late)
    rig.simulator.settle()
    refused = rig.erp.settle_document("BC-1042", pending.handle)
    assert refused.state is FindingState.REFUSED
    assert "FAILSLATE" in refused.reason
    assert rig.erp.find_document("BC-1042") == refused

    rig.post_document(document(), refused)
    rig.simulator.settle()
    assert len(rig.simulator.orders("BC-1042")) == 1
    assert rig.simulator.begun_orders() == []


def test_a_duplicate_made_by_others_is_reported_and_not_added_to(rig: Rig):
    for _ in range(2):
        rig.post_document(document())
    rig.simulator.settle()
    found = rig.erp.find_document("BC-1042")
    assert (found.state, found.external_id) == (FindingState.BOOKED, min(rig.simulator.orders("BC-1042")))
    assert max(rig.simulator.orders("BC-1042")) in found.reason


def test_an_item_number_over_the_erps_length_is_a_gap_and_nothing_is_written(rig: Rig):
    too_long = ["A-SKU".ljust(rig.orders.item_length + 1, "X"), "ANOTHER-SKU".ljust(rig.orders.item_length + 9, "X")]
    lines = tuple(replace(line, item=item) for line, item in zip(document().lines, too_long, strict=True))
    with pytest.raises(MappingGap) as gap:
        rig.post_document(replace(document(), lines=lines))
    assert [item for item in too_long if item not in gap.value.what] == []
    assert (rig.called(), rig.guards) == ([], [])


def test_an_expired_token_is_renewed_once_and_the_call_repeated(rig: Rig):
    rig.erp.find_document("BC-1042")
    rig.simulator.revoke_tokens()
    rig.dial.forget_calls()
    assert rig.post_document(document()).state is rig.orders.posted
    refused, token, again, *_ = [call.name for call in rig.dial.calls]
    assert (token, again) == ("ion token", refused)
    del rig.dial.calls[0]
    assert rig.called() == list(rig.orders.post(2))
    rig.simulator.settle()
    assert len(rig.simulator.orders("BC-1042")) == 1


def test_a_cut_list_is_refused_and_never_read_as_absent(rig: Rig):
    for _ in range(2):
        rig.post_document(document())
    rig.simulator.settle()
    rig.simulator.cut_lists()
    with pytest.raises(ContractBroken):
        rig.erp.find_document("BC-1042")
    with pytest.raises(ContractBroken):
        rig.erp.find_document("BC-7")


def test_throttling_asks_to_wait_and_writes_nothing(rig: Rig):
    rig.dial.add("*", "429", seconds=7)
    rig.dial.add("*", "429", seconds=7)
    with pytest.raises((Throttled, Unauthorized)) as throttled:
        rig.post_document(document())
    assert isinstance(throttled.value, Throttled)
    assert throttled.value.retry_after is not None
    assert throttled.value.retry_after.total_seconds() == 7
    assert rig.simulator.begun_orders() == []
