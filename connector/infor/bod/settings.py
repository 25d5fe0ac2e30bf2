"""A connection's own settings for ION messaging: who we are there, for which company, and what the target does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from zoneinfo import ZoneInfo

REQUIRED = ("bod_from", "accounting_entity")
"""What a connection cannot send a BOD without."""
OPTIONAL = (
    "location",
    "bod_to",
    "bod_component",
    "bod_confirmation",
    "bod_ledger",
    "bod_journal",
    "bod_chart",
    "bod_unit",
    "bod_repeats",
    "bod_patience",
)
COMPANY = ("accounting_entity", "location")
"""Which company a BOD is for."""
LENGTHS = {"accounting_entity": 22, "location": 22}
"""facts/infor.md §5."""
CONFIRMATIONS = ("OnError", "Always", "Never")
REPEATS = ("unknown", "detected")
LOGICAL_ID = "lid://"


@dataclass(frozen=True, slots=True)
class BodSettings:
    """How BODs go out.

    ``sender`` and ``receiver`` are logical ids; the receiver ``lid://default`` lets the document flow decide.
    ``entity`` and ``location`` are the target's company, ``office`` and ``warehouse`` where sales orders belong,
    ``unit`` what their items are ordered in.
    ``repeats_detected``: the target drops a BOD that it has had before, so that one may be sent again.
    ``patience`` is how long a verdict may take until a person is told. ``zone`` is where the company keeps its days.
    """

    tenant: str
    sender: str
    entity: str
    receiver: str = "lid://default"
    location: str = ""
    component: str = "ml-connector"
    confirmation: str = "OnError"
    ledger: str = ""
    journal: str = ""
    chart: str = ""
    unit: str = "EA"
    office: str = ""
    warehouse: str = ""
    repeats_detected: bool = False
    patience: timedelta = timedelta(hours=4)
    zone: tzinfo = UTC


def faults(settings: Mapping[str, str]) -> list[str]:
    """Say everything that is wrong with a connection's settings for BODs; a suite adds it to its own."""
    found = [f"{key} is missing" for key in REQUIRED if not settings.get(key, "").strip()]
    found += [
        f"{key} takes {length} characters, {settings[key]!r} has {len(settings[key])}"
        for key, length in LENGTHS.items()
        if len(settings.get(key, "")) > length
    ]
    found += [
        f"{key} must be a logical id such as lid://infor.ims.bigcommerce, not {settings[key]!r}"
        for key in ("bod_from", "bod_to")
        if key in settings and not settings[key].startswith(LOGICAL_ID)
    ]
    for key, values in (("bod_confirmation", CONFIRMATIONS), ("bod_repeats", REPEATS)):
        if settings.get(key, values[0]) not in values:
            found.append(f"{key} must be {' or '.join(values)}")
    if not _hours(settings):
        found.append(f"bod_patience must be a number of hours from 1 to 999, not {settings['bod_patience']!r}")
    return found


def read(settings: Mapping[str, str], tenant: str) -> BodSettings:
    """Read settings without faults."""
    named = {
        "receiver": "bod_to",
        "location": "location",
        "component": "bod_component",
        "confirmation": "bod_confirmation",
        "ledger": "bod_ledger",
        "journal": "bod_journal",
        "chart": "bod_chart",
        "unit": "bod_unit",
        "office": "sales_office",
        "warehouse": "warehouse",
    }
    return BodSettings(
        tenant=tenant,
        sender=settings["bod_from"],
        entity=settings["accounting_entity"],
        repeats_detected=settings.get("bod_repeats") == "detected",
        patience=timedelta(hours=_hours(settings)),
        zone=ZoneInfo(settings.get("timezone") or "UTC"),
        **{name: settings[key] for name, key in named.items() if key in settings},
    )


def _hours(settings: Mapping[str, str]) -> int:
    text = settings.get("bod_patience", "4")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else 0
