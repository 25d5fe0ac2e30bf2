"""The connection's own settings for M3: where in M3 we work, and what this tenant does its own way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from connector.domain.connection import Booking
from connector.domain.faults import Misconfigured

LENGTHS = {
    "company": 3,
    "division": 3,
    "gl_interface": 15,
    "facility": 3,
    "warehouse": 3,
    "order_type": 3,
    "credit_order_type": 3,
    "gl_record": 2,
    "price_list": 10,
}
LEDGER = ("company", "division", "gl_interface")
SALES = ("facility", "warehouse", "order_type")
MAY_BE_BLANK = frozenset({"division"})
"""A company without divisions has a blank one; that is said, not left out."""
CATALOG = ("price_list", "catalog_route")
KNOWN = (
    *LEDGER,
    *SALES,
    "credit_order_type",
    "gl_record",
    "gl_sign",
    "tables",
    "timezone",
    "closed_periods",
    *CATALOG,
)
SIGNS = ("signed", "dbcr")
ROUTES = ("api", "table")
PLAIN = (*LENGTHS, "gl_sign", "timezone", "closed_periods", "catalog_route")
"""Settings that are kept as they are written."""
_MARK = re.compile(r"CP[A-Z0-9]{4}=[A-Za-z0-9]+(,[A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Tables:
    """Columns that an inquiry reads. Those that facts/infor.md §9 leaves unverified can be set per tenant."""

    order_batch_status: str = "OASTAT"
    order_batch_order: str = "OAORNR"
    gl_batch_status: str = "FHSTAT"
    gl_batch_year: str = "FHYEA4"
    gl_batch_voucher: str = "FHVONO"
    gl_line_prefix: str = "FF"


@dataclass(frozen=True, slots=True)
class Closed:
    """By what M3's table of periods tells a closed one: a column, and the values that mean closed."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """One M3 company as a connection file describes it.

    ``gl_sign``: ``signed`` sends debits positive and credits negative, ``dbcr`` sends positive amounts with D or
    C; the GLS850 template decides. ``gl_record`` is the template's record identity (facts/infor.md §2.11).
    ``price_list`` is the list that the shop sells by, empty for the items' own sales price. ``catalog_route`` says
    how prices and stock are read whole: by ``api`` programs, 50 items a call, or by EXPORTMI from the ``table``.
    ``closed_periods`` says how CSYPER marks a closed period, as ``COLUMN=VALUE,VALUE``; empty where nobody knows.
    """

    company: str
    division: str
    gl_interface: str
    facility: str = ""
    warehouse: str = ""
    order_type: str = ""
    credit_order_type: str = ""
    gl_record: str = "I1"
    gl_sign: str = "signed"
    timezone: str = ""
    price_list: str = ""
    closed_periods: str = ""
    catalog_route: str = "api"
    tables: Tables = field(default_factory=Tables)

    @property
    def from_tables(self) -> bool:
        """Whether prices and stock are read from tables."""
        return self.catalog_route == "table"

    @property
    def closed(self) -> Closed | None:
        """How a closed period is told; None where the connection does not say."""
        column, _, values = self.closed_periods.partition("=")
        return Closed(column, tuple(values.split(","))) if values else None

    def day(self, moment: datetime) -> date:
        """The company's day at a moment."""
        zone: tzinfo = ZoneInfo(self.timezone) if self.timezone else UTC
        return moment.astimezone(zone).date()


def required(booking: Booking) -> tuple[str, ...]:
    """The settings a connection cannot do without."""
    return LEDGER if booking is Booking.LEDGER else LEDGER + SALES


def read_company(settings: Mapping[str, str], booking: Booking) -> Company:
    """Read and check the settings; texts keep their leading zeros.

    :raises Misconfigured: names everything that is wrong.
    """
    faults = [f"{key} is missing" for key in required(booking) if not _is_given(settings, key)]
    faults += [f"{key} is unknown" for key in settings if key not in KNOWN]
    faults += [
        f"{key} takes {length} characters, {settings[key]!r} has {len(settings[key])}"
        for key, length in LENGTHS.items()
        if len(settings.get(key, "")) > length
    ]
    faults += _odd_values(settings)
    if faults:
        raise Misconfigured(f"the connection's infor settings: {'; '.join(faults)}")
    plain = {key: value for key, value in settings.items() if key in PLAIN}
    return Company(**plain, tables=Tables(**_columns(settings.get("tables", ""))))


def _is_given(settings: Mapping[str, str], key: str) -> bool:
    return key in settings and (key in MAY_BE_BLANK or bool(settings[key].strip()))


def _odd_values(settings: Mapping[str, str]) -> list[str]:
    known = {column.name for column in fields(Tables)}
    faults = [f"tables knows no {name}" for name in _columns(settings.get("tables", "")) if name not in known]
    if not settings.get("company", "0").isdecimal():
        faults.append("company must be a number")
    if not _MARK.fullmatch(settings.get("closed_periods", "CPXXXX=1")):
        faults.append("closed_periods must be a column of CSYPER and its values, such as CPXXXX=1 or CPXXXX=1,2")
    for key, values in (("gl_sign", SIGNS), ("catalog_route", ROUTES)):
        if settings.get(key, values[0]) not in values:
            faults.append(f"{key} must be {' or '.join(values)}")
    return faults


def _columns(text: str) -> dict[str, str]:
    """Read ``gl_batch_status=FHSTAT order_batch_status=OASTAT``."""
    return {name: column for name, _, column in (pair.partition("=") for pair in text.replace(",", " ").split())}
