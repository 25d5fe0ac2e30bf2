"""The connection's own settings for SyteLine: where we work, and what this tenant does its own way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from connector.domain.connection import Booking
from connector.domain.faults import Misconfigured
from connector.infor.bod import settings as bod

SERVICE = "CSI/IDORequestService"
LEDGER = ("config", "site", "currency")
SALES = ("warehouse",)
IDO, BOD = "ido", "bod"
GENERAL_LEDGER = (IDO, BOD)
"""Ways into the general ledger."""
OPTIONAL = (
    "journal",
    "service",
    "gl",
    "changes_per_request",
    "customer_prefix",
    "head",
    "copied",
    "sold",
    "names",
    "timezone",
)
OWN = (*LEDGER, *SALES, *OPTIONAL)
KNOWN = (*OWN, *bod.REQUIRED, *bod.OPTIONAL)
HEAD_WORDS = (
    "name",
    "company",
    "street_1",
    "street_2",
    "city",
    "state",
    "postal_code",
    "country_code",
    "phone",
    "email",
    "text",
)
"""What ``head`` may put into a property of the order."""
COPIED = "CurrCode TermsCode TaxCode1 Slsman ShipCode BankCode EndUserType InvFreq CustType"


@dataclass(frozen=True, slots=True)
class Names:
    """IDOs, properties and methods that no document names for this purpose: ``connection ping`` asks for each.

    A tenant that calls one otherwise sets it by ``names``, such as ``stock=SLItemlocs taken=QtyRsvd``.
    """

    journals: str = "SLJournals"
    journal: str = "Id"
    journal_line: str = "Seq"
    convert: str = "JournalChgCurrCodeSp"
    ledger: str = "SLLedgers"
    account: str = "Acct"
    day: str = "TransDate"
    domestic: str = "DomAmount"
    foreign: str = "ForAmount"
    currency: str = "CurrCode"
    rate: str = "ExchRate"
    text: str = "Ref"
    accounts: str = "SLChartAccts"
    account_ends: str = "ObsDate"
    stock: str = "SLItemwhses"
    on_hand: str = "QtyOnHand"
    taken: str = "QtyAllocCo"
    price: str = "UnitPrice1"
    weight: str = "UnitWeight"
    item_status: str = "Stat"
    changed: str = "RecordDate"


@dataclass(frozen=True, slots=True)
class Company:
    """One SyteLine site as a connection file describes it.

    ``gl`` says which way journals go: as lines of ``journal``, or by BOD. ``head`` says which properties of an order
    take parts of the address and the order's text; ``copied`` which properties of the template customer a new one
    gets; ``sold`` what the properties of an item that the shop sells are.
    """

    config: str
    site: str
    currency: str
    journal: str = ""
    warehouse: str = ""
    service: str = SERVICE
    gl: str = IDO
    changes_per_request: int = 1
    customer_prefix: str = ""
    head: Mapping[str, str] = field(default_factory=lambda: _pairs("Contact=name Phone=phone"))
    copied: tuple[str, ...] = tuple(COPIED.split())
    sold: Mapping[str, str] = field(default_factory=lambda: _pairs("Stat=A"))
    timezone: str = ""
    names: Names = field(default_factory=Names)

    @property
    def zone(self) -> tzinfo:
        """The zone in which SyteLine's clock runs."""
        return ZoneInfo(self.timezone) if self.timezone else UTC

    def day(self, moment: datetime) -> date:
        """The company's day at a moment."""
        return moment.astimezone(self.zone).date()


def required(booking: Booking) -> tuple[str, ...]:
    """The settings a connection cannot do without."""
    return LEDGER if booking is Booking.LEDGER else LEDGER + SALES


def read_company(settings: Mapping[str, str], booking: Booking) -> Company:
    """Read and check the settings; texts keep their leading zeros.

    :raises Misconfigured: names everything that is wrong.
    """
    faults = [f"{key} is missing" for key in required(booking) if not settings.get(key, "").strip()]
    faults += [f"{key} is unknown" for key in settings if key not in KNOWN]
    faults += _odd_values(settings)
    if faults:
        raise Misconfigured(f"the connection's infor settings: {'; '.join(faults)}")
    plain = {key: value for key, value in settings.items() if key in OWN and key not in _READ}
    read = {key: reader(settings[key]) for key, reader in _READ.items() if key in settings}
    return Company(**plain, **read)  # type: ignore[arg-type]


def _odd_values(settings: Mapping[str, str]) -> list[str]:
    known = {name.name for name in fields(Names)}
    faults = [f"names knows no {name}" for name in _pairs(settings.get("names", "")) if name not in known]
    words = _pairs(settings.get("head", "")).values()
    faults += [f"head knows no {word}; it has {', '.join(HEAD_WORDS)}" for word in words if word not in HEAD_WORDS]
    faults += _ledger_faults(settings)
    if not settings.get("changes_per_request", "1").isdecimal() or settings.get("changes_per_request") == "0":
        faults.append("changes_per_request must be a number from 1 on")
    return faults


def _ledger_faults(settings: Mapping[str, str]) -> list[str]:
    """Say what the chosen way into the ledger lacks."""
    if settings.get("gl", IDO) == BOD:
        return bod.faults(settings)
    if settings.get("gl", IDO) != IDO:
        return [f"gl must be {' or '.join(GENERAL_LEDGER)}"]
    return [] if settings.get("journal", "").strip() else ["journal is missing: the journal that lines go into"]


def _pairs(text: str) -> dict[str, str]:
    """Read ``stock=SLItemlocs taken=QtyRsvd``."""
    return {name: value for name, _, value in (pair.partition("=") for pair in text.replace(",", " ").split())}


_READ: Mapping[str, Callable[[str], object]] = {
    "changes_per_request": int,
    "head": _pairs,
    "sold": _pairs,
    "copied": lambda text: tuple(text.replace(",", " ").split()),
    "names": lambda text: Names(**_pairs(text)),
}
"""Settings that are not kept as they are written."""
