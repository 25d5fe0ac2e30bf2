"""The first hour at the console: connect, rehearse, map with suggestions, approve, go live; and who may what."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator

import pytest

from connector.domain.progress import OrderState
from connector.flows import connections, house
from connector.sandbox.serve import Sandbox
from tests.console.browser import Browser
from tests.console.workshop import Workshop
from tests.journeys.books import Books
from tests.rig import NAME, Rig

AT = f"/console/c/{NAME}"
BETA = "/console/c/beta"
SETTINGS = "company: 100\ndivision: AAA\nfacility: A01\nwarehouse: 001\norder_type: WEB\ngl_interface: BCGLIF"


@pytest.fixture(scope="module")
def beta() -> Iterator[Sandbox]:
    """Another store with another tenant, which nobody connected yet."""
    sandbox = Sandbox(seed=(), store={"store_hash": "fghij67890"}, infor={"tenant": "BETA_TST"}).start()
    sandbox.store.place_orders(3, pay=[{"gateway": "braintree"}])
    sandbox.store.place_orders(1, pay=[{"gateway": "newpay"}])
    yield sandbox
    sandbox.stop()


def filled(beta: Sandbox, **changes: object) -> dict[str, object]:
    ionapi = json.dumps(beta.infor.ionapi(beta.url)).encode()
    form: dict[str, object] = {
        "name": "beta",
        "store_hash": "fghij67890",
        "client_id": beta.store.client_id,
        "access_token": beta.store.token,
        "client_secret": beta.store.client_secret,
        "api_url": beta.url,
        "suite": "m3",
        "settings": SETTINGS,
        "ionapi": (io.BytesIO(ionapi), "beta.ionapi"),
        "booking": "full",
        "start_from": "2026-01-01",
    }
    return form | changes


def test_only_an_admin_sees_or_sends_credentials(beta: Sandbox, viewer: Browser, operator: Browser):
    for browser in (viewer, operator):
        assert browser.client.get("/console/connect").status_code == 403
        assert browser.post("/console/connect", **filled(beta)).status_code == 403
        assert "Connect a store" not in browser.get("/console/")


def test_what_does_not_hold_is_told_line_by_line_and_nothing_is_saved(rig: Rig, beta: Sandbox, admin: Browser):
    refused = admin.post("/console/connect", on="/console/connect", **filled(beta, access_token="no-such-token"))
    page = html.unescape(refused.text)
    assert (refused.status_code, "Nothing was saved" in page) == (400, True)
    assert page.count("<li>") > 12
    assert "→" in page
    for secret in ("no-such-token", beta.store.client_secret, beta.infor.ionapi(beta.url)["saak"]):
        assert secret not in page
    unread = admin.post("/console/connect", on="/console/connect", **filled(beta, settings="company 100", name="B E"))
    assert (unread.status_code, "is no setting" in unread.text) == (400, True)
    wrong = admin.post("/console/connect", on="/console/connect", **filled(beta, settings="company: 100"))
    assert (wrong.status_code, "division" in wrong.text) == (400, True)
    secret = "what-opens-our-door-to-ion"
    for_bods = filled(beta, access_token="no-such-token", settings=f"{SETTINGS}\nion_secret: {secret}")
    page = admin.post("/console/connect", on="/console/connect", **for_bods).text
    assert secret not in page
    assert "ion_secret:" in page
    elsewhere = filled(beta, settings=f"{SETTINGS}\nion_secret_file: /etc/passwd")
    answer = admin.post("/console/connect", on="/console/connect", **elsewhere)
    assert (answer.status_code, "ion_secret_file: cannot be read: no such file" in answer.text) == (400, True)
    assert [one.connection.name for one in connections.every(rig.house)] == [NAME]


def test_a_connection_is_made_paused_and_its_secrets_are_never_shown(rig: Rig, beta: Sandbox, admin: Browser):
    answer = admin.post("/console/connect", on="/console/connect", **filled(beta))
    assert (answer.status_code, answer.location) == (302, f"{BETA}/start")
    page = admin.get(f"{BETA}/start")
    assert "is saved, and paused" in page
    assert "There is no mapping profile yet" in page
    saved = house.connection_of(rig.house, "beta")
    assert (saved.paused, saved.company["warehouse"]) == (True, "001")
    for secret in (beta.store.token, beta.store.client_secret):
        assert secret not in page + admin.get("/console/connect") + admin.get(f"{BETA}/audit")


def test_a_first_mapping_is_suggested_accepted_and_rehearsed(
    rig: Rig, beta: Sandbox, operator: Browser, viewer: Browser, workshop: Workshop
):
    page = operator.done(f"{BETA}/fit", days="2")
    assert "running" in page
    assert 'hx-get="' in page
    [number] = workshop.rehearsals
    again = operator.post(f"{BETA}/fit", days="2")
    assert (again.status_code, "is running: wait" in again.text) == (400, True)
    assert workshop.play() == 3
    page = html.unescape(viewer.get(f"{BETA}/fit/{number}"))
    assert "4 of 4 orders read" in page
    assert 'value="1091" aria-label="accounts.clearing.braintree"' in page
    assert 'value="" aria-label="accounts.clearing.newpay"' in page
    assert "Accept these" not in page

    form = dict(re.findall(r'name="(value-\d+)" value="([^"]*)"', page))
    for field, label in re.findall(r'name="(value-\d+)" value="[^"]*" aria-label="([^"]*)"', page):
        chosen = {"customers": "WEBGUEST", "accounts.tax": "2200"}.get(label.rpartition(".")[0])
        form[field] = chosen or form[field]
    draft = html.unescape(operator.post(f"{BETA}/fit/{number}/mapping", **form).text)
    text = draft.partition('spellcheck="false">')[2].partition("</textarea>")[0]
    assert '  guest: "WEBGUEST"  # chosen by hand' in text
    assert '# gap "newpay": ""' in text
    saved = operator.done(f"{BETA}/mapping", text=text, base="0", save="1")
    assert "Saved as version 1" in saved

    operator.done(f"{BETA}/fit", days="2")
    [number] = workshop.rehearsals
    workshop.play()
    page = html.unescape(viewer.get(f"{BETA}/fit/{number}?part=1"))
    assert "% of the value in USD would post" in page
    assert "stopped by 1 gateway: 1 order" in page
    assert "<html" not in page
    assert beta.infor.state()["orders"] == []
    assert "would post" in viewer.get(f"{BETA}/start")


def test_a_rehearsal_that_nobody_is_at_is_rung_for_again(rig: Rig, operator: Browser, workshop: Workshop):
    operator.done(f"{AT}/fit", days="1")
    [number] = workshop.rehearsals
    workshop.rehearsals.clear()
    operator.post(f"{AT}/fit/{number}")
    assert workshop.rehearsals == [number]
    workshop.play()
    assert "ended" in operator.get(f"{AT}/fit/{number}")
    for path in (f"{BETA}/fit/{number}", f"{AT}/fit/999999"):
        operator.get(path, 404)
    assert operator.post(f"{AT}/fit", days="0").status_code == 400


def test_an_order_is_approved_as_it_is_shown_and_posted_so(
    rig: Rig, operator: Browser, viewer: Browser, workshop: Workshop
):
    page = operator.done(f"{AT}/golive", start_from="2026-01-01", require_approved="1")
    assert "posts approved orders created from 2026-01-01 on" in page
    [number] = rig.sandbox.store.place_orders(1, seed=9)
    workshop.hear(number)
    assert rig.order(number).state is OrderState.HELD  # type: ignore[union-attr]
    shown = viewer.get(f"{AT}/orders/{number}/preview")
    assert "Nobody approved this plan" in shown
    assert "Approve exactly this" not in shown
    found = operator.client.get(f"{AT}/preview?number=%23{number}")
    assert found.location == f"{AT}/orders/{number}/preview"
    [digest] = re.findall(r'name="hash" value="([0-9a-f]{64})"', operator.get(found.location))
    refused = operator.post(f"{AT}/orders/{number}/approve", hash="0" * 64)
    assert (refused.status_code, digest in refused.text) == (400, True)

    page = operator.done(f"{AT}/orders/{number}/approve", hash=digest)
    assert "Approved by console:operator" in page
    workshop.work()
    workshop.finish(number)
    Books(rig).assert_booked_once(number)
    assert "approved" in viewer.get(f"{AT}/audit")
    early = operator.post(f"{AT}/golive", start_from="2025-01-01")
    assert (early.status_code, "not earlier" in early.text) == (400, True)
    assert "posts orders created" in operator.done(f"{AT}/golive", start_from="2026-01-01")


def test_a_viewer_begins_and_approves_nothing(viewer: Browser, workshop: Workshop):
    page = viewer.get(f"{AT}/start")
    assert "Rehearse</button>" not in page
    assert "Go live</button>" not in page
    for path, form in (("fit", {"days": "1"}), ("golive", {"start_from": "2026-01-01"}), ("orders/1/approve", {})):
        assert viewer.post(f"{AT}/{path}", **form).status_code == 403
    assert workshop.rehearsals == []
