"""Whatever one value of a payload becomes: a snapshot, or a refusal that names it; never anything else."""

import copy
from decimal import Decimal

import pytest
import responses
from bigcommerce_rig import CountedBudget, Edge, Trail, a_store, paged, payload, said
from hypothesis import assume, given
from hypothesis import strategies as st

from connector.domain import snapshot
from connector.domain.faults import ContractBroken, Rejected
from connector.domain.order import Snapshot
from connector.domain.product import ProductChange
from tests.strange import changed, drawn, places, values

TOLD = {name: value for name, value in payload().items() if not name.startswith("_")}
PLACES = sorted(places(TOLD), key=str)


def outcome(told):
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        edge = Edge(mock)
        edge.has_order({"order": None, "taxes": [], "transactions": None, "refunds": None, **told})
        edge.on("/v2/orders/1042/products", paged([]))
        edge.on("/v2/orders/1042/fees", paged([]))
        try:
            return a_store(Trail(), CountedBudget()).read_order(1042)
        except ContractBroken as refusal:
            return str(refusal)


@drawn(5 / 2)
@given(place=st.sampled_from(PLACES), value=values)
def test_any_strange_value_gives_a_snapshot_or_a_named_refusal(place, value):
    if place == ("taxes",) and not isinstance(value, list):
        return  # the rig's list, not the store's
    found = outcome(changed(TOLD, place, value))
    if isinstance(found, str):
        assert "1042" in found or "GET /v" in found
        assert not any(secret in found for secret in ("Jane", "jane.doe", "Main Street", "5125550100"))
    else:
        assert isinstance(found, Snapshot)
        assert snapshot.load(snapshot.dump(found)) == found


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


@drawn(3 / 5)
@given(order=anything, transactions=anything, refunds=anything)
def test_any_json_at_all_gives_a_snapshot_or_a_refusal(order, transactions, refunds):
    told = {"order": order, "transactions": transactions, "refunds": refunds}
    assert isinstance(outcome({**TOLD, **told}), str | Snapshot)


@pytest.mark.parametrize(
    "place", [("order", "brand_new"), ("taxes", 0, "brand_new"), ("refunds", "data", 0, "brand_new")]
)
def test_fields_added_by_the_store_change_nothing(place):
    assert outcome(changed(TOLD, place, {"deep": ["x"]})).fingerprint == outcome(TOLD).fingerprint


def test_the_fuzz_starts_from_a_payload_that_reads():
    assert outcome(TOLD).order.totals.total.inc_tax.amount == Decimal("227.77")


def test_an_order_of_ten_thousand_lines_is_read_whole():
    told = copy.deepcopy(TOLD)
    [parcel] = told["order"]["consignments"]["shipping"]
    line = parcel["line_items"][0]
    parcel["line_items"] = {"url": "u", "resource": "/orders/1042/products"}
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        edge = Edge(mock)
        edge.has_order(told)
        edge.on("/v2/orders/1042/products", paged([{**line, "id": number} for number in range(1, 10_001)]))
        edge.on("/v2/orders/1042/fees", paged([]))
        found = a_store(Trail(), CountedBudget()).read_order(1042)
    assert [line.id for line in found.order.lines] == list(range(1, 10_001))
    assert snapshot.load(snapshot.dump(found)) == found


complaint = st.dictionaries(
    st.sampled_from(
        ["title", "errors", "batch_errors", "field_errors", "data", "index", "id", "instance", "0.price"]
    ),
    st.recursive(anything, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2)),
)


@drawn(3 / 5)
@given(told=complaint | st.lists(complaint, max_size=2) | anything, status=st.sampled_from([200, 207, 422]))
def test_whatever_a_batch_is_answered_its_entries_are_taken_or_refused(told, status):
    assume(told is not None or status == 422)  # an empty body under 200 is a lost answer
    batch = [ProductChange(number, name="x") for number in (1, 2, 3)]
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        edge = Edge(mock)
        edge.on("/v3/catalog/products", said(told, status))
        refused = a_store(Trail(), CountedBudget()).catalog.change_products(batch, guard=lambda: None)
    assert status != 422 or set(refused) == set(batch)
    assert {type(fault) for fault in refused.values()} <= {Rejected}
    assert len(edge.asked) <= 5


def test_a_complaint_nested_without_end_is_read_all_the_same():
    deep = "[" * 900 + "]" * 900
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        edge = Edge(mock)
        edge.on("/v3/catalog/products", (422, {}, f'{{"title": "no", "errors": {{"name": {deep}}}}}'))
        change = ProductChange(1, name="x")
        [fault] = a_store(Trail(), CountedBudget()).catalog.change_products([change], guard=lambda: None).values()
    assert str(fault) == "PUT /v3/catalog/products answered 422: no; name: ..."
