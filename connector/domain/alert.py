"""What a person is told without asking: seldom, grouped, once when it begins and once when it is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class AlertKind(Enum):
    """What may be wrong with a connection."""

    HELD = "held"
    REJECTED = "rejected"
    PARKED = "parked"
    NOTICED = "noticed"
    DEAD = "dead"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    HOOKS_DARK = "hooks_dark"
    TOKEN = "token"  # noqa: S105 - not one
    CATALOG = "catalog"
    ITEMS = "items"
    TIE_OUT = "tie_out"
    RETENTION = "retention"


ADVICE: Mapping[AlertKind, str] = {
    AlertKind.HELD: "ml-connector records list {} --state held",
    AlertKind.REJECTED: "ml-connector records list {} --state rejected",
    AlertKind.PARKED: "ml-connector connection ping {}",
    AlertKind.NOTICED: "ml-connector orders notices {}",
    AlertKind.DEAD: "ml-connector records list {} --kind delivery --state dead",
    AlertKind.UNCERTAIN: "ml-connector records list {} --kind posting --state uncertain",
    AlertKind.SENT: "ml-connector records list {} --kind posting --state sent",
    AlertKind.HOOKS_DARK: "ml-connector webhooks ensure {}",
    AlertKind.TOKEN: "ml-connector connection ping {}",
    AlertKind.CATALOG: "ml-connector catalog sync {}",
    AlertKind.ITEMS: "ml-connector records list {} --kind item --state refused",
    AlertKind.TIE_OUT: "ml-connector reconcile {}",
    AlertKind.RETENTION: "ml-connector doctor",
}
"""The command that shows more, for a connection."""

Key = tuple[str, AlertKind]


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that is wrong now; ``what`` says it in a line, without anything personal."""

    connection: str
    kind: AlertKind
    what: str

    @property
    def key(self) -> Key:
        """What it is about: there is one of each kind and connection."""
        return self.connection, self.kind


@dataclass(frozen=True, slots=True)
class StandingAlert:
    """An alert that was there at the last look; ``told_at`` None: nobody has been told yet."""

    alert: Alert
    since: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell: begun, going on for long, over."""

    begun: tuple[Alert, ...] = ()
    still: tuple[Alert, ...] = ()
    over: tuple[Alert, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.begun or self.still or self.over)


def news(now_on: Iterable[Alert], before: Sequence[StandingAlert], *, now: datetime, remind: timedelta) -> News:
    """Compare what is wrong with what people were told. What came and went untold is no news."""
    present = {alert.key: alert for alert in now_on}
    told = {one.alert.key: one.told_at for one in before if one.told_at is not None}
    return News(
        begun=tuple(alert for key, alert in present.items() if key not in told),
        still=tuple(alert for key, alert in present.items() if key in told and now - told[key] >= remind),
        over=tuple(one.alert for one in before if one.told_at is not None and one.alert.key not in present),
    )


def subject(told: News) -> str:
    """Say it in one line."""
    counts = ((told.begun, "new"), (told.still, "going on"), (told.over, "over"))
    words = ", ".join(f"{len(alerts)} {word}" for alerts, word in counts if alerts)
    names = sorted({alert.connection for alerts, _ in counts for alert in alerts})
    return f"ml-connector: {words} ({', '.join(names[:5])}{', ...' if len(names) > 5 else ''})"


def text(told: News) -> str:
    """Say it in full: each with the command that shows more."""
    parts = (("New", told.begun), ("Still so", told.still), ("Over", told.over))
    sections = [_section(title, alerts, advise=title != "Over") for title, alerts in parts if alerts]
    return "\n\n".join(sections) + "\n"


def _section(title: str, alerts: Sequence[Alert], *, advise: bool) -> str:
    lines = [f"{title}:"]
    for alert in alerts:
        lines.append(f"- {alert.connection}: {alert.what}")
        if advise:
            lines.append(f"  {ADVICE[alert.kind].format(alert.connection)}")
    return "\n".join(lines)
