"""What a page tells of orders, and what may be asked for them."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from connector.console import records
from connector.console.guard import NEEDS
from connector.flows import story
from connector.records import connections, orders
from connector.records.listing import Newest
from connector.records.schema_console import order_terms
from tests.console.browser import Browser
from tests.console.workshop import Workshop
from tests.journeys.books import Books
from tests.rig import NAME, Rig, copied

AT = f"/console/c/{NAME}"


@pytest.fixture(scope="module")
def sold(rig: Rig, workshop: Workshop) -> list[int]:
    """Orders of which the newest waits for an account."""
    store = rig.sandbox.store
    numbers = store.place_orders(60, seed=3)
    workshop.hear(*numbers[:3])
    whole = rig.profile()
    rig.map(whole.replace('clearing: {default: "1090", ', "clearing: {"))
    [held] = store.place_orders(1, pay=[{"gateway": "newpay"}])
    workshop.hear(held)
    return [*numbers[:3], held]


def listed(page: str) -> list[int]:
    return [int(number) for number in re.findall(rf'<th scope="row"><a href="{AT}/orders/(\d+)">', page)]


def test_orders_are_listed_with_their_state_and_number(rig: Rig, viewer: Browser, sold: list[int]):
    page = viewer.get(f"{AT}/orders")
    assert listed(page) == sorted(sold, reverse=True)
    row = rig.order(sold[0])
    assert row is not None
    assert row.external_id in page
    assert f"{row.total:,.2f} USD" in page
    assert "newpay" in page


def test_a_filter_and_a_sort_stand_in_the_address(viewer: Browser, sold: list[int]):
    assert listed(viewer.get(f"{AT}/orders?state=held")) == [sold[-1]]
    assert listed(viewer.get(f"{AT}/orders?sort=number&way=up")) == sorted(sold)
    assert len(listed(viewer.get(f"{AT}/orders?sort=total"))) == 4
    assert listed(viewer.get(f"{AT}/orders?first=2001-01-01&last=2001-01-02")) == []
    assert "no order is ever bent" in viewer.get(f"{AT}/orders?state=bent", 400)
    assert "2001-13-01 is no day" in viewer.get(f"{AT}/orders?first=2001-13-01", 400)
    assert "sorted by state" in viewer.get(f"{AT}/orders?sort=state", 400)
    assert "no place in this list" in viewer.get(f"{AT}/orders?after=1;drop_x", 400)


@pytest.mark.parametrize("sort", ["number", "placed", "total"])
@pytest.mark.parametrize("way", ["up", "down"])
def test_pages_follow_each_other_without_a_gap(rig: Rig, viewer: Browser, sold: list[int], sort: str, way: str):
    from connector.flows import listing
    from connector.flows.listing import Question

    whole = listing.orders_of(rig.house, NAME, Question(sort=sort, way=way)).rows
    after, seen = "", []
    while True:
        page = listing.orders_of(rig.house, NAME, Question(sort=sort, way=way, after=after), limit=1)
        seen += page.rows
        after = page.after
        if not after:
            break
    assert [row.number for row in seen] == [row.number for row in whole]
    assert len(seen) == 4


def test_an_order_tells_its_story(rig: Rig, viewer: Browser, sold: list[int]):
    page = viewer.get(f"{AT}/orders/{sold[0]}")
    for posting in rig.postings(sold[0]):
        assert posting.external_id in page
        assert f"{AT}/records/p-{posting.id}" in page
    assert "accounts.sales" in page
    call = rig.calls(sold[0])[-1]
    shown = viewer.get(f"{AT}/records/x-{call.id}")
    assert call.call in shown
    assert "jane.doe@example.com" not in shown


def test_a_preview_shows_balanced_journals_with_the_reason_for_each_account(viewer: Browser, sold: list[int]):
    page = viewer.get(f"{AT}/orders/{sold[-1]}/preview")
    assert "accounts.receivable" in page
    assert "balanced" in page
    assert "no account for clearing newpay" in page


def test_a_preview_of_an_edited_order_says_what_to_change_by_hand(rig: Rig, viewer: Browser, sold: list[int]):
    rig.sandbox.store.edit_order(sold[0], shipping="20.00")
    assert "Shipping: booked Shipping: 12.50 USD, now Shipping: 20.00 USD" in viewer.get(
        f"{AT}/orders/{sold[0]}/preview"
    )


def test_the_terminal_lists_the_same(rig: Rig, sold: list[int]):
    assert str(sold[-1]) in rig.cli("orders", "list", NAME, "--state", "held")


def test_a_viewer_may_ask_for_nothing(rig: Rig, viewer: Browser, workshop: Workshop, sold: list[int]):
    page = viewer.get(f"{AT}/orders/{sold[0]}")
    assert "Run again" not in page
    posting = rig.postings(sold[0])[0]
    for path in (f"/orders/{sold[0]}/replay", f"/orders/{sold[0]}/unpost", f"/records/p-{posting.id}/replay"):
        assert viewer.post(AT + path).status_code == 403
    viewer.get(f"{AT}/orders/{sold[0]}/unpost", 403)
    assert workshop.runs == []


def test_every_change_needs_more_than_a_viewer(viewer: Browser):
    own, reading = {"log_out", "change_password", "change_zone"}, {"find"}
    open_to_viewers = {
        rule.endpoint.partition(".")[2]
        for rule in viewer.client.application.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and (needed := NEEDS.get(rule.endpoint)) is not None
        and needed.value == "viewer"
    }
    assert open_to_viewers == own | reading


def test_an_operator_runs_an_order_again_and_the_trail_knows_who(
    rig: Rig, operator: Browser, workshop: Workshop, sold: list[int]
):
    before = [p.version for p in rig.postings(sold[1])]
    page = operator.done(f"{AT}/orders/{sold[1]}/replay")
    assert "is run again" in page
    workshop.work()
    page = operator.get(f"{AT}/orders/{sold[1]}")
    assert "console:operator" in page
    assert "replayed" in page
    Books(rig).assert_booked_once(sold[1])
    assert [p.version for p in rig.postings(sold[1])] == before


def test_an_operator_takes_an_order_out_of_the_books(
    rig: Rig, operator: Browser, workshop: Workshop, sold: list[int]
):
    assert "Reverse them" in operator.get(f"{AT}/orders/{sold[2]}/unpost")
    page = operator.done(f"{AT}/orders/{sold[2]}/unpost")
    assert "Taken out of the books by console:operator" in page
    workshop.work()
    workshop.finish(sold[2])
    page = operator.get(f"{AT}/orders/{sold[2]}")
    assert "taken back by" in page
    assert "was unposted by console:operator" in operator.get(f"{AT}/orders/{sold[2]}/unpost", 400)


def test_a_record_of_another_connection_is_not_there(
    rig: Rig, operator: Browser, workshop: Workshop, sold: list[int]
):
    copied(rig.house, "other", store_hash="other")
    at_other = "/console/c/other"
    order, posting, call = rig.order(sold[0]), rig.postings(sold[0])[0], rig.calls(sold[0])[0]
    assert order is not None
    for record in (f"o-{order.id}", f"p-{posting.id}", f"x-{call.id}", "t-1", "d-999999", "p-999999", "x-1'"):
        assert operator.client.get(f"{at_other}/records/{record}").status_code == 404, record
        assert operator.post(f"{at_other}/records/{record}/replay").status_code == 404, record
    for path in (f"/orders/{sold[0]}", f"/orders/{sold[0]}/unpost"):
        assert operator.client.get(at_other + path).status_code in (400, 404)
    assert operator.post(f"{at_other}/orders/{sold[0]}/replay").status_code == 404
    assert workshop.runs == []
    operator.get(f"{AT}/records/p-{posting.id}")


def test_records_are_listed_by_kind(viewer: Browser, sold: list[int]):
    assert "payment" in viewer.get(f"{AT}/records?kind=posting&state=confirmed")
    assert f"of order {sold[-1]}" in viewer.get(f"{AT}/records?kind=transaction")
    assert "no records of kind call" in viewer.get(f"{AT}/records?kind=call", 400)


def test_records_go_on_to_the_oldest(rig: Rig, viewer: Browser, sold: list[int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(records, "LIMIT", 3)
    every = [line.id for line in story.listed(rig.house, NAME, Newest(1000), kind="posting")]
    assert len(every) > 3
    found, at = list[str](), f"{AT}/records?kind=posting"
    while at:
        page = html.unescape(viewer.get(at))
        found += re.findall(r"/records/(p-\d+)", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        at = older[1] if older else ""
    assert found == every
    viewer.get(f"{AT}/records?kind=posting&before=nothing", 404)


def test_held_orders_stand_by_what_stops_them_and_what_mending_it_releases(
    rig: Rig, viewer: Browser, workshop: Workshop, sold: list[int]
):
    page = viewer.get(f"{AT}/held")
    row = rig.order(sold[-1])
    assert row is not None
    assert "no account for clearing newpay" in page
    assert '<td class="amount">1</td>' in page
    assert f"{row.total:,.2f} USD" in page
    assert "mapping gap" not in page


def test_an_order_held_by_hand_is_booked_when_it_is_released(
    rig: Rig, operator: Browser, workshop: Workshop, sold: list[int]
):
    [number] = rig.sandbox.store.place_orders(1, seed=8)
    hear_nothing_of(rig, number)
    path = f"{AT}/orders/{number}"
    assert "say why" in operator.post(f"{path}/hold").text
    assert "is held" in operator.done(f"{path}/hold", why="the buyer called")
    workshop.work()
    workshop.finish(number)
    assert {p.state.value for p in rig.postings(number)} == {"held"}
    assert Books(rig).orders(number) == []
    page = operator.get(path)
    assert "held by console:operator: the buyer called" in page
    assert "held by console:operator" in operator.get(f"{AT}/held")
    assert "is held by console:operator already" in operator.post(f"{path}/hold", why="me too").text
    assert rig.map(rig.profile()) >= 1  # mending the mapping releases what waited for it, and nothing else
    workshop.finish(number, sold[-1])
    assert {p.state.value for p in rig.postings(number)} == {"held"}
    assert "is released" in operator.done(f"{path}/release")
    workshop.work()
    workshop.finish(number)
    Books(rig).assert_booked_once(number)
    assert operator.post(f"{path}/release").status_code == 400


def hear_nothing_of(rig: Rig, number: int) -> None:
    """Have the order known, and nobody at work on it."""
    with rig.house.database.begin() as tx:
        own = connections.find(tx, NAME)
        assert own is not None
        orders.want(tx, own.id, number, now=rig.house.now())


def test_orders_are_found_by_what_people_have_in_hand(rig: Rig, viewer: Browser, workshop: Workshop):
    buyer = {"email": "Ada.Lovelace@Example.com"}
    lines = [{"sku": "TEE-RED-S", "quantity": 1}]
    number = rig.sandbox.store.place_order(announce=False, address=buyer, lines=lines)
    workshop.hear(number)
    row = rig.order(number)
    assert row is not None
    for text in (
        str(number),
        f"%23{number}",
        f"BC-{number}",
        row.external_id,
        "ada.lovelace@example.com",
        "tee-red-s",
    ):
        assert f"{AT}/orders/{number}" in viewer.get(f"/console/search?text={text}"), text
    [form] = re.findall(r'<form [^>]*role="search"[^>]*>', viewer.get("/console/"))
    assert 'method="post"' in form  # no e-mail address stands in an address that a proxy writes down
    assert f"{AT}/orders/{number}" in viewer.done("/console/search", text="ada.lovelace@example.com")
    voucher = next(p.external_id for p in rig.postings(number) if p.kind.value == "payment")
    assert f"{AT}/orders/{number}" in viewer.get(f"/console/search?text={voucher}")
    for text in ("lovelace@example.com", "", "' OR 1=1 --", "99999999999999999999", "٣"):
        assert f"{AT}/orders/{number}" not in viewer.get(f"/console/search?text={text}"), text
    with rig.house.database.begin() as tx:
        kept = tx.execute(select(order_terms.c.value).where(order_terms.c.kind == "email")).scalars().all()
    assert not [value for value in kept if "@" in value]
    assert str(number) in rig.cli("orders", "find", "ada.lovelace@example.com")
