"""What is sealed can be opened with its key, and with nothing else."""

from __future__ import annotations

import base64
import hmac
import subprocess
import sys
import traceback
import zlib

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.faults import CannotOpen, Misconfigured
from connector.domain.identity import place
from connector.keyfile import new_key
from connector.vault import SealedVault
from connector.vault.passwords import HashedPasswords

OLD, NEW = new_key(), new_key()
HERE = place("tokens", "acme")


@given(st.binary(max_size=2000))
def test_what_was_sealed_comes_back_unchanged(clear: bytes) -> None:
    vault = SealedVault([NEW])
    assert vault.open(vault.seal(clear, HERE), HERE) == clear


def test_the_clear_text_cannot_be_read_in_what_is_sealed() -> None:
    assert b"hunter2" not in SealedVault([NEW]).seal(b"hunter2", HERE)


@pytest.mark.parametrize("there", [place("tokens", "other"), place("deliveries", "acme"), ""])
def test_what_was_moved_to_another_place_is_refused(there: str) -> None:
    vault = SealedVault([NEW])
    sealed = vault.seal(b"token", HERE)
    with pytest.raises(CannotOpen, match="somebody moved it"):
        vault.open(sealed, there)
    with pytest.raises(CannotOpen, match="somebody moved it"):
        vault.rotate(sealed, there)


def test_what_was_sealed_before_places_were_marked_opens_until_it_is_rotated() -> None:
    vault = SealedVault([NEW])
    before = Fernet(NEW).encrypt(zlib.compress(b"token"))
    assert vault.open(before, HERE) == b"token"
    rotated = vault.rotate(before, HERE)
    assert vault.open(rotated, HERE) == b"token"
    with pytest.raises(CannotOpen):
        vault.open(rotated, place("tokens", "other"))


def test_a_program_of_before_reads_what_is_sealed_now() -> None:
    assert zlib.decompress(Fernet(NEW).decrypt(SealedVault([NEW]).seal(b"token", HERE))) == b"token"


def test_a_long_snapshot_becomes_shorter() -> None:
    clear = b'{"price_ex_tax": "10.0000"}' * 400
    assert len(SealedVault([NEW]).seal(clear, HERE)) < len(clear) // 10


def test_the_first_key_seals_and_every_key_opens() -> None:
    old, both, new = SealedVault([OLD]), SealedVault([NEW, OLD]), SealedVault([NEW])
    assert both.open(old.seal(b"token", HERE), HERE) == b"token"
    assert new.open(both.seal(b"token", HERE), HERE) == b"token"


def test_without_its_key_nothing_opens_and_the_remedy_is_named() -> None:
    with pytest.raises(CannotOpen) as caught:
        SealedVault([NEW]).open(SealedVault([OLD]).seal(b"token", HERE), HERE)
    assert "CONNECTOR_KEYS" in caught.value.advice


def test_rotation_lets_the_old_key_go() -> None:
    rotated = SealedVault([NEW, OLD]).rotate(SealedVault([OLD]).seal(b"token", HERE), HERE)
    assert SealedVault([NEW]).open(rotated, HERE) == b"token"
    with pytest.raises(CannotOpen):
        SealedVault([OLD]).open(rotated, HERE)
    with pytest.raises(CannotOpen):
        SealedVault([OLD]).rotate(rotated, HERE)


@given(st.binary(max_size=300))
def test_what_we_never_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        SealedVault([NEW]).open(sealed, HERE)


def test_an_altered_seal_is_refused() -> None:
    sealed = bytearray(SealedVault([NEW]).seal(b"token", HERE))
    sealed[20] ^= 1
    with pytest.raises(CannotOpen):
        SealedVault([NEW]).open(bytes(sealed), HERE)


@pytest.mark.parametrize(
    "bad",
    ["", "hunter2", "é" * 44, OLD[:-2], OLD + OLD],
    ids=["nothing", "a password", "not ASCII", "too short", "two in one"],
)
def test_a_malformed_key_is_named_by_its_place_and_never_shown(bad: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        SealedVault([NEW, bad])
    assert "key 2 of CONNECTOR_KEYS" in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value))
    assert not bad or bad not in shown


def test_keys_may_be_written_with_spaces_between_them() -> None:
    assert SealedVault([f" {NEW} "]).open(SealedVault([NEW]).seal(b"token", HERE), HERE) == b"token"


def test_no_key_at_all_is_refused() -> None:
    with pytest.raises(Misconfigured, match="keys new"):
        SealedVault([])


def test_what_was_signed_is_ours_under_any_key_and_only_unchanged() -> None:
    signature = SealedVault([OLD]).sign(b"certificate")
    assert SealedVault([NEW, OLD]).verify(b"certificate", signature)
    assert not SealedVault([OLD]).verify(b"certificate.", signature)
    assert not SealedVault([NEW]).verify(b"certificate", signature)


@pytest.mark.parametrize("signature", ["", "00", "not hex", "ß" * 64, "f" * 64])
def test_what_is_no_signature_verifies_nothing(signature: str) -> None:
    assert not SealedVault([NEW]).verify(b"certificate", signature)


def test_the_key_that_signs_is_not_the_key_that_seals() -> None:
    key = base64.urlsafe_b64decode(NEW)
    plain = {hmac.digest(part, b"certificate", "sha256").hex() for part in (key, key[:16], key[16:])}
    assert SealedVault([NEW]).sign(b"certificate") not in plain


def test_a_password_is_slow_to_guess_and_known_again() -> None:
    kept = HashedPasswords().hash("correct horse")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert HashedPasswords().verify(kept, "correct horse")
    assert not HashedPasswords().verify(kept, "wrong horse")
    assert not HashedPasswords().verify(None, "nobody's password")


SIXTEEN_AT_ONCE = """
import resource
from concurrent.futures import ThreadPoolExecutor
from connector.vault.passwords import HashedPasswords

passwords = HashedPasswords()
passwords.verify(None, "first")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with ThreadPoolExecutor(16) as strangers:
    list(strangers.map(lambda guess: passwords.verify(None, guess), map(str, range(16))))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system counts in bytes")
def test_many_strangers_at_the_login_take_no_more_memory_than_one() -> None:
    took = subprocess.run([sys.executable, "-c", SIXTEEN_AT_ONCE], capture_output=True, text=True, check=True)
    assert int(took.stdout) < 64
