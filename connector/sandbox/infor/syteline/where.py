"""Filters: SQL conditions of property names and literals, as much of them as the IDO service lets through."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from connector.sandbox.infor.syteline.idos import Property
from connector.sandbox.infor.syteline.refusal import Refusal

Row = dict[str, str]
Test = Callable[[Row], bool]
_TOKEN = re.compile(r"\s*(?:(N?'(?:[^']|'')*')|(<=|>=|<>|[=<>(),])|(-?\d+(?:\.\d+)?)|(\w+))")
_TIMES = ("%Y%m%d", "%Y%m%d %H:%M:%S.%f", "%Y%m%d %H:%M:%S")
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def test_of(text: str, properties: Mapping[str, Property]) -> Test:
    """Read a filter.

    :raises Refusal: the service would not let it through.
    """
    if not text.strip():
        return lambda _: True
    reader = _Reader(_tokens(text), properties)
    test = reader.either()
    if reader.left():
        raise Refusal(f"IllegalFilterException: near {reader.left()}")
    return test


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    while place < len(text.rstrip()):
        found = _TOKEN.match(text, place)
        if found is None:
            raise Refusal(f"IllegalFilterException: near {text[place : place + 10]}")
        tokens.append(found.group().strip())
        place = found.end()
    return tokens


class _Reader:
    def __init__(self, tokens: list[str], properties: Mapping[str, Property]) -> None:
        self._tokens = tokens
        self._properties = properties
        self._place = 0

    def left(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self, wanted: str = "") -> str:
        token = self.left()
        if not token or (wanted and token.lower() != wanted):
            raise Refusal(f"IllegalFilterException: near {token or 'the end'}")
        self._place += 1
        return token

    def either(self) -> Test:
        tests = [self._both()]
        while self.left().lower() == "or":
            self._take()
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self.left().lower() == "and":
            self._take()
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self.left() == "(":
            self._take()
            test = self.either()
            self._take(")")
            return test
        name = self._take()
        if name not in self._properties:
            raise Refusal(f"Property {name} does not exist")
        return self._condition(self._properties[name], self._take().lower())

    def _condition(self, told: Property, sign: str) -> Test:
        if sign == "in":
            self._take("(")
            wanted = [value_of(_plain(self._take()), told)]
            while self.left() == ",":
                self._take()
                wanted.append(value_of(_plain(self._take()), told))
            self._take(")")
            return lambda row: value_of(row.get(told.name, ""), told) in wanted
        if sign == "like":
            pattern = _like(_plain(self._take()))
            return lambda row: pattern.fullmatch(row.get(told.name, "")) is not None
        if sign not in _COMPARE:
            raise Refusal(f"IllegalFilterException: near {sign}")
        compared, right = _COMPARE[sign], value_of(_plain(self._take()), told)
        return lambda row: compared(value_of(row.get(told.name, ""), told), right)


def _plain(token: str) -> str:
    return token.removeprefix("N")[1:-1].replace("''", "'") if token.endswith("'") else token


def value_of(text: str, told: Property) -> Any:
    """Give a value as the database compares it: texts without case and without blanks at their end."""
    if told.kind == "#":
        try:
            return Decimal(text or 0)
        except InvalidOperation:
            raise Refusal(f"{told.name}: {text} is no number") from None
    if told.kind == "@":
        return _time(text, told.name)
    return text.rstrip().casefold()


def _time(text: str, name: str) -> datetime:
    if not text:
        return datetime(1, 1, 1)  # noqa: DTZ001  the same
    for form in _TIMES:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  the database keeps no zone
        except ValueError:
            continue
    raise Refusal(f"{name}: {text} is no date")


def _like(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(%|_|\[[^\]]*\])", pattern)
    wild = {"%": ".*", "_": "."}
    text = "".join(wild.get(part, part if part.startswith("[") else re.escape(part)) for part in parts)
    return re.compile(text.replace("[[]", r"\["), re.IGNORECASE | re.DOTALL)
