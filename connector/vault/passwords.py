"""Passwords, as argon2id hashes them: slow on purpose, each with its own salt."""

from __future__ import annotations

import threading
from functools import cached_property

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY


class HashedPasswords:
    """Implements ``ports.Passwords``, unless told otherwise at the cost of RFC 9106's second recommended option.

    That option takes 64 MiB, so a process hashes one password at a time, however many strangers try theirs at once.
    """

    def __init__(self, cost: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(cost)
        self._turn = threading.Lock()

    @cached_property
    def _nobody(self) -> str:
        return self.hash("nobody's password")

    def hash(self, password: str) -> str:
        """Give what is kept in a password's place."""
        with self._turn:
            return self._hasher.hash(password)

    def verify(self, kept: str | None, password: str) -> bool:
        """Tell whether it is the password; takes as long where there is none."""
        known = kept or self._nobody
        try:
            with self._turn:
                return self._hasher.verify(known, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
