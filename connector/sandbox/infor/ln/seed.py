"""The company's masters on its first day.

Besides what the contract's example files name, there are records to fail on: partner CLOSED is inactive, SUPPLIER may
not order, OTHERWEB has a search key that begins like others; item PROJ of project PRJ000001 is no article, SERVICE is
no goods, STUCK passes every check and is never approved, AGREED is sold at ten percent less than is asked.
"""

from __future__ import annotations

from connector.sandbox.infor.ln import goods
from connector.sandbox.infor.ln.model import PARTNERS, SALES
from connector.sandbox.infor.ln.tenant import Tenant

STUCK, AGREED = "STUCK", "AGREED"
CHARGES = {"FRT": "Freight", "HND": "Handling", "WRP": "Gift wrap", "FEE": "Fees", "GCT": "Gift certificates"}


def plant(tenant: Tenant) -> None:
    """Fill an empty company."""
    options = tenant.options
    for entities, key, name in (
        ("Departments", "Department", options.sales_office),
        ("SalesOrderTypes", "SalesOrderType", options.order_type),
        ("Warehouses", "Warehouse", options.warehouse),
        ("Warehouses", "Warehouse", options.second_warehouse),
    ):
        tenant.add(f"{SALES}/{entities}", {key: name, "Description": name})
    for number, key in (("WEBGUEST", "WEBGUEST"), ("OTHERWEB", "1421"), ("CLOSED", "CLOSED")):
        add_partner(tenant, number, key, status="Inactive" if number == "CLOSED" else "Active")
    supplier = {"BusinessPartner": "SUPPLIER", "Name": "Supplier", "SearchKey": "SUP"}
    tenant.add(f"{PARTNERS}/BusinessPartners", supplier)
    for number, name in options.items.items():
        goods.add_item(tenant, number, name)
    for number, name in CHARGES.items():
        goods.add_item(tenant, number, name, type="Cost", on_hand=())
    goods.add_item(tenant, "SERVICE", "Mounting", type="Service", on_hand=())
    for number in (STUCK, AGREED):
        goods.add_item(tenant, number, f"Item {number}", on_hand=("100",))
    tenant.stuck.add(STUCK)
    tenant.discounts[AGREED] = "10"
    tenant.add(
        goods.ITEMS,
        {"Item": "PRJ000001PROJ", "Description": "A project's own", "ItemType": "Product", "Weight": 0.0}
        | {"LastModificationDate": tenant.moment},
    )


def add_partner(tenant: Tenant, number: str, search_key: str, *, status: str = "Active") -> None:
    """Add a business partner that may order."""
    told = {"Name": number, "SearchKey": search_key, "BusinessPartnerStatus": status}
    currency = {"Currency": tenant.options.currency}
    tenant.add(f"{PARTNERS}/BusinessPartners", {"BusinessPartner": number} | told | currency)
    role = {"SoldtoBusinessPartner": number, "BusinessPartnerStatus": status}
    tenant.add(f"{PARTNERS}/SoldtoBusinessPartners", role)
