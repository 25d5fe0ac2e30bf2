"""What goes out and what comes back: one request, one answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn

from connector.domain.faults import ContractBroken, Effect, Fault, OutcomeUnknown
from connector.domain.text import cleaned

_MAY_HOLD_ODD_TEXT = re.compile(rb"(?i)\\u(0000|d[89a-f])|[\x00\xed]")
"""NUL, halves of characters, and what is not UTF-8: seldom there, and looking for them costs next to nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body, without a file's name."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One outside call. ``call`` names it for the trail, without ids; a ``private`` one leaves no bodies there."""

    effect: Effect
    method: str
    url: str
    call: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: object | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    parts: Sequence[Part] = field(default=(), repr=False)
    private: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status. ``headers`` are found in any case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    effect: Effect
    call: str

    def json(self) -> Any:
        """Read the body as JSON with every fraction exact, and every text such that it can be kept.

        :raises ContractBroken: the body of a READ is no JSON.
        :raises OutcomeUnknown: the body of a WRITE is no JSON: what was done is unknown.
        """
        try:
            told = json.loads(self.body, parse_float=Decimal, parse_constant=_refuse)
            return cleaned(told) if _MAY_HOLD_ODD_TEXT.search(self.body) else told
        except (ValueError, ArithmeticError, RecursionError):
            raise unusable(self.effect, f"{self.call} answered {self.status} with a body that is no JSON") from None


def exact_json(told: object) -> str:
    """Write a value as JSON, every ``Decimal`` as a number of exactly its digits.

    :raises ValueError: a number that is not finite.
    """
    if isinstance(told, Decimal):
        return f"{told:f}" if told.is_finite() else _refuse(str(told))
    if isinstance(told, Mapping):
        return f"{{{','.join(f'{json.dumps(str(name))}:{exact_json(value)}' for name, value in told.items())}}}"
    if isinstance(told, list | tuple):
        return f"[{','.join(map(exact_json, told))}]"
    return json.dumps(told, allow_nan=False)


def unusable(effect: Effect, what: str) -> Fault:
    """Name an answer that cannot be read: a broken promise, or for a WRITE an unknown outcome."""
    return ContractBroken(what) if effect is Effect.READ else OutcomeUnknown(what)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
