"""What one value, or one body, of the outside may turn into: missing, empty, another kind, huge, odd letters."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

Place = tuple[str | int, ...]

MISSING = object()
TEXTS = [
    "",
    " ",
    "text",
    "\x00",
    "a\x00b",
    "\ud83d",  # half a character: JSON can write it, UTF-8 cannot
    "\U0001f455",
    "\u202eright to left \u05e9\u05dc\u05d5\u05dd",
    "\ufeffe\u0301\u200d\u2028",
    "x" * 70_000,
    "9" * 5000,
    "1e400",
    "1E+999999999",
    "0E-999999999",
    "NaN",
    "-Infinity",
    "\u0663",
    "Tue, 99 Mar 2026 21:40:11 +0000",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
]
VALUES = [
    MISSING,
    None,
    {},
    [],
    [[]],
    [None],
    {"url": "u", "resource": "r"},
    {"line_items": "x"},
    True,
    -1,
    0,
    10**30,
    2**63,
    -(10**15),
    1.5,
    *TEXTS,
]
BODIES = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'"text"',
    b"NaN",
    b"<html>502</html>",
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"9" * 10_000,
]

values = st.sampled_from(VALUES)
bodies = st.sampled_from(BODIES)


OFTEN = settings().max_examples


def drawn(share: float = 1) -> settings:
    """Draw so many of the profile's examples: the same every time, but others each time in ``make long``."""
    return settings(
        max_examples=int(OFTEN * share),
        derandomize=OFTEN <= 100,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def places(told: Any, path: Place = ()) -> Iterator[Place]:
    """Every place of a document that holds a value."""
    parts = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, value in parts:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed(told: Any, place: Place, value: object) -> Any:
    """A copy of a document that has something else at one place."""
    told = copy.deepcopy(told)
    holder = told
    for key in place[:-1]:
        holder = holder[key]
    if value is MISSING:
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    return told


def changed_body(body: bytes, number: int, value: object) -> bytes:
    """A JSON body that has something else at one of its places, whichever the number falls on."""
    told = json.loads(body)
    found = list(places(told))
    return json.dumps(changed(told, found[number % len(found)], value)).encode() if found else body


@st.composite
def spoilings(draw: st.DrawFn) -> Any:
    """A way to spoil an answer: another body, the body cut short, or one value of it changed."""
    kind = draw(st.sampled_from(["value"] * 6 + ["body", "cut"]))
    if kind == "body":
        other = draw(bodies)
        return lambda _: other
    if kind == "cut":
        share = draw(st.floats(0, 1))
        return lambda body: body[: int(len(body) * share)]
    number, value = draw(st.integers(0, 10_000)), draw(values)
    return lambda body: changed_body(body, number, value)


def storable(text: str) -> bool:
    """Whether a database keeps it: UTF-8, without NUL."""
    try:
        return "\x00" not in text and text.encode() is not None
    except UnicodeEncodeError:
        return False
