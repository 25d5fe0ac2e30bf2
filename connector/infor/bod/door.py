"""Who may bring answers: whoever knows one of the connection's secrets, as a password or as a bearer."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

LONGEST = 1024


def admits(header: str, secrets: Sequence[str]) -> bool:
    """Tell whether an ``Authorization`` header carries one of the secrets; all are compared, in constant time."""
    given = hashlib.sha256(_secret(header).encode()).digest()
    fits = [hmac.compare_digest(given, hashlib.sha256(secret.encode()).digest()) for secret in secrets]
    return any(fits)


def _secret(header: str) -> str:
    """``Bearer SECRET``, or ``Basic`` with the secret as the password of any name."""
    scheme, _, rest = header[:LONGEST].partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
