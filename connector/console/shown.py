"""How values look on a page: moments, money, states. Whatever a store or an ERP wrote stays text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, url_for
from flask_login import current_user
from markupsafe import Markup

from connector.domain.money import MINOR_UNITS

_STATIC = Path(__file__).parent / "static"

TONES = {
    "good": ("posted", "confirmed", "sent", "published", "received", "done", "ok", "ties", "complete"),
    "wait": ("new", "waiting", "open", "planned", "sending", "due", "parked"),
    "care": ("held", "uncertain", "paused"),
    "bad": ("rejected", "refused", "dead", "broken", "disabled", "failed", "differs"),
}
"""What a state's colour says; the word beside it says the same."""

_TONE = {state: tone for tone, states in TONES.items() for state in states}


def teach(app: Flask) -> None:
    """Teach an app's templates these words."""
    app.jinja_env.filters.update(when=when, money=money, number=number, age=age, badge=badge, word=word)
    app.jinja_env.globals.update(asset=asset)


def when(moment: datetime | None) -> Markup:
    """Show a moment in the user's zone; the browser turns it into its own where the user chose none."""
    if moment is None:
        return Markup("–")
    zone = current_user.user.zone if current_user.is_authenticated else ""
    there = moment.astimezone(ZoneInfo(zone) if zone else UTC)
    text = f"{there:%Y-%m-%d %H:%M:%S} {there.tzname()}"
    kind = "" if zone else "local"
    return Markup('<time datetime="{}" class="{}">{}</time>').format(moment.isoformat(), kind, text)


def money(amount: Decimal | None, currency: str | None = None) -> str:
    """Show an amount with its currency, thousands apart, to the cent unless there is more to it."""
    if amount is None:
        return "–"
    whole, _, rest = f"{amount:,f}".partition(".")
    cents = rest.rstrip("0").ljust(MINOR_UNITS.get(currency or "", 2), "0")
    return whole + (f".{cents}" if cents else "") + (f" {currency}" if currency else "")


def number(value: int | None) -> str:
    """Show a count, thousands apart."""
    return "–" if value is None else f"{value:,}"


def age(moment: datetime | None, now: datetime) -> str:
    """Show how long ago something was, in its largest unit."""
    if moment is None:
        return "–"
    seconds = max(0, int((now - moment) / timedelta(seconds=1)))
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def word(value: object) -> str:
    """Show a value as text: an enum by its value, a day by its date."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value).replace("_", " ")


def badge(state: object) -> Markup:
    """Show a state: its word, in the colour of what it asks of people."""
    text = str(state.value if isinstance(state, Enum) else state)
    return Markup('<span class="badge {}">{}</span>').format(_TONE.get(text, "plain"), text.replace("_", " "))


def asset(name: str) -> str:
    """Give the address of a file of ours; it changes with the file, so that browsers may keep it."""
    digest = _digests.get(name) or _digests.setdefault(name, sha256((_STATIC / name).read_bytes()).hexdigest()[:12])
    return url_for("console.static", filename=name, v=digest)


_digests: dict[str, str] = {}
