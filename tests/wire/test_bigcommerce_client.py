"""The store's client: how many calls it makes, what it asks, and what it makes of every answer."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
import requests
from bigcommerce_rig import NO_CONTENT, NOON, TOKEN, CountedBudget, a_store, paged, payload, said

from connector.domain import snapshot
from connector.domain.faults import (
    ContractBroken,
    Effect,
    Rejected,
    Throttled,
    Truncated,
    Unauthorized,
    Unavailable,
)
from connector.domain.money import Money
from connector.ports import OrderHead, RefundHead

FOUR_CALLS = [
    "GET /v2/orders/1042",
    "GET /v2/orders/1042/taxes",
    "GET /v3/orders/1042/transactions",
    "GET /v3/orders/1042/payment_actions/refunds",
]


def with_lines(told, number):
    """The order with so many lines of 1.00 and a tax row of 0.10 for each."""
    [parcel] = told["order"]["consignments"]["shipping"]
    line = parcel["line_items"][0] | {"applied_discounts": [], "total_ex_tax": "1.0000", "total_inc_tax": "1.1000"}
    parcel["line_items"] = [line | {"id": 500 + index} for index in range(number)]
    told["taxes"] = [
        told["taxes"][0] | {"id": index, "order_product_id": str(500 + index), "line_amount": "0.1000"}
        for index in range(number)
    ]
    told["order"] |= {"subtotal_ex_tax": f"{number}.0000", "total_tax": str(Decimal(number) / 10)}
    return told


def test_an_order_is_read_with_four_calls(store, edge, budget, trail):
    edge.has_order(payload())
    taken = store.read_order(1042)
    assert edge.paths == FOUR_CALLS
    assert budget.reserved == [4]
    assert taken.taken_at == NOON
    assert taken.fingerprint == snapshot.fingerprint(taken)
    assert (taken.order.id, len(taken.order.lines), len(taken.order.taxes)) == (1042, 2, 3)
    assert [one.id for one in taken.transactions] == [85926313, 85926314, 85926390, 85931777]
    assert [one.id for one in taken.refunds] == [12, 14]
    assert [one.call for one in trail.exchanges] == [
        "GET /v2/orders/{id}",
        "GET /v2/orders/{id}/taxes",
        "GET /v3/orders/{id}/transactions",
        "GET /v3/orders/{id}/payment_actions/refunds",
    ]
    assert {one.effect for one in trail.exchanges} == {Effect.READ}


def test_what_is_asked_for_an_order(store, edge):
    edge.has_order(payload())
    store.read_order(1042)
    assert [query for _, _, query in edge.asked] == [
        {"include": "consignments,consignments.line_items,fees", "consignment_structure": "object"},
        {"details": "true", "limit": "250", "page": "1"},
        {},
        {"limit": "250", "page": "1"},
    ]
    assert {request.headers["X-Auth-Token"] for request in edge.sent} == {TOKEN}
    assert {request.headers["Accept"] for request in edge.sent} == {"application/json"}


@pytest.mark.parametrize("lines", [1, 10, 40, 50, 60, 250])
def test_any_number_of_lines_takes_four_calls_when_they_add_up(store, edge, budget, lines):
    edge.has_order(with_lines(payload(), lines))
    taken = store.read_order(1042)
    assert (len(taken.order.lines), len(taken.order.taxes)) == (lines, lines)
    assert edge.paths == FOUR_CALLS
    assert budget.reserved == [4]


def test_tax_rows_cut_by_the_server_are_read_to_the_end(store, edge, budget):
    told = with_lines(payload(), 120)
    edge.has_order(told)
    edge.on("/v2/orders/1042/taxes", paged(told["taxes"], most=50))
    assert len(store.read_order(1042).order.taxes) == 120
    assert edge.paths.count("GET /v2/orders/1042/taxes") == 3
    assert budget.reserved == [4, 1, 1]


@pytest.mark.parametrize("cut", [10, 50])
def test_lines_cut_in_the_order_are_read_apart(store, edge, budget, cut):
    told = with_lines(payload(), 60)
    rows = told["order"]["consignments"]["shipping"][0]["line_items"]
    told["order"]["consignments"]["shipping"][0]["line_items"] = rows[:cut]
    edge.has_order(told)
    edge.on("/v2/orders/1042/products", paged(rows))
    assert [line.id for line in store.read_order(1042).order.lines] == [row["id"] for row in rows]
    assert edge.asked[2] == ("GET", "/v2/orders/1042/products", {"limit": "250", "page": "1"})
    assert budget.reserved == [4, 1]


def test_an_order_that_carries_only_links_is_read_apart(store, edge):
    told = payload()
    rows = told["order"]["consignments"]["shipping"][0]["line_items"]
    told["order"]["consignments"] = {"url": "https://...", "resource": "/orders/1042/consignments"}
    told["order"]["fees"] = {"url": "https://...", "resource": "/orders/1042/fees"}
    edge.has_order(told)
    edge.on("/v2/orders/1042/products", paged(rows))
    edge.on("/v2/orders/1042/fees", NO_CONTENT)
    order = store.read_order(1042).order
    assert ([line.id for line in order.lines], order.fees, order.consignments) == ([311, 312], (), ())
    assert edge.paths == [
        FOUR_CALLS[0],
        FOUR_CALLS[1],
        "GET /v2/orders/1042/products",
        "GET /v2/orders/1042/fees",
        *FOUR_CALLS[2:],
    ]


def test_nothing_there_is_204(store, edge):
    told = payload()
    told["order"]["total_tax"] = "0.0000"
    edge.has_order(told)
    for path in ("/v2/orders/1042/taxes", "/v3/orders/1042/transactions", "/v3/orders/1042/payment_actions/refunds"):
        edge.on(path, NO_CONTENT)
    taken = store.read_order(1042)
    assert (taken.order.taxes, taken.transactions, taken.refunds) == ((), (), ())


def test_an_unknown_order_is_rejected_by_name(store, edge):
    with pytest.raises(Rejected) as caught:
        store.read_order(7)
    assert str(caught.value) == "the store knows no order 7"
    assert edge.paths == ["GET /v2/orders/7"]


@pytest.mark.parametrize("path", [path.partition(" ")[2] for path in FOUR_CALLS[1:]])
def test_a_missing_part_of_a_known_order_is_no_unknown_order(store, edge, path):
    edge.has_order(payload())
    edge.on(path, said({"status": 404}, 404))
    with pytest.raises(ContractBroken):
        store.read_order(1042)


@pytest.mark.parametrize(
    ("status", "fault", "text"),
    [
        (401, Unauthorized, "answered 401: the store refuses the access token"),
        (403, Unauthorized, "answered 403: the store's API account needs the scope store_v2_transactions_read_only"),
        (422, ContractBroken, "answered 422"),
        (500, Unavailable, "answered 500"),
        (503, Unavailable, "answered 503"),
    ],
)
def test_every_refusal_has_its_fault(store, edge, budget, *, status, fault, text):
    edge.has_order(payload())
    edge.on("/v3/orders/1042/transactions", said({"title": "no"}, status))
    with pytest.raises(fault) as caught:
        store.read_order(1042)
    assert type(caught.value) is fault
    assert str(caught.value) == f"GET /v3/orders/{{id}}/transactions {text}"
    assert TOKEN not in repr(caught.value)
    assert edge.paths == FOUR_CALLS[:3]
    assert [status for status, _ in budget.observed] == [200, 200, status]


def test_a_throttled_answer_says_how_long(store, edge, budget):
    edge.on(
        "/v2/orders/1042",
        said({}, 429, X_Rate_Limit_Time_Reset_Ms="15000", X_Retry_After="20", X_Rate_Limit_Requests_Left="0"),
    )
    with pytest.raises(Throttled) as caught:
        store.read_order(1042)
    assert caught.value.retry_after == timedelta(seconds=20)
    assert budget.observed == [(429, "0")]


def test_no_call_is_made_when_the_window_is_spent(edge, trail):
    class Spent(CountedBudget):
        def reserve(self, calls=1):
            raise Throttled("the store's window is spent")

    with pytest.raises(Throttled):
        a_store(trail, Spent()).read_order(1042)
    assert edge.asked == []


@pytest.mark.parametrize("body", ["<html>", "", "[]", "{}", '{"data": null}', '"text"', "null", "7"])
@pytest.mark.parametrize("path", [path.partition(" ")[2] for path in FOUR_CALLS])
def test_an_answer_of_another_shape_breaks_the_contract(store, edge, path, body):
    edge.has_order(payload())
    edge.on(path, (200, {}, body))
    if body == "[]" and path.endswith("taxes"):
        assert store.read_order(1042).order.taxes == ()  # a v2 list may be empty without being 204
        return
    with pytest.raises(ContractBroken):
        store.read_order(1042)


def test_another_order_than_asked_for_is_refused(store, edge):
    edge.on("/v2/orders/7", said(payload()["order"]))
    with pytest.raises(ContractBroken, match="answered another order than 7"):
        store.read_order(7)


def transactions(number, total=None):
    row = payload()["transactions"]["data"][0]
    told = {"data": [row | {"id": index} for index in range(number)], "meta": {}}
    return told if total is None else told | {"meta": {"pagination": {"total": total}}}


@pytest.mark.parametrize(("number", "total"), [(250, None), (250, 250), (50, 51), (0, 1)])
def test_more_transactions_than_the_store_tells_are_not_taken(store, edge, number, total):
    edge.has_order(payload() | {"transactions": transactions(number, total)})
    with pytest.raises(Truncated) as caught:
        store.read_order(1042)
    assert str(caught.value) == f"order 1042 has more transactions than the store tells: {number} were told"


@pytest.mark.parametrize(("number", "total"), [(249, None), (50, None), (50, 50), (10, None)])
def test_transactions_are_not_paged(store, edge, number, total):
    edge.has_order(payload() | {"transactions": transactions(number, total)})
    assert len(store.read_order(1042).transactions) == number
    assert edge.paths == FOUR_CALLS


def refunds(number):
    row = payload()["refunds"]["data"][0]
    return [row | {"id": index} for index in range(number)]


@pytest.mark.parametrize("number", [10, 50, 250])
def test_refunds_that_may_be_cut_are_read_from_the_list_that_has_pages(store, edge, number):
    edge.has_order(payload() | {"refunds": {"data": refunds(number), "meta": {}}})

    def listed(query):
        assert query["order_id:in"] == "1042"
        page = refunds(number + 1)[(int(query["page"]) - 1) * 250 : int(query["page"]) * 250]
        return said({"data": page, "meta": {"pagination": {"total": number + 1}}})

    edge.on("/v3/orders/payment_actions/refunds", listed)
    assert [refund.id for refund in store.read_order(1042).refunds] == list(range(number + 1))


def test_refunds_that_cannot_be_cut_cost_one_call(store, edge):
    edge.has_order(payload() | {"refunds": {"data": refunds(11), "meta": {}}})
    assert len(store.read_order(1042).refunds) == 11
    assert edge.paths == FOUR_CALLS


def test_a_list_whose_pages_cannot_be_turned_is_not_taken(store, edge):
    told = with_lines(payload(), 60)
    edge.has_order(told)
    edge.on("/v2/orders/1042/taxes", said(told["taxes"][:50]))
    with pytest.raises(Truncated, match="its pages cannot be turned"):
        store.read_order(1042)


def rows_of(dates):
    head = payload()["order"]
    return [head | {"id": number, "date_modified": date} for number, date in dates]


def rfc(moment):
    return moment.strftime("%a, %d %b %Y %H:%M:%S +0000")


def order_list(rows):
    """The real list: filtered and sorted by modification, cut in pages."""

    def answer(query):
        since = datetime.fromisoformat(query["min_date_modified"])
        kept = [row for row in rows if datetime.strptime(row["date_modified"], "%a, %d %b %Y %H:%M:%S %z") >= since]
        return paged(sorted(kept, key=lambda row: row["date_modified"][5:]))(query)

    return answer


def test_modified_orders_come_oldest_change_first_with_their_head(store, edge):
    rows = rows_of([(9, "Tue, 03 Mar 2026 21:41:02 +0000"), (3, "Tue, 03 Mar 2026 21:45:00 +0000")])
    edge.on("/v2/orders", paged(rows))
    since = datetime(2026, 3, 3, 16, 40, 5, 999, tzinfo=UTC)
    first, second = store.orders_modified(since, until=since + timedelta(hours=8))
    assert (first.id, first.modified_at) == (9, datetime(2026, 3, 3, 21, 41, 2, tzinfo=UTC))
    assert (second.id, second.modified_at) == (3, datetime(2026, 3, 3, 21, 45, tzinfo=UTC))
    assert edge.asked == [
        (
            "GET",
            "/v2/orders",
            {
                "sort": "date_modified:asc",
                "min_date_modified": "2026-03-03T16:40:04+00:00",
                "max_date_modified": "2026-03-04T00:40:06+00:00",
                "limit": "250",
                "page": "1",
            },
        )
    ]


def test_the_head_of_a_list_row_is_that_of_the_order(store, edge):
    told = payload()
    edge.has_order(told)
    row = told["order"] | {
        "consignments": {"resource": "/orders/1042/consignments"},
        "fees": {"resource": "/orders/1042/fees"},
        "total_inc_tax": "227.77",
        "date_modified": "Wed, 04 Mar 2026 08:00:00 +0000",
        "external_order_id": "0010001234",
    }
    edge.on("/v2/orders", paged([row, row | {"id": 1043}]))
    same, other = store.orders_modified(NOON - timedelta(days=30))
    mine = snapshot.head_fingerprint(store.read_order(1042).order)
    assert same.head_fingerprint == mine
    assert other.head_fingerprint != mine


def test_a_row_that_does_not_read_is_told_without_fingerprint(store, edge):
    [row] = rows_of([(9, "Tue, 03 Mar 2026 21:41:02 +0000")])
    edge.on("/v2/orders", paged([row | {"total_inc_tax": "much"}]))
    moment = datetime(2026, 3, 3, 21, 41, 2, tzinfo=UTC)
    assert list(store.orders_modified(moment)) == [OrderHead(9, moment, "")]


@pytest.mark.parametrize("change", [{"id": "x"}, {"date_modified": ""}, {"date_modified": None}])
def test_a_row_without_identity_or_date_breaks_the_contract(store, edge, change):
    [row] = rows_of([(9, "Tue, 03 Mar 2026 21:41:02 +0000")])
    edge.on("/v2/orders", paged([row | change]))
    with pytest.raises(ContractBroken, match="order list row 1"):
        list(store.orders_modified(NOON))


def test_no_modified_order_is_no_order(store, edge):
    edge.on("/v2/orders", NO_CONTENT)
    assert list(store.orders_modified(NOON)) == []


def test_an_unsorted_list_is_not_trusted(store, edge):
    edge.on("/v2/orders", paged(rows_of([(1, rfc(NOON)), (2, rfc(NOON - timedelta(seconds=1)))])))
    with pytest.raises(ContractBroken, match="not sorted by date_modified"):
        list(store.orders_modified(NOON))


def test_a_long_list_is_asked_again_from_the_last_moment_instead_of_page_2(store, edge, budget):
    rows = rows_of((number, rfc(NOON + timedelta(minutes=number))) for number in range(600))
    edge.on("/v2/orders", order_list(rows))
    assert [head.id for head in store.orders_modified(NOON)] == list(range(600))
    assert [query["page"] for _, _, query in edge.asked] == ["1", "1", "1"]
    assert budget.reserved == [1, 1, 1]


def test_a_bulk_change_of_one_second_is_read_whole(store, edge):
    rows = rows_of([*((number, rfc(NOON)) for number in range(600)), (600, rfc(NOON + timedelta(hours=1)))])
    edge.on("/v2/orders", order_list(rows))
    assert [head.id for head in store.orders_modified(NOON)] == list(range(601))


def test_rows_that_change_while_the_list_is_read_lose_no_other(store, edge):
    """Each answer moves the oldest row to the end, so that every later row slips one place forward."""
    rows = rows_of((number, rfc(NOON)) for number in range(600))
    ticks = count(1)

    def answer(query):
        told = order_list(rows)(query)
        if (tick := next(ticks)) < 5:
            rows[tick]["date_modified"] = rfc(NOON + timedelta(minutes=tick))
        return told

    edge.on("/v2/orders", answer)
    found = [head.id for head in store.orders_modified(NOON)]
    assert sorted(found) == list(range(600))
    assert len(found) == len(set(found))


def test_a_second_whose_pages_cannot_be_turned_is_not_taken(store, edge):
    rows = rows_of((number, rfc(NOON)) for number in range(250))
    edge.on("/v2/orders", said(rows))
    with pytest.raises(Truncated, match="cannot be turned"):
        list(store.orders_modified(NOON))


def test_refunds_come_ascending_each_once(store, edge, budget):
    one = payload()["refunds"]["data"][0]
    rows = [one | {"id": number, "order_id": 1000 + number} for number in range(1, 301)]

    def answer(query):
        page, limit = int(query["page"]), int(query["limit"])
        part = rows[(page - 1) * limit : page * limit]
        return said({"data": part, "meta": {"pagination": {"total": 300}}})

    edge.on("/v3/orders/payment_actions/refunds", answer)
    found = list(store.refunds_created(datetime(2026, 3, 10, tzinfo=UTC)))
    assert found[0] == RefundHead(1, 1001, datetime(2026, 3, 10, 9, 12, 29, tzinfo=UTC))
    assert [head.id for head in found] == list(range(1, 301))
    assert [query for _, _, query in edge.asked] == [
        {"created:min": "2026-03-09T23:59:59+00:00", "limit": "250", "page": page} for page in ("1", "2", "1", "2")
    ]  # a list of more than one page is read until a whole pass finds nothing new
    assert budget.reserved == [1, 1, 1, 1]


@pytest.mark.parametrize("meta", [{}, {"pagination": {"total": 1}}])
def test_refunds_without_a_total_or_with_one_too_small_are_read_until_a_page_proves_the_end(store, edge, meta):
    one = payload()["refunds"]["data"][0]
    pages = {"1": [one | {"id": number} for number in range(50)], "2": []}
    edge.on("/v3/orders/payment_actions/refunds", lambda query: said({"data": pages[query["page"]], "meta": meta}))
    assert len(list(store.refunds_created(NOON))) == 50
    assert [query["page"] for _, _, query in edge.asked] == ["1", "2", "1", "2"]


def test_the_erps_number_is_written_on_the_order(store, edge, budget, trail):
    edge.on("/v2/orders/1042", said(payload()["order"]))
    store.write_external_id(1042, "0010001234")
    assert edge.paths == ["PUT /v2/orders/1042"]
    assert edge.sent[0].body == b'{"external_order_id":"0010001234"}'
    assert budget.reserved == [1]
    assert [(one.call, one.effect) for one in trail.exchanges] == [("PUT /v2/orders/{id}", Effect.WRITE)]


@pytest.mark.parametrize("answer", [said({}, 504), requests.ConnectionError("reset"), requests.ReadTimeout("slow")])
def test_a_lost_answer_to_that_write_is_harmless_to_repeat(store, edge, answer):
    edge.on("/v2/orders/1042", answer)
    with pytest.raises(Unavailable):
        store.write_external_id(1042, "0010001234")
    assert edge.paths == ["PUT /v2/orders/1042"]


@pytest.mark.parametrize(
    ("status", "fault", "text"),
    [
        (404, Rejected, ""),
        (400, Rejected, ""),
        (403, Unauthorized, ": the store's API account needs the scope store_v2_orders"),
    ],
)
def test_a_refused_write_says_why(store, edge, status, fault, text):
    edge.on("/v2/orders/1042", said({}, status))
    with pytest.raises(fault) as caught:
        store.write_external_id(1042, "0010001234")
    assert str(caught.value) == f"PUT /v2/orders/{{id}} answered {status}{text}"


def a_healthy_store(edge):
    edge.on("/v2/time", said({"time": int(NOON.timestamp()) - 3}))
    edge.on(
        "/v2/store",
        said({"id": "abcde12345", "currency": "USD", "is_price_entered_with_tax": False, "status": "live"}),
    )
    edge.on("/v2/orders", NO_CONTENT)
    for path in ("orders/payment_actions/refunds", "hooks", "catalog/products", "inventory/items"):
        edge.on(f"/v3/{path}", said({"data": [], "meta": {}}))
    edge.on("/v3/hooks/admin", said({"data": {"emails": [], "hooks_list": [], "blocked_domains": []}, "meta": {}}))


def test_a_healthy_store_pings_line_by_line(store, edge, budget):
    a_healthy_store(edge)
    checks = store.ping()
    assert [(check.name, check.ok, check.detail, check.remedy) for check in checks] == [
        ("clock", True, "the store's clock and ours are 3 s apart", ""),
        ("store", True, "the token opens store abcde12345, live", ""),
        ("currency", True, "USD", ""),
        ("tax entry mode", True, "prices are entered without tax", ""),
        ("scope store_v2_orders_read_only", True, "orders can be read", ""),
        ("scope store_v2_transactions_read_only", True, "payments can be read", ""),
        ("refunds", True, "refunds can be read", ""),
        ("hooks", True, "webhooks can be read", ""),
        ("blocked domains", True, "none: the store sends everywhere", ""),
        ("products", True, "products can be read", ""),
        ("inventory", True, "inventory can be read", ""),
    ]
    assert budget.reserved == [1] * 9


def test_a_ping_tells_of_a_domain_that_the_store_blocks(store, edge):
    a_healthy_store(edge)
    row = {
        "destination": "https://connector.example.com",
        "time_left": 140,
        "reasons": [{"failure_description": "status 502", "count": 31, "timestamp": 1772574012}],
    }
    edge.on("/v3/hooks/admin", said({"data": {"blocked_domains": [row]}, "meta": {}}))
    [told] = [check for check in store.ping() if check.name == "blocked domains"]
    assert told.ok
    assert "https://connector.example.com for 140 s more: status 502 (31 times)" in told.detail
    assert "look at the log of the web process" in told.detail


@pytest.mark.parametrize("answer", [said({}, 404), said({"data": {"blocked_domains": "x"}})])
def test_what_the_store_does_not_tell_of_blocked_domains_keeps_no_connection_out(store, edge, answer):
    a_healthy_store(edge)
    edge.on("/v3/hooks/admin", answer)
    [told] = [check for check in store.ping() if check.name == "blocked domains"]
    assert told.ok
    assert told.detail.startswith("not told: ")


def test_a_ping_names_what_is_wrong_and_looks_at_the_rest(store, edge):
    a_healthy_store(edge)
    edge.on("/v2/time", said({"time": int(NOON.timestamp()) + 400}))
    edge.on("/v2/store", said({"id": "zzzzz", "currency": "", "is_price_entered_with_tax": True}))
    edge.on("/v3/orders/0/transactions", said({}, 403))
    edge.on("/v3/orders/payment_actions/refunds", said({}, 503))
    checks = {check.name: check for check in store.ping()}
    assert {name for name, check in checks.items() if check.ok} == {
        "tax entry mode",
        "scope store_v2_orders_read_only",
        "hooks",
        "blocked domains",
        "products",
        "inventory",
    }
    assert checks["clock"].remedy == "set the clock of PostgreSQL's machine by NTP: all workers go by it"
    assert checks["store"].detail == "the token opens store zzzzz, status unknown"
    assert checks["tax entry mode"].detail == "prices are entered with tax"
    lacking = checks["scope store_v2_transactions_read_only"]
    assert lacking.detail.endswith("needs the scope store_v2_transactions_read_only")
    assert "Order Transactions (read-only)" in lacking.remedy
    assert checks["refunds"].detail == "GET /v3/orders/payment_actions/refunds answered 503"


@pytest.mark.parametrize("told", [{"time": 10**18}, {"time": "soon"}, {}, [], None])
def test_a_ping_survives_a_strange_clock(store, edge, told):
    a_healthy_store(edge)
    edge.on("/v2/time", said(told))
    assert [check.ok for check in store.ping()] == [False] + [True] * 10


def test_an_account_without_the_catalogs_scopes_pings_well_and_is_told_what_it_lacks(store, edge):
    a_healthy_store(edge)
    edge.on("/v3/catalog/products", said({}, 403))
    edge.on("/v3/inventory/items", said({}, 403))
    checks = store.ping()
    assert all(check.ok for check in checks)
    assert [check.detail for check in checks[-2:]] == [
        "items, prices and stock cannot be published: GET /v3/catalog/products answered 403: the store's API account "
        "needs the scope store_v2_products (Products and Store Inventory, both modify)",
        "items, prices and stock cannot be published: GET /v3/inventory/items answered 403: the store's API account "
        "needs the scope store_inventory (Products and Store Inventory, both modify)",
    ]


def test_a_catalog_that_does_not_answer_is_a_fault_of_the_ping(store, edge):
    a_healthy_store(edge)
    edge.on("/v3/catalog/products", said({}, 503))
    assert [check.name for check in store.ping() if not check.ok] == ["products"]


def test_amounts_are_exact(store, edge):
    edge.has_order(payload())
    taken = store.read_order(1042)
    assert taken.transactions[3].amount == Money(Decimal("48.67"), "USD")
