"""A whole system and one real browser per module; each person has a window of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from connector.domain.user import Role
from tests.browser.person import CHROMIUM, People, Person, chromium
from tests.rig import Rig


@pytest.fixture(scope="module", autouse=True)
def _chromium() -> None:
    """Leave these tests out where there is no browser."""
    if CHROMIUM is None:
        pytest.skip("no Chromium")


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A system that is up, with its sandbox connected."""
    with Rig(tmp_path_factory.mktemp("rig")) as made:
        yield made.start()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A running Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture
def someone(rig: Rig, browser: Browser) -> Iterator[People]:
    """Opens windows, for strangers or for those who are logged in; a page may not have complained in any of them."""
    opened: list[Person] = []

    def open_window(role: Role | None = None, **window: Any) -> Person:
        opened.append(Person(rig, browser, **window))
        return opened[-1].log_in(role) if role else opened[-1]

    yield open_window
    for one in opened:
        one.leave()
    assert [said for one in opened for said in one.complaints] == []


@pytest.fixture
def viewer(someone: People) -> Person:
    return someone(Role.VIEWER)


@pytest.fixture
def operator(someone: People) -> Person:
    return someone(Role.OPERATOR)
