"""Who may use the console, and what each role may do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

SHORTEST_PASSWORD = 12
"""Characters; longer than any rule about which ones."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}", re.ASCII)


class Role(Enum):
    """What a user may do; each may all that those before it may."""

    VIEWER = "viewer"  # reads
    OPERATOR = "operator"  # runs records again, mends the mapping, settles by hand
    ADMIN = "admin"  # says who may use the console

    def may(self, needed: Role) -> bool:
        """Tell whether this role reaches as far as the needed one."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


@dataclass(frozen=True, slots=True)
class User:
    """A person who may log in; without a password, by one-time links only. ``zone`` is where their clock hangs."""

    id: int
    name: str
    role: Role
    disabled: bool
    zone: str

    @property
    def actor(self) -> str:
        """How the trail names them."""
        return f"console:{self.name}"


class LoginRefused(Exception):
    """Nobody was let in. The message tells a stranger nothing about who exists; ``wait`` is in seconds."""

    def __init__(self, what: str, *, wait: int = 0) -> None:
        super().__init__(what)
        self.wait = wait


def is_name(text: str) -> bool:
    """Tell whether a user can be called so."""
    return _NAME.fullmatch(text) is not None
