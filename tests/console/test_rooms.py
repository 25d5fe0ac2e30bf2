"""What a connection's pages show and do: its mapping, its two systems, its proofs, its trail."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from connector.domain.posting import PostingKind, PostingState
from connector.flows import audit, certificate, connections
from connector.flows import reconciliation as journeys
from connector.records import connections as saved_connections
from tests.console.browser import Browser
from tests.console.workshop import Workshop
from tests.rig import NAME, Rig

AT = f"/console/c/{NAME}"


@pytest.fixture(scope="module")
def sold(rig: Rig, workshop: Workshop) -> list[int]:
    numbers = rig.sandbox.store.place_orders(2, seed=5)
    workshop.hear(*numbers)
    return numbers


def days(rig: Rig) -> dict[str, str]:
    today = journeys.today(rig.house, NAME)
    return {"first": str(today - timedelta(days=1)), "last": str(today)}


def test_both_systems_are_pinged_each_check_on_its_own_line(operator: Browser, viewer: Browser):
    page = operator.post(f"{AT}/ping").text
    checks = connections.ping(operator.client.application.extensions["office"].house, NAME)
    assert len(checks) > 10
    assert [check.name for check in checks if f"<strong>{check.name}</strong>" not in html.unescape(page)] == []
    assert viewer.post(f"{AT}/ping").status_code == 403


def test_a_connection_is_paused_and_resumed(rig: Rig, operator: Browser, viewer: Browser):
    assert "is paused" in operator.done(f"{AT}/pause", paused="1")
    assert "paused: webhooks are kept" in viewer.get("/console/")
    assert viewer.post(f"{AT}/pause", paused="0").status_code == 403
    assert "is at work again" in operator.done(f"{AT}/pause", paused="0")
    assert "connection paused" in viewer.get(f"{AT}/audit")
    assert "console:operator" in viewer.get(f"{AT}/audit")


def test_a_mended_mapping_releases_what_waited_for_it(rig: Rig, operator: Browser, workshop: Workshop):
    whole = rig.profile()
    rig.map(whole.replace('clearing: {default: "1090", ', "clearing: {"))
    [held] = rig.sandbox.store.place_orders(1, pay=[{"gateway": "newpay"}])
    workshop.hear(held)
    base = len(connections.profiles_of(rig.house, NAME))
    page = operator.done(f"{AT}/mapping", text=whole, base=base, save="1")
    assert "1 held orders are being planned again" in page
    assert f"version {base + 1}" in page
    workshop.finish(held)
    order = rig.order(held)
    assert order is not None
    assert order.state.value == "posted"


def test_a_wrong_mapping_is_refused_with_every_fault_and_nothing_is_lost(rig: Rig, operator: Browser):
    base = len(connections.profiles_of(rig.house, NAME))
    bad = rig.profile().replace('sales: "4000"', 'sales: "4711"')
    assert "4711" in (page := operator.post(f"{AT}/mapping", text=bad, base=base, save="1").text)
    assert html.escape(bad, quote=False)[:200] in page.replace("&#34;", '"')
    no_yaml = operator.post(f"{AT}/mapping", text="accounts: [", base=base, save="1").text
    assert "mapping.yaml line" in no_yaml
    late = operator.post(f"{AT}/mapping", text=rig.profile(), base=base - 1, save="1")
    assert (late.status_code, "somebody saved version" in late.text) == (400, True)
    only_checked = operator.post(f"{AT}/mapping", text=rig.profile(), base=base, save="0").text
    assert "exists and is open" in only_checked
    assert len(connections.profiles_of(rig.house, NAME)) == base


def test_days_are_reconciled_shown_and_downloaded(rig: Rig, operator: Browser, viewer: Browser, sold: list[int]):
    page = operator.done(f"{AT}/reconciliation", **days(rig))
    assert "all agrees" in page
    listed = viewer.get(f"{AT}/reconciliation")
    assert "console:operator" in listed
    [file] = {name for name in html.unescape(listed).split('"') if "/papers/" in name and ".csv" in name}
    assert "store" in viewer.get(file)
    taken = [link.entry for link in audit.entries(rig.house, NAME, None, None)][-1]
    assert (taken.actor, taken.action) == ("console:viewer", "paper_given_out")
    assert taken.subject == f"file {file.rpartition('/')[2]}"
    for other in ("%2e%2e%2f..%2fkeys%2fsession", "..", "acme.csv", "nothing"):
        assert viewer.client.get(f"{AT}/papers/{other}").status_code in (302, 404)
    too_many = operator.post(f"{AT}/reconciliation", first="2020-01-01", last="2026-01-01")
    assert too_many.status_code == 400


def test_a_reversal_that_is_held_from_the_first_differs_on_the_companys_day(rig: Rig, workshop: Workshop):
    [number] = rig.sandbox.store.place_orders(1, created="2026-03-03T12:00:00+00:00")
    workshop.hear(number)
    with rig.house.database.begin() as tx:
        before = saved_connections.find(tx, NAME)
        assert before is not None
        company = {**before.connection.company, "timezone": "America/New_York"}
        changed = replace(before.connection, company=company)
        saved_connections.save(tx, changed, before.sealed, now=before.saved_at)
        tx.execute(text("UPDATE connections SET require_approved = true"))
    rig.sandbox.store.cancel(number)
    workshop.hear(number)
    reversal = next(row for row in rig.postings(number) if row.kind is PostingKind.REVERSAL)
    assert reversal.state is PostingState.HELD
    at_nine_pm = {"id": reversal.id, "at": "2026-04-01T01:00:00+00:00"}
    with rig.house.database.begin() as tx:
        tx.execute(text("UPDATE postings SET occurred_at = :at WHERE id = :id"), at_nine_pm)

    for day, differ in ((date(2026, 3, 3), []), (date(2026, 3, 31), ["held", "held"]), (date(2026, 4, 1), [])):
        told = journeys.reconcile(rig.house, NAME, day, day).discrepancies
        assert [one.difference.value for one in told if one.order == number] == differ
    with rig.house.database.begin() as tx:
        saved_connections.save(tx, before.connection, before.sealed, now=before.saved_at)
        tx.execute(text("UPDATE connections SET require_approved = false"))
    workshop.hear(number)


def test_a_certificate_is_made_and_is_ours(rig: Rig, operator: Browser, viewer: Browser, sold: list[int]):
    answer = operator.post(f"{AT}/certificate", **days(rig))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert certificate.is_ours(rig.house, answer.data)
    assert json.loads(answer.data)["certificate"]["connection"] == NAME
    listed = html.unescape(viewer.get(f"{AT}/certificate"))
    assert "orders here" in listed
    [again] = {name for name in listed.split('"') if "/papers/" in name}
    assert viewer.client.get(again).data == answer.data
    assert viewer.post(f"{AT}/certificate", **days(rig)).status_code == 403


def test_the_catalog_is_compared(operator: Browser, viewer: Browser):
    assert "Compare now" in operator.get(f"{AT}/drift")
    assert "Compare now" not in viewer.get(f"{AT}/drift")
    assert operator.post(f"{AT}/drift", heal="0").status_code == 200


def test_webhooks_are_shown_as_they_arrived_and_as_the_store_has_them(viewer: Browser):
    assert "store/order/created" in viewer.get(f"{AT}/webhooks")
    assert "As the store has them" in viewer.get(f"{AT}/webhooks?ask=1")


def test_the_trail_goes_back_page_by_page_and_that_of_the_users_is_for_admins(
    viewer: Browser, admin: Browser, sold: list[int]
):
    page = viewer.get(f"{AT}/audit")
    assert "planned" in page
    viewer.get(f"{AT}/audit?before=3")
    viewer.get("/console/audit", 403)
    viewer.get("/console/c/@console/audit", 404)
    assert "logged in" in admin.get("/console/audit")
