"""What the fields of our files are: text, whole numbers, amounts, truth values, moments, durations.

Each is read from the typed text, so nothing is rounded, re-based or guessed on the way; what YAML and a person
would read differently is refused with the remedy.
"""

from __future__ import annotations

import difflib
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from connector.domain.days import sensible
from connector.mapping.located import QUOTES, Located, Path, Plain, Problem

_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?")
_DURATION = re.compile(r"([1-9][0-9]{0,5})([smh])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = "expected a moment such as 2026-01-01T00:00:00Z, or a day"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


def expected(what: str) -> PydanticCustomError:
    """Complain about a value; the message is told as it is."""
    return PydanticCustomError("expected", "{what}", {"what": what})


def typed(value: object) -> str:
    """What was typed; empty for nothing, and for lists and mappings."""
    if isinstance(value, Plain):
        return "" if value.kind == "null" else value.text
    return value.strip() if isinstance(value, str) else ""


def _text(value: object) -> str:
    if isinstance(value, Plain) and value.kind != "null" and not value.whole:
        raise expected(QUOTES)
    return verbatim(value)


def verbatim(value: object) -> str:
    """Take one line as it was typed."""
    line = typed(value)
    if not line or not line.isprintable():
        raise expected("expected one line of text")
    return line


def _whole(value: object) -> int:
    if not isinstance(value, Plain) or not value.whole:
        raise expected("expected a whole number")
    return int(value.text)


def _amount(value: object) -> Decimal:
    if _AMOUNT.fullmatch(typed(value)) is None:
        raise expected('expected an amount such as "0.02"')
    return Decimal(typed(value))


def _flag(value: object) -> bool:
    if not isinstance(value, Plain) or value.kind != "bool":
        raise expected("expected true or false")
    return value.text.lower() in ("true", "yes", "on")


def _moment(value: object) -> datetime:
    text = typed(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise expected(_MOMENT) from None
    if not sensible(moment):
        raise expected(_MOMENT)
    if _DAY.fullmatch(text):
        return moment.replace(tzinfo=UTC)
    if moment.tzinfo is None:
        raise expected("a time of day needs its zone: end it with Z or an offset such as +01:00")
    return moment.astimezone(UTC)


def _duration(value: object) -> timedelta:
    found = _DURATION.fullmatch(typed(value))
    if found is None:
        raise expected("expected a duration such as 30s, 5m or 24h")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


Text = Annotated[str, BeforeValidator(_text)]
"""An identifier of the customer's: leading zeros count, so they need quotes."""
Verbatim = Annotated[str, BeforeValidator(verbatim)]
"""A credential or a path: taken as typed, quoted or not."""
Whole = Annotated[int, BeforeValidator(_whole)]
Amount = Annotated[Decimal, BeforeValidator(_amount)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]


def matching(pattern: str, what: str) -> BeforeValidator:
    """Take text of this shape only."""

    def check(value: object) -> str:
        text = verbatim(value)
        if re.fullmatch(pattern, text) is None:
            raise expected(f"expected {what}")
        return text

    return BeforeValidator(check)


class Section(BaseModel):
    """A part of a file: frozen, its keys known."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


M = TypeVar("M", bound=Section)


def fit(located: Located, model: type[M]) -> tuple[M | None, list[Problem]]:
    """Read a file's content as a model, or say everything that is wrong with it."""
    problems = list(located.problems)
    try:
        made = model.model_validate(located.tree)
    except ValidationError as exc:
        errors = exc.errors(include_url=False, include_context=False, include_input=False)
        return None, problems + [_problem(located, model, error) for error in errors]
    return made, problems


def _problem(located: Located, model: type[Section], error: ErrorDetails) -> Problem:
    return located.problem(error["loc"], _told(model, error))


_KINDS = {"model_type": "keys below it", "dict_type": "keys below it", "tuple_type": "a list"}


def _told(model: type[Section], error: ErrorDetails) -> str:
    kind, path = error["type"], error["loc"]
    if kind == "missing":
        return f"is missing: {_section(model, path[:-1]).model_fields[str(path[-1])].description}"
    if kind == "extra_forbidden":
        return unknown_key(str(path[-1]), list(_section(model, path[:-1]).model_fields))
    if kind in _KINDS:
        return f"expected {_KINDS[kind]}"
    return error["msg"].replace("Input should be", "expected")


def unknown_key(key: str, known: list[str]) -> str:
    """Complain about a key, naming the one that was probably meant."""
    close = difflib.get_close_matches(key, known, n=1)
    return f"unknown key: did you mean {close[0]}?" if close else f"unknown key: expected {', '.join(known)}"


def _section(model: type[Section], path: Path) -> type[Section]:
    """The model that a path below another one leads to."""
    for step in path:
        if isinstance(step, str):
            annotation: Any = model.model_fields[step].annotation
            model = next(part for part in (annotation, *get_args(annotation)) if _is_section(part))
    return model


def _is_section(part: object) -> bool:
    return isinstance(part, type) and issubclass(part, Section)
