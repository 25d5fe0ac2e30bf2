"""Whatever an address or a form of the console holds: a page that says so; nothing is saved, and nobody stumbles."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import import_module
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from werkzeug.test import TestResponse

from connector.console import front, guard
from connector.flows import connections, logins, rehearsals
from connector.records.schema import metadata
from tests.console.browser import PASSWORD, Browser
from tests.console.workshop import Workshop
from tests.rig import NAME, Rig
from tests.strange import TEXTS, drawn

ODD = [
    *(one for one in TEXTS if len(one) < 10_000),
    "x" * 5000,
    "-1",
    "0",
    "2147483648",
    "99999999999999999999",
    "p-99999999999999999999",
    "o-1",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "//evil.example",
    "../../etc/passwd",
    "a: [",
    "accounts: {receivable: '1200'}",
    "%s{{7*7}}<script>",
]
ENDS = {200, 302, 303, 400, 401, 403, 404, 405, 409, 413, 422, 429}
KEPT_ANYWAY = {"exchanges", "leases", "login_attempts", "sessions"}
"""What asking alone leaves behind: calls to both systems, who is at work, who is there and who tried to be."""
DIGEST = "SELECT '{0}', md5(coalesce(string_agg(row::text, '|' ORDER BY row::text), '')) FROM {0} AS row"
SAVED = text(" UNION ALL ".join(DIGEST.format(name) for name in sorted(set(metadata.tables) - KEPT_ANYWAY)))
TRAIL = {"audit", "audit_heads"}
TRAIL_OF = {"/console/login": TRAIL, "/console/c/<name>/records/<record>/bundle": TRAIL}
"""Where the trail tells of a refusal, or of what was given out."""
PLACES = re.compile(r"<(?:\w+:)?(\w+)>")


def doors() -> list[tuple[str, str]]:
    """Every method and address of the console, but those that end the session."""
    app = Flask("doors", static_folder=None)
    for name in front.PAGES:
        import_module(f"connector.console.{name}")
    app.register_blueprint(guard.blueprint)
    return sorted(
        (method, str(rule))
        for rule in app.url_map.iter_rules()
        for method in {"GET", "POST"} & (rule.methods or set())
        if rule.endpoint in guard.NEEDS and not str(rule).startswith(("/console/logout", "/console/enter"))
    )


DOORS = doors()
C = "/console/c/<name>"
DAYS = {"first": "2026-11-01", "last": "2026-11-02"}
FIELDS: dict[tuple[str, str], dict[str, str]] = {
    ("POST", "/console/login"): {"name": "viewer", "password": PASSWORD, "next": "/console/"},
    ("GET", "/console/login"): {"next": "/console/"},
    ("POST", "/console/users"): {"name": "clerk", "role": "viewer"},
    ("POST", "/console/users/<name>/role"): {"role": "viewer"},
    ("POST", "/console/users/<name>/disable"): {"disabled": "0"},
    ("POST", "/console/account/password"): {"present": PASSWORD, "password": PASSWORD, "again": PASSWORD},
    ("POST", "/console/account/zone"): {"zone": "Europe/Berlin"},
    ("GET", "/console/audit"): {"before": "5"},
    ("GET", "/console/search"): {"text": "1042"},
    ("POST", "/console/search"): {"text": "1042"},
    ("POST", f"{C}/pause"): {"paused": "0"},
    ("GET", f"{C}/mapping"): {"version": "1"},
    ("GET", f"{C}/webhooks"): {"ask": "1"},
    ("GET", f"{C}/audit"): {"before": "5"},
    ("POST", f"{C}/orders/<int:number>/done"): {"seen": "0"},
    ("POST", f"{C}/records/<record>/settle"): {"number": "123", "why": "booked by hand"},
    ("POST", f"{C}/fit"): {"days": "7"},
    ("GET", f"{C}/fit/<int:number>"): {"part": "1"},
    ("POST", f"{C}/fit/<int:number>/mapping"): {"value-0": "1200"},
    ("POST", f"{C}/orders/<int:number>/approve"): {"hash": "0"},
    ("GET", f"{C}/preview"): {"number": "1042"},
    ("POST", f"{C}/golive"): {"start_from": "2026-01-01", "require_approved": "1"},
    ("GET", f"{C}/orders"): {"state": "posted", **DAYS, "sort": "number", "way": "up", "after": "", "gateway": "x"},
    ("POST", f"{C}/orders/<int:number>/hold"): {"why": "I look at it"},
    ("POST", f"{C}/reconciliation"): DAYS,
    ("POST", f"{C}/certificate"): DAYS,
    ("POST", f"{C}/drift"): {"heal": "1"},
    ("GET", f"{C}/records"): {"kind": "order", "state": "posted", "before": "o-9"},
}
"""What is sent at each door when nothing is odd; what the system itself must tell is put in later."""

WELL_FILLED = [
    ("POST", "/console/users"),
    ("POST", "/console/account/zone"),
    ("POST", f"{C}/mapping"),
    ("POST", f"{C}/orders/<int:number>/hold"),
    ("POST", f"{C}/orders/<int:number>/release"),
    ("POST", f"{C}/golive"),
    ("POST", f"{C}/certificate"),
    ("POST", f"{C}/reconciliation"),
    ("POST", f"{C}/fit"),
]


@pytest.fixture(scope="module")
def desk(app: Flask, rig: Rig, workshop: Workshop) -> Browser:
    """The admin, who may do everything, where an order is booked and a rehearsal is done."""
    [number] = rig.sandbox.store.place_orders(1)
    workshop.hear(number)
    workshop.rehearse(rehearsals.ask(rig.house, NAME, 7, by="test"))
    workshop.play()
    browser = Browser(app.test_client())
    way = f"/console/enter/{logins.link(rig.house, 'admin', by='test')}"
    assert browser.post(way, on=way).status_code == 302
    return browser


def sent_at(rig: Rig, door: tuple[str, str]) -> dict[str, str]:
    """Fill a door's form as somebody would who does all well."""
    if door == ("POST", f"{C}/mapping"):
        newest = connections.profiles_of(rig.house, NAME)[0]
        return {"text": newest.text, "base": str(newest.version), "save": "1"}
    if door == ("POST", "/console/connect"):
        shop, url = rig.sandbox.store, rig.sandbox.url
        return {
            "name": "beta",
            "store_hash": shop.store_hash,
            "client_id": shop.client_id,
            "access_token": shop.token,
            "client_secret": shop.client_secret,
            "api_url": url,
            "suite": "m3",
            "settings": "company: 100\ndivision: AAA\nfacility: A01\nwarehouse: 001",
            "ionapi": json.dumps(rig.m3.ionapi(url)),
            "booking": "full",
            "start_from": "2026-01-01",
        }
    return FIELDS.get(door, {})


def address(rig: Rig, rule: str) -> dict[str, str]:
    """What stands in the places of an address when nothing is odd."""
    number = max(rig.sandbox.store.orders)
    order = rig.order(number)
    assert order is not None
    run = str(rehearsals.of_connection(rig.house, NAME)[0].id)
    known = {"name": NAME, "number": run if "/fit/" in rule else str(number), "record": f"o-{order.id}"}
    return known | ({"name": "viewer"} if "/users/" in rule else {})


@pytest.mark.parametrize("door", WELL_FILLED, ids=" ".join)
def test_what_is_filled_in_well_is_taken(rig: Rig, desk: Browser, workshop: Workshop, door: tuple[str, str]) -> None:
    places = address(rig, door[1])
    path = PLACES.sub(lambda found: places[found[1]], door[1])
    before = saved(rig)
    answer = asked(desk, door[0], path, sent_at(rig, door))
    assert answer.status_code in (200, 302), answer.text
    assert changed_tables(before, saved(rig)) - TRAIL
    workshop.play()


@pytest.mark.parametrize("door", DOORS, ids=" ".join)
@drawn(1 / 33)
@given(data=st.data())
def test_every_page_and_form_takes_it_or_says_no(
    app: Flask, rig: Rig, desk: Browser, door: tuple[str, str], data: st.DataObject
) -> None:
    method, rule = door
    form, places = sent_at(rig, door), address(rig, rule)
    names = [*form, *PLACES.findall(rule)] or ["text"]
    spoilt, odd = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(ODD))
    odd = odd.encode("utf-8", "replace").decode()
    told = {**form, **places, spoilt: odd}
    path = PLACES.sub(lambda found: quote(told.get(found[1], "nothing"), safe=""), rule)
    sent = {name: told[name] for name in form}
    before = saved(rig)
    who = desk if not path.startswith("/console/login") else Browser(app.test_client())
    answer = asked(who, method, path, sent)
    assert answer.status_code in ENDS, (method, path, sent, answer.status_code)
    assert b"Traceback" not in answer.data
    if method == "GET" or answer.status_code >= 400:
        assert changed_tables(before, saved(rig)) <= TRAIL_OF.get(rule, set())


@pytest.mark.parametrize(
    ("method", "path", "field", "status"),
    [
        ("GET", "/console/audit", "before", 200),
        ("GET", f"/console/c/{NAME}/preview", "number", 400),
        ("POST", f"/console/c/{NAME}/fit", "days", 400),
        ("POST", f"/console/c/{NAME}/mapping", "base", 400),
    ],
)
def test_a_number_of_five_thousand_digits_is_none(
    desk: Browser, method: str, path: str, field: str, status: int
) -> None:
    assert asked(desk, method, path, {field: "9" * 5000}).status_code == status


def asked(browser: Browser, method: str, path: str, sent: Mapping[str, str]) -> TestResponse:
    """Load a page, or send the form that stands there."""
    if method == "GET":
        return browser.client.get(path, query_string=sent)
    return browser.post(path, on="/console/login" if "login" in path else "/console/account", **sent)


def changed_tables(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {name for name, digest in after.items() if before[name] != digest}


def saved(rig: Rig) -> dict[str, str]:
    """Digest every table that a form may change, row by row."""
    with rig.house.database.begin() as tx:
        return {row[0]: row[1] for row in tx.execute(SAVED)}
