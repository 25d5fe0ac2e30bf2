"""A sales order as ProcessSalesOrder, in the shape of an LN integration's (facts/infor.md §5).

A line's price is its whole net amount for its whole quantity, so that nothing is rounded. Charges are lines, under
the items that the profile names for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from connector.domain.document import SalesDocument
from connector.domain.order import Address
from connector.infor.bod.settings import BodSettings
from connector.infor.bod.wire.envelope import Name, on
from connector.infor.bod.xml import Tag, optional, tag

NOUN = "SalesOrder"


def sales_order(name: Name, document: SalesDocument, settings: BodSettings) -> Tag:
    """Describe the noun."""
    return tag(NOUN, _header(name, document, settings), *_lines(document, settings))


def _header(name: Name, document: SalesDocument, settings: BodSettings) -> Tag:
    buyer = tag("PartyIDs", tag("ID", text=document.customer))
    return tag(
        "SalesOrderHeader",
        tag("DocumentID", tag("ID", text=name.document), agencyRole="Supplier"),
        tag("AlternateDocumentID", tag("ID", text=document.reference), agencyRole="Customer"),
        optional("Note", document.text),
        tag("DocumentDateTime", text=on(document.ordered_on, settings)),
        tag("Status", tag("Code", text="Open")),
        _office(settings),
        tag("CustomerParty", buyer),
        tag("ShipToParty", buyer, tag("Location", _address(document.address))),
        tag("RequestedShipDateTime", text=on(document.ordered_on, settings)),
    )


def _office(settings: BodSettings) -> Tag | None:
    if not settings.office:
        return None
    return tag("SupplierParty", tag("Location", tag("ID", text=settings.office), type="Office"))


def _address(address: Address) -> Tag:
    return tag(
        "Address",
        optional("AttentionOfName", ", ".join(filter(None, (address.company, address.name)))),
        optional("StreetName", ", ".join(filter(None, (address.street_1, address.street_2)))),
        optional("CityName", address.city),
        optional("CountrySubDivisionCode", address.state),
        optional("CountryCode", address.country_code),
        optional("PostalCode", address.postal_code),
        type="Discrete",
    )


def _lines(document: SalesDocument, settings: BodSettings) -> Iterator[Tag]:
    sold = [(line.item, line.quantity, line.net) for line in document.lines]
    charged = [(charge.id, 1, charge.amount) for charge in document.charges]
    warehouse = _warehouse(settings)
    for number, (item, quantity, net) in enumerate([*sold, *charged], start=1):
        yield tag(
            "SalesOrderLine",
            tag("LineNumber", text=str(number * 10)),
            tag("Item", tag("ItemID", tag("ID", text=item))),
            tag("Quantity", text=str(quantity), unitCode=settings.unit),
            tag(
                "UnitPrice",
                tag("Amount", text=f"{net.amount:f}", currencyID=net.currency),
                tag("PerQuantity", text=str(quantity), unitCode=settings.unit),
            ),
            warehouse,
        )


def _warehouse(settings: BodSettings) -> Tag | None:
    if not settings.warehouse:
        return None
    return tag("ShipFromParty", tag("Location", tag("ID", text=settings.warehouse), type="Warehouse"))
