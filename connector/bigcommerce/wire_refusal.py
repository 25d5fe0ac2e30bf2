"""What the store complains of when it refuses a batch or a part of it, and which entries it names.

Four shapes are known (facts/bigcommerce.md §7; reference of products, variants, price lists, inventory): a ``title``
with ``errors`` by field, fields with a place in the batch (``3.price``); ``batch_errors``, a row for each entry, with
or without its ids; inventory's ``Item with variant_id 106 ...``; v2's list of messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from connector.domain.faults import Fault
from connector.http.transport import Answer

LONGEST = 500
"""Characters of the store's words that are kept."""
_IDENTITIES = ("id", "variant_id", "product_id", "sku")
_SPOKEN = re.compile(r"\b(id|variant_id|product_id)\b(?: of)?\W{1,3}(\d{1,18})\b", re.ASCII)
_OF_ITEMS = re.compile(r"\bItems? with\b")
_INSTANCE = re.compile(r"/(?:products|variants)/(\d{1,18})", re.ASCII)
_PLACE = re.compile(r"(?<![^.])\d{1,4}(?![^.])", re.ASCII)

Name = tuple[str, str]
"""What identifies an entry, and its value in small letters: ``("variant_id", "106")``."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """``names`` are the entries it is about, beyond doubt; ``hints`` and ``places`` (from 0) only where to look."""

    words: str
    names: frozenset[Name] = frozenset()
    hints: frozenset[Name] = frozenset()
    places: frozenset[int] = frozenset()


def complaints(answer: Answer) -> list[Complaint]:
    """Read everything that a refusal complains of; a body that is no JSON complains of nothing."""
    try:
        told = answer.json()
    except Fault:
        return []
    rows = told if isinstance(told, list) else [told]
    return [complaint for row in rows if isinstance(row, Mapping) for complaint in _of_answer(row)]


def reservations(answer: Answer) -> list[Complaint]:
    """Read what was not saved of an accepted batch (207, facts §7).

    :raises OutcomeUnknown: the body is no JSON, so what accepted it was not the store.
    """
    told = None if answer.status == 204 else answer.json()
    if not isinstance(told, Mapping):
        return []
    errors = _mapping(told.get("errors"))
    if isinstance(errors.get("errors"), Mapping | list):  # a whole refusal beside what was saved
        return list(_of_answer(errors))
    return [*_of_fields(told.get("errors")), *_of_rows(told.get("batch_errors"))]


def words(found: list[Complaint]) -> str:
    """Join the store's words, each once."""
    return "; ".join(dict.fromkeys(complaint.words for complaint in found if complaint.words))[:LONGEST]


def _of_answer(told: Mapping[str, Any]) -> Iterator[Complaint]:
    title = _title(told)
    if title:
        yield _complaint(title)
    yield from _of_fields(told.get("errors"))
    yield from _of_rows(told.get("batch_errors"))


def _of_fields(errors: object) -> Iterator[Complaint]:
    if isinstance(errors, list):
        yield from _of_rows(errors)
    for field, said in _mapping(errors).items():
        yield _complaint(f"{field}: {_flat(said)}", places=_places(str(field)))


def _of_rows(rows: object) -> Iterator[Complaint]:
    for row in rows if isinstance(rows, list) else []:
        yield _of_row(row) if isinstance(row, Mapping) else _complaint(_flat(row))


def _of_row(row: Mapping[str, Any]) -> Complaint:
    """Read one entry's row; ``instance`` is the address of what it is about."""
    fields = {**_mapping(row.get("errors")), **_mapping(row.get("field_errors"))}
    said = [_title(row), *(f"{field}: {_flat(text)}" for field, text in fields.items())]
    index = row.get("index")
    places = {index} if type(index) is int else set()
    found = _complaint(
        "; ".join(filter(None, said)),
        names=frozenset((name, str(value).lower()) for name, value in _identities(row)),
        places=frozenset(places).union(*(_places(str(field)) for field in fields)),
    )
    owner = _INSTANCE.search(str(row.get("instance")))
    return replace(found, hints=found.hints | {("id", owner[1])}) if owner else found


def _complaint(said: str, *, names: frozenset[Name] = frozenset(), places: frozenset[int] = frozenset()) -> Complaint:
    spoken = frozenset(_SPOKEN.findall(said))
    if _OF_ITEMS.search(said):
        names |= spoken
    return Complaint(said, names, spoken, places)


def _identities(row: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for holder in (row, _mapping(row.get("data"))):
        for name in _IDENTITIES:
            if type(holder.get(name)) in (int, str):
                yield name, holder[name]


def _title(told: Mapping[str, Any]) -> str:
    return next((text for name in ("title", "message", "detail") if isinstance(text := told.get(name), str)), "")


def _places(field: str) -> frozenset[int]:
    """The first number among a field's steps: 3 in ``3.price`` and in ``items.3.bins.0``."""
    return frozenset(map(int, _PLACE.findall(field)[:1]))


def _flat(said: object, depth: int = 4) -> str:
    if not depth:
        return "..."
    if isinstance(said, Mapping):
        return ", ".join(f"{name}: {_flat(value, depth - 1)}" for name, value in said.items())
    if isinstance(said, list):
        return ", ".join(_flat(one, depth - 1) for one in said)
    return str(said)


def _mapping(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, Mapping) else {}
