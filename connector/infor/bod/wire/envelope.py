"""What stands around every document: who sent which variation of what, and the message that carries it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from connector.infor.bod import xml
from connector.infor.bod.settings import BodSettings
from connector.infor.bod.xml import Tag, tag

VERB = "Process"
NOON = time(12)
_BODID = re.compile(
    r"infor-nid:(?P<tenant>[^:?]*):(?P<entity>[^:?]*):(?P<location>[^:?]*):(?P<document>[^:?]+):(?P<variation>\d{1,9})"
    r"\?(?P<noun>\w+)&verb=(?P<verb>\w+)",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Name:
    """Which variation of which document: a fact has the same name for ever, a new try of it the next variation."""

    noun: str
    document: str
    variation: int

    @property
    def message_id(self) -> str:
        """The message's own id."""
        return f"{self.document}-v{self.variation}"


def bod_id(name: Name, settings: BodSettings) -> str:
    """Name a document for ever (facts/infor.md §5: the form seen)."""
    place = f"{settings.tenant}:{settings.entity}:{settings.location}"
    return f"infor-nid:{place}:{name.document}:{name.variation}?{name.noun}&verb={VERB}"


def named(text: str) -> Name | None:
    """Read a BODID of ours; None where it is none. Some releases tell it back in other letters."""
    found = _BODID.fullmatch(text.strip())
    if found is None or found["verb"].lower() != VERB.lower():
        return None
    return Name(found["noun"], found["document"], int(found["variation"]))


def wrap(name: Name, noun: Tag, settings: BodSettings, now: datetime) -> bytes:
    """Give the whole document."""
    sender = tag(
        "Sender",
        tag("LogicalID", text=settings.sender),
        tag("ComponentID", text=settings.component),
        tag("ConfirmationCode", text=settings.confirmation),
    )
    area = tag(
        "ApplicationArea",
        sender,
        tag("CreationDateTime", text=moment(now)),
        tag("BODID", text=bod_id(name, settings)),
    )
    process = tag(
        VERB,
        tag("TenantID", text=settings.tenant),
        tag("AccountingEntityID", text=settings.entity),
        xml.optional("LocationID", settings.location),
        tag("ActionCriteria", tag("ActionExpression", actionCode="Add")),
    )
    root = tag(f"{VERB}{name.noun}", area, tag("DataArea", process, noun), releaseID="9.2", versionID="2.9.0")
    return xml.write(root)


def parameters(name: Name, settings: BodSettings) -> bytes:
    """Give the message's parameters (facts/infor.md §5, v3)."""
    told = {
        "documentName": f"{VERB}.{name.noun}",
        "messageId": name.message_id,
        "tenantId": settings.tenant,
        "fromLogicalId": settings.sender,
        "toLogicalId": settings.receiver,
        "accountingEntity": settings.entity,
        "location": settings.location,
        "documentId": name.document,
        "variationId": name.variation,
        "encoding": "NONE",
        "characterSet": "UTF-8",
    }
    return json.dumps({key: value for key, value in told.items() if value != ""}).encode()


def moment(when: datetime) -> str:
    """Write a moment as BODs have it, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def on(day: date, settings: BodSettings) -> str:
    """Write a moment of a day: it is that day in UTC and where the company is, whichever the target goes by."""
    return moment(max(datetime.combine(day, NOON, settings.zone), datetime.combine(day, time(), UTC)))
