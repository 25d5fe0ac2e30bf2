"""The wire under a server that misbehaves in every way a socket allows."""

import gzip
import json
import math
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from connector.domain.faults import ContractBroken, Effect, Fault, Misconfigured, OutcomeUnknown, Unavailable
from connector.http import transport
from connector.http.transport import Answer, Request, Transport
from connector.ports import Exchange

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-Request-Id: r-1\r\n\r\n{"a": 1.10}'


class Trail:
    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def record(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)


class StoppedClock:
    def now(self) -> datetime:
        return NOON


class RawServer:
    """Accepts connections and lets the test's script do whatever it likes with each."""

    def __init__(self, script: Callable[[socket.socket], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._script = script
        self.connections = 0
        self.received: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v2/orders"

    def _serve(self) -> None:
        while True:
            try:
                conn, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(conn,), daemon=True).start()

    def _talk(self, conn: socket.socket) -> None:
        try:
            with conn:
                self._script(conn)
        except OSError:
            pass

    def read(self, conn: socket.socket) -> bytes:
        """One whole request, head and body."""
        request = b""
        while b"\r\n\r\n" not in request:
            part = conn.recv(65536)
            if not part:
                raise OSError("the client left")
            request += part
        head, _, body = request.partition(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                while len(body) < int(line.split(b":")[1]):
                    body += conn.recv(65536)
        self.received.append(head + b"\r\n\r\n" + body)
        return head

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def trail() -> Trail:
    return Trail()


@pytest.fixture
def wire(trail: Trail) -> Transport:
    return a_transport(trail)


def a_transport(trail: Trail, *, allow_insecure: bool = True, read_timeout: float = 0.5) -> Transport:
    return Transport(
        system="store",
        recorder=trail,
        clock=StoppedClock(),
        connect_timeout=2,
        read_timeout=read_timeout,
        allow_insecure=allow_insecure,
    )


@pytest.fixture
def serve() -> Iterator[Callable[..., RawServer]]:
    servers: list[RawServer] = []

    def start(script: Callable[[RawServer, socket.socket], None]) -> RawServer:
        server = RawServer(lambda conn: script(servers[-1], conn))
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()


def answering(raw: bytes) -> Callable[[RawServer, socket.socket], None]:
    def script(server: RawServer, conn: socket.socket) -> None:
        while True:
            server.read(conn)
            conn.sendall(raw)

    return script


def reset(conn: socket.socket) -> None:
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


def read_of(url: str, **more: object) -> Request:
    return Request(Effect.READ, "GET", url, "GET /v2/orders", **more)  # type: ignore[arg-type]


def write_of(url: str, **more: object) -> Request:
    return Request(Effect.WRITE, "PUT", url, "PUT /v2/orders/{id}", json={"a": "b"}, **more)  # type: ignore[arg-type]


def outcome_of(wire: Transport, request: Request) -> Fault:
    with pytest.raises(Fault) as caught:
        wire.send(request)
    return caught.value


def test_an_answer_comes_back_with_exact_fractions(wire, trail, serve):
    server = serve(answering(OK))
    answer = wire.send(read_of(server.url, params={"limit": "250"}))
    assert (answer.status, answer.json()) == (200, {"a": Decimal("1.10")})
    assert answer.headers["content-LENGTH"] == "11"
    [exchange] = trail.exchanges
    assert (exchange.system, exchange.call, exchange.effect) == ("store", "GET /v2/orders", Effect.READ)
    assert (exchange.started_at, exchange.status, exchange.outcome) == (NOON, 200, "ok")
    assert (exchange.sent, exchange.answered) == (b"/v2/orders?limit=250", b'{"a": 1.10}')
    assert exchange.request_id == "r-1"
    assert 0 < exchange.seconds < 1


def test_a_write_sends_its_json_and_headers(wire, trail, serve):
    server = serve(answering(OK))
    wire.send(write_of(server.url, headers={"X-Auth-Token": "t0k3n"}))
    [request] = server.received
    assert request.startswith(b"PUT /v2/orders HTTP/1.1\r\n")
    assert b"\r\nX-Auth-Token: t0k3n\r\n" in request
    assert b"\r\nContent-Type: application/json\r\n" in request
    assert request.endswith(b'\r\n\r\n{"a":"b"}')
    assert trail.exchanges[0].sent == b'{"a":"b"}'
    assert "t0k3n" not in repr(trail.exchanges)


@pytest.mark.parametrize(
    ("told", "sent"),
    [
        ({"price": Decimal("19.90"), "weight": Decimal("0.1000")}, b'{"price":19.90,"weight":0.1000}'),
        ([Decimal("1E+3"), Decimal("1E-7"), Decimal("-2.50"), Decimal("9007199254740993.1")], None),
        ({"items": [{"id": 1, "on": True, "off": None, "name": 'a"\u00e9'}]}, None),
        ({"text": "1.10", "none": {}, "rows": []}, b'{"text":"1.10","none":{},"rows":[]}'),
        ((1, "x"), b'[1,"x"]'),
    ],
)
def test_json_is_sent_with_every_digit_of_a_decimal(wire, serve, told, sent):
    server = serve(answering(OK))
    wire.send(Request(Effect.WRITE, "PUT", server.url, "PUT /x", json=told))
    body = server.received[0].partition(b"\r\n\r\n")[2]
    assert body == (sent or body)
    read = json.loads(body, parse_float=Decimal)
    assert read == (list(told) if isinstance(told, tuple) else told)


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("Infinity"), math.nan])
def test_a_number_that_is_none_is_never_sent(wire, serve, number):
    server = serve(answering(OK))
    with pytest.raises(ValueError, match="JSON"):
        wire.send(Request(Effect.WRITE, "PUT", server.url, "PUT /x", json={"price": number}))
    assert server.received == []


def test_a_form_is_sent_as_one(wire, serve):
    server = serve(answering(OK))
    wire.send(Request(Effect.READ, "POST", server.url, "token", form={"grant_type": "password"}))
    assert b"\r\nContent-Type: application/x-www-form-urlencoded\r\n" in server.received[0]
    assert server.received[0].endswith(b"grant_type=password")


def test_a_private_call_leaves_no_bodies_in_the_trail(wire, trail, serve):
    server = serve(answering(OK))
    wire.send(Request(Effect.READ, "POST", server.url, "token", form={"password": "s3cret"}, private=True))
    assert (trail.exchanges[0].sent, trail.exchanges[0].answered) == (b"", b"")
    assert trail.exchanges[0].outcome == "ok"


def test_a_connection_is_kept_alive(wire, serve):
    server = serve(answering(OK))
    for _ in range(3):
        wire.send(read_of(server.url))
    assert (server.connections, len(server.received)) == (1, 3)


def test_each_thread_has_its_own_connection(wire, serve):
    server = serve(answering(OK))
    threads = [threading.Thread(target=wire.send, args=(read_of(server.url),)) for _ in range(3)]
    for thread in threads:
        thread.start()
        thread.join()
    assert server.connections == 3


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_an_answer_and_not_followed(wire, serve, status):
    target = serve(answering(OK))
    raw = f"HTTP/1.1 {status} Moved\r\nLocation: {target.url}\r\nContent-Length: 0\r\n\r\n".encode()
    server = serve(answering(raw))
    assert wire.send(read_of(server.url)).status == status
    assert target.received == []


def test_a_compressed_answer_is_opened(wire, serve):
    body = gzip.compress(b"[1]")
    server = serve(
        answering(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    )
    assert wire.send(read_of(server.url)).json() == [1]


@pytest.mark.parametrize("make", [read_of, write_of])
def test_a_refused_connection_proves_that_nothing_was_sent(wire, trail, make):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    fault = outcome_of(wire, make(f"http://127.0.0.1:{port}/"))
    assert type(fault) is Unavailable
    assert str(fault) == "store cannot be reached: no connection (ConnectionRefusedError)"
    assert [(e.outcome, e.status) for e in trail.exchanges] == [("unavailable", None)]


@pytest.mark.parametrize("make", [read_of, write_of])
def test_an_unknown_host_proves_that_nothing_was_sent(wire, make):
    fault = outcome_of(wire, make("http://no-such-host.invalid/"))
    assert type(fault) is Unavailable
    assert str(fault) == "store cannot be reached: its host name is unknown"


@pytest.mark.parametrize("make", [read_of, write_of])
def test_a_failed_tls_handshake_proves_that_nothing_was_sent(wire, serve, make):
    server = serve(lambda server, conn: conn.sendall(b"this is no TLS\r\n"))
    fault = outcome_of(wire, make(f"https://127.0.0.1:{server.port}/"))
    assert type(fault) is Unavailable
    assert str(fault).startswith("store cannot be reached: no connection (SSL")


def resets(server: RawServer, conn: socket.socket) -> None:
    server.read(conn)
    reset(conn)


def says_goodbye(server: RawServer, conn: socket.socket) -> None:
    server.read(conn)


def hangs(server: RawServer, conn: socket.socket) -> None:
    server.read(conn)
    time.sleep(3)


def drips_the_head(server: RawServer, conn: socket.socket) -> None:
    server.read(conn)
    conn.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        conn.sendall(b"X")
        time.sleep(0.05)


def drips_the_body(server: RawServer, conn: socket.socket) -> None:
    server.read(conn)
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        conn.sendall(b"1")
        time.sleep(0.05)


def cuts_the_body_short(server: RawServer, conn: socket.socket) -> None:
    server.read(conn)
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1]")


def talks_nonsense(server: RawServer, conn: socket.socket) -> None:
    server.read(conn)
    conn.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


def breaks_its_compression(server: RawServer, conn: socket.socket) -> None:
    server.read(conn)
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n[1]")


LOST = [
    resets,
    says_goodbye,
    hangs,
    drips_the_head,
    drips_the_body,
    cuts_the_body_short,
    talks_nonsense,
    breaks_its_compression,
]


@pytest.mark.parametrize("script", LOST)
@pytest.mark.parametrize(("make", "expected"), [(read_of, Unavailable), (write_of, OutcomeUnknown)])
def test_a_lost_answer_is_unavailable_for_a_read_and_unknown_for_a_write(
    wire, trail, serve, *, script, make, expected
):
    server = serve(script)
    begun = time.monotonic()
    fault = outcome_of(wire, make(server.url, headers={"X-Auth-Token": "t0k3n"}))
    assert type(fault) is expected
    assert time.monotonic() - begun < 2
    assert "t0k3n" not in f"{fault!r}{fault}{fault.__cause__!r}"
    assert len(server.received) == 1
    assert [(e.outcome, e.status) for e in trail.exchanges] == [(expected.code, None)]


@pytest.mark.parametrize(("make", "expected"), [(read_of, Unavailable), (write_of, OutcomeUnknown)])
def test_a_kept_connection_that_the_server_closed_decides_nothing(wire, serve, make, expected):
    def answers_once(server: RawServer, conn: socket.socket) -> None:
        server.read(conn)
        conn.sendall(OK)
        server.read(conn)

    server = serve(answers_once)
    wire.send(read_of(server.url))
    assert type(outcome_of(wire, make(server.url))) is expected
    assert server.connections == 1


def test_a_slow_answer_leaves_the_next_call_its_full_time(wire, serve):
    def slow_then_slow(server: RawServer, conn: socket.socket) -> None:
        while True:
            server.read(conn)
            time.sleep(0.3)
            conn.sendall(OK)

    server = serve(slow_then_slow)
    assert [wire.send(read_of(server.url)).status for _ in range(3)] == [200, 200, 200]
    assert server.connections == 1


@pytest.mark.parametrize(("make", "expected"), [(read_of, ContractBroken), (write_of, OutcomeUnknown)])
def test_a_huge_body_is_not_taken(trail, serve, make, expected, monkeypatch):
    monkeypatch.setattr(transport, "BODY_LIMIT", 100_000)
    bomb = gzip.compress(b"0" * 5_000_000)
    server = serve(
        answering(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)
    )
    fault = outcome_of(a_transport(trail), make(server.url))
    assert type(fault) is expected
    assert "answered more than 100000 bytes" in str(fault)


NO_JSON = [b"<html>", b"", b"\xff\xfe\xfa", b"NaN", b"[1e99999999999999999999]", b"[" * 100_000, b"1" * 5000]


@pytest.mark.parametrize("body", NO_JSON, ids=range(len(NO_JSON)))
@pytest.mark.parametrize(("effect", "expected"), [(Effect.READ, ContractBroken), (Effect.WRITE, OutcomeUnknown)])
def test_a_body_that_is_no_json_is_told_without_its_content(body, effect, expected):
    with pytest.raises(Fault) as caught:
        Answer(200, {}, body, effect, "PUT /v2/orders/{id}").json()
    assert type(caught.value) is expected
    assert str(caught.value) == "PUT /v2/orders/{id} answered 200 with a body that is no JSON"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"a": ["x\\u0000y\\ud83dz"], "\\uDC00b": 1.10}', {"a": ["xy?z"], "?b": Decimal("1.10")}),
        (b'["\xed\xa0\x80", "\xed\x95\x9c"]', ["?", "한"]),
        ('["\x80\\u0000"]'.encode("utf-16"), ["\x80"]),
        (b'["\\ud83d\\udc55 \\u00e9"]', ["\U0001f455 é"]),
    ],
)
def test_text_that_no_database_keeps_is_cleaned(body: bytes, told: object) -> None:
    assert Answer(200, {}, body, Effect.READ, "GET /").json() == told


@pytest.mark.parametrize("value", ["tok\r\nX-Evil: 1", "tok\n", " tok", "t\x00k", "tök"])
def test_a_header_that_could_smuggle_is_refused_unsent(wire, trail, serve, value):
    server = serve(answering(OK))
    fault = outcome_of(wire, read_of(server.url, headers={"X-Auth-Token": value}))
    assert type(fault) is Misconfigured
    assert "header X-Auth-Token" in str(fault)
    assert value.strip() not in str(fault)
    assert (server.connections, trail.exchanges) == (0, [])


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://192.168.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://224.0.0.1/",
        "https://user:secret@api.example.com/",
        "ftp://api.example.com/",
        "https:///orders",
        "https://api.example.com:port/",
    ],
)
def test_an_unsafe_url_is_refused_unsent(trail, url):
    fault = outcome_of(a_transport(trail, allow_insecure=False), read_of(url))
    assert type(fault) is Misconfigured
    assert "secret" not in str(fault)
    assert trail.exchanges == []
