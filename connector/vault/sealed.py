"""Seals with the first key, opens with any: keys change without a moment in which something cannot be read."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import zlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from connector.domain.faults import CannotOpen, Misconfigured

_KEY = re.compile(r"[\w-]{43}=", re.ASCII)
_SIGNING, _MARKING = b"ml-connector signing 1", b"ml-connector marking 1"
"""What keys that sign, and that mark, are derived for: a key never does two things."""


class SealedVault:
    """Implements ``ports.Vault``.

    :raises Misconfigured: no key, or a malformed one; its place is named, never the key.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise Misconfigured("CONNECTOR_KEYS holds no key; make one with `ml-connector keys new`")
        self._keys = MultiFernet([_fernet(key, place) for place, key in enumerate(keys, start=1)])
        self._signing = [_derived(key, _SIGNING) for key in keys]
        self._marking = [_derived(key, _MARKING) for key in keys]

    def seal(self, clear: bytes) -> bytes:
        """Encrypt with the first key, compressed: snapshots are long and repetitive."""
        return self._keys.encrypt(zlib.compress(clear))

    def open(self, sealed: bytes) -> bytes:
        """Decrypt with whichever key fits.

        :raises CannotOpen: none does, or it was altered.
        """
        try:
            return zlib.decompress(self._keys.decrypt(sealed))
        except (InvalidToken, zlib.error):
            raise _cannot_open() from None

    def rotate(self, sealed: bytes) -> bytes:
        """Seal anew with the first key.

        :raises CannotOpen: no key opens it, or it was altered.
        """
        try:
            return self._keys.rotate(sealed)
        except InvalidToken:
            raise _cannot_open() from None

    def sign(self, content: bytes) -> str:
        """Give a signature by the first key: HMAC-SHA256, with a key derived for signing alone."""
        return hmac.digest(self._signing[0], content, "sha256").hex()

    def verify(self, content: bytes, signature: str) -> bool:
        """Tell whether one of the keys made this signature, of exactly this content."""
        try:
            given = binascii.unhexlify(signature)
        except ValueError:
            return False
        return any(hmac.compare_digest(hmac.digest(key, content, "sha256"), given) for key in self._signing)

    def marks(self, content: bytes) -> list[str]:
        """Give the HMAC of the content under each key, the first key's first."""
        return [hmac.digest(key, content, "sha256").hex() for key in self._marking]


def _derived(key: str, use: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=use)
    return derived.derive(base64.urlsafe_b64decode(key.strip()))


def _cannot_open() -> CannotOpen:
    return CannotOpen("none of the keys in CONNECTOR_KEYS opens what is stored, or it was altered")


def _fernet(key: str, place: int) -> Fernet:
    # the library would take two keys pasted together for the first one, and lose the second in silence
    if not _KEY.fullmatch(key.strip()):
        raise Misconfigured(
            f"key {place} of CONNECTOR_KEYS is not a Fernet key; make one with `ml-connector keys new`"
        )
    return Fernet(key.strip())
