"""The tenant's masters on its first day.

Besides what the contract's example files name, there are records to fail on: account 9998 is blocked, 9997 expired;
customer CREDSTOP is stopped for credit, CLOSED may not be used, OTHERWEB has a search key that begins like others;
item OLD-ITEM is withdrawn, FAILSLATE and BREAKS pass every check and fail after Confirm; interface OLDGLIF has usage
type 1 (positions). These items are kept in the main warehouse only, all others in both. The first item has two more
prices in the list: one from twelve pieces on, one from the next year on.
"""

from __future__ import annotations

from connector.sandbox.infor.m3 import goods, periods, price_lists
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant

BLOCKED, EXPIRED = "9998", "9997"
CREDIT_STOPPED = "CREDSTOP"
FAILS_LATE, BREAKS = "FAILSLATE", "BREAKS"
_CURRENCIES = {"USD": 2, "EUR": 2, "GBP": 2, "CAD": 2, "AUD": 2, "CHF": 2, "SEK": 2, "MXN": 2, "JPY": 0, "KRW": 0}

CHARGES = {"FRT": "Freight", "HND": "Handling", "WRP": "Gift wrap", "FEE": "Fees", "GCT": "Gift certificates"}


def plant(tenant: Tenant) -> None:
    """Fill an empty company."""
    _company(tenant)
    _sales(tenant)
    _chart(tenant)
    for number, name in (
        ("WEBGUEST", "Web guest"),
        (CREDIT_STOPPED, "Stopped for credit"),
        ("OTHERWEB", "Another shop"),
    ):
        add_customer(tenant, CUNO=number, CUNM=name, ALCU=number, CSCD="US")
    add_customer(tenant, CUNO="CLOSED", CUNM="Closed", ALCU="CLOSED", STAT="90")
    for number, name in tenant.options.items.items():
        goods.add_item(tenant, number, name)
    for number in list(tenant.options.items)[:1]:
        next_year = str(int(tenant.stamp()["RGDT"][:4]) + 1)
        price_lists.set_price(tenant, goods.PRICE_LIST, number, "8.50", from_quantity="12")
        price_lists.set_price(tenant, goods.PRICE_LIST, number, "11.25", since=f"{next_year}0101")
    for number, name, status in (
        ("OLD-ITEM", "Withdrawn", "90"),
        (FAILS_LATE, "Fails after Confirm", "20"),
        (BREAKS, "Interrupts the work after Confirm", "20"),
    ):
        goods.add_item(tenant, number, name, status=status, on_hand=("100",))


def add_customer(tenant: Tenant, **fields: str) -> Record:
    """Add a customer; what is not said comes from the company."""
    options = tenant.options
    base = {"CONO": options.company, "DIVI": "", "STAT": "20", "CUTP": "0", "CUCD": options.currency, "LNCD": "GB"}
    return tenant.rows["OCUSMA"].add(base | tenant.stamp() | fields)


def _company(tenant: Tenant) -> None:
    options = tenant.options
    place = {"CONO": options.company, "DIVI": options.division, "FACI": options.facility, "WHLO": options.warehouse}
    habits = {"DTFM": "YMD", "DCFM": ".", "TIZO": "UTC", "LANC": options.language, "LNCD": options.language}
    tenant.rows["CMNUSR"].add(place | habits | {"USID": options.user, "NAME": "BigCommerce connector", "USTA": "20"})
    tenant.rows["CMNDIV"].add(
        place
        | habits
        | {"CONM": "Acme Test Company", "TX15": "Acme", "LOCD": options.currency, "FACN": "Main facility"}
        | {"PTFA": periods.BOOKS}
    )
    periods.plant(tenant)
    tenant.rows["CFACIL"].add(place | {"FACN": "Main facility", "LOCD": options.currency})
    for warehouse, name in ((options.warehouse, "Main warehouse"), (options.second_warehouse, "Second warehouse")):
        tenant.rows["MITWHL"].add(place | {"WHLO": warehouse, "WHNM": name, "CSCD": "US"})
    for code, decimals in _CURRENCIES.items():
        tenant.rows["CURRENCY"].add({"CUCD": code, "DCCD": str(decimals)})


def _sales(tenant: Tenant) -> None:
    options = tenant.options
    company = {"CONO": options.company}
    for code, name, sign in ((options.order_type, "Web order", "0"), (options.credit_order_type, "Web credit", "1")):
        tenant.rows["OOTYPE"].add(company | {"ORTP": code, "TX40": name, "TX15": name, "ORTK": "0", "OT11": sign})
    for charge, name in CHARGES.items():
        tenant.rows["CHARGE"].add(company | {"CRID": charge, "CRD0": name, "CUCD": options.currency, "CRTY": "0"})
    tenant.rows["TEMPLATE"].add(company | {"CUNO": "WEBTMPL", "CUNM": "Template for web customers"})


def _chart(tenant: Tenant) -> None:
    for number, name in tenant.options.accounts.items():
        add_account(tenant, number, name)
    add_account(tenant, BLOCKED, "Blocked account", LCCD="1")
    add_account(tenant, EXPIRED, "Expired account", VTDT="20191231")
    add_account(tenant, "WEB", "Web shop", AITP="2")
    tenant.rows["GLS850"].add({"INTN": tenant.options.gl_interface, "USAGE": "2"})
    tenant.rows["GLS850"].add({"INTN": "OLDGLIF", "USAGE": "1"})


def add_account(tenant: Tenant, identity: str, name: str, **fields: str) -> None:
    """Add an accounting identity, open and unblocked unless ``fields`` say otherwise."""
    base = {"CONO": tenant.options.company, "DIVI": tenant.options.division, "AITP": "1", "AITM": identity}
    life = {"LCCD": "0", "VFDT": "20000101", "VTDT": "20991231"}
    tenant.rows["FCHACC"].add(base | life | {"TX40": name[:40], "TX15": name[:15]} | tenant.stamp() | fields)
