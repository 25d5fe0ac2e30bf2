"""Reads what the IDO service answered. It says no with status 200, so ``Success`` decides (facts/infor.md §3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.domain.faults import ContractBroken, Effect, Misconfigured, Rejected
from connector.http.classify import fault_for
from connector.http.message import Answer, unusable

Record = Mapping[str, str]
"""One row: every value text, stripped of the blanks that pad it; leading zeros stay."""
LONGEST_COUNT = 6
"""Digits of a length."""
DONE = "0"
"""What a method returns that did its work; 16 is a no, with ``Success`` true all the same."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list. ``more``: there are others behind ``bookmark``."""

    rows: tuple[Record, ...]
    more: bool
    bookmark: str


@dataclass(frozen=True, slots=True)
class Property:
    """What an IDO says of one of its properties; ``padded`` keys stand at the right end of their length."""

    name: str
    length: int
    decimals: int
    is_text: bool
    padded: bool
    read_only: bool


def page(answer: Answer) -> Page:
    """Read a page of a list.

    :raises ContractBroken: SyteLine would not say, or the answer is none.
    """
    body = _accepted(answer)
    items, more = body.get("Items"), body.get("MoreRowsExist")
    if not isinstance(items, list) or not _are_rows(items) or not isinstance(more, bool):
        raise ContractBroken(f"{answer.call} answered without Items or MoreRowsExist")
    return Page(tuple(_record(item) for item in items), more, str(body.get("Bookmark") or ""))


def properties(answer: Answer) -> dict[str, Property]:
    """Read an IDO's properties. Its own ``Success`` is no help: Infor's sample of a good answer says false.

    :raises Misconfigured: there is no such IDO, or the service account may not see it.
    """
    body = _body(answer)
    listed = body.get("Properties")
    if not isinstance(listed, list) or not listed or not _are_rows(listed):
        raise Misconfigured(f"{answer.call}: {_message(body)}: does it exist, and may the service account use it?")
    return {each.name: each for each in map(_property, listed)}


def changed(answer: Answer) -> tuple[Record, ...] | str:
    """Read what became of changes: the rows as they are now, or why not."""
    body = _body(answer)
    if not _success(answer, body):
        return _message(body)
    items = body.get("RefreshItems") or []
    if not isinstance(items, list) or not all(_is_fresh(item) for item in items):
        raise unusable(answer.effect, f"{answer.call} showed what it changed in a way that makes no sense")
    return tuple(_refreshed(item) for item in items)


def parameters(answer: Answer) -> Sequence[str]:
    """Read what a method gave back.

    :raises Rejected: it said no.
    """
    body = _body(answer)
    if not _success(answer, body):
        raise Rejected(f"{answer.call}: {_message(body)}")
    told = body.get("Parameters") or []
    if not isinstance(told, list) or not all(map(_is_plain, told)):
        raise unusable(answer.effect, f"{answer.call} gave parameters that make no sense")
    given = [_text(value) for value in told]
    if _text(body.get("ReturnValue")) != DONE:
        said = next((value for value in reversed(given) if value), _message(body))
        raise Rejected(f"{answer.call} returned {_text(body.get('ReturnValue')) or 'nothing'}: {said}")
    return given


def _accepted(answer: Answer) -> Mapping[str, Any]:
    body = _body(answer)
    if not _success(answer, body):
        raise ContractBroken(f"{answer.call} would not answer: {_message(body)}")
    return body


def _body(answer: Answer) -> Mapping[str, Any]:
    fault = fault_for(answer)
    if isinstance(fault, Rejected) and answer.effect is Effect.READ:
        raise Misconfigured(f"{fault.what}: is SyteLine part of this tenant under the connection's `service`?")
    if fault is not None:
        raise fault
    body = answer.json()
    if not isinstance(body, dict):
        raise unusable(answer.effect, f"{answer.call} answered {answer.status} with JSON that is no object")
    return body


def _success(answer: Answer, body: Mapping[str, Any]) -> bool:
    success = body.get("Success")
    if not isinstance(success, bool):
        raise unusable(answer.effect, f"{answer.call} did not say whether it succeeded")
    return success


def _message(body: Mapping[str, Any]) -> str:
    return " ".join(str(body.get("Message") or "refused without a message").split())


def _is_plain(value: object) -> bool:
    return not isinstance(value, list | dict)


def _are_rows(told: object) -> bool:
    """Tell whether these are rows of plain values."""
    return isinstance(told, list) and all(isinstance(row, dict) and all(map(_is_plain, row.values())) for row in told)


def _is_fresh(item: object) -> bool:
    """Tell whether this is a row as it is after a change."""
    return isinstance(item, dict) and _is_plain(item.get("ItemId")) and _are_rows(item.get("Properties") or [])


def _record(item: Mapping[str, Any]) -> Record:
    return {name: _text(value) for name, value in item.items()}


def _refreshed(item: Mapping[str, Any]) -> Record:
    values = {str(each.get("Name")): _text(each.get("Value")) for each in item.get("Properties") or ()}
    return values | {"_ItemId": _text(item.get("ItemId"))}


def _property(told: Mapping[str, Any]) -> Property:
    is_text = _text(told.get("DataType")) == "String"
    return Property(
        name=_text(told.get("Name")),
        length=_count(told.get("Length")),
        decimals=_count(told.get("DecimalPos")),
        is_text=is_text,
        padded=is_text and _text(told.get("JustifyFormat")) == "R",
        read_only=bool(told.get("ReadOnly")),
    )


def _count(value: object) -> int:
    """Read a length; what is none limits nothing."""
    text = _text(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_COUNT else 0


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
