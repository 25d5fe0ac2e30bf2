"""Whatever a store or Infor writes is shown as text: on every page, in every field."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import text

from connector.console.guard import NEEDS
from connector.domain.identity import OrderRef
from connector.flows import holds
from tests.console.browser import Browser
from tests.console.workshop import Workshop
from tests.rig import NAME, Rig

EVIL = '<script>alert("{}")</script>\'"><img src=x onerror=alert(1)>'
AT = f"/console/c/{NAME}"


def evil(word: str) -> str:
    return EVIL.format(word)


@pytest.fixture(scope="module")
def order(rig: Rig, workshop: Workshop) -> int:
    """An order with a script in each of its texts, in a store whose ERP answers with scripts, too."""
    whole = rig.profile()
    rig.map(whole.replace('clearing: {default: "1090", ', "clearing: {"))
    fields = ("first_name", "last_name", "company", "street_1", "street_2", "city", "state", "zip", "phone")
    number = rig.sandbox.store.place_order(
        announce=False,
        lines=[{"sku": evil("sku"), "name": evil("name"), "price": "10.00"}],
        taxes={evil("tax"): "8.25"},
        coupons=[{"code": evil("coupon")}],
        consignments=[{"shipping": "5.00", "method": evil("method")}],
        fees=[{"name": evil("fee")}],
        address={**{name: evil(name) for name in fields}, "email": "x<script>@example.com"},
        pay=[{"gateway": evil("gateway")}],
        message=evil("message"),
    )
    workshop.hear(number)
    holds.hold(rig.house, OrderRef(NAME, number), why=evil("why"), by="console:operator")
    with rig.house.database.begin() as tx:
        for statement in (
            "UPDATE postings SET external_id = :evil, reason = reason || :evil, fault_code = 'rejected'",
            "UPDATE orders SET external_id = :evil, reason = reason || :evil",
            "UPDATE exchanges SET request_id = :evil, call = call || :evil, outcome = 'rejected'",
            "UPDATE deliveries SET reason = :evil, scope = :evil",
            "UPDATE transactions SET what = :evil, left_out = :evil, posting_key = NULL",
            "UPDATE order_causes SET cause = cause || :evil",
            "UPDATE journal_lines SET rule = :evil",
            "UPDATE tokens SET fault = :evil",
            "UPDATE postings SET state = 'rejected' WHERE kind = 'payment'",
        ):
            tx.execute(text(statement), {"evil": evil("row")} if ":evil" in statement else {})
    return number


FILES = ("unposting_of", "figures_of", "download", "support_bundle")
"""Answers that are files, or that need something to be there first."""


def paths(app: Flask, rig: Rig, number: int) -> list[str]:
    """Every page that can be looked at."""
    row, posting, call = rig.order(number), rig.postings(number)[0], rig.calls(number)[0]
    assert row is not None
    with rig.house.database.begin() as tx:
        paid = tx.execute(text("SELECT max(id) FROM transactions")).scalar_one()
    records = [f"o-{row.id}", f"p-{posting.id}", f"x-{call.id}", f"t-{paid}"]
    found = [
        f"{AT}/records?kind={kind}" for kind in ("delivery", "order", "transaction", "refund", "posting", "item")
    ]
    found += [f"{AT}/orders?sort={sort}" for sort in ("placed", "total")]
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("console.") or "GET" not in (rule.methods or ()):
            continue
        if NEEDS.get(rule.endpoint) is None or rule.endpoint.endswith(FILES):
            continue
        told = str(rule).replace("<name>", NAME).replace("<int:number>", str(number))
        found += [told.replace("<record>", record) for record in records] if "<record>" in told else [told]
    return [path for path in found if "<" not in path]


def test_no_page_runs_what_a_store_or_infor_wrote(app: Flask, rig: Rig, admin: Browser, order: int):
    shown = {path: admin.client.get(path).text for path in paths(app, rig, order)}
    assert len(shown) > 20
    for path, page in shown.items():
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert not re.search(r"<script(?! src=\"/console/static/)", page), path
    escaped = [path for path, page in shown.items() if "&lt;script&gt;alert" in page]
    for path in (f"{AT}/orders", f"{AT}/orders/{order}", f"{AT}/orders/{order}/preview", f"{AT}/held", f"{AT}/audit"):
        assert path in escaped, path


def test_what_was_searched_for_is_text_as_well(admin: Browser):
    for path in (
        "/console/search?text=",
        f"{AT}/records?kind=order&state=",
        f"{AT}/orders?state=",
        "/console/login?next=",
    ):
        page = admin.client.get(path + '"><script>alert(1)</script>').text
        assert "<script>alert" not in page, path


def test_a_rehearsal_and_its_draft_show_what_a_store_wrote_as_text(admin: Browser, workshop: Workshop, order: int):
    begun = admin.post(f"{AT}/fit", days="2")
    workshop.play()
    shown = admin.get(begun.location), admin.post(f"{begun.location}/mapping").text
    for page in shown:
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
