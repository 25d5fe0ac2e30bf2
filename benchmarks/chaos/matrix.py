"""Which cases there are: every write call × every fault × every accident, in an order that a seed decides."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FAULTS = {
    "apply-504": 0.0,
    "apply-reset": 0.0,
    "apply-garbage": 0.0,
    "apply-hang": 2.5,
    "late-504": 0.8,
    "429": 1.0,
    "429-bare": 0.0,
    "500": 0.0,
    "503": 0.0,
}
"""Each with its seconds: of silence, longer than a worker listens; of lateness, shorter than the quiet period."""

GL = ("AddBatchHead", "AddBatchLineFld", "CtrlBatch", "UpdBatch")
ORDER_CALLS = (
    "customer",
    "order head",
    "order body",
    "second order body",
    "order confirmation",
    "order deletion",
    *(f"{kind} {call}" for kind in ("sale", "payment", "refund", "reversal", "correction") for call in GL),
    "number to the store",
)
SHELF_CALLS = ("product create", "product batch", "variant batch", "list prices", "inventory")

NOTHING, CLOCK_OFF = "nothing", "clock off"
STRIKES = (NOTHING, "kill child", "kill worker", "valkey restart", "valkey flush", "postgresql restart")
"""What happens to a system at the moment of a call."""
ACCIDENTS = (*STRIKES, "second beat", CLOCK_OFF)
WRONG_CLOCK = "was done with a wrong clock"
"""How a worker whose clock is off tells of each task."""

SLOW = ("second order body",)
"""Calls of orders with very many lines; not in the quick part."""


@dataclass(frozen=True)
class Case:
    """One write call that goes wrong. ``delay``: seconds from the call to its accident; ``again``: the shop or the
    company changes the same thing once more at that moment, where that means something.
    """

    number: int
    call: str
    fault: str
    accident: str
    delay: float
    again: bool

    @property
    def name(self) -> str:
        """How it is told apart in a run."""
        return f"{self.number} {self.call} / {self.fault} / {self.accident}"

    @property
    def is_order(self) -> bool:
        """Whether it is about an order, else about the catalog."""
        return self.call in ORDER_CALLS


def cases(
    seed: int,
    count: int,
    *,
    calls: Sequence[str] = (*ORDER_CALLS, *SHELF_CALLS),
    accidents: Sequence[str] = ACCIDENTS,
) -> list[Case]:
    """Give the first cases of a seed: the whole matrix shuffled, again and again, each time otherwise."""
    endless = _endless(random.Random(seed), calls)
    return list(itertools.islice((case for case in endless if case.accident in accidents), count))


def _endless(chance: random.Random, calls: Sequence[str]) -> Iterator[Case]:
    numbers = itertools.count(1)
    while True:
        matrix = list(itertools.product(calls, FAULTS, ACCIDENTS))
        chance.shuffle(matrix)
        for call, fault, accident in matrix:
            delay = chance.choice((0.0, 0.0, round(chance.uniform(0.02, 0.6), 2)))
            yield Case(next(numbers), call, fault, accident, delay, chance.random() < 0.5)


def size() -> int:
    """Say how many different cases the matrix has."""
    return len(ORDER_CALLS + SHELF_CALLS) * len(FAULTS) * len(ACCIDENTS)


def fingerprint(seed: int) -> str:
    """Tell this matrix, in the order of a seed, from any other."""
    whole = repr([FAULTS, cases(seed, size())])
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def scene(case: Case) -> str:
    """Say in which kind of system a case must run; the clock is ahead and behind in turn."""
    if case.accident == CLOCK_OFF:
        return "clock ahead" if case.number % 2 else "clock behind"
    return case.accident if case.accident == "second beat" else "accidents"


def waves(wanted: Sequence[Case], most: int) -> list[tuple[str, list[Case]]]:
    """Group cases that run side by side in one system, in the order of their first case."""
    grouped: dict[str, list[Case]] = {}
    for case in wanted:
        grouped.setdefault(scene(case), []).append(case)
    parts = [
        (name, some[start : start + most]) for name, some in grouped.items() for start in range(0, len(some), most)
    ]
    return sorted(parts, key=lambda part: part[1][0].number)
