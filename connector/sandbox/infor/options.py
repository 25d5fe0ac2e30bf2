"""What a test or a demo may choose about any simulated tenant, whatever suite it runs."""

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
class IonOptions:
    """The tenant's name, credentials, masters and quota.

    ``quota`` is (calls, seconds); ``batch_seconds`` is how long the suite works on after it answered a call that
    only submits. An empty ``saak`` makes the app a client-credentials one.
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
    currency: str = "USD"
    items: Mapping[str, str] = field(default_factory=lambda: dict(_ITEMS))
    accounts: Mapping[str, str] = field(default_factory=lambda: dict(_ACCOUNTS))
