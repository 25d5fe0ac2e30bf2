"""Asking for several things at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Hands(Protocol):
    """Threads of this process that wait for answers."""

    def read(self, mine: Callable[[], T], *others: Callable[[], Any]) -> tuple[T, list[Callable[[], Any]]]:
        """READ ``mine`` here and the others meanwhile; gives what came of it, and of each other a way to its outcome.

        All are over when this returns, also where it raises what ``mine`` raised.
        """
        ...
