"""Rules for the dial, and how people write them.

A rule names calls by pattern (``store GET /v2/orders/*``, ``m3 OIS100MI/AddBatchHead``) and one fault:

=============  ==============================================================
429, 429-bare  refused, with or without headers that say for how long
500, 503       refused, nothing applied
u14            refused with 401 though the token is good, nothing applied
hang           nothing applied, silence for ``seconds``, then the line is cut
apply-504      applied, then the gateway gives up
late-504       the gateway gives up; applied ``seconds`` later
apply-reset    applied, then the TCP connection is reset
apply-garbage  applied, then 200 with a page that is not JSON
apply-hang     applied, then silence for ``seconds``, then the line is cut
=============  ==============================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

REFUSALS = {"429": 429, "429-bare": 429, "500": 500, "503": 503, "u14": 401}
APPLIED = ("apply-504", "apply-reset", "apply-garbage", "apply-hang")
FAULTS = (*REFUSALS, "hang", "late-504", *APPLIED)

SUITES = ("m3", "syteline", "ln", "financials", "bod")
"""The first words of the calls of each suite."""

_LOST = "{0} *=503:0.02,{0} *=apply-504:0.03,{0} *=apply-reset:0.03,{0} *=apply-garbage:0.03"
PRESETS = {
    "": "",
    "storm": ",".join(
        [
            "store *=429:0.02~1,store *=503:0.02",
            *(_LOST.format(suite) for suite in SUITES),
            "ion *=500:0.05,store PUT *=apply-504:0.05,ln *=u14:0.05",
        ]
    ),
}
"""Named specs for people; ``storm`` is what ``demo --faults`` turns on."""

When = Callable[[bytes], bool]
"""Chooses calls by their body, where the name alone does not tell one order's from another's."""


@dataclass(slots=True)
class Rule:
    """One fault for the calls that match; ``times`` is how many are left, None is for ever."""

    match: str
    fault: str
    times: int | None = None
    probability: float = 1.0
    seconds: float = 0.0
    when: When | None = None

    def __post_init__(self) -> None:
        if self.fault not in FAULTS:
            raise ValueError(f"{self.fault!r} is not a fault; choose one of {', '.join(FAULTS)}")

    def fits(self, name: str, body: bytes) -> bool:
        """Whether a call is one of those meant."""
        return fits(name, body, self.match, self.when)


def fits(name: str, body: bytes, match: str, when: When | None) -> bool:
    """Whether a call has this name and such a body."""
    return fnmatchcase(name, match) and (when is None or when(body))


def rules_of(spec: str) -> list[Rule]:
    """Read rules from ``MATCH=FAULT[:PROBABILITY][xTIMES][~SECONDS]``, comma-separated, or take a preset's.

    :raises ValueError: the spec does not read.
    """
    parts = (piece.strip() for piece in PRESETS.get(spec, spec).split(","))
    return [_rule(part) for part in parts if part]


def _rule(part: str) -> Rule:
    match, found, fault = part.rpartition("=")
    if not found:
        raise ValueError(f"{part!r} is not MATCH=FAULT[:PROBABILITY][xTIMES][~SECONDS]")
    words: dict[str, Any] = {"match": match.strip()}
    for mark, key, kind in (("~", "seconds", float), ("x", "times", int), (":", "probability", float)):
        head, marked, value = fault.rpartition(mark)
        if marked:
            fault, words[key] = head, kind(value)
    return Rule(**words, fault=fault.strip())
