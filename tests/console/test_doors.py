"""Who gets into the console, who is kept out, and what a logged-out cookie is worth."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from connector.console.guard import NEEDS
from connector.domain.user import Role
from connector.flows import audit, logins, users
from connector.records import trail
from tests.console.browser import PASSWORD, Browser
from tests.journeys.shop import Later
from tests.rig import Rig
from webhooks.app import beside, create_app
from webhooks.door import Entrance
from webhooks.house_door import HouseDoor


def entries(rig: Rig, action: str) -> list[tuple[str, str]]:
    found = [link.entry for link in audit.entries(rig.house, trail.INSTALLATION, None, None)]
    return [(entry.actor, entry.subject) for entry in found if entry.action == action]


def cookie_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("ml_connector", path="/console/")
    assert cookie
    return cookie.value


def test_every_page_but_the_doors_needs_a_role(app: Flask, stranger: Browser):
    pages = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("console.")]
    open_to_all = {rule.endpoint for rule in pages if NEEDS.get(rule.endpoint) is None}
    assert open_to_all == {
        f"console.{name}" for name in ("login", "log_in", "entrance", "enter", "static", "nowhere")
    }
    for rule in pages:
        if rule.endpoint not in open_to_all:
            changing = rule.methods and "POST" in rule.methods
            assert not changing or NEEDS[rule.endpoint] is not None


def test_a_stranger_is_led_to_the_login_and_back(stranger: Browser):
    sent = stranger.client.get("/console/users?page=2")
    assert sent.location == "/console/login?next=/console/users?page%3D2"
    answer = stranger.log_in("admin", next="/console/users?page=2")
    assert answer.location == "/console/users?page=2"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/console/",
        "//evil.example/console/",
        "/\\evil.example",
        "/console/\\evil.example",
        "\\\\evil.example/console/",
        "/console//evil.example",
        "javascript:alert(1)",
        "/webhooks/bigcommerce/acme",
        "/console/\r\nSet-Cookie: a=b",
        " //evil.example",
    ],
)
def test_the_login_leads_nowhere_else(stranger: Browser, elsewhere: str):
    assert stranger.log_in("viewer", next=elsewhere).location == "/console/"


def test_a_wrong_password_and_an_unknown_name_are_told_apart_by_nobody(rig: Rig, stranger: Browser):
    wrong = stranger.log_in("viewer", "wrong horse battery")
    unknown = stranger.log_in("nobody", "wrong horse battery")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert without_token(wrong) == without_token(unknown)
    assert "viewer" not in wrong.text
    assert entries(rig, "login_refused")[-2:] == [
        ("127.0.0.0/24", "user viewer"),
        ("127.0.0.0/24", "user nobody we know"),
    ]


def without_token(answer: TestResponse) -> str:
    return re.sub(r'value="[^"]+"', "", answer.text)


def test_a_login_flood_is_refused_before_the_password_is_looked_at(rig: Rig, app: Flask):
    users.add(rig.house, "flooded", Role.VIEWER, PASSWORD, by="test")
    from_there = Browser(app.test_client())
    from_there.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    tries = [from_there.log_in("flooded", "wrong horse battery").status_code for _ in range(6)]
    assert tries == [401] * 5 + [429]
    right = from_there.log_in("flooded")
    assert (right.status_code, int(right.headers["Retry-After"]) > 600) == (429, True)
    others = [from_there.log_in(f"someone{n}").status_code for n in range(40)]
    assert others[-1] == 429  # the address itself
    elsewhere = Browser(app.test_client())
    assert elsewhere.log_in("flooded").status_code == 302  # its owner, at another desk, is not locked out


@pytest.mark.parametrize(
    ("name", "flood"),
    [
        ("two", ("198.51.100.20", "198.51.100.21")),
        ("household", tuple(f"2001:db8:0:7::{host:x}" for host in range(1, 21))),
        ("mapped", ("::ffff:198.51.100.22", "::ffff:198.51.100.23")),
    ],
)
def test_a_stranger_who_is_refused_anyhow_locks_no_owner_out(rig: Rig, name: str, flood: tuple[str, ...]):
    users.add(rig.house, name, Role.VIEWER, PASSWORD, by="test")
    for address in flood * 30:
        with pytest.raises(logins.LoginRefused):
            logins.log_in(rig.house, name, "wrong", address=address)
    for address in flood:
        with pytest.raises(logins.LoginRefused, match="too many attempts"):
            logins.log_in(rig.house, name, PASSWORD, address=address)
    assert logins.log_in(rig.house, name, PASSWORD, address="::ffff:203.0.113.5")[0].name == name


def test_one_ipv6_network_is_one_desk(rig: Rig):
    for host in range(5):
        with pytest.raises(logins.LoginRefused, match=logins.WRONG):
            logins.log_in(rig.house, "viewer", "wrong", address=f"2001:db8:0:8::{host}")
    with pytest.raises(logins.LoginRefused, match="too many attempts"):
        logins.log_in(rig.house, "viewer", PASSWORD, address="2001:db8:0:8:ffff::1")
    assert logins.log_in(rig.house, "viewer", PASSWORD, address="2001:db8:0:9::1")[0].name == "viewer"


def test_the_flood_is_over_when_its_window_is(rig: Rig):
    for _ in range(6):
        with pytest.raises(logins.LoginRefused):
            logins.log_in(rig.house, "viewer", "wrong", address="198.51.100.9")
    later = replace(rig.house, clock=Later(rig.house.clock, logins.WINDOW))
    assert logins.log_in(later, "viewer", PASSWORD, address="198.51.100.9")[0].name == "viewer"


def test_a_form_without_its_token_changes_nothing(rig: Rig, admin: Browser, stranger: Browser):
    for browser, path in ((admin, "/console/users"), (admin, "/console/logout"), (stranger, "/console/login")):
        answer = browser.client.post(path, data={"name": "mallory", "role": "admin", "password": PASSWORD})
        assert answer.status_code == 400, path
    stolen = stranger.client.post(
        "/console/users", data={"name": "mallory", "role": "admin", "csrf_token": "made up"}
    )
    assert stolen.status_code == 400
    assert "mallory" not in [row.user.name for row in users.every(rig.house)]
    admin.get("/console/users")


def test_a_session_stolen_before_the_logout_is_worth_nothing_after_it(app: Flask, viewer: Browser):
    stolen = cookie_of(viewer)
    thief = Browser(app.test_client())
    thief.client.set_cookie("ml_connector", stolen, path="/console/")
    thief.get("/console/account")
    assert viewer.post("/console/logout").location == "/console/login"
    assert thief.client.get("/console/account").status_code == 302
    thief.client.set_cookie("ml_connector", stolen, path="/console/")
    assert thief.client.get("/console/account").status_code == 302


def test_a_session_ends_when_idle_and_in_any_case(rig: Rig):
    _, secret = logins.log_in(rig.house, "viewer", PASSWORD, address="198.51.100.1")

    def alive(after: timedelta) -> bool:
        return logins.user_of(replace(rig.house, clock=Later(rig.house.clock, after)), secret) is not None

    assert [alive(timedelta(hours=hours)) for hours in (1, 2.9, 4.8, 6.7, 8.6, 10.5, 11.9)] == [True] * 7
    assert not alive(timedelta(hours=12.1))
    _, secret = logins.log_in(rig.house, "viewer", PASSWORD, address="198.51.100.2")
    assert not alive(timedelta(hours=2.1))


def test_another_role_a_shut_door_and_a_new_password_end_sessions_at_once(
    rig: Rig, admin: Browser, stranger: Browser, at: Callable[[str], Browser]
):
    users.add(rig.house, "temp", Role.OPERATOR, PASSWORD, by="test")
    for path, form in (
        ("/console/users/temp/role", {"role": "viewer"}),
        ("/console/users/temp/disable", {"disabled": "1"}),
    ):
        temp = at("temp")
        temp.get("/console/account")
        admin.done(path, **form)
        assert temp.client.get("/console/account").status_code == 302
    assert stranger.log_in("temp").status_code == 401
    admin.done("/console/users/temp/disable", disabled="0")
    one, other = at("temp"), at("temp")
    one.done("/console/account/password", password="another horse battery", again="another horse battery")
    one.get("/console/account")
    assert other.client.get("/console/account").status_code == 302
    assert ("console:admin", "user temp") in entries(rig, "user_role_changed")
    assert ("console:temp", "user temp") in entries(rig, "user_password_changed")


def test_whoever_finds_a_console_open_cannot_take_it_over(rig: Rig, app: Flask):
    users.add(rig.house, "away", Role.VIEWER, PASSWORD, by="test")
    left_open, new = Browser(app.test_client()), "another horse battery"
    left_open.log_in("away")
    assert 'name="present"' in left_open.get("/console/account")
    for guess in ("", "wrong horse battery"):
        refused = left_open.post("/console/account/password", present=guess, password=new, again=new)
        assert (refused.status_code, "Nothing was changed" in refused.text) == (401, True)
    assert entries(rig, "login_refused")[-1] == ("127.0.0.0/24", "user away")
    assert Browser(app.test_client()).log_in("away", new).status_code == 401
    left_open.done("/console/account/password", present=PASSWORD, password=new, again=new)
    assert Browser(app.test_client()).log_in("away", new).status_code == 302


def test_a_forgotten_password_is_replaced_just_after_coming_by_a_link(rig: Rig, at: Callable[[str], Browser]):
    users.add(rig.house, "forgetful", Role.VIEWER, None, by="test")
    forgetful = at("forgetful")
    assert 'name="present"' not in forgetful.get("/console/account")
    forgetful.done("/console/account/password", password=PASSWORD, again=PASSWORD)
    user, session = logins.enter(rig.house, logins.link(rig.house, "forgetful", by="test"), address="198.51.100.4")
    later = replace(rig.house, clock=Later(rig.house.clock, logins.LINK_GOOD_FOR))
    with pytest.raises(logins.LoginRefused):
        logins.change_password(later, user, session, "", "another horse battery", address="198.51.100.4")
    assert logins.log_in(rig.house, "forgetful", PASSWORD, address="198.51.100.4")


def test_nobody_gets_beyond_their_role(rig: Rig, viewer: Browser, operator: Browser):
    for browser in (viewer, operator):
        browser.get("/console/users", 403)
        for path in ("/console/users", "/console/users/viewer/role", "/console/users/admin/link"):
            assert browser.post(path, name="mallory", role="admin").status_code == 403
        assert browser.post("/console/account/zone", zone="", role="admin").status_code == 302
    roles = {row.user.name: row.user.role for row in users.every(rig.house)}
    assert (roles["viewer"], roles["operator"], "mallory" in roles) == (Role.VIEWER, Role.OPERATOR, False)


def test_an_admin_adds_a_user_whose_link_opens_once(app: Flask, rig: Rig, admin: Browser):
    shown = admin.post("/console/users", on="/console/users", name="dora", role="operator").text
    found = re.search(r"http://localhost(/console/enter/[\w-]+)", shown)
    assert found
    dora, other = Browser(app.test_client()), Browser(app.test_client())
    dora.get(found[1])  # a program that looks at links does not use it up
    assert dora.post(found[1], on=found[1]).location == "/console/"
    assert "dora" in dora.get("/console/account")
    assert other.post(found[1], on=found[1]).status_code == 401
    assert ("console:admin", "user dora") in entries(rig, "user_added")


def test_a_link_is_good_for_a_quarter_of_an_hour(rig: Rig):
    secret = logins.link(rig.house, "viewer", by="test")
    later = replace(rig.house, clock=Later(rig.house.clock, logins.LINK_GOOD_FOR))
    with pytest.raises(logins.LoginRefused):
        logins.enter(later, secret, address="198.51.100.3")


def test_the_last_admin_cannot_be_lost(rig: Rig, admin: Browser):
    for path, form in (
        ("/console/users/admin/role", {"role": "viewer"}),
        ("/console/users/admin/disable", {"disabled": "1"}),
    ):
        refused = admin.post(path, **form)
        assert (refused.status_code, "only admin" in refused.text) == (400, True)
    admin.get("/console/users")


def test_what_a_browser_may_do_with_a_page_is_said_with_it(app: Flask, stranger: Browser):
    answer = stranger.client.get("/console/login")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "style=" not in answer.text
    assert "<script>" not in answer.text
    assert re.findall(r'(?:src|href)="(?!/console/|#)([^"]+)"', answer.text) == []
    cookie = answer.headers["Set-Cookie"]
    assert ("HttpOnly" in cookie, "SameSite=Lax" in cookie, "Path=/console/" in cookie) == (True, True, True)
    assert "Secure" not in cookie  # this very machine, without TLS
    public = app.test_client().get("/console/login", base_url="http://connector.example")
    assert "Secure" in public.headers["Set-Cookie"]


def test_a_page_that_is_not_there_says_so(viewer: Browser):
    assert "There is no such page." in viewer.get("/console/nothing/here", 404)
    assert "there is no connection named nobody" in viewer.get("/console/c/nobody/", 404)


def test_webhooks_are_signed_and_need_no_form_token(rig: Rig, app: Flask):
    served = Client(beside(create_app(Entrance(HouseDoor(rig.house), rig.house.clock, rig.settings)), app))
    answer = served.post("/webhooks/bigcommerce/acme", data=b"{}")
    assert (answer.status_code, answer.data, "Set-Cookie" in answer.headers) == (401, b"", False)
    assert "Set-Cookie" in served.get("/console/login").headers
    for other in ("/", "/consoles", "/console-data/x"):
        assert (served.get(other).status_code, served.get(other).data) == (404, b""), other


@pytest.mark.parametrize("path", ["%2F%2Fevil.example/replay", "/evil.example", "p-1//replay"])
def test_an_odd_address_leads_nowhere(operator: Browser, path: str):
    for answer in (
        operator.client.get(f"/console/c/acme/records/{path}"),
        operator.post(f"/console/c/acme/records/{path}"),
    ):
        assert answer.status_code in (404, 405)
        assert "Location" not in answer.headers


def test_a_page_asked_for_the_wrong_way_says_so_in_the_consoles_words(viewer: Browser):
    answer = viewer.client.delete("/console/c/acme/")
    assert (answer.status_code, "Method Not Allowed" in answer.text) == (405, True)
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_overview_shows_each_connection(viewer: Browser):
    page = viewer.get("/console/")
    assert "/console/c/acme/" in page
    assert "orders today" in viewer.get("/console/c/acme/")


def test_users_are_added_from_the_terminal_without_a_password_in_an_argument(rig: Rig, app: Flask):
    file = rig.folder / "password"
    file.write_text(f"{PASSWORD}\n")
    rig.cli("console", "user", "add", "typed", "--role", "viewer", "--password-file", str(file))
    rig.cli("console", "user", "role", "typed", "operator")
    assert json.loads(rig.cli("console", "user", "list", "--json"))[-2]["user"]["role"] == "operator"
    link = rig.cli("console", "login-link", "typed").strip()
    path = link[link.index("/console/") :]
    browser = Browser(app.test_client())
    assert browser.post(path, on=path).location == "/console/"
    assert "operator" in browser.get("/console/account")
    assert Browser(app.test_client()).log_in("typed").location == "/console/"
    rig.cli("console", "user", "disable", "typed")
    assert browser.client.get("/console/account").status_code == 302
