"""A connection: one store paired with one ERP company, and the credentials of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum
from zoneinfo import ZoneInfo


class Booking(Enum):
    """What the connector books (design §5)."""

    FULL = "full"
    OPERATIONAL = "operational"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class StoreCredentials:
    """What opens the store. ``client_secrets`` are all live: the first signs, any verifies."""

    store_hash: str
    client_id: str
    access_token: str = field(repr=False)
    client_secrets: tuple[str, ...] = field(repr=False)
    api_url: str = "https://api.bigcommerce.com"


@dataclass(frozen=True, slots=True)
class ErpCredentials:
    """What opens the ERP: the whole downloaded file, every field kept; ``ion_secrets`` open our door to ION."""

    document: Mapping[str, str] = field(repr=False)
    ion_secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Both sides' secrets, open: for the moment of use."""

    store: StoreCredentials
    erp: ErpCredentials


@dataclass(frozen=True, slots=True)
class Connection:
    """What a connection is, without its secrets. ``company`` holds the suite's own settings."""

    name: str
    store_hash: str
    suite: str
    booking: Booking
    start_from: datetime
    company: Mapping[str, str]
    cadence: Mapping[str, timedelta]
    store_prefix: str = ""
    paused: bool = False
    require_approved: bool = False  # only what a person approved is posted

    @property
    def zone(self) -> tzinfo:
        """Where the company keeps its books; UTC unless the connection says."""
        place = self.company.get("timezone")
        return ZoneInfo(place) if place else UTC

    def day(self, moment: datetime) -> date:
        """The day a moment falls on where the company keeps its books."""
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a connection's postings are, setting by setting.

    What is booked stays in its ``company``; what is under way is looked for by its ``way`` alone.
    """

    company: Mapping[str, str]
    way: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a ping or a profile check: what was looked at, whether it holds, what to do if not."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
