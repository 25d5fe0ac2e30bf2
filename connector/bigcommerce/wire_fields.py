"""One JSON object of the store, read field by field: what does not fit is named, never shown.

Absence has many spellings here (missing, ``null``, ``""``, ``{}``, ``[]``), numbers come as text and text as numbers
(facts/bigcommerce.md §8.5); whatever else is wrong breaks the contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TypeVar

from connector.domain.faults import ContractBroken
from connector.domain.money import Money, decimal
from connector.domain.order import Priced

E = TypeVar("E", bound=Enum)

_LARGEST_AMOUNT, _MOST_DECIMALS, _LARGEST_WHOLE = Decimal(10) ** 15, 30, 2**63
_YEARS = range(1970, 2200)
"""Before and behind them time cannot be reckoned with, and no order is."""
_LAST_SECOND = int(datetime(_YEARS.stop, 1, 1, tzinfo=UTC).timestamp()) - 1
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def written(moment: datetime) -> str:
    """Write a moment as the store's filters take it: ISO 8601 in UTC, whole seconds."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


class Fields:
    """An object with a name for messages, such as ``order 1042 line 3``."""

    def __init__(self, told: object, where: str) -> None:
        if not isinstance(told, Mapping):
            raise ContractBroken(f"the store's {where} is {kind_of(told)}, not an object")
        self._told = told
        self.where = where

    def raw(self, name: str) -> object:
        """Give a value as it is; None when absent."""
        told = self._told.get(name)
        return None if _absent(told) else told

    def text(self, name: str) -> str:
        """Read text; absence is empty text."""
        told = self.raw(name)
        if told is None:
            return ""
        if isinstance(told, bool) or not isinstance(told, str | int | Decimal):
            raise self._unfit(name, "text")
        return str(told)

    def whole(self, name: str, default: int | None = None) -> int:
        """Read a whole number that is not negative, also from text."""
        told = self.raw(name)
        if told is None and default is not None:
            return default
        try:
            number = decimal(told)
        except ValueError:
            raise self._unfit(name, "a whole number") from None
        if not 0 <= number < _LARGEST_WHOLE or number != int(number):
            raise self._unfit(name, "a whole number from 0 up")
        return int(number)

    def amount(self, name: str, default: Decimal | None = None) -> Decimal:
        """Read an exact amount, also from text."""
        told = self.raw(name)
        if told is None and default is not None:
            return default
        try:
            number = decimal(told)
        except ValueError:
            raise self._unfit(name, "an amount") from None
        exponent = int(number.as_tuple().exponent)
        if not (-_LARGEST_AMOUNT < number < _LARGEST_AMOUNT and -_MOST_DECIMALS <= exponent <= _MOST_DECIMALS):
            raise self._unfit(name, f"an amount of at most 15 digits and {_MOST_DECIMALS} decimals")
        return number

    def flag(self, name: str, default: bool | None = None) -> bool:
        """Read a truth value, also from 0 and 1 and from text."""
        told = self.raw(name)
        if told is None and default is not None:
            return default
        if isinstance(told, bool):
            return told
        known = _TRUTH.get(str(told).lower()) if isinstance(told, str | int) else None
        if known is None:
            raise self._unfit(name, "a truth value")
        return known

    def moment(self, name: str) -> datetime:
        """Read a moment of our times, RFC 2822 (v2) or ISO 8601 (v3), in UTC; without a zone it is UTC."""
        told = self.raw(name)
        if not isinstance(told, str):
            raise self._unfit(name, "a date")
        try:
            found = _moment(told.strip())
        except (ValueError, TypeError, OverflowError, IndexError):
            raise self._unfit(name, "a date") from None
        if found.year not in _YEARS:
            raise self._unfit(name, f"a date from {_YEARS[0]} to {_YEARS[-1]}")
        return found

    def seconds(self, name: str, default: int) -> int:
        """Read a moment told in seconds since 1970."""
        found = self.whole(name, default)
        if found > _LAST_SECOND:
            raise self._unfit(name, "seconds since 1970")
        return found

    def choice(self, name: str, kind: type[E]) -> E:
        """Read one of the values an enum knows."""
        told = self.raw(name)
        for member in kind:
            if member.value == told:
                return member
        raise self._unfit(name, f"one of {', '.join(str(member.value) for member in kind)}")

    def part(self, name: str) -> Fields:
        """Read a nested object; absence is an empty one."""
        told = self.raw(name)
        return Fields({} if told is None else told, f"{self.where} {name}")

    def rows(self, name: str, each: str) -> list[Fields]:
        """Read a nested list of objects; absence is an empty one. ``each`` names a row for messages."""
        return rows(self.raw(name), f"{self.where} {name}", f"{self.where} {each}")

    def read_apart(self, told: object, each: str) -> list[Fields]:
        """Read a list that belongs to this object and was told beside it."""
        return rows(told, f"{self.where} {each} list", f"{self.where} {each}")

    def priced(self, name: str, currency: str, *, required: bool = False) -> Priced:
        """Read ``name_ex_tax`` and ``name_inc_tax``; absence is zero unless ``required``."""
        default = None if required else Decimal(0)
        ex_tax, inc_tax = (self.amount(f"{name}_{side}", default) for side in ("ex_tax", "inc_tax"))
        return Priced(Money(ex_tax, currency), Money(inc_tax, currency))

    def _unfit(self, name: str, expected: str) -> ContractBroken:
        return ContractBroken(f"the store's {self.where}: {name} is {kind_of(self._told.get(name))}, not {expected}")


def rows(told: object, where: str, each: str) -> list[Fields]:
    """Read a list of objects.

    :raises ContractBroken: it is no list, or one of its rows no object.
    """
    if told is None:
        return []
    if not isinstance(told, list):
        raise ContractBroken(f"the store's {where} is {kind_of(told)}, not a list")
    return [Fields(row, f"{each} {number}") for number, row in enumerate(told, start=1)]


def is_link(told: object) -> bool:
    """Tell whether this is v2's link to a sub-resource instead of the thing itself."""
    return isinstance(told, Mapping) and "resource" in told


def kind_of(told: object) -> str:
    """Say what kind of JSON value this is, and nothing of its content."""
    if told is None:
        return "missing"
    if isinstance(told, bool):
        return "a truth value"
    if isinstance(told, str):
        return "text" if told else "empty text"
    names = {dict: "an object", list: "a list", int: "a number", Decimal: "a number"}
    return names.get(type(told), "something else")


def _absent(told: object) -> bool:
    return told is None or (isinstance(told, str | dict | list) and not told)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
