"""Tokens of a few seconds: no call meets an ended one, and however many workers, each refresh is one request."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.books import Books
from tests.rig import Rig, until

LIFE = 8
RIG = {"infor": {"token_seconds": LIFE}}
PROCESSES = ("web", "worker", "worker.2", "beat", "beat.2")


def steady(rig: Rig, seconds: float, every: float) -> list[int]:
    """Let somebody order every so often."""
    numbers = []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        numbers += rig.sandbox.store.place_orders(1, seed=len(numbers), customer=1 + len(numbers), announce=True)
        time.sleep(every)
    rig.wait_settled(numbers)
    return numbers


def assert_held(rig: Rig, life: float, seconds: float) -> dict[str, Any]:
    """Every token was good whenever it was used, and was renewed once, no sooner than half-way."""
    told = rig.sandbox.infor.state()
    assert (told["expired_hits"], told["unknown_token_hits"]) == (0, 0)
    asked = [request["at"] for request in told["token_requests"] if request["granted"]]
    assert len(asked) == len(told["token_requests"])
    apart = [later - earlier for earlier, later in pairwise(asked[1:])]  # the first was the ping's own
    assert len(apart) >= seconds / life
    assert min(apart) >= life / 2
    return told


def test_no_call_meets_an_ended_token(rig: Rig) -> None:
    numbers = steady(rig, seconds=2 * LIFE, every=1)
    assert_held(rig, LIFE, 2 * LIFE)
    books = Books(rig)
    for number in numbers:
        books.assert_booked_once(number)


def test_revoked_tokens_are_an_incident_that_mends_itself_once(rig: Rig) -> None:
    rig.sandbox.dial.forget_calls()
    before = rig.sandbox.infor.state()
    numbers = rig.sandbox.store.place_orders(4, seed=77, customer=0, announce=True)
    until(lambda: any(call.startswith("m3 ") for call in rig.sandbox.dial.counts()), every=0.01)
    rig.sandbox.infor.control["revoke_tokens"](None)  # many calls are still to come
    rig.wait_settled(numbers)
    after = rig.sandbox.infor.state()
    assert after["unknown_token_hits"] > before["unknown_token_hits"]
    asked = [request["at"] for request in after["token_requests"][len(before["token_requests"]) - 1 :]]
    early = [later - earlier for earlier, later in pairwise(asked) if later - earlier < LIFE / 2]
    assert len(early) <= 1  # for the incident; all others in their turn
    books = Books(rig)
    for number in numbers:
        books.assert_booked_once(number)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_tokens_of_a_minute(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", infor={"token_seconds": 60}) as rig:
        steady(rig.start(*PROCESSES), seconds=240, every=1)
        told = assert_held(rig, 60, 240)
        print(f"{len(told['token_requests'])} token requests in 240 s")  # noqa: T201 - what this proof is for
