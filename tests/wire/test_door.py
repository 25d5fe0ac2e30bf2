"""The door takes in what the store signed, once and durably, and answers everything else with a bare status."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from structlog.testing import capture_logs
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from connector.domain.faults import Unavailable
from connector.domain.gauge import Gauge
from connector.ports import Clock
from connector.telemetry import metrics
from webhooks.app import create_app
from webhooks.bigcommerce import LARGEST_BODY
from webhooks.door import Entrance, Receipt

VECTORS = json.loads((Path(__file__).parent / "signed_deliveries.json").read_text())
SECRET: str = VECTORS["secret"]
NOW = datetime.fromtimestamp(1772574012, UTC)
PATH = "/webhooks/bigcommerce/acme"


@dataclass
class InMemoryDoor:
    """The port's fake: keeps deliveries in a list, knows a repeat by its id, else by its body."""

    known: dict[str, tuple[str, ...]]
    received: list[dict[str, Any]] = field(default_factory=list)
    rung: int = 0
    hooks_rung: list[str] = field(default_factory=list)
    database_down: bool = False
    broker_down: bool = False
    workers_told: threading.Event = field(default_factory=threading.Event)

    def secrets(self, connection: str) -> tuple[str, ...] | None:
        return self.known.get(connection)

    def receive(self, *, connection: str, delivery_id: str, body: bytes, scheme: str) -> Receipt:
        if self.database_down:
            raise Unavailable("the database does not answer")
        one = {"connection": connection, "delivery_id": delivery_id, "body": body, "scheme": scheme}
        key = delivery_id or body
        if any((kept["delivery_id"] or kept["body"]) == key for kept in self.received):
            return Receipt(is_new=False, rings=False)
        self.received.append(one)
        return Receipt(is_new=True, rings=True)

    def ring(self) -> None:
        if self.broker_down:
            raise ConnectionError("broker at redis://:hunter2@cache does not answer")
        self.rung += 1
        self.workers_told.set()

    def ensure_hooks(self, connection: str) -> None:
        if self.broker_down:
            raise ConnectionError("broker at redis://:hunter2@cache does not answer")
        self.hooks_rung.append(connection)

    def gauges(self) -> list[Gauge]:
        if self.database_down:
            raise Unavailable("the database does not answer")
        return [Gauge("ml_connector_orders", ("acme", "held"), 3)]

    def ready(self) -> list[str]:
        return ["the database does not answer"] if self.database_down else []


@dataclass(frozen=True)
class FixedClock:
    def now(self) -> datetime:
        return NOW


@dataclass(frozen=True)
class Settings:
    webhook_tolerance: float = 300
    metrics_token: SecretStr | None = None


def entrance(door: InMemoryDoor, clock: Clock | None = None, settings: Settings | None = None) -> Entrance:
    return Entrance(door, clock or FixedClock(), settings or Settings())


@pytest.fixture
def door() -> InMemoryDoor:
    return InMemoryDoor({"acme": (SECRET,)})


@pytest.fixture
def client(door: InMemoryDoor) -> FlaskClient:
    return create_app(entrance(door)).test_client()


@pytest.fixture
def address(door: InMemoryDoor) -> Iterator[tuple[str, int]]:
    """The same app behind a real server, for what only sockets can say."""
    server = make_server("127.0.0.1", 0, create_app(entrance(door)), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield ("127.0.0.1", server.port)
    server.shutdown()
    thread.join()
    server.server_close()


def signed(body: bytes, *, secret: str = SECRET, at: datetime = NOW, delivery_id: str = "msg_1") -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"{delivery_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def deliver(client: FlaskClient, body: bytes, headers: dict[str, str], path: str = PATH) -> Response:
    with client.post(path, data=body, headers=headers) as answer:
        return answer


def nothing_happened(door: InMemoryDoor) -> bool:
    return door.received == [] and door.rung == 0 and door.hooks_rung == []


def counted(outcome: str) -> float:
    return metrics.REGISTRY.get_sample_value("ml_connector_deliveries_total", {"outcome": outcome}) or 0


# What is taken in


@pytest.mark.parametrize("vector", VECTORS["deliveries"], ids=lambda vector: vector["headers"]["webhook-id"])
def test_the_known_vectors_are_stored_and_rung_for(vector: dict[str, Any]) -> None:
    door = InMemoryDoor({"acme": (SECRET,)})
    moment = datetime.fromtimestamp(int(vector["headers"]["webhook-timestamp"]), UTC)

    @dataclass(frozen=True)
    class ThatMoment(FixedClock):
        def now(self) -> datetime:
            return moment

    answer = deliver(
        create_app(entrance(door, ThatMoment())).test_client(), vector["body"].encode(), vector["headers"]
    )
    assert (answer.status_code, answer.data) == (200, b"")
    assert door.received == [
        {
            "connection": "acme",
            "delivery_id": vector["headers"]["webhook-id"],
            "body": vector["body"].encode(),
            "scheme": "standard-webhooks",
        }
    ]
    assert door.rung == 1


@pytest.mark.parametrize("form", ["hex", "base64"])
def test_the_reported_scheme_is_taken_too_without_an_id(client: FlaskClient, door: InMemoryDoor, form: str) -> None:
    vector = VECTORS["deliveries"][0]
    body = vector["body"].encode()
    answer = deliver(client, body, {"X-BC-Signature": vector[form], "webhook-id": "not signed"})
    assert answer.status_code == 200
    assert door.received == [{"connection": "acme", "delivery_id": "", "body": body, "scheme": "x-bc-signature"}]


def test_a_repeat_is_answered_alike_and_rings_for_nothing(client: FlaskClient, door: InMemoryDoor) -> None:
    body = b'{"scope":"store/order/created"}'
    assert [deliver(client, body, signed(body)).status_code for _ in range(3)] == [200, 200, 200]
    assert len(door.received) == 1
    assert door.rung == 1


@pytest.mark.parametrize("code", [90001, 90002, 90003])
def test_what_the_store_says_of_its_own_deliveries_rings_for_the_hooks(
    client: FlaskClient, door: InMemoryDoor, code: int
) -> None:
    body = json.dumps({"scope": "store/hook/deliveryException", "data": {"error_code": code}}).encode()
    answer = deliver(client, body, signed(body), f"{PATH}/exceptions")
    assert (answer.status_code, answer.data) == (200, b"")
    assert [kept["body"] for kept in door.received] == [body]
    assert door.hooks_rung == ["acme"]


def test_a_replayed_complaint_rings_for_the_hooks_no_more(client: FlaskClient, door: InMemoryDoor) -> None:
    vector = VECTORS["deliveries"][0]
    for _ in range(3):
        told = deliver(client, vector["body"].encode(), {"X-BC-Signature": vector["hex"]}, f"{PATH}/exceptions")
        assert told.status_code == 200
    assert (len(door.received), door.hooks_rung) == (1, ["acme"])


def test_an_order_at_the_exceptions_address_is_not_lost(client: FlaskClient, door: InMemoryDoor) -> None:
    assert deliver(client, b"{}", signed(b"{}"), f"{PATH}/exceptions").status_code == 200
    assert (door.rung, door.hooks_rung) == (1, ["acme"])


def test_nobody_unsigned_rings_for_the_hooks(client: FlaskClient, door: InMemoryDoor) -> None:
    assert deliver(client, b"{}", signed(b"{}", secret="guessed"), f"{PATH}/exceptions").status_code == 401
    assert deliver(client, b"{}", signed(b"{}"), "/webhooks/bigcommerce/nobody/exceptions").status_code == 404
    assert nothing_happened(door)


def test_while_secrets_change_both_are_taken(client: FlaskClient, door: InMemoryDoor) -> None:
    door.known["acme"] = ("new secret", SECRET)
    for number, secret in enumerate(door.known["acme"]):
        assert deliver(client, b"{}", signed(b"{}", secret=secret, delivery_id=f"msg_{number}")).status_code == 200
    assert len(door.received) == 2


@pytest.mark.parametrize("body", [b"", b"garbage", b"\xff\x00\xfe", b"[" * 5000, b'{"scope":1}'])
def test_an_authentic_body_that_makes_no_sense_is_kept(client: FlaskClient, door: InMemoryDoor, body: bytes) -> None:
    assert deliver(client, body, signed(body)).status_code == 200
    assert [one["body"] for one in door.received] == [body]


def test_a_form_is_raw_bytes_like_any_body(client: FlaskClient, door: InMemoryDoor) -> None:
    body = b"a=1&b=2"
    headers = {**signed(body), "content-type": "application/x-www-form-urlencoded"}
    assert deliver(client, body, headers).status_code == 200
    assert door.received[0]["body"] == body


# What is refused


def test_nothing_signed_is_401_and_stores_nothing(client: FlaskClient, door: InMemoryDoor) -> None:
    with capture_logs() as lines:
        answer = deliver(client, b"{}", {})
    assert (answer.status_code, answer.data) == (401, b"")
    assert nothing_happened(door)
    assert [(line["event"], line["reason"], line["connection"]) for line in lines] == [
        ("delivery.refused", "missing", "acme")
    ]


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_401_and_stores_nothing(client: FlaskClient, door: InMemoryDoor, missing: str) -> None:
    headers = signed(b"{}")
    del headers[missing]
    assert deliver(client, b"{}", headers).status_code == 401
    assert nothing_happened(door)


def test_a_wrong_signature_is_401_and_stores_nothing(client: FlaskClient, door: InMemoryDoor) -> None:
    assert deliver(client, b"{}", signed(b"{}", secret="other")).status_code == 401
    assert deliver(client, b"{ }", signed(b"{}")).status_code == 401
    assert deliver(client, b"{}", {"X-BC-Signature": "0" * 64}).status_code == 401
    assert nothing_happened(door)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_stale_delivery_is_401_and_stores_nothing(client: FlaskClient, door: InMemoryDoor, minutes: int) -> None:
    headers = signed(b"{}", at=NOW + timedelta(minutes=minutes))
    assert deliver(client, b"{}", headers).status_code == 401
    assert nothing_happened(door)


@pytest.mark.parametrize("name", ["other", "ACME", "a%00b", "%FF", "a" * 300, "..", "%2e%2e%2facme", "' or 1=1"])
def test_an_unknown_connection_is_404_whatever_its_name(client: FlaskClient, door: InMemoryDoor, name: str) -> None:
    answer = deliver(client, b"{}", signed(b"{}"), f"/webhooks/bigcommerce/{name}")
    assert (answer.status_code, answer.data) == (404, b"")
    assert nothing_happened(door)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_only_post_is_taken(client: FlaskClient, door: InMemoryDoor, method: str) -> None:
    answer = client.open(PATH, method=method, headers=signed(b""))
    assert (answer.status_code, answer.data) == (405, b"")
    assert "POST" in answer.headers["Allow"]
    assert nothing_happened(door)


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-id": "m" * 30_000},
        {"webhook-timestamp": "9" * 30_000},
        {"webhook-signature": "v1,= " * 5_000},
        {"webhook-signature": "v1,ÿþ£", "webhook-id": "é"},
        {"webhook-id": "", "X-BC-Signature": "ÿ" * 30_000},
    ],
)
def test_headers_of_any_size_and_alphabet_are_401(
    client: FlaskClient, door: InMemoryDoor, headers: dict[str, str]
) -> None:
    assert deliver(client, b"{}", {**signed(b"{}"), **headers}).status_code == 401
    assert nothing_happened(door)


# Sizes


def test_a_body_of_64_kib_is_taken_and_one_byte_more_is_413(client: FlaskClient, door: InMemoryDoor) -> None:
    largest, larger = b"x" * LARGEST_BODY, b"x" * (LARGEST_BODY + 1)
    answer = deliver(client, larger, signed(larger))
    assert (answer.status_code, answer.data) == (413, b"")
    assert nothing_happened(door)
    assert deliver(client, largest, signed(largest)).status_code == 200
    assert len(door.received[0]["body"]) == 65_536


def test_a_large_body_is_refused_before_its_signature_is_looked_at(client: FlaskClient) -> None:
    assert deliver(client, b"x" * (LARGEST_BODY + 1), {}).status_code == 413


def test_a_body_that_only_claims_to_be_large_is_not_waited_for(client: FlaskClient, door: InMemoryDoor) -> None:
    claim = {"CONTENT_LENGTH": "9" * 15}
    with client.post(PATH, input_stream=io.BytesIO(), environ_overrides=claim) as answer:
        assert answer.status_code == 413
    assert nothing_happened(door)


def chunked(address: tuple[str, int], body: bytes, headers: dict[str, str]) -> int:
    """Send a body in chunks, without telling its length; return the status."""
    lines = [f"POST {PATH} HTTP/1.1", "Host: x", "Transfer-Encoding: chunked"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection(address, timeout=10) as wire:
        wire.sendall("\r\n".join([*lines, "", ""]).encode())
        for at in range(0, len(body), 8192):
            piece = body[at : at + 8192]
            wire.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        wire.sendall(b"0\r\n\r\n")
        return int(wire.makefile("rb").readline().split()[1])


def test_a_chunked_body_is_taken_up_to_the_same_size(address: tuple[str, int], door: InMemoryDoor) -> None:
    larger = b"x" * (LARGEST_BODY + 1)
    assert chunked(address, larger, signed(larger)) == 413
    assert nothing_happened(door)
    largest = b"x" * LARGEST_BODY
    assert chunked(address, largest, signed(largest)) == 200
    assert door.received[0]["body"] == largest


# When the house is not well


def test_what_could_not_be_made_durable_is_503(client: FlaskClient, door: InMemoryDoor) -> None:
    door.database_down = True
    answer = deliver(client, b"{}", signed(b"{}"))
    assert (answer.status_code, answer.data) == (503, b"")
    assert nothing_happened(door)
    door.database_down = False
    assert deliver(client, b"{}", signed(b"{}")).status_code == 200
    assert door.rung == 1


def test_a_mistake_of_our_own_is_503_without_a_traceback() -> None:
    class Broken(InMemoryDoor):
        def secrets(self, connection: str) -> tuple[str, ...] | None:
            raise KeyError("a bug")

    with capture_logs() as lines:
        answer = deliver(create_app(entrance(Broken({}))).test_client(), b"{}", signed(b"{}"))
    assert (answer.status_code, answer.data) == (503, b"")
    assert [(line["event"], line["log_level"]) for line in lines] == [("request.failed", "error")]


def test_a_broker_that_is_down_costs_no_delivery(client: FlaskClient, door: InMemoryDoor) -> None:
    door.broker_down = True
    before = metrics.REGISTRY.get_sample_value("ml_connector_dispatch_failures_total") or 0
    with capture_logs() as lines:
        assert deliver(client, b"{}", signed(b"{}")).status_code == 200
    assert len(door.received) == 1
    assert door.rung == 0
    assert metrics.REGISTRY.get_sample_value("ml_connector_dispatch_failures_total") == before + 1
    assert [line["event"] for line in lines] == ["delivery.not_dispatched"]


def test_a_broker_that_is_down_costs_no_exception_either(client: FlaskClient, door: InMemoryDoor) -> None:
    door.broker_down = True
    assert deliver(client, b"{}", signed(b"{}"), f"{PATH}/exceptions").status_code == 200
    assert len(door.received) == 1


def test_the_store_has_its_answer_before_the_workers_are_told(address: tuple[str, int], door: InMemoryDoor) -> None:
    answered = threading.Event()
    tell = door.ring

    def told_only_after_the_answer() -> None:
        assert answered.wait(10)
        tell()

    door.ring = told_only_after_the_answer  # type: ignore[method-assign]
    assert chunked(address, b"{}", signed(b"{}")) == 200
    assert door.rung == 0
    answered.set()
    assert door.workers_told.wait(10)
    assert door.rung == 1


# Health and figures


def test_live_depends_on_nothing(client: FlaskClient, door: InMemoryDoor) -> None:
    door.database_down = True
    answer = client.get("/live")
    assert (answer.status_code, answer.json) == (200, {"live": True})


def test_ready_tells_why_not(client: FlaskClient, door: InMemoryDoor) -> None:
    answer = client.get("/ready")
    assert (answer.status_code, answer.json) == (200, {"ready": True, "reasons": []})
    door.database_down = True
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json == {"ready": False, "reasons": ["the database does not answer"]}


@pytest.mark.parametrize(
    ("outcome", "path", "secret"),
    [
        ("received", PATH, SECRET),
        ("refused", PATH, "other"),
        ("unknown_connection", "/webhooks/bigcommerce/other", SECRET),
    ],
)
def test_every_delivery_is_counted_by_its_outcome(client: FlaskClient, outcome: str, path: str, secret: str) -> None:
    before = counted(outcome)
    deliver(client, b"{}", signed(b"{}", secret=secret), path)
    assert counted(outcome) == before + 1
    page = client.get("/metrics")
    assert page.content_type.startswith("text/plain; version=0.0.4")
    assert f'ml_connector_deliveries_total{{outcome="{outcome}"}}' in page.text


def test_a_monitor_reads_what_stands_in_the_database(client: FlaskClient) -> None:
    page = client.get("/metrics").text
    assert 'ml_connector_orders{connection="acme",state="held"} 3.0' in page
    assert "ml_connector_database_answers 1.0" in page


def test_a_monitor_is_answered_without_a_database(client: FlaskClient, door: InMemoryDoor) -> None:
    door.database_down = True
    page = client.get("/metrics")
    assert page.status_code == 200
    assert "ml_connector_database_answers 0.0" in page.text
    assert "ml_connector_orders{" not in page.text


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer ", "Bearer read", "Bearer read-mee", "Basic read-me", "read-me", "Bearer é"]
)
def test_who_brings_no_token_reads_no_figures(door: InMemoryDoor, given: str | None) -> None:
    client = create_app(entrance(door, settings=Settings(metrics_token=SecretStr("read-me")))).test_client()
    answer = client.get("/metrics", headers={"Authorization": given} if given is not None else {})
    assert (answer.status_code, answer.data) == (401, b"")
    assert client.get("/live").status_code == 200
    assert "ml_connector_orders{" in client.get("/metrics", headers={"Authorization": "Bearer read-me"}).text


@pytest.mark.parametrize(
    ("host", "address", "headers", "status"),
    [
        ("127.0.0.1:8000", "127.0.0.1", {}, 200),
        ("localhost:8000", "::1", {}, 200),
        ("[::1]:8000", "::1", {}, 200),
        ("connector.example", "203.0.113.5", {}, 403),
        ("127.0.0.1:8000", "203.0.113.5", {}, 403),
        ("127.0.0.1:8000", "", {}, 403),
        ("connector.example", "127.0.0.1", {}, 403),
        ("127.0.0.1:8000", "127.0.0.1", {"X-Forwarded-For": "203.0.113.5"}, 403),
        ("127.0.0.1:8000", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.1:8000", "127.0.0.1", {"Forwarded": "for=203.0.113.5"}, 403),
        ("127.0.0.1:8000", "127.0.0.1", {"Via": "1.1 Caddy"}, 403),
    ],
)
def test_without_a_token_only_this_machine_reads_figures(
    client: FlaskClient, host: str, address: str, headers: dict[str, str], status: int
) -> None:
    came = {"REMOTE_ADDR": address}
    answer = client.get("/metrics", base_url=f"http://{host}", headers=headers, environ_overrides=came)
    assert answer.status_code == status
    assert ("METRICS_TOKEN" in answer.text, "ml_connector_orders{" in answer.text) == (status == 403, status == 200)


def test_an_unknown_page_is_a_bare_404(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.data) == (404, b"")
