"""``make screenshots``: pictures of the console's main pages, over orders of the sandbox."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from connector.domain.user import Role
from tests.browser.person import CHROMIUM, Person, chromium
from tests.rig import NAME, Rig

FOLDER = Path(__file__).parents[2] / "docs/screenshots"
LARGEST = 150_000
SCREEN = {"width": 1100, "height": 680}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "is_mobile": True, "has_touch": True}
GAPS = (('clearing: {default: "1090", ', "clearing: {"),)

PAGES = {
    "overview": "",
    "orders": "c/acme/orders",
    "order": "c/acme/orders/{posted}",
    "preview": "c/acme/orders/{posted}/preview",
    "held": "c/acme/held",
    "desk": "c/acme/desk",
    "start": "c/acme/start",
    "mapping": "c/acme/mapping",
}


def main() -> None:
    """Let shoppers buy, some of it unmapped, and take the pictures."""
    if CHROMIUM is None:
        raise SystemExit("no chromium here: `apt-get install chromium` brings one")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder, Rig(Path(folder)) as rig, chromium() as browser:
        posted = _sell(rig.start())
        _take(rig, browser, {"viewport": SCREEN}, {name: path.format(posted=posted) for name, path in PAGES.items()})
        _take(rig, browser, {"viewport": SCREEN, "color_scheme": "dark"}, {"glance-dark": f"c/{NAME}/"})
        _take(rig, browser, PHONE, {"order-phone": f"c/{NAME}/orders/{posted}"})


def _sell(rig: Rig) -> int:
    for old, new in GAPS:
        rig.map(rig.profile().replace(old, new))
    store = rig.sandbox.store
    numbers = store.place_orders(24, seed=5, announce=True)
    numbers += store.place_orders(5, seed=6, announce=True, pay=[{"gateway": "newpay"}])
    numbers += store.place_orders(2, seed=7, announce=True, pay=[{"gateway": "paylater"}])
    rig.wait_settled(numbers)
    return numbers[3]


def _take(rig: Rig, browser: Browser, window: dict[str, Any], pages: dict[str, str]) -> None:
    person = Person(rig, browser, **window).log_in(Role.OPERATOR)
    for name, path in pages.items():
        picture = person.go(path).page.screenshot(path=FOLDER / f"{name}.png")
        assert len(picture) < LARGEST, f"{name}: {len(picture)} bytes"
    person.leave()


if __name__ == "__main__":
    main()
