"""The console over a real PostgreSQL, with Flask's own client for a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from connector import console
from connector.console import Office
from connector.domain.user import Role
from connector.flows import logins, users
from tests.console.browser import PASSWORD, Browser
from tests.console.workshop import Workshop
from tests.rig import Rig


@pytest.fixture(scope="module")
def workshop(rig: Rig) -> Workshop:
    """Where what the console rings for is worked off."""
    return Workshop(rig)


@pytest.fixture(scope="module")
def app(rig: Rig, workshop: Workshop) -> Flask:
    """The console's app."""
    office = Office(rig.house, workshop.dispatch, workshop.rehearse, rig.settings.session_key())
    for role in Role:
        users.add(rig.house, role.value, role, PASSWORD, by="test")
    return console.create_app(office)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A system with its sandbox connected; nothing of it runs by itself."""
    with Rig(tmp_path_factory.mktemp("console")) as made:
        yield made


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """Somebody who has not logged in."""
    return Browser(app.test_client())


@pytest.fixture
def at(app: Flask, rig: Rig) -> Callable[[str], Browser]:
    """Logs somebody in by a one-time link, by their name."""

    def enter(name: str) -> Browser:
        browser = Browser(app.test_client())
        way = f"/console/enter/{logins.link(rig.house, name, by='test')}"
        assert browser.post(way, on=way).status_code == 302
        return browser

    return enter


@pytest.fixture
def viewer(at: Callable[[str], Browser]) -> Browser:
    return at("viewer")


@pytest.fixture
def operator(at: Callable[[str], Browser]) -> Browser:
    return at("operator")


@pytest.fixture
def admin(at: Callable[[str], Browser]) -> Browser:
    return at("admin")
