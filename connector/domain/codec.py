"""Frozen domain types to JSON and back, exactly: an amount keeps its digits, a moment its zone.

A field's declared type says how to read it. A field that a stored text lacks takes its default; one that the
type does not know is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
_Read = Callable[[Any], Any]


def plain(value: object, amount: Callable[[Decimal], str] = str) -> Any:
    """Turn a value into what JSON knows: dict, list, text, whole number, truth value, None.

    ``amount`` writes the decimals; as they are, unless the caller compares.
    """
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name), amount) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(item, amount) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item, amount) for key, item in value.items()}
    return _plain_leaf(value, amount)


def _plain_leaf(value: object, amount: Callable[[Decimal], str]) -> str | int | None:
    if isinstance(value, Decimal):
        return amount(value)
    if isinstance(value, date):
        return value.isoformat()
    leaf = value.value if isinstance(value, Enum) else value
    if leaf is None or isinstance(leaf, str | int):
        return leaf
    raise TypeError(f"a {type(value).__name__} has no exact written form")


def read(kind: type[T], written: Any) -> T:
    """Turn what ``plain`` made back into a value of this type.

    :raises ValueError: it does not fit the type.
    """
    declared: Any = kind
    try:
        value: T = _reader(declared)(written)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as exc:
        raise ValueError(f"this is no stored {kind.__name__} ({type(exc).__name__})") from exc
    return value


@cache
def _reader(kind: Any) -> _Read:
    """How to read one declared type; found once per type."""
    origin = get_origin(kind)
    if origin is UnionType:
        return _optional(kind)
    if origin is tuple:
        item = _reader(get_args(kind)[0])
        return lambda written: tuple(item(one) for one in written)
    if origin is Mapping:
        return dict
    return _dataclass(kind) if is_dataclass(kind) else _leaf(kind)


def _leaf(kind: type) -> _Read:
    if issubclass(kind, date):
        return kind.fromisoformat
    return kind if issubclass(kind, Enum | Decimal) else _same(kind)


def _optional(kind: Any) -> _Read:
    inner = _reader(next(arg for arg in get_args(kind) if arg is not NoneType))
    return lambda written: None if written is None else inner(written)


def _dataclass(kind: Any) -> _Read:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
    return lambda written: kind(**{name: readers[name](part) for name, part in written.items()})


def _same(kind: type) -> _Read:
    def check(written: Any) -> Any:
        if type(written) is not kind:
            raise TypeError(f"{kind.__name__} expected")
        return written

    return check
