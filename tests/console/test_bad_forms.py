"""Whatever an address or a form of the console holds: a page that says so; nothing is saved, and nobody stumbles."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from connector import console
from connector.console.guard import NEEDS
from connector.flows import logins
from tests.console.browser import Browser
from tests.rig import NAME, Rig
from tests.strange import TEXTS, drawn

TEMPLATES = Path(console.__file__).parent / "templates"
FIELDS = sorted(
    {name for file in TEMPLATES.rglob("*.html") for name in re.findall(r'name="(\w+)"', file.read_text())}
)
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
SAVED = text(
    "SELECT (SELECT count(*) FROM connections), (SELECT count(*) FROM profiles), (SELECT count(*) FROM users)"
)


_places = itertools.count()


def doors(app: Flask) -> list[tuple[str, str]]:
    """Every method and address of the console, but those that end the session."""
    return sorted(
        (method, str(rule))
        for rule in app.url_map.iter_rules()
        for method in {"GET", "POST"} & (rule.methods or set())
        if rule.endpoint in NEEDS and "logout" not in rule.endpoint and "enter" not in rule.endpoint
    )


def entered(app: Flask, rig: Rig) -> Browser:
    """The admin, who may do everything."""
    browser = Browser(app.test_client())
    browser.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{next(_places) % 250}"  # who logs in so often is held off
    way = f"/console/enter/{logins.link(rig.house, 'admin', by='test')}"
    assert browser.post(way, on=way).status_code == 302
    return browser


def filled(rule: str, odd: Callable[[], str]) -> str:
    """An address with something odd, or the connection's name, in each of its places."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: quote(odd().encode("utf-8", "replace"), safe=""), rule)


odd = st.sampled_from(ODD)
asked = st.dictionaries(st.sampled_from(FIELDS), odd, max_size=4)


@drawn()
@given(data=st.data(), fields=asked)
def test_every_page_and_form_takes_it_or_says_no(
    app: Flask, rig: Rig, data: st.DataObject, fields: dict[str, str]
) -> None:
    method, rule = data.draw(st.sampled_from(doors(app)))
    path = filled(rule.replace("<name>", NAME), lambda: data.draw(odd))
    sent = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items() if name != "csrf_token"}
    browser, before = entered(app, rig), saved(rig)
    answer = browser.client.get(path, query_string=sent) if method == "GET" else browser.post(path, **sent)
    assert answer.status_code in ENDS, (method, path, sent, answer.status_code)
    assert "Traceback" not in answer.text
    assert saved(rig) == before


def saved(rig: Rig) -> tuple[object, ...]:
    """Count what a form could save."""
    with rig.house.database.begin() as tx:
        return tuple(tx.execute(SAVED).one())
