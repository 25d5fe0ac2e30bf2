"""Waits at the keyboard for what passes by itself: as long as a window says, and a few times for the rest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

import click

from connector.domain.faults import Throttled, Transient
from connector.domain.fit import Fit
from connector.flows import fit
from connector.flows.house import House

_PAUSE = timedelta(seconds=5)
_TRIES = 8
_TOLD_EVERY = 250

T = TypeVar("T")


def patiently(call: Callable[[], T]) -> T:
    """Call until there is an answer.

    :raises Transient: it failed too often.
    """
    failed = 0
    while True:
        try:
            return call()
        except Transient as fault:
            failed += not isinstance(fault, Throttled)
            if failed > _TRIES:
                raise
            pause = fault.retry_after or _PAUSE
            click.echo(f"{fault.what}: going on in {pause.total_seconds():.0f} s", err=True)
            threading.Event().wait(pause.total_seconds())


def rehearsed(house: House, name: str, days: int, *, blank: bool = False) -> Fit:
    """Rehearse to the end, piece by piece."""
    found = patiently(lambda: fit.begin(house, name, days, blank=blank))
    while not found.ended:
        before = found
        found = patiently(partial(fit.go_on, house, name, before))
        if found.read // _TOLD_EVERY > before.read // _TOLD_EVERY:
            click.echo(f"{found.read:,} of {found.told:,} orders read", err=True)
    return found
