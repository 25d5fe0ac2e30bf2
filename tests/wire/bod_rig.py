"""A journal, a connection's settings for BODs, and the documents that come back on them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from connector.domain.journal import JournalEntry, JournalLine, Side
from connector.domain.money import Money
from connector.infor.bod.settings import BodSettings

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
KEY = "BCQ4EXAMPLEKEY7"
SETTINGS = BodSettings(
    tenant="TENANT_TST", sender="lid://infor.ims.bigcommerce", entity="401", location="S_401", journal="WEB"
)
BODID = f"infor-nid:TENANT_TST:401:S_401:{KEY}:1?SourceSystemJournalEntry&amp;verb=Process"


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def entry(**changes: object) -> JournalEntry:
    lines = (
        JournalLine("1200", Side.DEBIT, usd("35.95"), "receivable", "accounts.receivable"),
        JournalLine("4000", Side.CREDIT, usd("30.00"), "sales", "accounts.sales", dimensions={"DIM1": "WEB"}),
        JournalLine("4100", Side.CREDIT, usd("5.95"), "shipping", "accounts.shipping", text="Post & <parcel>"),
    )
    words = {"key": KEY, "reference": "BC-1042", "text": "Sale of BC-1042", "date": date(2026, 1, 5)}
    return JournalEntry(**{"currency": "USD", "lines": lines, **words, **changes})  # type: ignore[arg-type]


def acknowledged(
    criteria: str, *, bod_id: str = BODID, noun: str = "", name: str = "SourceSystemJournalEntry"
) -> bytes:
    """An Acknowledge in the shape that ION's own was seen in (docs/suites/bod.md)."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Acknowledge{name} releaseID="9.2" versionID="2.5.0" '
        'xmlns="http://schema.infor.com/InforOAGIS/2"><ApplicationArea><Sender><LogicalID>lid://infor.ln.ln01'
        "</LogicalID><ComponentID>erp</ComponentID></Sender><CreationDateTime>2026-01-05T10:00:12.312Z"
        "</CreationDateTime></ApplicationArea><DataArea><Acknowledge><TenantID>TENANT_TST</TenantID>"
        "<OriginalApplicationArea><Sender><LogicalID>infor.ims.bigcommerce</LogicalID></Sender>"
        f"<CreationDateTime>2026-01-05T10:00:00Z</CreationDateTime><BODID>{bod_id}</BODID>"
        f"</OriginalApplicationArea><ResponseCriteria>{criteria}</ResponseCriteria></Acknowledge>{noun}</DataArea>"
        f"</Acknowledge{name}>"
    ).encode()


def confirmed(inside: str, *, own: str = "infor-nid:x", failure: str = "<BODFailureMessage/>") -> bytes:
    """A ConfirmBOD in the shape that was seen (docs/suites/bod.md)."""
    return (
        '<ConfirmBOD versionID="9.2" xmlns="http://schema.infor.com/InforOAGIS/2"><ApplicationArea>'
        f"<CreationDateTime>2026-01-05T10:00:12Z</CreationDateTime><BODID>{own}</BODID></ApplicationArea><DataArea>"
        f"<Confirm><TenantID>TENANT_TST</TenantID></Confirm><BOD>{failure}{inside}</BOD></DataArea></ConfirmBOD>"
    ).encode()
