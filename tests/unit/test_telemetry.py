"""The log says what happened to which record, and never what nobody may read."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.order import Address
from connector.telemetry import logs
from connector.telemetry.context import bind, current
from connector.telemetry.redaction import REMOVED, SENSITIVE_ENDINGS, is_sensitive, redact, redact_text


@dataclass(frozen=True)
class Settings:
    log_level: str = "INFO"
    log_format: str = "json"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(Settings(), stream)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "access_token",
            "accessToken",
            "X-Auth-Token",
            "Authorization",
            "client_secret",
            "clientSecret",
            "ci",
            "cs",
        ),
        *("saak", "sask", "SASK", "password", "webhook-signature", "X-BC-Signature", "billing_email", "email"),
        *("first_name", "firstName", "last_name", "phone", "street_1", "credit_card", "card_last4", "CUNM", "PHNO"),
        *("staff_notes", "note", "wrapping_message", "product_options", "gift_certificate", "PARM", "HeaderText"),
        *("Addr_1", "Contact", "Phone_1", "ExternalEmailAddr", "StreetName"),
    ],
)
def test_a_field_that_holds_a_secret_or_a_person_is_removed_by_its_name(name: str) -> None:
    assert redact({name: "Hopper 555"}) == {name: REMOVED}


@pytest.mark.parametrize("name", ["order", "name", "scope", "company", "delivery", "icing", "cost", "status", "ITNO"])
def test_a_harmless_field_is_kept(name: str) -> None:
    assert redact({name: "1042"}) == {name: "1042"}


def test_an_empty_secret_shows_that_it_is_empty() -> None:
    assert redact({"access_token": "", "email": None}) == {"access_token": "", "email": None}


def test_a_value_is_called_what_the_name_beside_it_says() -> None:
    pairs = [{"Name": "Addr_1", "Value": "12 Secret Street", "OriginalValue": "x", "Modified": True}]
    assert redact([*pairs, {"Name": "Whse", "Value": "MAIN"}]) == [
        {"Name": "Addr_1", "Value": REMOVED, "OriginalValue": REMOVED, "Modified": True},
        {"Name": "Whse", "Value": "MAIN"},
    ]


def test_nested_payloads_keep_their_shape_and_their_numbers() -> None:
    body = {
        "id": 1042,
        "total": Decimal("10.00"),
        "billing_address": {"first_name": "Ada", "city": "York"},
        "rows": [{"zip": "1"}],
    }
    assert redact(body) == {
        "id": 1042,
        "total": Decimal("10.00"),
        "billing_address": {"first_name": REMOVED, "city": "York"},
        "rows": [{"zip": REMOVED}],
    }


def test_a_dataclass_is_redacted_field_by_field() -> None:
    shown = redact(Address(first_name="Ada", city="York", email="ada@example.com"))
    assert shown["first_name"] == REMOVED
    assert shown["email"] == REMOVED
    assert shown["city"] == "York"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("wrote to ada@example.com today", f"wrote to {REMOVED} today"),
        ("Authorization: Bearer abc.def-123", f"Authorization: {REMOVED}"),
        ("got Bearer abc.def-123 back", f"got Bearer {REMOVED} back"),
        ("postgres://ml:s3cr@t@db.example.com:5432/ml", f"postgres://{REMOVED}@db.example.com:5432/ml"),
        ("rediss://:hunter2@cache:6379/0", f"rediss://{REMOVED}@cache:6379/0"),
        ('{"order": 7, "email": "a b", "phone":"1"}', f'{{"order": 7, "email": "{REMOVED}", "phone":"{REMOVED}"}}'),
        ("{'access_token': 'abc', 'order': 7}", f"{{'access_token': '{REMOVED}', 'order': 7}}"),
        (
            "grant_type=password&username=U&password=p%23&x=1",
            f"grant_type=password&username={REMOVED}&password={REMOVED}&x=1",
        ),
        (
            '[{"Name": "Zip", "Value": "78701"}, {"Name": "Whse", "Value": "MAIN"}, {"Name": "Addr_1", "Value": "12',
            f'[{{"Name": "Zip", "Value": "{REMOVED}"}}, {{"Name": "Whse", "Value": "MAIN"}}, '
            f'{{"Name": "Addr_1", "Value": "{REMOVED}"',
        ),
        (
            '<Note>Ring twice</Note><ns:StreetName lang="en">12 Elm</ns:StreetName><City>York</City><Note/>',
            f'<Note>{REMOVED}</Note><ns:StreetName lang="en">{REMOVED}</ns:StreetName><City>York</City><Note/>',
        ),
        ("<PostalCode><![CDATA[78701 <x>]]></PostalCode>", f"<PostalCode>{REMOVED}</PostalCode>"),
        ("<PostalCode><![CDATA[78701 <x> cut off", f"<PostalCode>{REMOVED}"),
        ("<A><![CDATA[<Zip>78701</Zip>]]></A>", f"<A><![CDATA[<Zip>{REMOVED}</Zip>]]></A>"),
        (
            "<OriginalBOD><MessageContent>PD94</MessageContent>",
            f"<OriginalBOD><MessageContent>{REMOVED}</MessageContent>",
        ),
        (
            '{"gift_certificate": {"code": "MB345", "status": "active"}, "id": 1',
            f'{{"gift_certificate": {REMOVED}, "id": 1',
        ),
        ('"form_fields": [{"name": "Born", "value": "1815"}], "id": 1', f'"form_fields": {REMOVED}, "id": 1'),
        ('"note": "Ring twice"', f'"note": "{REMOVED}"'),
        ("note: the period is closed", "note: the period is closed"),
        ("call +44 20 7930 1234 first", f"call {REMOVED} first"),
        ("2026-11-26T10:15:15+00:00 is late", "2026-11-26T10:15:15+00:00 is late"),
        ("shop-mobile:sale:1042:1", "shop-mobile:sale:1042:1"),
        ("failed: password=hunter2", f"failed: password={REMOVED}"),
        ("order 1042 is held: no account for tax", "order 1042 is held: no account for tax"),
    ],
)
def test_a_text_loses_what_looks_secret_and_keeps_the_rest(text: str, shown: str) -> None:
    assert redact_text(text) == shown


def test_bytes_and_unknown_objects_become_redacted_text() -> None:
    assert redact(b'{"password": "x"}') == f'{{"password": "{REMOVED}"}}'
    assert redact(ValueError("token=abc")) == f"token={REMOVED}"


def test_a_body_nested_without_end_is_cut_not_followed() -> None:
    body: object = {"email": "x"}
    for _ in range(5000):
        body = [body]
    assert "email" not in json.dumps(redact(body))


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact_text(redact_text(text)) == redact_text(text)


@given(st.text(alphabet="aA1 :=\"\\'{[,;&@./-_\n", max_size=200), st.sampled_from(SENSITIVE_ENDINGS))
def test_a_quoted_secret_never_survives_its_surroundings(around: str, name: str) -> None:
    assert is_sensitive(name)
    assert "hunter2" not in redact_text(f'{around} "{name}": "hunter2" {around}')


@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_anything_can_be_redacted_and_written_as_json(value: object) -> None:
    json.dumps(redact(value))


def test_a_line_is_one_json_object_with_its_event_ids_and_level(stream: io.StringIO) -> None:
    with bind(connection="acme", order=1042):
        logs.logger("connector.test").info("posting.sent", posting=7)
    (line,) = lines(stream)
    assert line.pop("timestamp")
    assert line == {
        "event": "posting.sent", "posting": 7, "connection": "acme", "order": 1042,
        "logger": "connector.test", "level": "info",
    }  # fmt: skip


def test_a_line_below_the_level_is_not_written(stream: io.StringIO) -> None:
    logs.logger("connector.test").debug("posting.considered")
    assert stream.getvalue() == ""


def test_libraries_speak_through_the_same_redaction(stream: io.StringIO) -> None:
    with bind(connection="acme"):
        logging.getLogger("celery.worker").warning("cannot reach %s", "redis://:hunter2@cache/0")
    (line,) = lines(stream)
    assert line["event"] == f"cannot reach redis://{REMOVED}@cache/0"
    assert line["connection"] == "acme"


@pytest.mark.parametrize("name", logs.FOREIGN_LOGGERS)
def test_a_library_with_its_own_handlers_loses_them(name: str, stream: io.StringIO) -> None:
    theirs = io.StringIO()
    foreign = logging.getLogger(name)
    foreign.addHandler(logging.StreamHandler(theirs))
    foreign.propagate = False
    logs.configure(Settings(), stream)
    foreign.warning("hello")
    assert theirs.getvalue() == ""
    assert [line["event"] for line in lines(stream)] == ["hello"]


def test_an_exception_is_written_without_local_variables_and_without_secrets(stream: io.StringIO) -> None:
    local_secret = "hunter2"
    try:
        raise ValueError(f"no host in https://u:{local_secret}@example.com")
    except ValueError:
        logs.logger("connector.test").exception("ping.failed")
    (line,) = lines(stream)
    assert "ValueError: no host in https://" in str(line["exception"])
    assert local_secret not in stream.getvalue()


def test_the_console_form_is_redacted_too(stream: io.StringIO) -> None:
    logs.configure(Settings(log_format="console"), stream)
    logs.logger("connector.test").warning("token.refused", access_token="hunter2", connection="acme")
    assert "token.refused" in stream.getvalue()
    assert "connection=acme" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()


def test_the_context_ends_with_its_block_and_inner_names_win() -> None:
    with bind(connection="acme", order=1):
        with bind(order=2):
            assert current() == {"connection": "acme", "order": 2}
        assert current() == {"connection": "acme", "order": 1}
    assert current() == {}


def test_nothing_is_written_to_stdout() -> None:
    script = (
        "from types import SimpleNamespace as S\n"
        "from connector.telemetry import logs\n"
        "logs.configure(S(log_level='info', log_format=''))\n"
        "logs.logger('x').info('hello')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert json.loads(done.stderr)["event"] == "hello"
