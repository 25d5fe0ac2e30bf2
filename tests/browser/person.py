"""Somebody at the console with a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from connector.domain.user import Role
from connector.flows import logins, users
from tests.rig import NAME, Rig

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",  # as root there is none to be had; the pages are our own
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
WINDOW = {"locale": "en-GB", "timezone_id": "Europe/Berlin", "reduced_motion": "reduce"}
PATIENCE = 20_000
"""Milliseconds within which a page must show what is waited for."""

SERIOUS = ("serious", "critical")
AXE = Path(__file__).parent / "axe/axe.min.js"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser with a new profile."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield started
        finally:
            started.close()


class Person:
    """A user of the console in a window of their own. Whatever the page logs as an error is kept."""

    def __init__(self, rig: Rig, browser: Browser, **window: Any) -> None:
        self.rig = rig
        self.home = f"http://127.0.0.1:{rig.port}/console/"
        self.at = f"c/{NAME}"
        self.complaints: list[str] = []
        context = browser.new_context(**{**WINDOW, **window})
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())

    def log_in(self, role: Role) -> Person:
        """Come in by a one-time link, as a user who is named like the role."""
        if role.value not in [row.user.name for row in users.every(self.rig.house)]:
            users.add(self.rig.house, role.value, role, None, by="test")
        self.page.goto(self.link(role.value))
        self.press("Log in")
        return self

    def link(self, name: str) -> str:
        """Make an address that lets a user in once."""
        return f"{self.home}enter/{logins.link(self.rig.house, name, by='test')}"

    def go(self, path: str = "", status: int = 200) -> Person:
        """Open a page of the console."""
        answer = self.page.goto(self.home + path)
        assert answer is not None
        assert answer.status == status, self.read()
        return self

    def press(self, name: str) -> Person:
        """Press the button of this name and wait for the page that it leads to."""
        self.page.get_by_role("button", name=name, exact=True).click()
        return self

    def read(self) -> str:
        """Give the page's text as it is shown."""
        return self.page.locator("body").inner_text()

    def sees(self, words: str) -> Person:
        """Wait until these words stand on the page."""
        self.page.get_by_text(words).first.wait_for()
        return self

    def awaits(self, path: str, words: str) -> Person:
        """Load a page again until these words stand on it."""
        self.go(path)
        for _ in range(PATIENCE // 250):
            if words in self.read():
                return self
            self.page.wait_for_timeout(250)
            self.page.reload()
        raise AssertionError(f"{path} does not show {words!r}: {self.read()}")

    def barriers(self, *rules: str) -> list[str]:
        """Ask axe what keeps people from using this page, by all rules or some; only what is serious or worse."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(_axe())
        asked = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
        found = self.page.evaluate("(asked) => axe.run(document, asked)", asked)
        return [
            f"{self.page.url}: {one['id']} ({one['impact']}): {node['html'][:200]} {node['failureSummary']}"
            for one in found["violations"]
            if one["impact"] in SERIOUS
            for node in one["nodes"][:3]
        ]

    def overflow(self) -> int:
        """Tell by how many pixels the page is wider than the window."""
        width = self.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert isinstance(width, int)
        return width

    def leave(self) -> None:
        """Close the window."""
        self.page.context.close()


People = Callable[..., Person]
"""Opens a window for somebody: for a stranger, or for a user with a role."""


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
