"""Reads what LN answered: which status is a no, which one passes, and whose fault a 401 is.

The statuses are those of LN's own list (facts/infor.md §4.1). A list is whole when its last page names no next one
and as many rows came as it counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.domain.faults import Busy, Effect, Fault, Misconfigured, Rejected
from connector.http.classify import fault_for
from connector.http.message import Answer, unusable

Row = Mapping[str, Any]
"""An entity as JSON gives it; fractions are exact."""

INNOCENT = b"[U14]"
"""In a 401 of a token that is good: LN gives it now and then (facts/infor.md §1.5, §6)."""
LOCKED, CHANGED, NO = 409, 412, 422
NOT_UNDERSTOOD = frozenset({400, 404, 405, 406, 415, 428})


@dataclass(frozen=True, slots=True)
class Refusal:
    """LN's words for a no, in the service user's language. ``understood``: it is about the record, no misfit."""

    text: str
    understood: bool

    def __str__(self) -> str:
        hint = "" if self.understood else "; this LN differs from what is expected: `ml-connector connection ping`"
        return f"{self.text or 'refused without a message'}{hint}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an action: the entity it gave, or a refusal; nothing was done then."""

    action: str
    row: Row
    refusal: Refusal | None = None

    def accepted(self) -> Row:
        """Give the entity.

        :raises Rejected: LN said no.
        """
        if self.refusal is not None:
            raise Rejected(f"{self.action}: {self.refusal}")
        return self.row


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; ``total`` is how many rows it has by LN's count, ``next`` where it goes on."""

    rows: list[Row]
    total: int | None
    next: str


def blameless(answer: Answer) -> bool:
    """Tell a 401 that has nothing to do with the token."""
    return INNOCENT in answer.body


def page(answer: Answer) -> Page:
    """Read a part of a list.

    :raises Misconfigured: LN does not know it, or not in this company.
    :raises ContractBroken: a body that is no list.
    """
    body = _object(_checked(answer))
    rows, total, link = body.get("value"), body.get("@odata.count"), body.get("@odata.nextLink")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise unusable(answer.effect, f"{answer.call} answered without a list")
    return Page(rows, total if isinstance(total, int) else None, link if isinstance(link, str) else "")


def document(answer: Answer) -> Row:
    """Read a JSON document.

    :raises Misconfigured: LN does not know it.
    """
    return _object(_checked(answer))


def outcome(answer: Answer) -> Outcome:
    """Read what an action gave; what only concerns this moment is raised, nothing was done then.

    :raises Busy: the record is locked, or was changed since it was read.
    :raises OutcomeUnknown: a body that is no JSON.
    """
    if answer.status in (LOCKED, CHANGED):
        raise Busy(f"{answer.call} answered {answer.status}: {_words(answer) or 'somebody is at work on the record'}")
    if answer.status == NO or answer.status in NOT_UNDERSTOOD:
        return Outcome(answer.call, {}, Refusal(_words(answer), understood=answer.status == NO))
    _checked(answer)
    return Outcome(answer.call, _object(answer) if answer.body.strip() else {})


def _checked(answer: Answer) -> Answer:
    fault = fault_for(answer, text=_words(answer))
    if isinstance(fault, Rejected) and answer.effect is Effect.READ:
        raise _misfit(answer, fault)
    if fault is not None:
        raise fault
    return answer


def _misfit(answer: Answer, fault: Fault) -> Misconfigured:
    remedy = (
        "is the service activated in LN for this company, and may the service account call it?"
        if answer.status in (404, NO)
        else "this LN's service differs from what is expected"
    )
    return Misconfigured(f"{fault.what}: {remedy}")


def _object(answer: Answer) -> Row:
    body = answer.json()
    if not isinstance(body, dict):
        raise unusable(answer.effect, f"{answer.call} answered {answer.status} with JSON that is no object")
    return body


def _words(answer: Answer) -> str:
    """What LN said: its message, then the details' own."""
    try:
        error = answer.json()["error"]
        said = [error.get("message"), *(detail.get("message") for detail in error.get("details") or ())]
    except (Fault, LookupError, TypeError, AttributeError):
        return ""
    return "; ".join(dict.fromkeys(" ".join(str(text).split()) for text in said if text))
