"""Which work the present thread is at: ids that every log line and every exchange of the trail carries."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from structlog.contextvars import bound_contextvars, get_contextvars


def bind(**ids: Any) -> AbstractContextManager[None]:
    """Name the work inside a ``with``: connection, order, run, step, delivery and the like. Inner names win."""
    return bound_contextvars(**ids)


def current() -> dict[str, Any]:
    """Tell the ids of the work at hand."""
    return get_contextvars()
