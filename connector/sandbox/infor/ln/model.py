"""What the services consist of: entity sets with their fields, and actions with their parameters.

A part of what LN's own ``$metadata`` lists, by the same names and types. ``!`` marks what LN computes itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SALES, PARTNERS = "tdapi.slsSalesOrder", "tcapi.comBusinessPartner"
ITEMS, PRICES, STOCK = "tcapi.ibdItem", "tdapi.isaItemSales", "whapi.wmdInventory"


@dataclass(frozen=True, slots=True)
class Entities:
    """An entity set: its type's name, its key and its fields with their types."""

    type: str
    key: tuple[str, ...]
    fields: Mapping[str, str]
    computed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Action:
    """An action: what it takes; ``bound`` names the entity set whose entities it belongs to."""

    parameters: Mapping[str, str]
    required: tuple[str, ...] = ()
    bound: str = ""


def _entities(type_name: str, key: str, fields: str) -> Entities:
    """Read ``Name:type`` pairs; without a type it is a text, ``=Name`` is an enumeration."""
    pairs = [word.partition(":")[::2] for word in fields.split()]
    marked = {name.rstrip("!"): _type(kind) for name, kind in pairs}
    return Entities(
        type_name, tuple(key.split()), marked, frozenset(name[:-1] for name, _ in pairs if name.endswith("!"))
    )


def _type(kind: str) -> str:
    return {"": "Edm.String", "n": "Edm.Double", "i": "Edm.Int32", "d": "Edm.DateTimeOffset"}.get(kind, kind)


def _parameters(fields: str) -> dict[str, str]:
    return {name: _type(kind) for name, kind in (word.partition(":")[::2] for word in fields.split())}


_REFERENCE = {
    name: _entities(kind, kind.rstrip("_"), f"{kind.rstrip('_')} Description")
    for name, kind in (("Departments", "Department_"), ("SalesOrderTypes", "SalesOrderType_"))
} | {"Warehouses": _entities("Warehouse_", "Warehouse", "Warehouse Description")}

SETS: Mapping[str, Mapping[str, Entities]] = {
    SALES: {
        "Orders": _entities(
            "Order",
            "SalesOrder",
            """SalesOrder! SoldtoBusinessPartner! SalesOrderType! OrderDate!:d OrderCurrency! PlannedDeliveryDate:d
            CustomerRequestedDeliveryDate:d CustomerOrder! ReferenceA! ReferenceB! SalesOffice! Warehouse!
            Canceled!:=AnswerOnQuestionYn OrderAmount!:n SalesOrderStatus!:=SalesOrderHeaderStatus
            ChangeRequest!:=YesNoNotApplicable OriginalSalesOrder! HeaderText!""",
        ),
        "Lines": _entities(
            "Line_",
            "SalesOrder Line SequenceNumber",
            """SalesOrder! Line!:i SequenceNumber!:i Item! OrderedQuantity:n SalesUnit Price:n SalesPriceUnit
            Amount!:n Warehouse! CustomerOrder! CustomerOrderPosition! Canceled!:=AnswerOnQuestionYn
            OrderLineText!""",
        ),
        **_REFERENCE,
    },
    PARTNERS: {
        "BusinessPartners": _entities(
            "BusinessPartner_",
            "BusinessPartner",
            """BusinessPartner Name SearchKey BusinessPartnerStatus:=BusinessPartnerStatus Language Currency
            AddressCode""",
        ),
        "SoldtoBusinessPartners": _entities(
            "SoldtoBusinessPartner_",
            "SoldtoBusinessPartner",
            "SoldtoBusinessPartner BusinessPartnerStatus:=BusinessPartnerStatus Language AddressCode",
        ),
    },
    ITEMS: {
        "Items": _entities(
            "Item_",
            "Item",
            """Item Description CreationDate:d LastModificationDate:d ItemType:=ItemType ItemGroup InventoryUnit
            Weight:n WeightUnit""",
        )
    },
    PRICES: {
        "ItemsSales": _entities(
            "ItemSales",
            "Item",
            """Item SalesUnit SalesPriceUnit SalesCurrency SalesPrice:n LastSalesPriceTransactionDate!:d
            SuggestedRetailPrice:n Warehouse""",
        )
    },
    STOCK: {
        "ItemInventoryByWarehouses": _entities(
            "ItemInventoryByWarehouse",
            "Item Warehouse",
            "Item Warehouse InventoryOnHand:n InventoryAllocated:n InventoryOnOrder:n InventoryBlocked:n",
        )
    },
}

ACTIONS: Mapping[str, Action] = {
    "CreateOrder": Action(
        _parameters(
            """OrderSeries SoldtoBusinessPartner SoldtoAddress ShiptoBusinessPartner ShiptoAddress SalesOffice
            SalesOrderType OrderCurrency OrderDiscount:n PaymentTerms DeliveryTerms Site Warehouse OrderDate:d
            CustomerRequestedDeliveryDate:d PlannedDeliveryDate:d ReturnReason CustomerOrder ReferenceA ReferenceB
            OrderReference HeaderText FooterText"""
        ),
        ("SoldtoBusinessPartner",),
    ),
    "CreateLine": Action(
        _parameters(
            """SalesOrder Item ShiptoAddress OrderedQuantity:n SalesUnit Amount:n Price:n SalesPriceUnit TaxCountry
            TaxCode Site Warehouse OrderDate:d PlannedDeliveryDate:d OrderLineReference CustomerOrder
            CustomerOrderPosition CustomerOrderSequence OrderLineText"""
        ),
        ("SalesOrder", "Item"),
    ),
    "Approve": Action(
        _parameters(
            """RecalculatePriceAndDiscounts:=YesNoUseDefaultSettings
            RedetermineMaterialPriceInformation:=YesNoUseDefaultSettings
            RecalculateAdditionalCosts:=YesNoUseDefaultSettings HandleCommissionsAndRebates:Edm.Boolean"""
        ),
        bound="Orders",
    ),
    "Cancel": Action(
        _parameters(
            """OrderHeaderAcknowledgementCode OrderHeaderChangeReason OrderHeaderChangeType OrderLineChangeReason
            OrderLineChangeType"""
        ),
        bound="Orders",
    ),
}
"""The actions of the order service."""

ENUMS: Mapping[str, tuple[str, ...]] = {
    "AnswerOnQuestionYn": ("Yes", "No"),
    "YesNoNotApplicable": ("Yes", "No", "NotApplicable"),
    "YesNoUseDefaultSettings": ("Yes", "No", "UseDefaultSettings"),
    "BusinessPartnerStatus": ("Prospect", "Active", "Inactive", "NotSpecified"),
    "ItemType": ("Purchased", "Manufactured", "Product", "Cost", "Service", "List"),
    "SalesOrderHeaderStatus": (
        *("Suspended", "Free", "Approved", "InProcess", "Modified", "Closed", "Canceled", "Blocked", "Released"),
        "NotApplicable",
    ),
}
