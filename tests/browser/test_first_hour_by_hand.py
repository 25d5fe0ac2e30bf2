"""The first hour in a real browser: connect, ping, rehearse, accept a mapping, approve, go live."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connector.domain.progress import OrderState
from connector.domain.user import Role
from connector.sandbox.serve import Sandbox
from tests.browser.person import People, Person
from tests.journeys.books import Books
from tests.rig import Rig

NEW = "beta"
SETTINGS = "company: 100\ndivision: AAA\nfacility: A01\nwarehouse: 001\norder_type: WEB\ngl_interface: BCGLIF"
BY_HAND = {"customers": "WEBGUEST", "accounts.tax": "2200", "accounts.clearing": "1090"}
"""What no suggestion can know, by the beginning of its line."""


@pytest.fixture(scope="module")
def beta() -> Iterator[Sandbox]:
    """Another store with another tenant, which nobody connected yet."""
    sandbox = Sandbox(seed=(), store={"store_hash": "fghij67890"}, infor={"tenant": "BETA_TST"}).start()
    sandbox.store.place_orders(3, pay=[{"gateway": "braintree"}])
    sandbox.store.place_orders(1, pay=[{"gateway": "newpay"}])
    yield sandbox
    sandbox.stop()


def test_a_store_goes_live_after_everything_was_looked_at(rig: Rig, beta: Sandbox, someone: People):
    admin = someone(Role.ADMIN)
    connect(admin, beta)
    admin.press("Ping both systems").sees("Both systems asked")
    lines = admin.page.locator(".checks li").all_inner_texts()
    assert len(lines) > 12
    assert admin.page.locator(".checks .badge.good").all_inner_texts() == ["ok"] * len(lines)

    found = rehearse(admin)
    assert "4 of 4 orders read" in found
    accept(admin)
    found = rehearse(admin)
    assert "100.0 % of the value in USD would post" in found
    assert beta.infor.state()["orders"] == []

    first, second = sorted(beta.store.orders)[:2]
    admin.go(f"c/{NEW}/start").page.get_by_label("Order number").fill(str(first))
    admin.press("Preview").sees("balanced").press("Approve exactly this").sees("Approved by console:admin")
    go_live(admin)
    rig.cli("backfill", NEW, "--since", f"{datetime.now(UTC):%Y-%m-%d}")
    rig.wait_settled([first, second], name=NEW)
    Books(rig, name=NEW, sandbox=beta).assert_booked_once(first)
    waiting = rig.order(second, name=NEW)
    assert waiting is not None
    assert (waiting.state, waiting.fault_code) == (OrderState.HELD, "not_approved")


def connect(admin: Person, beta: Sandbox) -> None:
    """Give the credentials of both sides by form and upload."""
    admin.go().press("Connect a store").sees("The .ionapi file")
    page, store = admin.page, beta.store
    page.get_by_label("Name").fill(NEW)
    page.get_by_label("Store hash").fill("fghij67890")
    page.get_by_label("Client ID").fill(store.client_id)
    page.get_by_label("Access token").fill(store.token)
    page.get_by_label("Client secret").fill(store.client_secret)
    page.get_by_label("API address").fill(beta.url)
    ionapi = json.dumps(beta.infor.ionapi(beta.url)).encode()
    upload = {"name": "beta.ionapi", "mimeType": "application/json", "buffer": ionapi}
    page.get_by_label("The .ionapi file").set_input_files(upload)  # type: ignore[arg-type]
    page.get_by_label("Its settings").fill(SETTINGS)
    page.get_by_label("Nothing older").fill("2026-01-01")
    assert admin.barriers() == []
    admin.press("Ask both systems, and save").sees("is saved, and paused")


def rehearse(admin: Person) -> str:
    """Read the store's last days, and wait until the page tells by itself what was found."""
    admin.go(f"c/{NEW}/start").page.get_by_label("Days back").fill("2")
    admin.press("Rehearse").sees("ended")
    assert admin.barriers() == []
    return admin.read()


def accept(admin: Person) -> None:
    """Take what is suggested, fill what is left, read the whole profile, and save it."""
    for field in admin.page.locator("input[name^=value-]").all():
        label = field.get_attribute("aria-label") or ""
        known = next((value for start, value in BY_HAND.items() if label.startswith(start)), "")
        if known and not field.input_value():
            field.fill(known)
    admin.press("Accept these").sees("A draft, not saved yet")
    admin.press("Check, save, and release what waited for it").sees("Saved as version 1")


def go_live(admin: Person) -> None:
    """Post from the day that the connection was made for, and only what somebody approved."""
    admin.go(f"c/{NEW}/start").page.get_by_label("Post only what somebody approved").check()
    admin.press("Go live").sees("posts approved orders created from 2026-01-01 on")
