"""What the store does to hooks that fail or sleep, and whom it tells."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from test_store_webhooks import Door

from connector.sandbox.store.app import StoreSandbox
from connector.sandbox.store.complaints import GAVE_UP, WILL_RETRY, Complaints
from connector.sandbox.store.hooks import Hook

SCOPE, NOBODY = "store/hook/deliveryException", "http://127.0.0.1:9/nobody"


@pytest.fixture
def store() -> Iterator[StoreSandbox]:
    store = StoreSandbox(settle_delay=0, retry_scale=0.000001)
    yield store
    store.close()


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()
    yield door
    door.stop()


def _codes(door: Door) -> list[tuple[str, int, int]]:
    told = [json.loads(body) for _, body in door.seen]
    return [(one["scope"], one["data"]["id"], one["data"]["error_code"]) for one in told]


def _failing(store: StoreSandbox) -> Hook:
    return store.hooks.create({"scope": "store/order/created", "destination": NOBODY})


def test_the_first_failure_and_the_last_are_told(store, door):
    store.hooks.create({"scope": SCOPE, "destination": door.url})
    hook = _failing(store)
    store.place_order(status=0, pay=[])
    assert store.webhooks.settle()
    assert sorted(_codes(door)) == [(SCOPE, hook.id, 90001), (SCOPE, hook.id, 90002)]
    assert hook.status == "deactivated"
    assert json.loads(door.seen[0][1])["data"]["type"] == "webhook"


def test_a_destination_is_complained_of_again_after_ten_minutes(store):
    moment = [1_000_000.0]
    complaints = Complaints(store.hooks, now=lambda: moment[0])
    hook = _failing(store)
    told = []
    for seconds in (0, 599, 1, 1):
        moment[0] += seconds
        told.append(complaints.due(hook, WILL_RETRY, scale=1))
    assert told == [True, False, True, False]
    assert complaints.due(hook, GAVE_UP, scale=1)


def test_a_hook_that_shares_its_destination_hears_of_no_exception(store, door):
    store.hooks.create({"scope": SCOPE, "destination": door.url})
    store.hooks.create({"scope": "store/product/*", "destination": door.url})
    _failing(store)
    store.place_order(status=0, pay=[])
    assert store.webhooks.settle()
    assert door.seen == []


def test_there_is_one_hook_for_exceptions(store, door):
    store.hooks.create({"scope": SCOPE, "destination": door.url})
    assert store.hooks.all()[0].scope == SCOPE
    with pytest.raises(Exception, match="one webhook for delivery exceptions"):
        store.hooks.create({"scope": SCOPE, "destination": f"{door.url}/other"})
    assert len(store.hooks.all()) == 1


def test_switching_a_hook_off_by_hand_is_told_like_the_shop_does_it(store, door):
    store.hooks.create({"scope": SCOPE, "destination": door.url})
    hook = _failing(store)
    store.control["switch_off_hook"]({"id": hook.id})
    assert store.webhooks.settle()
    assert _codes(door) == [(SCOPE, hook.id, 90002)]
    assert hook.status == "deactivated"


def test_a_hook_idle_for_ninety_days_is_deactivated(store):
    hook = _failing(store)
    created = hook.created_at
    store.control["age_hook"]({"id": hook.id, "days": 89})
    assert (hook.status, hook.created_at) == ("active", created - 89 * 86_400)
    store.control["age_hook"]({"id": hook.id, "days": 1})
    assert hook.status == "deactivated"
    assert store.hooks.listening("store/order/created") == []
    assert store.hooks.update(hook.id, {"is_active": True}).status == "active"


def test_a_hook_can_vanish_behind_its_owners_back(store):
    hook = _failing(store)
    assert store.control["delete_hook"]({"id": hook.id})["id"] == hook.id
    assert store.hooks.all() == []
