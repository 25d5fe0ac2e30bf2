"""Some cases side by side in one system of their own: begun, waited for, judged."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from celery import Celery

from benchmarks.chaos.accidents import Accidents
from benchmarks.chaos.judge import Books, Verdict
from benchmarks.chaos.matrix import CLOCK_OFF, NOTHING, SHELF_CALLS, WRONG_CLOCK, Case
from benchmarks.chaos.orders import Placed, Shop
from benchmarks.chaos.shelf import Calm, Changed, Shelf
from connector.domain.faults import Unavailable
from tests.rig import Rig

OFF = {"ahead": 90, "behind": -90}
"""The clocks that workers' machines may have, in seconds."""
PROCESSES = {
    "accidents": ("web", "worker", "beat"),
    "second beat": ("web", "worker", "worker.2", "beat", "beat.2"),
    "clock ahead": ("web", "worker", "worker.ahead", "beat"),
    "clock behind": ("web", "worker", "worker.behind", "beat"),
}
PACE = {"CATALOG_INTERVAL": "2", "POLL_INTERVAL": "5", "SWEEP_INTERVAL": "1", "TOKEN_INTERVAL": "3"}
CALM = 4.0
"""Seconds after which nothing of a fault can still arrive: longer than every silence and lateness."""
BETWEEN = 1.0


@dataclass(frozen=True)
class Result:
    """What became of a case."""

    case: Case
    injected: bool
    struck: bool
    verdict: Verdict

    def as_line(self) -> dict[str, Any]:
        """Give it as plain values."""
        return {
            **asdict(self.case),
            "injected": self.injected,
            "struck": self.struck,
            **asdict(self.verdict),
        }


@dataclass(frozen=True)
class Report:
    """What became of a wave; ``rest`` judges what belongs to no case."""

    scene: str
    results: list[Result]
    rest: Verdict
    seconds: float
    accidents: dict[str, int]


class System(Rig):
    """A rig whose workers may be on machines with a wrong clock; ``log`` is where its processes speak."""

    def __init__(self, folder: Path, log: TextIO, **options: Any) -> None:
        super().__init__(folder, **options)
        self.output = log  # type: ignore[assignment]

    def _command(self, name: str) -> str:
        command, machine = super()._command(name), name.partition(".")[2]
        if machine not in OFF:
            return command
        return f"export CHAOS_CLOCK_OFF={OFF[machine]}; {command.replace('tasks.app', 'benchmarks.chaos.skewed')}"


class Wave:
    """Cases in one system."""

    def __init__(self, scene: str, cases: Sequence[Case], folder: Path, *, within: float, shelves: int = 3) -> None:
        self.scene, self._folder, self._within = scene, folder, within
        self._cases = cases
        self._shelves = shelves

    def run(self) -> Report:
        """Do it; a case that does not come to its end in time is judged as it stands."""
        began = time.monotonic()
        with ExitStack() as opened:
            log = opened.enter_context((self._folder / "log").open("w", buffering=1))
            rig = opened.enter_context(System(self._folder, log, env=PACE))
            accidents = Accidents(rig)
            shop = Shop(rig, accidents)
            shelves = self._open_shelves(rig, accidents, opened)
            placed = [shop.place(case) for case in self._cases if case.is_order]
            rig.start(*PROCESSES[self.scene])
            for one in placed:
                shop.tell(one)
            for shelf in shelves:
                shelf.begin()
            late = self._wait(rig, accidents, placed, shelves)
            rig.stop()
            accidents.counts[CLOCK_OFF] += (self._folder / "log").read_text().count(WRONG_CLOCK)
            judged: list[tuple[Placed | Changed, Verdict]] = [
                *_judged_orders(rig, placed, late),
                *_judged_items(shelves),
            ]
            results = [_result(one, verdict, accidents) for one, verdict in judged]
            rest = Books(rig.sandbox).as_a_whole(one.number for one in placed)
            for shelf in shelves:
                rest.take(shelf.as_a_whole())
            return Report(self.scene, results, rest, time.monotonic() - began, dict(+accidents.counts))

    def _open_shelves(self, rig: Rig, accidents: Accidents, opened: ExitStack) -> list[Shelf]:
        cases = [case for case in self._cases if case.call in SHELF_CALLS]
        listed = [case for case in cases if case.call == "list prices"]
        others = [case for case in cases if case.call != "list prices"]
        groups = [("listed", listed), *((f"shelf-{n}", others[n :: self._shelves]) for n in range(self._shelves))]
        shelves = [Shelf(rig, accidents, name, some, listed=name == "listed") for name, some in groups if some]
        for shelf in shelves:
            opened.callback(shelf.close)
            shelf.open(self._folder)
        return shelves

    def _wait(self, rig: Rig, accidents: Accidents, placed: Sequence[Placed], shelves: Sequence[Shelf]) -> set[int]:
        """Wait until all is calm; gives the orders that did not come to an end."""
        deadline, calm, ringing = time.monotonic() + self._within, Calm(), list(shelves)
        with Celery(broker=rig.valkey.url, set_as_current=False) as client:
            while time.monotonic() < deadline:
                accidents.check()
                ended = rig.ended()
                self._go_on(ended, placed)
                left = [one for one in placed if one.then or one.number not in ended]
                for shelf in ringing:
                    shelf.ring(client)
                done = accidents.are_over and not left and all(shelf.is_done for shelf in shelves)
                done = done and rig.sandbox.store.webhooks.settle(1)
                if calm.lasts(CALM, now=done):
                    break
                time.sleep(BETWEEN)
        return {one.number for one in placed if one.number not in rig.ended()}

    def _go_on(self, ended: set[int], placed: Sequence[Placed]) -> None:
        for one in placed:
            if one.then and one.number in ended:
                one.then.pop(0)()


def _result(one: Placed | Changed, verdict: Verdict, accidents: Accidents) -> Result:
    """Add to a verdict what was to happen and did not."""
    accident = one.case.accident
    struck = bool(accidents.counts[CLOCK_OFF]) if accident == CLOCK_OFF else one.struck
    if not one.happened:
        verdict.miss("its fault was not injected")
    if accident != NOTHING and not struck:
        verdict.miss("its accident did not happen")
    return Result(one.case, one.happened, struck, verdict)


def _judged_orders(rig: Rig, placed: Sequence[Placed], late: set[int]) -> list[tuple[Placed, Verdict]]:
    books = Books(rig.sandbox)
    judged = []
    for one in placed:
        verdict = books.of_order(one.number, one.booked)
        if one.number in late or one.then:
            verdict.lost += 1
            verdict.said.append(f"no end: {_standing(rig, one.number)}")
        judged.append((one, verdict))
    return judged


def _standing(rig: Rig, number: int) -> str:
    try:
        row = rig.order(number)
    except Unavailable as fault:
        return fault.what
    return f"{row.state.value} {row.fault_code} {row.reason}" if row else "never heard of"


def _judged_items(shelves: Sequence[Shelf]) -> list[tuple[Changed, Verdict]]:
    return [pair for shelf in shelves for pair in zip(shelf.changes, shelf.verdicts(), strict=True)]
