"""Days that can be reckoned with: there is a day before each of them, and one behind."""

from __future__ import annotations

from datetime import date

FIRST_YEAR, LAST_YEAR = 1970, 9000


def sensible(day: date) -> bool:
    """Tell whether a person can have meant this day, or this moment."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
