"""The store's webhooks die in every way it knows: they come back within one beat, and what they missed is posted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from connector.flows import backfill
from connector.flows.hook_scopes import EXCEPTIONS, ORDER_SCOPES, SCOPES
from connector.flows.house import known
from connector.records import deliveries, watermarks
from connector.records.listing import Newest
from connector.sandbox.store.hooks import Hook
from tests.journeys.books import Books
from tests.rig import NAME, Rig, until

ELSEWHERE = "https://other.example/hook"


class PublicRig(Rig):
    """A system that the store reaches by the hooks it registers, and whose own poll is not due for half a day."""

    def _settings(self) -> Any:
        self._extra |= {"PUBLIC_URL": f"http://127.0.0.1:{self.port}", "HOOK_INTERVAL": "1"}
        return super()._settings()

    def with_beat(self) -> None:
        """Let beat run from here on."""
        if not any("beat" in names for names, _ in self._groups):
            self.start("beat")

    def put_off_the_poll(self) -> None:
        owner = known(self.house, NAME)
        with self.house.database.begin() as tx:
            watermarks.claim(tx, owner.id, backfill.ORDERS, now=datetime.now(UTC), every=timedelta(hours=12))

    def hooks(self) -> dict[str, Hook]:
        """Our hooks by scope."""
        found = [
            hook for hook in self.sandbox.store.hooks.all() if f"/webhooks/bigcommerce/{NAME}" in hook.destination
        ]
        told = {hook.scope: hook for hook in found}
        assert len(told) == len(found)
        return told

    def all_active(self) -> bool:
        told = self.hooks()
        return set(told) == set(SCOPES) and all(hook.is_active for hook in told.values())

    def made_up(self) -> list[dict[str, str]]:
        """The windows of orders that were read."""
        query = text("SELECT detail FROM audit WHERE action = 'hooks_made_up' AND subject = 'orders' ORDER BY id")
        with self.house.database.begin() as tx:
            return list(tx.execute(query).scalars())

    def look_again(self) -> None:
        """Let two more beats look at the hooks."""
        self.sandbox.dial.forget_calls()
        until(lambda: self.sandbox.dial.counts()["store GET /v3/hooks"] >= 2)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublicRig]:
    with PublicRig(tmp_path_factory.mktemp("rig")) as made:
        made.put_off_the_poll()
        made.sandbox.store.hooks.create({"scope": "store/order/message/created", "destination": ELSEWHERE})
        made.start("web", "worker")
        made.sandbox.store.webhooks.direct.clear()
        assert made.cli("webhooks", "ensure", NAME).count("made: it sends to") == len(SCOPES)
        yield made


def placed_in_the_dark(rig: PublicRig, count: int) -> list[int]:
    return rig.sandbox.store.place_orders(count, customer=0, announce=False)


def foreign(rig: PublicRig) -> list[Hook]:
    return [hook for hook in rig.sandbox.store.hooks.all() if hook.destination == ELSEWHERE]


def test_an_order_arrives_by_the_hooks_that_were_registered(rig: PublicRig) -> None:
    assert rig.all_active()
    [number] = rig.sandbox.store.place_orders(1, customer=0, announce=True)
    rig.wait_settled([number])
    Books(rig).assert_booked_once(number)
    assert rig.made_up() == []


def test_a_report_of_failing_deliveries_is_heeded_without_waiting_for_beat(rig: PublicRig) -> None:
    rig.sandbox.store.hooks.switch_off(rig.hooks()["store/order/archived"].id)
    what = {"type": "webhook", "id": 1, "error_code": 90002, "message": "disabled"}
    rig.sandbox.store.webhooks.announce(EXCEPTIONS, what)
    until(rig.all_active)
    [sent] = [one for one in rig.sandbox.store.webhooks.deliveries if one.scope == EXCEPTIONS]
    assert (sent.destination, sent.answers) == (f"{rig.door()}/exceptions", [200])
    with rig.house.database.begin() as tx:
        kept = deliveries.listed(tx, known(rig.house, NAME).id, Newest(1, "ignored"))
    assert [one.reason for one in kept] == ["the hooks are looked after: 90002: disabled"]


def test_hooks_that_the_store_switched_off_come_back_and_the_dark_window_is_posted(rig: PublicRig) -> None:
    rig.with_beat()
    dark = {hook.id for hook in rig.hooks().values() if hook.scope in ORDER_SCOPES}
    for hook in dark:
        rig.sandbox.store.hooks.switch_off(hook)
    numbers = placed_in_the_dark(rig, 3)
    until(rig.all_active, within=10)
    assert {rig.hooks()[scope].id for scope in ORDER_SCOPES} == dark
    rig.wait_settled(numbers)
    books = Books(rig)
    for number in numbers:
        books.assert_booked_once(number)


def test_a_deleted_hook_is_made_anew_and_what_it_missed_is_posted(rig: PublicRig) -> None:
    rig.with_beat()
    gone = rig.hooks()["store/order/created"].id
    rig.sandbox.store.hooks.delete(gone)
    [number] = placed_in_the_dark(rig, 1)
    until(rig.all_active, within=10)
    assert rig.hooks()["store/order/created"].id != gone
    rig.wait_settled([number])
    Books(rig).assert_booked_once(number)


def test_further_beats_change_nothing_and_leave_the_hooks_of_others_alone(rig: PublicRig) -> None:
    rig.with_beat()
    ours, others = rig.hooks(), foreign(rig)
    rig.look_again()
    counts = rig.sandbox.dial.counts()
    assert {name for name in counts if "/v3/hooks" in name} == {"store GET /v3/hooks"}
    assert (rig.hooks(), foreign(rig)) == (ours, others)
    assert len(others) == 1


def test_the_figures_tell_how_many_orders_no_webhook_told_of(rig: PublicRig) -> None:
    store = rig.sandbox.store
    [number] = store.place_orders(1, customer=0, announce=True)
    rig.wait_settled([number])
    shown = json.loads(rig.cli("webhooks", "list", NAME, "--json"))
    told = sum(one.arrived for one in store.webhooks.deliveries if one.scope == "store/order/created")
    assert [one for one in shown["figures"] if one["scope"] == "store/order/created"] == [
        {
            "scope": "store/order/created",
            "deliveries": told,
            "expected": len(store.orders),
            "received": told,
            "missing": len(store.orders) - told,
        }
    ]
    assert {hook["scope"]: hook["status"] for hook in shown["hooks"]} == {
        **dict.fromkeys(SCOPES, "active"),
        "store/order/message/created": "active, not ours",
    }


def test_a_removed_connection_leaves_no_hook_that_calls_a_closed_door(rig: PublicRig) -> None:
    rig.with_beat()
    others = foreign(rig)
    said = rig.cli("connection", "remove", NAME, "--yes")
    assert said.count("led to a removed connection: deleted") == len(SCOPES)
    assert rig.hooks() == {}
    assert foreign(rig) == others
