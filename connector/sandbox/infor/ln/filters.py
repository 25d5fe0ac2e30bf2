"""``$filter``: comparisons joined by ``and`` and ``or``, with parentheses.

A member of an enumeration must be written with its namespace, a text in quotes; an unknown field is refused.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from connector.sandbox.infor.ln.refusals import bad_request
from connector.sandbox.infor.ln.tenant import Row

Test = Callable[[Row], bool]
_TOKEN = re.compile(
    r"\s*(?:(?P<mark>[()])"
    r"|(?P<enum>[a-z]+\.\w+\.(?P<type>\w+)'(?P<member>\w+)')"
    r"|'(?P<text>(?:[^']|'')*)'"
    r"|(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>\w+))"
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


def test_of(text: str, fields: Mapping[str, str]) -> Test:
    """Read a filter over these fields."""
    return _Reader(text, fields).read() if text else lambda _: True


class _Reader:
    def __init__(self, text: str, fields: Mapping[str, str]) -> None:
        self._tokens = list(_tokens(text))
        self._fields = fields

    def read(self) -> Test:
        test = self._either()
        if self._tokens:
            raise bad_request("The filter is malformed")
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self._took("or"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._took("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._took("("):
            test = self._either()
            if not self._took(")"):
                raise bad_request("The filter lacks a parenthesis")
            return test
        field, compare, (kind, value) = self._next()[1], self._next()[1], self._next()
        wanted = self._fields.get(field)
        if wanted is None or compare not in _COMPARE:
            raise bad_request(f"Property {field} or operator {compare} is unknown")
        if kind != _kind(wanted):
            raise bad_request(f"{field} is compared with a literal of another type")
        return lambda row: _COMPARE[compare](_value(row.get(field), wanted), value)

    def _next(self) -> tuple[str, Any]:
        if not self._tokens:
            raise bad_request("The filter ends too soon")
        return self._tokens.pop(0)

    def _took(self, word: str) -> bool:
        if self._tokens and self._tokens[0] in (("word", word), ("mark", word)):
            self._tokens.pop(0)
            return True
        return False


def _tokens(text: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    place, text = 0, text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise bad_request("The filter is malformed")
        place = match.end()
        found.append(_token(match))
    return found


def _token(match: re.Match[str]) -> tuple[str, Any]:
    if match["enum"]:
        return f"={match['type']}", match["member"]
    if match["text"] is not None:
        return "text", match["text"].replace("''", "'")
    if match["number"]:
        return "number", Decimal(match["number"])
    return (
        ("moment", match["moment"])
        if match["moment"]
        else ("mark" if match["mark"] else "word", match.group().strip())
    )


def _kind(wanted: str) -> str:
    if wanted.startswith("="):
        return wanted
    return {"Edm.String": "text", "Edm.DateTimeOffset": "moment"}.get(wanted, "number")


def _value(value: Any, wanted: str) -> Any:
    return Decimal(str(value or 0)) if _kind(wanted) == "number" else value or ""
