"""The connection's own settings for Financials: whose books they are, and under which codes we write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connector.domain.connection import Booking
from connector.domain.faults import Misconfigured

REQUIRED = ("enterprise_group", "accounting_entity", "system")
OPTIONAL = ("journal_code", "event", "page", "timezone")
LARGEST_PAGE = 50_000


@dataclass(frozen=True, slots=True)
class Company:
    """One accounting entity. ``page`` is the most rows asked for at once."""

    enterprise_group: str
    accounting_entity: str
    system: str
    journal_code: str = ""
    event: str = "JE"
    page: int = 5000


def read_company(settings: Mapping[str, str], booking: Booking) -> Company:
    """Read and check the settings.

    :raises Misconfigured: names everything that is wrong.
    """
    faults = [f"{key} is missing" for key in REQUIRED if not settings.get(key, "").strip()]
    faults += [f"{key} is unknown" for key in settings if key not in (*REQUIRED, *OPTIONAL)]
    page = settings.get("page", "5000")
    if not (page.isascii() and page.isdecimal() and 100 <= int(page) <= LARGEST_PAGE):
        faults.append(f"page must be a number from 100 to {LARGEST_PAGE}")
    if booking is not Booking.LEDGER:
        faults.append(f"Financials takes no sales orders, so it cannot book `{booking.value}`: set `booking: ledger`")
    if faults:
        raise Misconfigured(f"the connection's infor settings: {'; '.join(faults)}")
    named = {key: value for key, value in settings.items() if key not in ("page", "timezone")}
    return Company(**named, page=int(page))
