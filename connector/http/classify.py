"""The one table from an answer's status to a fault, by what the call could have done."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from connector.domain.faults import Effect, Fault, OutcomeUnknown, Rejected, Throttled, Unauthorized, Unavailable
from connector.http.message import Answer

THROTTLED = frozenset({429, 509})
"""509 was the store's old rate limit (facts/bigcommerce.md §3)."""
FINAL = frozenset({501, 505, 507})
"""Server errors that no repetition mends: not implemented, version, the plan's limit."""
LONGEST_WAIT = timedelta(days=1)


def check(answer: Answer, *, text: str = "") -> Answer:
    """Give a good answer back.

    :raises Fault: the one its status stands for.
    """
    fault = fault_for(answer, text=text)
    if fault is not None:
        raise fault
    return answer


def fault_for(answer: Answer, *, text: str = "") -> Fault | None:
    """Name what an answer's status means for the caller; None when it is good. ``text`` is what they said."""
    if 200 <= answer.status < 300:
        return None
    kind = _kind(answer.status, answer.effect)
    what = f"{answer.call} answered {answer.status}{': ' if text else ''}{text}"
    return kind(what, retry_after=retry_after(answer))


def _kind(status: int, effect: Effect) -> type[Fault]:
    if status in (401, 403):
        return Unauthorized
    if status in THROTTLED:
        return Throttled
    if status == 408 or (status >= 500 and status not in FINAL):
        return Unavailable if effect is Effect.READ else OutcomeUnknown
    return Rejected


def retry_after(answer: Answer) -> timedelta | None:
    """Say how long the other side asks us to wait: the longest of what its headers name, at most a day."""
    asked = [_seconds(answer.headers.get("X-Retry-After")), _retry_after_header(answer)]
    if answer.status in THROTTLED:
        asked.append(_milliseconds(answer.headers.get("X-Rate-Limit-Time-Reset-Ms")))
    waits = [wait for wait in asked if wait is not None]
    return max(waits) if waits else None


def _retry_after_header(answer: Answer) -> timedelta | None:
    """Seconds, or a date: then measured against the answer's own date, so that no clock but theirs counts."""
    text = answer.headers.get("Retry-After")
    if not text or text.strip().isdecimal():
        return _seconds(text)
    try:
        until, now = (parsedate_to_datetime(date) for date in (text, answer.headers.get("Date", "")))
        wait = until.replace(tzinfo=until.tzinfo or UTC) - now.replace(tzinfo=now.tzinfo or UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _seconds(text: str | None) -> timedelta | None:
    return _wait(text, timedelta(seconds=1))


def _milliseconds(text: str | None) -> timedelta | None:
    return _wait(text, timedelta(milliseconds=1))


def _wait(text: str | None, unit: timedelta) -> timedelta | None:
    digits = (text or "").strip()
    if not (digits.isascii() and digits.isdecimal()):
        return None
    return min(int(digits[:12]) * unit, LONGEST_WAIT)
