"""Webhooks: signed as documented, sent to whoever listens, tried again, and with the fate a test chose."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from connector.sandbox.listen import Listener
from connector.sandbox.store.app import StoreSandbox
from connector.sandbox.store.sender import SCHEDULE

FACTS_SECRET = "k3xq0examplebigcommerceclientsecret0000000000000000000000000000"
FACTS_BODY = (
    b'{"producer":"stores/abcde12345","hash":"dd70c0976e06b67aaf671e73f49dcb79230ebf9d","created_at":1561479335,'
    b'"store_id":"1025646","scope":"store/order/created","data":{"type":"order","id":250}}'
)


class Door:
    """Keeps what it is sent and answers as it was told."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self._lock = threading.Lock()
        self._listener = Listener(Request.application(self._answer))
        self._listener.start()
        self.url = f"{self._listener.url}/webhooks/bigcommerce/acme"

    def stop(self) -> None:
        self._listener.stop()

    def scopes(self) -> list[str]:
        return [json.loads(body)["scope"] for _, body in self.seen]

    def ids(self) -> list[str]:
        return [headers["Webhook-Id"] for headers, _ in self.seen]

    def _answer(self, request: Request) -> Response:
        with self._lock:
            self.seen.append((dict(request.headers), request.get_data()))
            return Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
def store() -> Iterator[StoreSandbox]:
    store = StoreSandbox(settle_delay=0, retry_scale=0.00001)
    yield store
    store.close()


@pytest.fixture
def door(store: StoreSandbox) -> Iterator[Door]:
    door = Door()
    store.webhooks.direct.append(door.url)
    yield door
    door.stop()


def test_the_signature_is_the_one_of_the_facts() -> None:
    store = StoreSandbox(client_secret=FACTS_SECRET, extra_signature="hex")
    headers = store.webhooks.sign("msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", 1700000000, FACTS_BODY)
    assert headers["webhook-signature"] == "v1,ccDrCrChGW/9jEaK3Vwc8j2rhLOaqUJCQSNCMvkobTY="
    assert headers["X-BC-Signature"] == "337293775cf7995df43a6acff7e619b43b9f9d9e816296e82e33de09f2a97fd0"
    store.close()


def test_a_delivery_verifies_over_its_raw_body(store: StoreSandbox, door: Door) -> None:
    store.webhooks.extra_signature = "base64"
    order = store.place_order(status=0, pay=[])
    assert store.webhooks.settle()
    ((headers, body),) = door.seen
    signed = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    expected = hmac.new(store.client_secret.encode(), signed, hashlib.sha256).digest()
    assert headers["Webhook-Signature"] == "v1," + base64.b64encode(expected).decode()
    plain = hmac.new(store.client_secret.encode(), body, hashlib.sha256).digest()
    assert headers["X-Bc-Signature"] == base64.b64encode(plain).decode()
    told = json.loads(body)
    assert list(told) == ["producer", "hash", "created_at", "store_id", "scope", "data"]
    assert (told["producer"], told["scope"]) == ("stores/abcde12345", "store/order/created")
    assert told["data"] == {"type": "order", "id": order}
    assert len(told["hash"]) == 40


def test_what_happens_to_an_order_is_told(store: StoreSandbox, door: Door) -> None:
    order = store.place_order()
    line = order * 1000 + 1
    store.set_status(order, 10)
    store.edit_order(order, discount="1.00")
    store.add_transaction(order, amount="1.00")
    store.refund(order, items=[{"item_type": "PRODUCT", "item_id": line, "quantity": 1}])
    store.archive(order)
    assert store.webhooks.settle()
    assert sorted(door.scopes()) == sorted(
        [
            "store/order/created",
            "store/order/statusUpdated",
            "store/order/transaction/created",
            "store/order/updated",
            "store/order/statusUpdated",
            "store/order/updated",
            "store/order/transaction/created",
            "store/order/refund/created",
            "store/order/statusUpdated",
            "store/order/transaction/created",
            "store/order/archived",
        ]
    )
    told = {json.loads(body)["scope"]: json.loads(body)["data"] for _, body in door.seen}
    assert told["store/order/refund/created"] == {"type": "order", "id": order, "refund": {"refund_id": 12}}
    assert told["store/order/transaction/created"]["order_id"] == str(order)


def test_a_silent_order_tells_nobody(store: StoreSandbox, door: Door) -> None:
    store.place_order(announce=False)
    store.place_orders(3)
    assert store.webhooks.settle()
    assert door.seen == []


def test_only_hooks_that_listen_hear_with_the_headers_they_asked_for(store: StoreSandbox) -> None:
    door = Door()
    wanted = {"scope": "store/order/statusUpdated", "destination": door.url, "headers": {"X-Shared": "s3cret"}}
    store.hooks.create(wanted)
    sleeping = store.hooks.create({"scope": "store/order/*", "destination": door.url, "is_active": False})
    store.place_order()
    assert store.webhooks.settle()
    assert door.scopes() == ["store/order/statusUpdated"]
    assert door.seen[0][0]["X-Shared"] == "s3cret"
    store.hooks.update(sleeping.id, {"is_active": True})
    store.place_order(status=0, pay=[])
    assert store.webhooks.settle()
    assert door.scopes()[1:] == ["store/order/created"]
    door.stop()


def test_a_failed_delivery_is_tried_again_under_the_same_id(store: StoreSandbox, door: Door) -> None:
    door.statuses = [503, 500]
    store.place_order(status=0, pay=[])
    assert store.webhooks.settle()
    assert len(door.seen) == 3
    assert len(set(door.ids())) == 1
    assert store.webhooks.deliveries[0].answers == [503, 500, 200]


def test_a_hook_that_never_answers_is_switched_off_after_the_last_try(store: StoreSandbox) -> None:
    hook = store.hooks.create({"scope": "store/order/created", "destination": "http://127.0.0.1:9/nobody"})
    store.place_order(status=0, pay=[])
    assert store.webhooks.settle()
    assert store.webhooks.deliveries[0].answers == [0] * (len(SCHEDULE) + 1)
    assert (hook.is_active, hook.status) == (False, "deactivated")
    assert store.hooks.update(hook.id, {"is_active": True}).status == "active"


@pytest.mark.parametrize(
    ("fate", "words", "arrivals"),
    [("lost", {}, 0), ("doubled", {}, 2), ("late", {"seconds": 0.1}, 1), ("copied", {"count": 100}, 100)],
)
def test_a_fate_befalls_as_many_deliveries_as_it_was_told(
    store: StoreSandbox, door: Door, fate: str, words: dict[str, Any], arrivals: int
) -> None:
    store.webhooks.fate("store/order/created", fate, times=1, **words)
    store.place_order(status=0, pay=[])
    assert store.webhooks.settle()
    assert len(door.seen) == arrivals
    assert len(set(door.ids())) == min(arrivals, 1)
    store.place_order(status=0, pay=[])
    assert store.webhooks.settle()
    assert len(door.seen) == arrivals + 1


def test_reordered_deliveries_arrive_after_what_came_later(store: StoreSandbox, door: Door) -> None:
    store.webhooks.fate("store/order/created", "reordered", times=2, seconds=5)
    orders = [store.place_order(status=0, pay=[]) for _ in range(3)]
    assert store.webhooks.settle()
    arrived = [json.loads(body)["data"]["id"] for _, body in door.seen]
    assert arrived[0] == orders[2]
    assert sorted(arrived) == orders


def test_an_unknown_fate_is_refused(store: StoreSandbox) -> None:
    with pytest.raises(ValueError, match="not a fate"):
        store.webhooks.fate("*", "eaten")


def test_put_over_the_api_is_an_update_that_echoes(store: StoreSandbox, door: Door) -> None:
    order = store.place_order(announce=False)
    store.write(order, {"external_order_id": "42"})
    store.write(order, {"status_id": 10})
    store.write(order, {"is_deleted": True})
    assert store.webhooks.settle()
    assert sorted(door.scopes()) == [
        "store/order/archived",
        "store/order/statusUpdated",
        "store/order/updated",
        "store/order/updated",
    ]
