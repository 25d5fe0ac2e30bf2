"""Orders and customers where M3 goes on behind our back or refuses a question."""

from __future__ import annotations

import pytest
from infor_script import DOCUMENT, ORPHAN, bulk, free, m3, no, ok, rows

from connector.domain.document import Customer
from connector.domain.faults import OutcomeUnknown, Rejected, Truncated
from connector.domain.inquiry import FindingState
from connector.domain.order import Address
from connector.ports import Finding


def test_a_begun_order_that_m3_will_not_delete_and_has_booked_meanwhile_is_booked():
    erp, script = m3(
        ("OIS100MI/DelBatchHead", bulk(no("Order is already created"))),
        ("EXPORTMI/Select", bulk(rows("9000000001;BC-1042;90;0010000001"), rows("0010000001;BC-1042"))),
    )
    found = erp.post_document(DOCUMENT, found=ORPHAN, guard=free)
    assert found == Finding(FindingState.BOOKED, external_id="0010000001")
    assert script.over()


def test_a_begun_order_that_somebody_else_deleted_is_begun_anew():
    erp, script = m3(
        ("OIS100MI/DelBatchHead", bulk(no("Order number does not exist"))),
        ("EXPORTMI/Select", bulk(rows(), rows())),
        ("OIS100MI/AddBatchHead", bulk(ok({"ORNO": "9000000002"}))),
        ("OIS100MI/AddBatchAddress", bulk(ok(), ok({"PONR": "1"}))),
        ("OIS100MI/Confirm", bulk(ok({"ORNO": "9000000002", "STAT": "20"}))),
    )
    found = erp.post_document(DOCUMENT, found=ORPHAN, guard=free)
    assert found == Finding(FindingState.PENDING, handle="9000000002")
    assert script.over()


def test_a_head_without_a_number_is_an_unknown_outcome():
    erp, script = m3(("OIS100MI/AddBatchHead", bulk(ok())))
    with pytest.raises(OutcomeUnknown, match="did not say which"):
        erp.post_document(DOCUMENT, found=Finding(FindingState.ABSENT), guard=free)
    assert script.over()


def test_a_refused_confirmation_withdraws_the_order_and_tells_when_it_could_not():
    erp, script = m3(
        ("OIS100MI/AddBatchHead", bulk(ok({"ORNO": "9000000002"}))),
        ("OIS100MI/AddBatchAddress", bulk(ok(), ok({"PONR": "1"}))),
        ("OIS100MI/Confirm", bulk(no("Payer is missing"))),
        ("OIS100MI/DelBatchHead", bulk(no("Order is locked"))),
    )
    with pytest.raises(Rejected) as refused:
        erp.post_document(DOCUMENT, found=Finding(FindingState.ABSENT), guard=free)
    assert refused.value.what == (
        "M3 refused BC-1042: confirmation: Payer is missing; "
        "batch order 9000000002 could not be deleted (Order is locked): delete it in OIS275"
    )
    assert script.over()


def test_a_confirmed_order_that_vanished_is_absent_when_it_should_settle():
    erp, _ = m3(
        ("OIS100MI/GetOrderNo", bulk(no("Order number does not exist"))),
        ("EXPORTMI/Select", bulk(rows(), rows())),
    )
    assert erp.settle_document("BC-1042", "9000000001") == Finding(FindingState.ABSENT)


def test_a_customer_without_a_number_is_an_unknown_outcome():
    erp, _ = m3(("CRS610MI/Add", bulk(ok())))
    with pytest.raises(OutcomeUnknown, match="did not say which"):
        erp.post_customer(Customer(142, Address()), template="WEBTMPL", guard=free)


def test_a_list_of_nothing_but_our_key_up_to_the_limit_may_hide_more():
    same = [{"CUNO": str(number), "ALCU": "142"} for number in range(100)]
    erp, _ = m3(("CRS610MI/LstBySearchKey", bulk(ok(*same))))
    with pytest.raises(Truncated):
        erp.find_customer(Customer(142, Address()))


def test_a_full_list_that_went_past_our_key_is_whole_for_us():
    listed = [{"CUNO": "1001", "ALCU": "142"}, *({"CUNO": str(n), "ALCU": "143"} for n in range(99))]
    erp, _ = m3(("CRS610MI/LstBySearchKey", bulk(ok(*listed))))
    assert erp.find_customer(Customer(142, Address())) == Finding(FindingState.BOOKED, external_id="1001")
