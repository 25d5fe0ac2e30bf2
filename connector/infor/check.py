"""One line of a set-up check: a question, and what is wrong where it is answered by a fault."""

from __future__ import annotations

from collections.abc import Callable

from connector.domain.connection import Check
from connector.domain.faults import Fault


def asked(name: str, ask: Callable[[], str], remedy: str = "") -> Check:
    """Make a line of a question; without a ``remedy`` of its own it has the fault's advice."""
    try:
        return Check(name, ok=True, detail=ask())
    except Fault as fault:
        return Check(name, ok=False, detail=fault.what, remedy=remedy or fault.advice)
