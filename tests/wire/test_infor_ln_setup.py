"""LN's settings, its items on the wire, and what a set-up check finds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from infor_script import free
from ln_script import COMPANY, ITEMS, ORDERS, listed, ln, refused

from connector.domain.connection import Booking
from connector.domain.document import Customer
from connector.domain.faults import ContractBroken, MappingGap, Misconfigured
from connector.domain.inquiry import FindingState
from connector.domain.item import ItemPrice, ItemStock
from connector.domain.order import Address
from connector.infor.ln.company import read_company
from connector.infor.registry import company_keys
from connector.ports import Finding, Masters
from connector.sandbox.infor.ln.metadata import of as described
from connector.sandbox.infor.ln.options import Options

SERVICE = "tdapi.slsSalesOrder"
METADATA, STOCK = f"{SERVICE}/$metadata", "whapi.wmdInventory/ItemInventoryByWarehouses"
PRICES, PARTNERS = "tdapi.isaItemSales/ItemsSales", "tcapi.comBusinessPartner/BusinessPartners"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BUYER = Customer(142, Address())

WRONG = {
    "a company that is no number": ({"company": "12a"}, "company must be a number up to 9999"),
    "a company beyond LN's": ({"company": "10000"}, "company must be a number up to 9999"),
    "no order type": ({"order_type": ""}, "order_type is missing"),
    "a setting of another suite": ({"division": "AAA"}, "division is unknown"),
    "no sender of BODs": ({"bod_from": ""}, "bod_from is missing"),
    "a segment that is no number": ({"item_segment": "nine"}, "item_segment must be a number of blanks"),
    "a stock service without an entity set": ({"stock_service": "whapi"}, "a service and an entity set"),
}


@pytest.mark.parametrize(("settings", "said"), WRONG.values(), ids=WRONG)
def test_wrong_settings_are_named(settings: dict[str, str], said: str):
    with pytest.raises(Misconfigured, match=said):
        read_company({**COMPANY, **settings}, Booking.FULL)


def test_every_fault_of_the_settings_is_told_at_once():
    with pytest.raises(Misconfigured) as refused:
        read_company({"company": "x"}, Booking.FULL)
    for key in ("company must", "sales_office is", "order_type is", "bod_from is", "accounting_entity is"):
        assert key in refused.value.what


def test_a_ledger_connection_needs_no_sales_settings():
    assert company_keys("ln", Booking.LEDGER).required == ("company", "bod_from", "accounting_entity")


def test_the_headers_name_company_identity_and_language():
    erp, script = ln((ORDERS, listed()), identity="webshop", language="en-US")
    erp.find_document("BC-1042")
    headers = script.requests[0].headers
    told = {name: headers[name] for name in ("X-Infor-LnCompany", "X-Infor-LnIdentity", "Content-Language")}
    assert told == {
        "X-Infor-LnCompany": "1300",
        "X-Infor-LnIdentity": "webshop",
        "Content-Language": "en-US",
    }


def test_items_are_asked_for_with_the_blanks_of_their_segment_and_told_without():
    erp, script = ln((ITEMS, listed({"Item": "         10046", "Description": "Tee", "ItemType": "Product"})))
    (item,) = erp.items.all_items("10045")
    assert "$filter=Item%20gt%20'%20%20%20%20%20%20%20%20%2010045'&" in script.requests[0].url
    assert (item.number, item.name, item.weight, item.sold) == ("10046", "Tee", None, True)


def test_a_tenant_without_a_segment_says_so():
    erp, script = ln((ITEMS, listed()), item_segment="0")
    assert erp.items.all_items("10045") == []
    assert "$filter=Item%20gt%20'10045'&" in script.requests[0].url


def test_a_projects_item_is_no_article_and_a_cost_item_is_not_sold():
    rows = (
        {"Item": "         FRT", "ItemType": "Cost"},
        {"Item": "PRJ000001TEE", "ItemType": "Product"},
    )
    erp, _ = ln((ITEMS, listed(*rows)))
    assert [(item.number, item.sold) for item in erp.items.all_items("")] == [("FRT", False)]


def test_items_that_do_not_rise_are_no_pages():
    erp, _ = ln((ITEMS, listed({"Item": "         B"}, {"Item": "         A"})))
    with pytest.raises(ContractBroken, match="not rising"):
        erp.items.all_items("")


def test_a_price_for_another_unit_than_is_sold_and_a_price_of_zero_are_none():
    told = {"SalesCurrency": "EUR", "SalesUnit": "ea", "SalesPriceUnit": "ea"}
    rows = (
        {"Item": "         A", "SalesPrice": 9.99, **told},
        {"Item": "         B", "SalesPrice": 9.99, **told, "SalesPriceUnit": "c"},
        {"Item": "         C", "SalesPrice": 0.0, **told},
    )
    erp, _ = ln((PRICES, listed(*rows)))
    first, *others = erp.items.prices(["A", "B", "C", "D"])
    term = first.on(NOON.date())
    assert term is not None
    assert (term.amount.amount, term.amount.currency, term.with_tax, term.since) == (
        Decimal("9.99"),
        "EUR",
        False,
        date(2000, 1, 1),
    )
    assert others == [ItemPrice(item, ()) for item in "BCD"]


def test_stock_is_on_hand_less_allocated_and_blocked_summed_over_all_rows_of_a_warehouse():
    rows = (
        {"Item": "         A", "Warehouse": "WH1", "InventoryOnHand": 10, "InventoryAllocated": 3},
        {"Item": "         A", "Warehouse": "WH1", "InventoryOnHand": 2.5, "InventoryBlocked": 1},
        {"Item": "         A", "Warehouse": "WH2", "InventoryOnHand": 1, "InventoryAllocated": 4},
    )
    erp, _ = ln((STOCK, listed(*rows)))
    assert erp.items.stock(["A", "B"], ["WH1", "WH2"]) == [
        ItemStock("A", "WH1", Decimal("8.5")),
        ItemStock("A", "WH2", Decimal(-3)),
        ItemStock("B", "WH1", Decimal(0)),
        ItemStock("B", "WH2", Decimal(0)),
    ]


@pytest.mark.parametrize("number", ["many", True, [], 10**40])
def test_a_number_that_is_none_is_no_stock(number: object):
    erp, _ = ln((STOCK, listed({"Item": "         A", "Warehouse": "WH1", "InventoryOnHand": number})))
    with pytest.raises(ContractBroken, match="InventoryOnHand"):
        erp.items.stock(["A"], ["WH1"])


def test_where_no_service_tells_stock_the_profile_may_not_name_a_warehouse_and_none_is_taken_for_zero():
    erp, script = ln(stock_service="none")
    [check] = erp.check_masters(Masters({}, {}, {}, {}, {}, {"WH1": "warehouses.1"}, {}))
    assert (check.ok, "so LN tells no stock" in check.detail) == (False, True)
    for read in (lambda: erp.items.stock(["A"], ["WH1"]), lambda: erp.items.changed_stock(NOON)):
        with pytest.raises(Misconfigured, match="stock_service is none"):
            read()
    assert script.requests == []


def test_a_stock_service_that_is_not_active_is_told_when_a_profile_names_a_warehouse():
    erp, _ = ln((STOCK, refused(404, "not active")))
    [check] = erp.check_masters(Masters({}, {}, {}, {}, {}, {"WH1": "warehouses.1"}, {}))
    assert (check.ok, "not active" in check.detail) == (False, True)


def test_a_connection_that_asked_for_no_stock_is_not_refused_for_want_of_it():
    for company, holds in (({}, True), ({"stock_service": "whapi.mine/Balances"}, False)):
        stock = company.get("stock_service", STOCK)
        line = pinged(described(SERVICE, Options()), "catalog", stock=(stock, refused(404, "not active")), **company)
        assert (line.ok, "not active" in line.detail) == (holds, True)


def test_a_customer_is_found_by_the_exact_search_key_and_never_made():
    rows = ({"BusinessPartner": "BP2", "SearchKey": "142"}, {"BusinessPartner": "BP1", "SearchKey": "142 "})
    erp, script = ln((PARTNERS, listed(*rows, {"BusinessPartner": "BP0", "SearchKey": "1421"})))
    assert erp.find_customer(BUYER) == Finding(
        FindingState.BOOKED,
        external_id="BP1",
        reason="LN holds 2 business partners with search key 142: BP1, BP2; keep one",
    )
    with pytest.raises(MappingGap, match=r"customers\.create"):
        erp.post_customer(BUYER, template="WEBTMPL", guard=free)
    assert len(script.requests) == 1


def test_a_profile_that_wants_customers_made_is_refused():
    erp, script = ln()
    [check] = erp.check_masters(Masters({}, {}, {}, {"WEBTMPL": "customers.template"}, {}, {}, {}))
    assert (check.ok, script.requests) == (False, [])
    assert "set `customers.create` to false" in check.detail


def pinged(
    document: object, name: str = "sales orders", *, stock: tuple[str, object] = (STOCK, listed()), **company: str
):
    """One line of the ping, with what the order service says of itself."""
    partner, first = ("tcapi.comBusinessPartner/SoldtoBusinessPartners", listed()), (ITEMS, listed())
    erp, _ = ln(
        first,
        (METADATA, (200, document)),
        (ORDERS, listed()),
        (f"{SERVICE}/Departments", listed({"Department": "SO1"})),
        (f"{SERVICE}/SalesOrderTypes", listed({"SalesOrderType": "WEB"})),
        (PARTNERS, listed()),
        partner,
        (ITEMS, listed()),
        (PRICES, listed()),
        stock,
        ("bod ping", (200, {"status": "OK"})),
        ("bod acceptedDocuments", (200, [])),
        **company,
    )
    [line] = [check for check in erp.ping() if check.name == name]
    return line


def test_a_ping_says_that_the_reference_goes_with_the_order():
    line = pinged(described(SERVICE, Options()))
    assert (line.ok, line.detail.startswith("CreateOrder takes CustomerOrder")) == (True, True)


def test_an_ln_that_cannot_take_the_reference_is_no_connection():
    line = pinged(described(SERVICE, Options(keeps_reference=False)))
    assert not line.ok
    assert line.detail.startswith("CreateOrder takes no CustomerOrder, so that an order whose answer is lost")


def test_everything_that_the_service_lacks_is_told_at_once():
    document = described(SERVICE, Options())
    words = document[SERVICE]
    del words["Approve"], words["Order"]["SalesOrderStatus"], words["Resources"]["Lines"]
    words["CreateLine"][0]["$Parameter"] = [{"$Name": "SalesOrder"}, {"$Name": "Item"}]
    said = pinged(document).detail
    for lack in (
        f"{SERVICE} has no Approve",
        "Orders has no SalesOrderStatus",
        f"{SERVICE} has no Lines",
        "CreateLine takes no Price",
    ):
        assert lack in said


@pytest.mark.parametrize(
    "document",
    [
        {},
        {SERVICE: []},
        {SERVICE: {"CreateOrder": {}, "Resources": []}},
        {SERVICE: {"CreateOrder": [1, {"$Parameter": [None, "x"]}], "Resources": {"$Kind": "EntityContainer"}}},
    ],
)
def test_a_description_that_makes_no_sense_is_a_line_that_failed(document: object):
    assert not pinged(document).ok
