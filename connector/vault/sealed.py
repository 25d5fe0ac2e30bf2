"""Seals with the first key, opens with any: keys change without a moment in which something cannot be read."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import zlib
from collections.abc import Sequence
from hashlib import sha256

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

    def seal(self, clear: bytes, place: str) -> bytes:
        """Encrypt with the first key, compressed: snapshots are long and repetitive. Behind it stands its place."""
        return self._keys.encrypt(zlib.compress(clear) + _mark(place))

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt with whichever key fits. What was sealed before places were marked opens anywhere.

        :raises CannotOpen: none does, it was altered, or it was sealed for another place.
        """
        reader = zlib.decompressobj()
        try:
            clear = reader.decompress(self._keys.decrypt(sealed))
        except (InvalidToken, zlib.error):
            raise CannotOpen(
                f"none of the keys in CONNECTOR_KEYS opens what is stored in {place}, or it was altered"
            ) from None
        if reader.unused_data not in (b"", _mark(place)):
            raise CannotOpen(f"what is stored in {place} was sealed for another place: somebody moved it there")
        return clear

    def rotate(self, sealed: bytes, place: str) -> bytes:
        """Seal anew with the first key.

        :raises CannotOpen: as ``open``.
        """
        return self.seal(self.open(sealed, place), place)

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


def _mark(place: str) -> bytes:
    return sha256(place.encode()).digest()


def _fernet(key: str, place: int) -> Fernet:
    # the library would take two keys pasted together for the first one, and lose the second in silence
    if not _KEY.fullmatch(key.strip()):
        raise Misconfigured(
            f"key {place} of CONNECTOR_KEYS is not a Fernet key; make one with `ml-connector keys new`"
        )
    return Fernet(key.strip())
