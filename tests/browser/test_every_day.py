"""An operator's day in a real browser: look, mend, run again, take back; by keyboard, on a phone, in the dark."""

from __future__ import annotations

import re

import pytest

from connector.domain.progress import OrderState
from connector.domain.user import Role
from connector.flows.house import connection_of
from tests.browser.person import People, Person
from tests.journeys.books import Books
from tests.rig import NAME, Rig, until

GAP = 'clearing: {default: "1090", '
PAGES = (
    "",
    "account",
    "connect",
    "search?text=TEE-RED-S",
    "c/acme/",
    "c/acme/start",
    "c/acme/orders",
    "c/acme/orders?state=held",
    "c/acme/orders/{posted}",
    "c/acme/orders/{posted}/preview",
    "c/acme/orders/{posted}/unpost",
    "c/acme/orders/{held}",
    "c/acme/held",
    "c/acme/desk",
    "c/acme/records?kind=posting",
    "c/acme/records/{record}",
    "c/acme/reconciliation",
    "c/acme/certificate",
    "c/acme/drift",
    "c/acme/webhooks",
    "c/acme/mapping",
    "c/acme/audit",
    "users",
    "audit",
)
"""The main pages, as an administrator opens them."""


class Sold:
    """What the store sold: two orders that are posted, and one that waits for an account."""

    def __init__(self, rig: Rig) -> None:
        rig.map(rig.profile().replace(GAP, "clearing: {"))
        self.posted, self.other = rig.sandbox.store.place_orders(2, seed=3, announce=True)
        [self.held] = rig.sandbox.store.place_orders(1, announce=True, pay=[{"gateway": "newpay"}])
        rig.wait_settled([self.posted, self.other, self.held])

    def addresses(self, rig: Rig) -> list[str]:
        record = f"p-{rig.postings(self.posted)[0].id}"
        return [page.format(posted=self.posted, held=self.held, record=record) for page in PAGES]


@pytest.fixture(scope="module")
def sold(rig: Rig) -> Sold:
    return Sold(rig)


def test_a_one_time_link_lets_one_person_in_once(rig: Rig, someone: People):
    maria = someone(Role.VIEWER)
    way = maria.link("viewer")
    paul = someone()
    paul.page.goto(way)
    paul.press("Log in").sees("Overview")
    assert NAME in paul.read()
    late = someone()
    late.page.goto(way)
    late.press("Log in")
    assert late.page.get_by_role("alert").inner_text()
    late.go("c/acme/orders")
    assert "Password" in late.read()
    assert "401" in late.complaints.pop()  # the browser's own word for the refusal
    paul.press("Log out")
    paul.go("c/acme/orders").sees("Log in")


def test_pages_keep_nobody_out_in_light_or_dark(rig: Rig, sold: Sold, someone: People):
    admin = someone(Role.ADMIN)
    found = []
    for path in sold.addresses(rig):
        admin.go(path)
        found += admin.barriers()
    admin.page.emulate_media(color_scheme="dark")
    for path in ("c/acme/", f"c/acme/orders/{sold.held}", "c/acme/orders", "users"):
        found += admin.go(path).barriers("color-contrast")
    assert not found, "\n".join(found)
    stranger = someone(color_scheme="dark").go("login")
    assert stranger.barriers() == []


def test_no_page_is_wider_than_a_phone(rig: Rig, sold: Sold, someone: People):
    phone = someone(Role.ADMIN, viewport={"width": 375, "height": 740}, is_mobile=True, has_touch=True)
    wide = {path: phone.go(path).overflow() for path in sold.addresses(rig)}
    assert {path: pixels for path, pixels in wide.items() if pixels > 0} == {}


def test_the_keyboard_alone_leads_to_the_content_and_shows_where_it_is(sold: Sold, viewer: Person):
    viewer.go("c/acme/orders").page.keyboard.press("Tab")
    skip = viewer.page.get_by_role("link", name="Skip to the content")
    box = skip.bounding_box()
    assert box is not None
    assert min(box["x"], box["y"]) >= 0
    viewer.page.keyboard.press("Enter")
    focused = "() => document.activeElement.id"
    assert viewer.page.evaluate(focused) == "main"
    viewer.page.go_back()
    viewer.go("c/acme/orders")
    unseen = viewer.page.evaluate(_UNSEEN)
    assert unseen == []
    order = viewer.page.get_by_role("link", name=str(sold.posted))
    order.focus()
    viewer.page.keyboard.press("Enter")
    viewer.sees("What happened")


_UNSEEN = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, [tabindex='0']")]
  .filter((one) => one.offsetParent).filter((one) => {
    one.focus({focusVisible: true});
    const now = getComputedStyle(one);
    return now.outlineStyle === "none" && now.boxShadow === "none";
  }).map((one) => one.outerHTML.slice(0, 120))"""
"""Lists what shows nothing around it when it has the focus."""


def test_a_viewer_is_shown_no_button_and_refused_what_they_ask_for_all_the_same(rig: Rig, sold: Sold, viewer: Person):
    asking = []
    for path in (f"orders/{sold.posted}", f"orders/{sold.held}", "held", "desk", "mapping", "reconciliation", ""):
        viewer.go(f"c/acme/{path}")
        forms = viewer.page.locator('main form[method="post"] button')
        asking += [f"{path}: {text}" for text in forms.all_inner_texts()]
    assert asking == []
    token = viewer.go("account").page.locator('input[name="csrf_token"]').first.input_value()
    for path in (f"orders/{sold.posted}/unpost", f"orders/{sold.held}/replay", "pause"):
        answer = viewer.page.request.post(f"{viewer.home}c/acme/{path}", form={"csrf_token": token})
        assert (answer.status, "Your role does not allow this." in answer.text()) == (403, True)
    viewer.go("users", status=403)
    assert "403" in viewer.complaints.pop()
    assert not connection_of(rig.house, NAME).paused
    Books(rig).assert_booked_once(sold.posted)


def test_what_may_be_asked_for_an_order_stands_in_one_row(sold: Sold, operator: Person):
    operator.go(f"c/acme/orders/{sold.posted}")
    row = operator.page.locator("main > .row").first.get_by_role("button")
    assert row.all_inner_texts() == ["Preview", "Run again", "Unpost …"]
    boxes = [box for one in row.all() if (box := one.bounding_box())]
    assert len({box["y"] + box["height"] / 2 for box in boxes}) == 1


def test_times_are_in_the_browsers_zone_and_the_chart_is_drawn(sold: Sold, viewer: Person):
    viewer.go("c/acme/").page.locator(".chart canvas").wait_for()
    shown = viewer.go(f"c/acme/orders/{sold.posted}").page.locator("dl.figures time").first
    assert re.search(r"\d+ \w+ \d{4}, \d\d:\d\d:\d\d", shown.inner_text())
    assert shown.get_attribute("title")


def test_a_held_order_is_mended_in_the_mapping_and_released(rig: Rig, sold: Sold, operator: Person):
    operator.go("c/acme/").page.get_by_role("link", name="Held", exact=True).click()
    operator.sees("no account for clearing newpay")
    operator.page.get_by_role("link", name="Mend the mapping").click()
    profile = operator.page.get_by_label("Accounts, items, customers and charges, as YAML")
    profile.fill(profile.input_value().replace("clearing: {", GAP))
    operator.press("Check, save, and release what waited for it").sees("1 held orders are being planned again")
    rig.wait_settled([sold.held])
    until(lambda: rig.order(sold.held).state is OrderState.POSTED)  # type: ignore[union-attr]
    operator.awaits(f"c/acme/orders/{sold.held}", "posted")
    books = Books(rig)
    books.assert_posted(sold.held)
    books.assert_ledger_once(sold.held)
    assert books.ledger(sold.held)["1090"] == rig.order(sold.held).total  # type: ignore[union-attr]
    assert "Nothing is held." in operator.go("c/acme/held").read()


def test_an_order_is_run_again_and_booked_no_second_time(rig: Rig, sold: Sold, operator: Person):
    before = [(row.id, row.external_id) for row in rig.postings(sold.other)]
    operator.go(f"c/acme/orders/{sold.other}").press("Run again").sees("is run again")
    rig.wait_settled([sold.other])
    operator.awaits(f"c/acme/orders/{sold.other}", "replayed")
    assert [(row.id, row.external_id) for row in rig.postings(sold.other)] == before
    Books(rig).assert_booked_once(sold.other)


def test_an_order_is_taken_out_of_the_books_after_it_was_shown_what_that_means(
    rig: Rig, sold: Sold, operator: Person
):
    operator.go(f"c/acme/orders/{sold.other}").page.get_by_role("button", name="Unpost …").click()
    operator.sees("Booked by them, to be reversed").press("Reverse them")
    operator.sees("Taken out of the books by console:operator")
    rig.wait_settled([sold.other])
    operator.awaits(f"c/acme/orders/{sold.other}", "taken back by")
    assert Books(rig).ledger(sold.other) == {}
