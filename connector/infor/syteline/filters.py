"""Conditions of a list: SQL text of property names and literals only (facts/infor.md §3); a quote is doubled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo

AN_HOUR = timedelta(hours=1)
"""By how much clocks go back, at most."""


def literal(value: str) -> str:
    """Write a text."""
    return "N'" + value.replace("'", "''") + "'"


def equals(name: str, value: str) -> str:
    """Say that a property has a value."""
    return f"{name} = {literal(value)}"


def among(name: str, values: Iterable[str]) -> str:
    """Say that a property has one of some values."""
    return f"{name} in ({','.join(literal(value) for value in values)})"


def begins(name: str, beginning: str) -> str:
    """Say how a property begins; nothing in it may stand for something else."""
    plain = "".join(f"[{sign}]" if sign in "%_[" else sign for sign in beginning)
    return f"{name} like {literal(f'{plain}%')}"


def behind(name: str, value: str) -> str:
    """Say that a property stands behind a value."""
    return f"{name} > {literal(value)}"


def between(name: str, first: date, last: date) -> str:
    """Say that a day lies between two, both included to their last moment."""
    return f"{name} >= '{first:%Y%m%d}' and {name} < '{last + timedelta(days=1):%Y%m%d}'"


def since(name: str, moment: datetime, zone: tzinfo) -> str:
    """Say that a time is a moment or later, as a clock of that zone shows it.

    In the hour before the clock goes back it is asked from an hour earlier: it will show less than now once it did.
    """
    shown = min(_shown(moment, zone), _shown(moment + AN_HOUR, zone) - AN_HOUR)
    return f"{name} >= '{shown:%Y%m%d %H:%M:%S}.{shown.microsecond // 1000:03}'"


def _shown(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def either(conditions: Iterable[str]) -> str:
    """Say that one of some conditions holds."""
    return f"({' or '.join(conditions)})"


def both(*conditions: str) -> str:
    """Say that all conditions hold."""
    return " and ".join(conditions)
