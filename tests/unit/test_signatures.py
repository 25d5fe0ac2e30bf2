"""A delivery is believed when the store's secret signed it, and only then."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.bigcommerce.signatures import STANDARD, X_BC, Refusal, SignatureRefused, Verified, verify

VECTORS = json.loads((Path(__file__).parents[1] / "wire" / "signed_deliveries.json").read_text())
SECRET: str = VECTORS["secret"]
DELIVERIES: list[dict[str, Any]] = VECTORS["deliveries"]
FIVE_MINUTES = timedelta(minutes=5)
NOW = datetime(2026, 3, 3, 21, 0, tzinfo=UTC)
BODY = b'{"scope":"store/order/created"}'


def signed(
    body: bytes = BODY, *, secret: str = SECRET, at: datetime = NOW, delivery_id: str = "msg_1"
) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"{delivery_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def x_bc(body: bytes = BODY, *, secret: str = SECRET) -> dict[str, str]:
    return {"X-BC-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def believed(headers: dict[str, str], *secrets: str, body: bytes = BODY, now: datetime = NOW) -> Verified:
    return verify(body, headers, secrets or (SECRET,), now, FIVE_MINUTES)


def refusal(headers: dict[str, str], *secrets: str, body: bytes = BODY, now: datetime = NOW) -> Refusal:
    with pytest.raises(SignatureRefused) as caught:
        believed(headers, *secrets, body=body, now=now)
    return caught.value.reason


@pytest.mark.parametrize("vector", DELIVERIES, ids=lambda vector: vector["headers"]["webhook-id"])
def test_the_known_vectors_are_believed_in_both_schemes(vector: dict[str, Any]) -> None:
    body, headers = vector["body"].encode(), vector["headers"]
    now = datetime.fromtimestamp(int(headers["webhook-timestamp"]) + 60, UTC)
    assert believed(headers, body=body, now=now) == Verified(STANDARD, headers["webhook-id"])
    for form in ("hex", "base64"):
        assert believed({"x-bc-signature": vector[form]}, body=body, now=now) == Verified(X_BC, "")


def test_the_published_vector_is_believed() -> None:
    body = (
        b'{"producer":"stores/abcde12345","hash":"dd70c0976e06b67aaf671e73f49dcb79230ebf9d","created_at":1561479335,'
        b'"store_id":"1025646","scope":"store/order/created","data":{"type":"order","id":250}}'
    )
    headers = {
        "Webhook-Id": "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
        "Webhook-Timestamp": "1700000000",
        "Webhook-Signature": "v1,ccDrCrChGW/9jEaK3Vwc8j2rhLOaqUJCQSNCMvkobTY=",
    }
    now = datetime.fromtimestamp(1700000000, UTC)
    assert believed(headers, body=body, now=now).delivery_id == "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"


@pytest.mark.parametrize("secrets", [(SECRET, "new"), ("new", SECRET), ("", SECRET)])
def test_every_live_secret_verifies(secrets: tuple[str, ...]) -> None:
    assert believed(signed(), *secrets) == Verified(STANDARD, "msg_1")
    assert believed(x_bc(), *secrets) == Verified(X_BC, "")


def test_one_right_signature_among_several_is_enough() -> None:
    headers = signed()
    headers["webhook-signature"] = f"v1a,xyz v1,AAAA {headers['webhook-signature']} v2,b"
    assert believed(headers) == Verified(STANDARD, "msg_1")


def test_either_scheme_is_enough_when_the_other_fails() -> None:
    assert believed({**signed(secret="other"), **x_bc()}) == Verified(X_BC, "")
    assert believed({**signed(), **x_bc(secret="other")}) == Verified(STANDARD, "msg_1")


def test_an_id_that_no_scheme_signed_is_not_passed_on() -> None:
    assert believed({**x_bc(), "webhook-id": "chosen-by-anybody"}) == Verified(X_BC, "")


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_timestamp_within_the_tolerance_is_believed(seconds: int) -> None:
    assert believed(signed(at=NOW + timedelta(seconds=seconds))).scheme == STANDARD


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_timestamp_outside_the_tolerance_is_stale_in_either_direction(seconds: int) -> None:
    assert refusal(signed(at=NOW + timedelta(seconds=seconds))) is Refusal.STALE


def test_nothing_signed_is_missing() -> None:
    assert refusal({"content-type": "application/json"}) is Refusal.MISSING


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_scheme_without_one_of_its_headers_is_missing(name: str) -> None:
    headers = signed()
    del headers[name]
    assert refusal(headers) is Refusal.MISSING


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-timestamp", "soon"),
        ("webhook-timestamp", "1.5"),
        ("webhook-timestamp", "-5"),
        ("webhook-timestamp", "٣٣"),
        ("webhook-timestamp", "9" * 5000),
        ("webhook-signature", "v2,abc"),
        ("webhook-signature", "   "),
        ("webhook-id", "m" * 161),
    ],
)
def test_a_header_that_is_no_such_thing_is_malformed(name: str, value: str) -> None:
    assert refusal({**signed(), name: value}) is Refusal.MALFORMED


def test_another_secret_body_id_or_time_is_a_mismatch() -> None:
    assert refusal(signed(secret="other")) is Refusal.MISMATCH
    assert refusal(signed(), body=BODY + b" ") is Refusal.MISMATCH
    assert refusal({**signed(), "webhook-id": "msg_2"}) is Refusal.MISMATCH
    assert refusal({**signed(), "webhook-timestamp": str(int(NOW.timestamp()) + 1)}) is Refusal.MISMATCH
    assert refusal(x_bc(secret="other")) is Refusal.MISMATCH
    assert refusal(x_bc(), body=b"") is Refusal.MISMATCH


@pytest.mark.parametrize("secrets", [("",), ("", "")])
def test_an_empty_secret_lets_nobody_sign(secrets: tuple[str, ...]) -> None:
    assert refusal(signed(secret=""), *secrets) is Refusal.MISMATCH
    assert refusal(x_bc(secret=""), *secrets) is Refusal.MISMATCH


def test_without_any_secret_nothing_is_believed() -> None:
    with pytest.raises(SignatureRefused):
        verify(BODY, signed(), (), NOW, FIVE_MINUTES)


_NAME = st.sampled_from(["webhook-id", "Webhook-Timestamp", "webhook-signature", "X-BC-Signature", "other"])
_VALUE = st.one_of(
    st.text(alphabet=st.characters(codec=None), max_size=40),  # lone surrogates too
    st.sampled_from(["v1,", "v1,===", str(int(NOW.timestamp())), "0" * 64]),
)


@given(st.binary(max_size=200), st.dictionaries(_NAME, _VALUE), st.lists(st.text(), max_size=3))
def test_whatever_is_sent_is_refused_and_never_breaks(
    body: bytes, headers: dict[str, str], secrets: list[str]
) -> None:
    with pytest.raises(SignatureRefused):
        verify(body, headers, secrets, NOW, FIVE_MINUTES)


@given(st.binary(max_size=200), st.text(min_size=1, max_size=50))
def test_whatever_the_secret_signed_is_believed(body: bytes, secret: str) -> None:
    assert believed(signed(body, secret=secret), secret, body=body) == Verified(STANDARD, "msg_1")
    assert believed(x_bc(body, secret=secret), secret, body=body) == Verified(X_BC, "")
