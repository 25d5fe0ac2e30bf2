"""LN's sales orders on the wire: what goes out, and what each status of LN's means for an order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from infor_script import DOCUMENT, free, usd
from ln_script import ADD_LINE, APPROVE, CANCEL, CREATE, ITEMS, LINES, ORDERS, line, listed, ln, order, refused

from connector.domain.document import Charge, DocumentLine
from connector.domain.faults import (
    Busy,
    ContractBroken,
    MappingGap,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    Truncated,
    Unavailable,
)
from connector.domain.inquiry import FindingState
from connector.ports import Finding

ABSENT = Finding(FindingState.ABSENT)
ORPHAN = Finding(FindingState.ORPHAN, handle="WEB000101")
BOOKED = Finding(FindingState.BOOKED, external_id="WEB000101", handle="WEB000101")
FREE, APPROVED = order(), order(status="Approved")
DONE = (200, {"value": ""})
PARTNERS = "tcapi.comBusinessPartner/SoldtoBusinessPartners"
ACTIVE = {"SoldtoBusinessPartner": "WEBGUEST", "BusinessPartnerStatus": "Active"}
U14 = (401, {"error": {"message": "OAuth [U14]: unknown oauth_consumer_key"}})
WELL = ((CREATE, (200, FREE)), (ADD_LINE, (200, line())), (ORDERS, listed(FREE)))


def posted(*steps: tuple[str, object], found: Finding = ABSENT, document: Any = DOCUMENT, **company: str):
    """Post, and see that no call of the script was left out."""
    erp, script = ln(*steps, **company)
    try:
        return erp.post_document(document, found=found, guard=free), script
    finally:
        assert script.over()


def test_an_order_is_begun_filled_approved_and_read_back_and_says_what_it_must():
    rich = replace(
        DOCUMENT,
        lines=(DocumentLine(1, "10045", "Tee", 3, usd("10.00")),),
        charges=(Charge("FRT", "Shipping", usd("5.95")),),
        text="Please ring twice.",
    )
    done, script = posted(
        (CREATE, (200, FREE)),
        (ADD_LINE, (200, line(OrderedQuantity=3, Amount=10.0))),
        (ADD_LINE, (200, line("2", Item="         FRT", Amount=5.95))),
        (ORDERS, listed(FREE)),
        (APPROVE, DONE),
        (ORDERS, listed(APPROVED)),
        document=rich,
        warehouse="WH1",
        timezone="Pacific/Auckland",
    )
    assert done == BOOKED
    head, first, freight, _, approval, _ = script.requests
    assert head.url == "https://ion.example.com/ACME/LN/lnapi/odata/tdapi.slsSalesOrder/CreateOrder"
    assert head.headers["X-Infor-LnCompany"] == "1300"
    assert head.json == {
        "SoldtoBusinessPartner": "WEBGUEST",
        "CustomerOrder": "BC-1042",
        "ReferenceA": "BC-1042",
        "OrderCurrency": "USD",
        "SalesOrderType": "WEB",
        "SalesOffice": "SO1",
        "Warehouse": "WH1",
        "OrderDate": "2026-01-04T23:00:00Z",
        "HeaderText": "Please ring twice.",
    }
    assert {name: str(value) for name, value in first.json.items()} == {
        "SalesOrder": "WEB000101",
        "Item": "         10045",
        "OrderedQuantity": "3",
        "Price": "3.333333",
        "CustomerOrder": "BC-1042",
        "CustomerOrderPosition": "1",
        "Warehouse": "WH1",
    }
    assert (freight.json["Item"], freight.json["CustomerOrderPosition"], freight.json["OrderLineText"]) == (
        "         FRT",
        "2",
        "Shipping",
    )
    assert approval.url.endswith("/Orders('WEB000101')/tdapi.slsSalesOrder.Approve")
    assert approval.headers["If-Match"] == 'W/"WEB000101"'
    assert set(approval.json.values()) == {"No"}


def test_the_lookup_is_quoted_counted_and_selected_with_blanks_that_are_no_plus_and_a_namespaced_member():
    erp, script = ln((ORDERS, listed()))
    erp.find_document("BC-'1042")
    assert script.requests[0].url.endswith(
        "/Orders?$filter=CustomerOrder%20eq%20'BC-''1042'"
        "%20and%20Canceled%20eq%20tdapi.slsSalesOrder.AnswerOnQuestionYn'No'"
        "&$select=SalesOrder,CustomerOrder,SoldtoBusinessPartner,SalesOrderStatus,Canceled,ChangeRequest&$count=true"
    )


STANDINGS = {
    "free": ([FREE], ORPHAN),
    "two begun": ([order("WEB2"), order("WEB1")], Finding(FindingState.ORPHAN, handle="WEB1,WEB2")),
    "approved": ([APPROVED], BOOKED),
    "released": ([order(status="Released")], BOOKED),
    "closed": ([order(status="Closed")], BOOKED),
    "canceled": ([order(status="Canceled")], ABSENT),
    "canceled by its flag": ([order(Canceled="Yes")], ABSENT),
    "another's, that only begins alike": ([order(status="Approved", reference="BC-10421")], ABSENT),
    "a change request, which is a copy": ([APPROVED, order("WEB000102", "Free", ChangeRequest="Yes")], BOOKED),
    "blocked": (
        [order(status="Blocked")],
        Finding(FindingState.PENDING, handle="WEB000101", reason="order WEB000101 stands as Blocked in LN"),
    ),
    "approved twice, and begun": (
        [order("WEB3"), order("WEB2", "Approved"), order("WEB1", "Approved")],
        Finding(
            FindingState.BOOKED,
            external_id="WEB1",
            handle="WEB1",
            reason="LN holds 3 orders of BC-1042: WEB1, WEB2, WEB3; keep one",
        ),
    ),
}


@pytest.mark.parametrize(("rows", "standing"), STANDINGS.values(), ids=STANDINGS)
def test_an_order_stands_as_its_status_says(rows: list[dict[str, Any]], standing: Finding):
    erp, _ = ln((ORDERS, listed(*rows)))
    assert erp.find_document("BC-1042") == standing


PASSES = {"locked": 409, "changed since it was read": 412}


@pytest.mark.parametrize("status", PASSES.values(), ids=PASSES)
def test_what_is_locked_or_was_changed_waits_and_was_not_done(status: int):
    for steps in ([(CREATE, refused(status, "no"))], [*WELL, (APPROVE, refused(status, "no"))]):
        with pytest.raises(Busy, match="no"):
            posted(*steps)


def test_a_functional_no_to_the_head_is_final_and_says_why():
    no = refused(422, "The order cannot  be created", "Credit limit exceeded")
    with pytest.raises(Rejected, match="The order cannot be created; Credit limit exceeded"):
        posted((CREATE, no), (PARTNERS, listed(ACTIVE)))


@pytest.mark.parametrize("status", [400, 404, 405, 406, 415, 428])
def test_a_call_that_ln_does_not_understand_points_at_the_set_up(status: int):
    with pytest.raises(Rejected, match=r"connection ping"):
        posted((CREATE, refused(status, "what?")))


def test_an_item_that_ln_does_not_have_is_a_gap_and_the_order_is_canceled():
    with pytest.raises(MappingGap, match=r"line 1 \(10045\): no such item"):
        posted(
            (CREATE, (200, FREE)),
            (ADD_LINE, refused(422, "no such item")),
            (ITEMS, listed()),
            (ORDERS, listed(FREE)),
            (CANCEL, DONE),
        )


def test_a_line_refused_for_another_reason_is_no_gap_of_the_mapping():
    with pytest.raises(Rejected, match="blocked for sales") as refusal:
        posted(
            (CREATE, (200, FREE)),
            (ADD_LINE, refused(422, "blocked for sales")),
            (ITEMS, listed({"Item": "         10045"})),
            (ORDERS, listed(FREE)),
            (CANCEL, DONE),
        )
    assert refusal.value.code == "rejected"


def test_a_line_that_ln_makes_something_else_of_is_refused_with_both_amounts():
    with pytest.raises(Rejected, match=r"LN makes it 0\.9 and not 1\.00 USD"):
        posted(
            (CREATE, (200, FREE)),
            (ADD_LINE, (200, line(Amount=0.9))),
            (ITEMS, listed({"Item": "         10045"})),
            (ORDERS, listed(FREE)),
            (CANCEL, DONE),
        )


def test_a_line_of_which_the_answer_told_nothing_is_looked_up_before_the_order_is_approved():
    steps = ((CREATE, (200, FREE)), (ADD_LINE, DONE), (LINES, listed(line())), (ORDERS, listed(FREE)))
    assert posted(*steps, (APPROVE, DONE), (ORDERS, listed(APPROVED)))[0] == BOOKED


@pytest.mark.parametrize(
    ("shown", "said"), [(listed(line(Amount=0.9)), r"makes it 0\.9"), (listed(), "does not show it")]
)
def test_a_line_that_is_not_there_as_it_should_be_cancels_the_order(shown: tuple[int, dict[str, Any]], said: str):
    with pytest.raises(Rejected, match=said):
        posted(
            (CREATE, (200, FREE)),
            (ADD_LINE, DONE),
            (LINES, shown),
            (ITEMS, listed({"Item": "         10045"})),
            (ORDERS, listed(FREE)),
            (CANCEL, DONE),
        )


ANEW = [
    (CANCEL, DONE),
    (CREATE, (200, order("WEB000102"))),
    (ADD_LINE, (200, line())),
    (ORDERS, listed(order("WEB000102"))),
    (APPROVE, DONE),
    (ORDERS, listed(order("WEB000102", "Approved"))),
]


def test_a_begun_order_of_another_customer_is_canceled_and_begun_again():
    done, _ = posted(
        (ORDERS, listed(order(SoldtoBusinessPartner="CLOSED"))),
        *ANEW,
        found=ORPHAN,
    )
    assert done.external_id == "WEB000102"


def test_an_order_that_cannot_be_canceled_says_so():
    with pytest.raises(Rejected, match=r"order WEB000101 could not be canceled \(reason missing\): cancel it in LN"):
        posted(
            (CREATE, (200, FREE)),
            (ADD_LINE, refused(422, "no")),
            (ITEMS, listed({"Item": "         10045"})),
            (ORDERS, listed(FREE)),
            (CANCEL, refused(422, "reason missing")),
        )


def test_the_reason_for_a_cancellation_is_the_connections():
    erp, script = ln(
        *WELL, (APPROVE, refused(422, "no")), (ORDERS, listed(FREE)), (CANCEL, DONE), cancel_reason="WEB"
    )
    with pytest.raises(Rejected):
        erp.post_document(DOCUMENT, found=ABSENT, guard=free)
    assert script.requests[-1].json == {"OrderHeaderChangeReason": "WEB"}


def test_an_approval_that_ln_took_and_did_not_do_is_no_approval():
    with pytest.raises(Rejected, match="left the order as it was"):
        posted(
            *WELL,
            (APPROVE, (200, {"value": "blocked"})),
            (ORDERS, listed(FREE)),
            (ORDERS, listed(FREE)),
            (CANCEL, DONE),
        )


def test_an_order_that_lost_its_reference_is_canceled_at_once_and_nothing_is_added_to_it():
    with pytest.raises(Rejected, match="did not keep its reference BC-1042"):
        posted((CREATE, (200, order(reference=""))), (ORDERS, listed(order(reference=""))), (CANCEL, DONE))


def test_an_order_without_a_number_is_uncertain():
    with pytest.raises(OutcomeUnknown, match="did not say which"):
        posted((CREATE, (200, {"CustomerOrder": "BC-1042"})))


def test_a_begun_order_is_given_what_it_lacks_and_approved():
    two = replace(DOCUMENT, lines=(*DOCUMENT.lines, DocumentLine(2, "10046", "Tee", 1, usd("2.00"))))
    done, script = posted(
        (ORDERS, listed(FREE)),
        (LINES, listed(line())),
        (ADD_LINE, (200, line("2", Item="         10046", Amount=2.0))),
        (ORDERS, listed(FREE)),
        (APPROVE, DONE),
        (ORDERS, listed(APPROVED)),
        found=ORPHAN,
        document=two,
    )
    assert (done, script.requests[2].json["CustomerOrderPosition"]) == (BOOKED, "2")


FOREIGN = {
    "an item of another": line(Item="         99999"),
    "another quantity": line(OrderedQuantity=2),
    "another amount": line(Amount=7.0),
    "a canceled line": line(Canceled="Yes"),
    "a line that nobody asked for": line(""),
}


@pytest.mark.parametrize("row", FOREIGN.values(), ids=FOREIGN)
def test_a_begun_order_that_holds_anything_else_is_canceled_and_begun_again(row: dict[str, Any]):
    done, _ = posted(
        (ORDERS, listed(FREE)),
        (LINES, listed(row)),
        *ANEW,
        found=ORPHAN,
    )
    assert done.external_id == "WEB000102"


def test_beside_an_order_that_cannot_be_canceled_no_other_is_begun():
    with pytest.raises(Rejected, match="order WEB000101 of BC-1042 must be canceled in LN by hand first: locked for"):
        posted((ORDERS, listed(FREE)), (LINES, listed(line(""))), (CANCEL, refused(422, "locked for")), found=ORPHAN)


def test_a_line_that_stands_twice_in_a_begun_order_is_none_of_ours():
    done, _ = posted(
        (ORDERS, listed(FREE)),
        (LINES, listed(line(), line(Line=20))),
        *ANEW,
        found=ORPHAN,
    )
    assert done.external_id == "WEB000102"


def test_an_order_approved_meanwhile_is_given_back_and_not_touched():
    assert posted((ORDERS, listed(APPROVED)), found=ORPHAN)[0] == BOOKED


def test_a_token_that_ln_refuses_though_it_is_good_costs_nothing_but_a_call():
    erp, script = ln((ORDERS, U14), (ORDERS, U14), (ORDERS, listed()))
    assert erp.find_document("BC-1042") == ABSENT
    assert script.over()


def test_a_write_refused_with_a_good_token_was_not_done_and_waits():
    with pytest.raises(Unavailable, match="nothing was done"):
        posted((CREATE, U14), (CREATE, U14), (CREATE, U14))


def test_a_list_is_followed_to_its_last_page_and_only_on_our_own_gateway():
    onward = {"@odata.nextLink": "https://elsewhere.example/lnapi/odata/tdapi.slsSalesOrder/Orders?$skiptoken=a%2Bb"}
    erp, script = ln(
        (ORDERS, (200, {"@odata.count": 2, "value": [APPROVED], **onward})),
        (ORDERS, (200, {"value": [order("WEB000100", "Approved")]})),
    )
    assert erp.find_document("BC-1042").external_id == "WEB000100"
    assert script.requests[1].url == (
        "https://ion.example.com/ACME/LN/lnapi/odata/tdapi.slsSalesOrder/Orders?$skiptoken=a%2Bb"
    )


def test_a_list_that_goes_on_at_another_place_or_at_itself_is_broken():
    for link in ("/lnapi/odata/tdapi.slsSalesOrder/Lines?$skiptoken=1", "/lnapi/odata/tdapi.slsSalesOrder/Orders"):
        erp, _ = ln(
            (ORDERS, (200, {"value": [FREE], "@odata.nextLink": link})),
            (ORDERS, (200, {"value": [FREE], "@odata.nextLink": link})),
        )
        with pytest.raises(ContractBroken, match="none of its own"):
            erp.find_document("BC-1042")


def test_fewer_rows_than_ln_counts_are_no_list():
    erp, _ = ln((ORDERS, (200, {"@odata.count": 2, "value": [FREE]})))
    with pytest.raises(Truncated, match="1 rows of 2"):
        erp.find_document("BC-1042")


@pytest.mark.parametrize("body", [[], {"value": {}}, {"value": ["x"]}, {}])
def test_an_answer_without_a_list_is_never_read_as_absent(body: object):
    erp, _ = ln((ORDERS, (200, body)))
    with pytest.raises(ContractBroken):
        erp.find_document("BC-1042")


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [(422, "Switch to company 100 failed", "Switch to company 100 failed"), (404, "", "activated"), (400, "x", "x")],
)
def test_a_question_that_ln_does_not_take_is_a_set_up_fault(status: int, text: str, said: str):
    erp, _ = ln((ORDERS, refused(status, text)))
    with pytest.raises(Misconfigured, match=said):
        erp.find_document("BC-1042")
