"""Whatever comes to the door: what the store signed is kept once with its end, all else is refused without a trace.

The real door before a real database; only the workers are told nothing, so that every row is the door's own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text

from tests.rig import NAME, Rig
from tests.strange import BODIES, TEXTS, changed, drawn, places, values
from webhooks.app import create_app
from webhooks.bigcommerce import LARGEST_BODY
from webhooks.door import Entrance
from webhooks.house_door import HouseDoor

BODY = {
    "scope": "store/order/created",
    "store_id": "1025646",
    "data": {"type": "order", "id": 1042, "refund": {"refund_id": 12}, "inventory": {"product_id": 184}},
    "hash": "dd70c0976e06b67aaf671e73f49dcb79230ebf9d",
    "created_at": 1772574011,
    "producer": "stores/abcde12345",
}
SCOPES = [
    "store/order/updated",
    "store/order/refund/created",
    "store/order/transaction/created",
    "store/shipment/created",
    "store/product/inventory/updated",
    "store/sku/updated",
    "store/channel/1/inventory/product/stock_changed",
    "store/hook/deliveryException",
    "store/nobody/knows",
]
PLACES = sorted(places(BODY), key=str)
ROWS = text(
    "SELECT (SELECT count(*) FROM deliveries), (SELECT count(*) FROM orders), (SELECT count(*) FROM articles),"
    " (SELECT count(*) FROM audit), (SELECT sum(wanted) FROM orders)"
)
LAST = text("SELECT state, reason, body, delivery_key FROM deliveries ORDER BY id DESC LIMIT 1")


class QuietDoor(HouseDoor):
    """The door of the house, in a house without workers."""

    def ring(self) -> None:
        """Tell nobody."""

    def ensure_hooks(self, connection: str) -> None:
        """Tell nobody."""


@dataclass
class Doorstep:
    """Somebody who sends webhooks, with or without the store's secret."""

    rig: Rig
    client: FlaskClient
    sent: itertools.count[int]

    def signed(self, body: bytes, *, delivery_id: str = "", secret: str = "") -> dict[str, str]:
        """Sign as the store does."""
        delivery_id = delivery_id or f"msg_{next(self.sent)}"
        stamp = str(int(self.rig.house.now().timestamp()))
        key = (secret or self.rig.sandbox.store.client_secret).encode()
        signed = hmac.new(key, f"{delivery_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
        return {
            "webhook-id": delivery_id,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        }

    def status(self, body: bytes, headers: dict[str, str], name: str = NAME) -> int:
        """Send it."""
        with self.client.post(f"/webhooks/bigcommerce/{name}", data=body, headers=headers) as answer:
            assert answer.data == b""
            return answer.status_code

    def rows(self) -> tuple[object, ...]:
        """Count what is kept."""
        with self.rig.house.database.begin() as tx:
            return tuple(tx.execute(ROWS).one())

    def forget(self) -> None:
        """Let every id be a new one."""
        with self.rig.house.database.begin() as tx:
            tx.execute(text("DELETE FROM deliveries"))

    def last(self) -> tuple[str, str, bytes, str]:
        """Read the newest delivery."""
        with self.rig.house.database.begin() as tx:
            state, reason, body, key = tx.execute(LAST).one()
        return state, reason, bytes(body), key


@pytest.fixture(scope="module")
def doorstep(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doorstep]:
    with Rig(tmp_path_factory.mktemp("door")) as rig:
        app = create_app(Entrance(QuietDoor(rig.house), rig.house.clock, rig.settings))
        yield Doorstep(rig, app.test_client(), itertools.count())


@st.composite
def authentic_bodies(draw: st.DrawFn) -> bytes:
    """A body in which one thing is odd, or that is none at all."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(BODIES) | st.binary(max_size=200))
    told = {**BODY, "scope": draw(st.sampled_from([BODY["scope"], *SCOPES]))}
    return json.dumps(changed(told, draw(st.sampled_from(PLACES)), draw(values))).encode()


@drawn()
@given(body=authentic_bodies())
def test_what_the_store_signed_is_kept_once_and_has_its_end(doorstep: Doorstep, body: bytes) -> None:
    before, headers = doorstep.rows(), doorstep.signed(body)
    if len(body) > LARGEST_BODY:
        assert doorstep.status(body, headers) == 413
        assert doorstep.rows() == before
        return
    assert [doorstep.status(body, headers) for _ in range(2)] == [200, 200]
    assert doorstep.rows()[0] == before[0] + 1  # type: ignore[operator]
    state, reason, kept, key = doorstep.last()
    assert (kept, key) == (body, headers["webhook-id"])
    assert state == "taken" or reason
    if state in ("dead", "ignored"):
        assert doorstep.rows()[1:] == before[1:]


latin = st.text(st.characters(codec="latin-1", exclude_characters="\r\n"))
odd_headers = st.sampled_from([text[:20_000] for text in TEXTS]) | latin


@drawn()
@given(
    name=st.sampled_from(
        ["webhook-id", "webhook-timestamp", "webhook-signature", "X-BC-Signature", "body", "secret"]
    ),
    odd=odd_headers,
    both=st.booleans(),
)
@example(name="webhook-timestamp", odd="9" * 5000, both=False)
def test_whatever_is_not_authentic_is_401_and_leaves_nothing(
    doorstep: Doorstep, name: str, odd: str, *, both: bool
) -> None:
    body = json.dumps(BODY).encode()
    headers = doorstep.signed(body, secret="guessed" if name == "secret" else "")
    if name == "body":
        body += odd.encode(errors="replace") or b" "
    elif name != "secret":
        headers["webhook-id" if name == "X-BC-Signature" else name] = _sendable(odd)
    if both or name == "X-BC-Signature":
        headers["X-BC-Signature"] = _sendable(odd)
    before = doorstep.rows()
    assert doorstep.status(body, headers) == 401
    assert doorstep.rows() == before


def _sendable(odd: str) -> str:
    """What a server lets through to us: latin-1, without line breaks."""
    return odd.encode("latin-1", "replace").decode("latin-1").replace("\n", " ").replace("\r", " ")


@drawn()
@given(delivery_id=st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), min_size=1, max_size=200))
@example(delivery_id="msg\x00")
@example(delivery_id="m" * 160)
@example(delivery_id=" ")
@example(delivery_id="msg ")
def test_a_signed_id_is_kept_as_it_is_or_refused(doorstep: Doorstep, delivery_id: str) -> None:
    doorstep.forget()
    body = json.dumps({**BODY, "hash": f"{next(doorstep.sent):040x}"}).encode()
    before, headers = doorstep.rows(), doorstep.signed(body, delivery_id=delivery_id)
    if doorstep.status(body, headers) == 200:
        assert doorstep.last()[2:] == (body, delivery_id)
    else:
        assert doorstep.status(body, headers) == 401
        assert doorstep.rows() == before


@pytest.mark.parametrize("name", ["nobody", "ACME", "a" * 5000, "%00", "%ff", "\U0001f455", "acme%0a", ".."])
def test_a_connection_that_nobody_has_is_404_and_leaves_nothing(doorstep: Doorstep, name: str) -> None:
    before, body = doorstep.rows(), json.dumps(BODY).encode()
    assert doorstep.status(body, doorstep.signed(body), name) == 404
    assert doorstep.rows() == before
