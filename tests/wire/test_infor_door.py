"""The door to ION takes in what comes with the connection's secret, durably, and nothing else."""

from __future__ import annotations

import base64
import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from bod_rig import KEY, acknowledged
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from connector.domain.acknowledgement import Acknowledgement, Elsewhere, Verdict
from connector.domain.delivery import Unreadable
from connector.domain.faults import Unavailable
from connector.infor.bod import xml
from connector.infor.bod.door import admits
from connector.infor.bod.wire.message import read, shown
from connector.telemetry.redaction import REMOVED, redact
from webhooks.app import create_app
from webhooks.door import Entrance
from webhooks.infor import LARGEST_BODY

SECRET, OLDER = "a-secret-of-the-connections-own", "the-one-before-it-still-good"
PATH = "/webhooks/infor/acme"
BOD = acknowledged('<ResponseExpression actionCode="Accepted"/>')
ACCEPTED = Acknowledgement(KEY, 1, Verdict.ACCEPTED)


@dataclass
class InMemoryDoor:
    """The port's fake: keeps what came in a list."""

    known: Mapping[str, tuple[str, ...]]
    received: list[tuple[str, bytes]] = field(default_factory=list)
    rung: int = 0
    database_down: bool = False

    def ion_secrets(self, connection: str) -> tuple[str, ...] | None:
        return self.known.get(connection)

    def receive_answer(self, *, connection: str, body: bytes) -> bool:
        if self.database_down:
            raise Unavailable("the database does not answer")
        self.received.append((connection, body))
        return True

    def ring(self) -> None:
        self.rung += 1


@pytest.fixture
def door() -> InMemoryDoor:
    return InMemoryDoor({"acme": (SECRET, OLDER), "deaf": ()})


@pytest.fixture
def client(door: InMemoryDoor) -> FlaskClient:
    return create_app(Entrance(door, None, None)).test_client()  # type: ignore[arg-type]


def basic(secret: str = SECRET, name: str = "ion") -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"}


def deliver(client: FlaskClient, headers: dict[str, str], body: bytes = BOD, path: str = PATH) -> tuple[int, bytes]:
    with client.post(path, data=body, headers=headers) as answer:
        return answer.status_code, answer.data


# What is taken in


@pytest.mark.parametrize(
    "headers",
    [
        basic(),
        basic(OLDER),
        basic(name=""),
        {"Authorization": f"Bearer {SECRET}"},
        {"Authorization": f"bearer  {SECRET}"},
    ],
)
def test_whoever_knows_a_secret_is_taken_in(client: FlaskClient, door: InMemoryDoor, headers: dict[str, str]):
    status, told = deliver(client, headers)
    assert (status, json.loads(told)) == (202, {"status": "OK", "code": 202})
    assert (door.received, door.rung) == ([("acme", BOD)], 1)


@pytest.mark.parametrize(("version", "status"), [("v2", 201), ("v3", 202)])
def test_ions_own_addresses_are_answered_in_their_version(client: FlaskClient, version: str, status: int):
    assert deliver(client, basic(), path=f"{PATH}/{version}/multipartMessage")[0] == status


def test_ion_may_ask_whether_we_are_there(client: FlaskClient, door: InMemoryDoor):
    assert client.get(f"{PATH}/ping", headers=basic()).json == {"status": "OK", "code": 200}
    assert client.get(f"{PATH}/ping").status_code == 401
    assert door.received == []


@pytest.mark.parametrize("body", [b"", b"garbage", b"\xff\x00\xfe", b"<" * 5000, b"{" * 5000, b"--" * 5000])
def test_what_makes_no_sense_is_kept_for_ion_would_bring_it_for_ever(
    client: FlaskClient, door: InMemoryDoor, body: bytes
):
    assert deliver(client, basic(), body)[0] == 202
    assert door.received == [("acme", body)]


# What is refused


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {SECRET}x",
        f"Bearer {SECRET[:-1]}",
        SECRET,
        f"Digest {SECRET}",
        "Basic !!!",
        "Basic " + base64.b64encode(SECRET.encode()).decode(),
        "Basic " + base64.b64encode(b"ion:").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        "Bearer " + "x" * 20_000,
    ],
)
def test_without_the_secret_nothing_is_read_or_kept(client: FlaskClient, door: InMemoryDoor, header: str):
    with capture_logs() as lines:
        assert deliver(client, {"Authorization": header} if header else {}) == (401, b"")
    assert (door.received, door.rung) == ([], 0)
    assert [line["event"] for line in lines] == ["answer.refused"]
    assert SECRET not in str(lines)


def test_a_connection_without_a_secret_takes_nothing(client: FlaskClient, door: InMemoryDoor):
    for headers in ({}, basic(""), {"Authorization": "Bearer "}, basic()):
        assert deliver(client, headers, path="/webhooks/infor/deaf")[0] == 401
    assert door.received == []


@pytest.mark.parametrize("name", ["other", "ACME", "a%00b", "%FF", "a" * 300, "..", "' or 1=1"])
def test_an_unknown_connection_is_404_whatever_its_name(client: FlaskClient, door: InMemoryDoor, name: str):
    assert deliver(client, basic(), path=f"/webhooks/infor/{name}")[0] == 404
    assert door.received == []


def test_an_unknown_version_is_404(client: FlaskClient, door: InMemoryDoor):
    assert deliver(client, basic(), path=f"{PATH}/v9/multipartMessage")[0] == 404
    assert door.received == []


def test_a_body_is_taken_up_to_its_size_and_a_stranger_s_is_not_even_read(client: FlaskClient, door: InMemoryDoor):
    assert deliver(client, basic(), b"x" * (LARGEST_BODY + 1))[0] == 413
    assert deliver(client, {}, b"x" * (LARGEST_BODY + 1))[0] == 401
    assert door.received == []
    assert deliver(client, basic(), b"x" * LARGEST_BODY)[0] == 202


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post_is_taken(client: FlaskClient, door: InMemoryDoor, method: str):
    assert client.open(PATH, method=method, headers=basic()).status_code == 405
    assert door.received == []


def test_what_could_not_be_made_durable_is_503_so_that_ion_brings_it_again(client: FlaskClient, door: InMemoryDoor):
    door.database_down = True
    assert deliver(client, basic()) == (503, b"")
    assert door.rung == 0


@given(st.text(max_size=200))
def test_no_header_opens_a_door_without_the_secret(header: str):
    assert not admits(header, (SECRET,))


# What a message may look like


def multipart(payload: bytes = BOD, parameters: object = None, name: str = "MessagePayload") -> bytes:
    told = json.dumps(parameters if parameters is not None else {"encoding": "NONE"}).encode()
    return (
        b'--b\r\nContent-Disposition: form-data; name="ParameterRequest"\r\nContent-Type: application/json\r\n\r\n'
        + told
        + f'\r\n--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + payload
        + b"\r\n--b--\r\n"
    )


PACKED = zlib.compress(BOD)
FORMS = {
    "xml": BOD,
    "bom": b"\xef\xbb\xbf" + BOD,
    "multipart": multipart(),
    "multipart base64": multipart(base64.b64encode(BOD), {"encoding": "BASE64"}),
    "multipart deflate": multipart(PACKED, {"encoding": "DEFLATE"}),
    "json": json.dumps({"document": {"value": BOD.decode(), "encoding": "NONE"}}).encode(),
    "json base64": json.dumps({"document": {"value": base64.b64encode(BOD).decode(), "encoding": "BASE64"}}).encode(),
    "json deflate": json.dumps(
        {"document": {"value": base64.b64encode(PACKED).decode(), "encoding": "DEFLATE"}}
    ).encode(),
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS)
def test_a_document_is_found_in_every_form_of_message(body: bytes):
    assert read(body) == ACCEPTED


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_message_is_shown_so_that_its_people_can_be_taken_out(form: bytes):
    told = shown(form)
    assert BOD.decode() in told or told == form.decode()
    assert base64.b64encode(BOD[:60]).decode() not in told


def test_a_buyer_in_an_encoded_message_is_not_shown():
    bod = b"<Show><StreetName>77 Hollyhock Terrace</StreetName></Show>"
    encoded = multipart(base64.b64encode(bod), {"encoding": "BASE64"})
    assert redact(shown(encoded)) == f"<Show><StreetName>{REMOVED}</StreetName></Show>"


BOMB = zlib.compress(b"<x>" + b"a" * (50 * 1024 * 1024) + b"</x>", 9)
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "words": b"hello",
    "no payload": multipart(name="Other"),
    "bad parameters": multipart(parameters=[1]),
    "bad base64": multipart(b"!!", {"encoding": "BASE64"}),
    "bad deflate": multipart(b"x\x9cjunk", {"encoding": "DEFLATE"}),
    "unknown encoding": multipart(BOD, {"encoding": "ROT13" * 100}),
    "bomb": multipart(BOMB, {"encoding": "DEFLATE"}),
    "deep json": b'{"document":' * 100_000,
    "no document": b'{"document": 1}',
    "no boundary": b"--\r\n",
    "long boundary": b"--" + b"b" * 100 + b"\r\n",
    "many parts": b"--b\r\n\r\n\r\nx\r\n" * 100_000,
    "long headers": b'--b\r\nContent-Disposition: form-data; name="MessagePayload"; x=' + b"y" * 9000 + b"\r\n\r\nx",
    "entity": multipart(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_is_a_dead_letter_with_its_reason(body: bytes):
    began = time.monotonic()
    told = read(body)
    assert isinstance(told, Unreadable)
    assert told.reason
    assert len(told.reason) < 300
    assert time.monotonic() - began < 2
    assert isinstance(shown(body), str)


@given(st.binary(max_size=300), st.sampled_from([b"", b"<", b"{", b'{"document":', b"--b\r\n"]))
def test_any_bytes_are_judged(rest: bytes, start: bytes):
    assert isinstance(read(start + rest), Acknowledgement | Elsewhere | Unreadable)


def test_a_document_larger_than_is_read_is_a_dead_letter():
    body: Any = BOD.replace(b"TENANT_TST", b"T" * xml.LARGEST)
    assert isinstance(read(body), Unreadable)
