"""What a test or a demo may choose about the simulated tenant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_ITEMS = {
    "10045": "Tee red S",
    "10046": "Tee red M",
    "10047": "Tee blue S",
    "MUG-WHITE": "Mug, white",
    "EBOOK-01": "E-book",
}
_ACCOUNTS = {
    "1090": "Clearing",
    "1091": "Clearing Braintree",
    "1200": "Receivables",
    "2200": "Tax payable",
    "2210": "CA State Tax",
    "2300": "Gift certificates",
    "2310": "Store credit",
    "4000": "Sales",
    "4100": "Shipping",
    "4110": "Handling",
    "4120": "Gift wrap",
    "4130": "Fees",
    "4900": "Discounts",
    "4950": "Returns",
    "4999": "Rounding",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The tenant's name, credentials, masters and moods.

    ``batch_seconds`` is how long Confirm and UpdBatch work after they answered; ``quota`` is (calls, seconds);
    ``sign`` says how the GL interface tells debit from credit: ``signed`` amounts, or ``dbcr`` codes D and C;
    ``cut_short`` names lists that break off half-way with an error beside the records; ``ceiling`` is the most rows
    any list returns, whatever was asked. An empty ``saak`` makes the app a client-credentials one.
    """

    tenant: str = "ACME_TST"
    client_id: str = "ACME_TST~c2FuZGJveC1jbGllbnQ"
    client_secret: str = field(default="sandbox-client_secret-not-real", repr=False)
    saak: str = field(default="ACME_TST#sandbox-access-key", repr=False)
    sask: str = field(default="sandbox-secret-key-not-real", repr=False)
    token_seconds: float = 7200
    quota: tuple[int, float] | None = None
    quota_headers: bool = False
    batch_seconds: float = 0.2
    exportmi: bool = True
    sign: str = "signed"
    cut_short: frozenset[str] = frozenset()
    ceiling: int | None = None
    language: str = "GB"
    company: str = "100"
    division: str = "AAA"
    facility: str = "A01"
    warehouse: str = "001"
    second_warehouse: str = "002"
    order_type: str = "WEB"
    credit_order_type: str = "WCR"
    gl_interface: str = "BCGLIF"
    user: str = "BCSVC"
    currency: str = "USD"
    items: Mapping[str, str] = field(default_factory=lambda: dict(_ITEMS))
    accounts: Mapping[str, str] = field(default_factory=lambda: dict(_ACCOUNTS))
