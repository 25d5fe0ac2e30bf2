"""Whether a webhook is the store's own: two schemes, either of which is enough, over the raw bytes.

Standard Webhooks is what BigCommerce documents; ``X-BC-Signature`` is what integrators report
(facts/bigcommerce.md §2.1). The formula is written out here because the ``standardwebhooks`` library knows one
secret and one fixed tolerance, and answers a malformed header with bare ValueErrors.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

STANDARD = "standard-webhooks"
X_BC = "x-bc-signature"
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature", "x-bc-signature")
"""All that is looked at."""

_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
_ID = re.compile(r"[!-~]([ -~]{0,158}[!-~])?")  # what the inbox keeps: a longer one would be cut, a blank one is none


class Refusal(Enum):
    """Why a delivery is not believed."""

    MISSING = "missing"
    MALFORMED = "malformed"
    STALE = "stale"  # signed with our secret, but too long ago or too far ahead
    MISMATCH = "mismatch"


class SignatureRefused(Exception):
    """The delivery is not believed; ``reason`` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(f"the signature is refused: {reason.value}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Verified:
    """Who vouches. ``delivery_id`` is empty where the scheme signs none: an unsigned id proves nothing."""

    scheme: str
    delivery_id: str


def verify(
    raw: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime, tolerance: timedelta
) -> Verified:
    """Accept a delivery that one of our live ``secrets`` signed within ``tolerance`` of ``now``.

    :raises SignatureRefused: neither scheme vouches; the reason is that of the documented scheme where it was tried.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    keys = [secret.encode() for secret in secrets if secret]  # an empty key would let anybody sign
    refusal = _refuse_standard(raw, sent, keys, now, tolerance)
    if refusal is None:
        return Verified(STANDARD, sent["webhook-id"])
    if _x_bc_holds(raw, sent.get("x-bc-signature", ""), keys):
        return Verified(X_BC, "")
    if refusal is Refusal.MISSING and "x-bc-signature" in sent:
        refusal = Refusal.MISMATCH
    raise SignatureRefused(refusal)


def _refuse_standard(
    raw: bytes, sent: Mapping[str, str], keys: Sequence[bytes], now: datetime, tolerance: timedelta
) -> Refusal | None:
    delivery_id, timestamp, signatures = (sent.get(name, "") for name in HEADERS[:3])
    if not (delivery_id and timestamp and signatures):
        return Refusal.MISSING
    given = [text.removeprefix("v1,") for text in signatures.split() if text.startswith("v1,")]
    if not given or not _ID.fullmatch(delivery_id) or not _TIMESTAMP.fullmatch(timestamp):
        return Refusal.MALFORMED
    message = _bytes(f"{delivery_id}.{timestamp}.") + raw
    if not _any_equal(given, (_base64(_digest(key, message)) for key in keys)):
        return Refusal.MISMATCH
    if abs(int(now.timestamp()) - int(timestamp)) > tolerance.total_seconds():
        return Refusal.STALE
    return None


def _x_bc_holds(raw: bytes, given: str, keys: Sequence[bytes]) -> bool:
    digests = [_digest(key, raw) for key in keys]
    in_hex = _any_equal([given.lower()], (digest.hex() for digest in digests))
    return in_hex or _any_equal([given], map(_base64, digests))


def _any_equal(given: Sequence[str], expected: Iterable[str]) -> bool:
    """Compare in constant time: how much of a guess was right must not show."""
    return any(hmac.compare_digest(_bytes(one), _bytes(right)) for right in expected for one in given)


def _digest(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _bytes(header: str) -> bytes:
    """Header text may hold anything; what is not text cannot match."""
    return header.encode(errors="replace")
