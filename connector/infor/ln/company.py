"""The connection's own settings for LN: where in LN we work, and what this tenant does its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from connector.domain.connection import Booking
from connector.domain.faults import Misconfigured
from connector.infor.bod import settings as bod

EVERY = ("company",)
SALES = ("sales_office", "order_type")
OPTIONAL = (
    "orders_by",
    "order_series",
    "warehouse",
    "cancel_reason",
    "item_segment",
    "identity",
    "language",
    "timezone",
)
CATALOG = ("stock_service", "sold_types")
KNOWN = (*EVERY, *SALES, *OPTIONAL, *CATALOG)
MOST_COMPANIES = 9999
STOCK = "whapi.wmdInventory/ItemInventoryByWarehouses"
NOON = time(12)
BY_SERVICE, BY_BOD = "service", "bod"


@dataclass(frozen=True, slots=True)
class Company:
    """One LN company as a connection file describes it.

    ``item_segment`` is how many blanks stand before an item's code: the place of a project in LN's item codes.
    ``stock_service`` is the service and entity set that tell what lies in a warehouse, ``none`` where there is none;
    ``sold_types`` are the item types that the shop may sell. ``orders_by`` says how sales orders go, ``service`` or
    ``bod``. ``identity`` and ``language`` are sent as they are.
    """

    company: str
    sales_office: str = ""
    order_type: str = ""
    order_series: str = ""
    warehouse: str = ""
    cancel_reason: str = ""
    item_segment: str = "9"
    identity: str = ""
    language: str = ""
    timezone: str = ""
    orders_by: str = "service"
    stock_service: str = STOCK
    sold_types: str = "Purchased Manufactured Product"

    @property
    def orders_by_bod(self) -> bool:
        """Whether sales orders go by message too."""
        return self.orders_by == BY_BOD

    @property
    def zone(self) -> tzinfo:
        """Where the company keeps its days."""
        return ZoneInfo(self.timezone) if self.timezone else UTC

    @property
    def tells_stock(self) -> bool:
        """Whether a service tells what lies in a warehouse."""
        return self.stock_service != "none"

    @property
    def sellable(self) -> frozenset[str]:
        """The item types that the shop may sell."""
        return frozenset(self.sold_types.replace(",", " ").split())

    def noon(self, day: date) -> datetime:
        """A moment that is on this day wherever LN looks at it: LN keeps moments, not days."""
        return datetime.combine(day, NOON, self.zone).astimezone(UTC)


def required(booking: Booking) -> tuple[str, ...]:
    """The settings a connection cannot do without."""
    return EVERY if booking is Booking.LEDGER else EVERY + SALES


def read_company(settings: Mapping[str, str], booking: Booking) -> Company:
    """Read and check the settings; texts keep their leading zeros.

    :raises Misconfigured: names everything that is wrong.
    """
    faults = [f"{key} is missing" for key in required(booking) if not settings.get(key, "").strip()]
    faults += [f"{key} is unknown" for key in settings if key not in (*KNOWN, *bod.REQUIRED, *bod.OPTIONAL)]
    faults += [*_odd_values(settings), *bod.faults(settings)]
    if faults:
        raise Misconfigured(f"the connection's infor settings: {'; '.join(faults)}")
    return Company(**{key: value for key, value in settings.items() if key in KNOWN})


def _odd_values(settings: Mapping[str, str]) -> list[str]:
    faults = []
    company = settings.get("company", "0")
    if not company.isdecimal() or int(company) > MOST_COMPANIES:
        faults.append(f"company must be a number up to {MOST_COMPANIES}, not {company!r}")
    if not settings.get("item_segment", "0").isdecimal():
        faults.append("item_segment must be a number of blanks")
    if settings.get("orders_by", BY_SERVICE) not in (BY_SERVICE, BY_BOD):
        faults.append(f"orders_by must be {BY_SERVICE} or {BY_BOD}")
    if settings.get("stock_service", "none") != "none" and "/" not in settings["stock_service"]:
        faults.append("stock_service must be a service and an entity set, such as " + STOCK)
    return faults
