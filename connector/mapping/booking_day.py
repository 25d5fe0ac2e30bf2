"""The day a journal is booked on: its own, unless that day's period is closed in the ERP.

Then the profile decides: hold it, or book it on the first day of the next open period. A day that was decided so
stands for as long as it can be booked on: a plan that is made again gives the same entry, whatever opened meanwhile.
"""

from __future__ import annotations

from datetime import date

from connector.domain.faults import PeriodClosed
from connector.mapping.case import Case, Held


def booking_day(case: Case, key: str, happened: date) -> date:
    """Choose the day on which the posting of this key is booked.

    :raises Held: the period is closed, and the profile says hold or no later period is open.
    """
    calendar, moves = case.calendar, case.profile.orders.closed_period == "next_open"
    before = calendar.unsent.get(key)
    put = before.entry if before else None
    if moves and put is not None and put.moved_from == happened and calendar.closed(put.date) is None:
        return put.date
    closed = calendar.closed(happened)
    if closed is None:
        return happened
    later = calendar.next_open(happened) if moves else None
    if later is None:
        told = f"period {closed.name} is closed in the ERP, and {happened} lies in it"
        raise Held((PeriodClosed(f"{told}; no later period is open" if moves else told),))
    return later
