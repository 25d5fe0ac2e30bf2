"""Writes a mapping profile down: what stood in the one before, what is proposed, what is left to a person. Pure.

Every line says where it comes from. A gap is a line that is commented out: nothing is guessed in silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from connector.domain.connection import Booking, Connection
from connector.mapping.accounts import listed
from connector.mapping.fields import Section
from connector.mapping.profile import Profile
from connector.mapping.suggestions import Proposal

Names = tuple[str, ...]

KEPT = "as it was"
GAP = "# gap "
"""Stands before what nothing fits: fill it in and take this away."""

FLAGS = {("customers", "create")}
TABLES = ("tax", "clearing")
_BLANK = {
    Booking.FULL: ("receivable", "sales", "returns", "rounding"),
    Booking.OPERATIONAL: ("receivable", "returns", "rounding"),
    Booking.LEDGER: ("receivable", "sales", "returns", "rounding"),
}

BLANK = """\
items: {rule: table}
accounts: {receivable: "?"}
"""
"""A profile that maps nothing: planned with it, an order names all that it needs."""


def always_needed(connection: Connection) -> tuple[str, ...]:
    """Name the accounts that every profile of a booking mode has."""
    return _BLANK[connection.booking]


def write(proposals: Sequence[Proposal], before: Profile | None, *, rule: str, title: str) -> str:
    """Write the whole file. Proposals stand beside what ``before`` says; where both know a line, ``before`` does."""
    lines = [f"# {line}" for line in title.splitlines()]
    lines += ["items:", f"  rule: {rule}", *_block(1, "table", _lines(("items", "table"), proposals, before))]
    lines += ["accounts:"]
    lines += [line for one in _lines(("accounts",), proposals, before) for line in _line(1, one)]
    for role in TABLES:
        lines += _block(1, role, _lines(("accounts", role), proposals, before))
    lines += _block(0, "customers", _lines(("customers",), proposals, before))
    lines += _block(0, "charges", _lines(("charges",), proposals, before))
    for name in ("dimensions", "warehouses", "orders", "refunds", "catalog"):
        lines += _rest(name, before)
    return "\n".join(lines) + "\n"


def _lines(path: Names, proposals: Sequence[Proposal], before: Profile | None) -> list[Proposal]:
    """Gather the lines below a path: those kept, those proposed, the gaps."""
    kept = _kept(path, before)
    mine = [one for one in proposals if one.path[:-1] == path and listed(kept, one.path[-1]) is None]
    stood = [Proposal((*path, key), value, KEPT) for key, value in kept.items()]
    return [*stood, *sorted(mine, key=lambda one: not one.value)]


def _kept(path: Names, before: Profile | None) -> dict[str, str]:
    below: object = before
    for step in path if before else ():
        below = getattr(below, step)
    told = _set(below) if isinstance(below, Section) else below if isinstance(below, dict) else {}
    texts = {key: value for key, value in told.items() if isinstance(value, str)}
    return texts | {key: json.dumps(value) for key, value in told.items() if isinstance(value, bool)}


def _block(depth: int, name: str, lines: Sequence[Proposal]) -> Iterator[str]:
    """Write lines below their name; where all of them are gaps, the name is one, too."""
    if lines:
        yield f"{'  ' * depth}{'' if any(one.value for one in lines) else GAP}{name}:"
    for one in lines:
        yield from _line(depth + 1, one)


def _line(depth: int, one: Proposal) -> Iterator[str]:
    indent = "  " * depth
    key = one.path[-1] if len(one.path) == 2 else _text(one.path[-1])  # keys of our own need no quotes
    value = one.value if one.path in FLAGS else _text(one.value)
    yield f"{indent}{'' if one.value else GAP}{key}: {value}  # {_comment(one.reason)}"
    yield from (f"{indent}#     {_comment(str(account))}" for account in one.near)


def _rest(name: str, before: Profile | None) -> Iterator[str]:
    """Write a section that nothing is proposed for as it was."""
    value = getattr(before, name) if before else None
    told = _set(value) if isinstance(value, Section) else _plain(value)
    if told:
        yield f"{name}: {json.dumps(told, ensure_ascii=False)}"


def _plain(value: object) -> object:
    if isinstance(value, tuple | list):
        return [_set(one) if isinstance(one, Section) else one for one in value]
    return value


def _set(section: Section) -> dict[str, object]:
    return section.model_dump(mode="json", exclude_defaults=True)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join(text.split())
