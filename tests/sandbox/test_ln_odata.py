"""The simulated LN: what its services ask for, how they say no, and what they never do by themselves."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from connector.sandbox.infor.ln.app import InforLn

BASE = "/ACME_TST/LN/lnapi/odata"
SALES = "tdapi.slsSalesOrder"
TEE = "         10045"


class Rig:
    """A client that knows nothing of ours, in the company."""

    def __init__(self, **options: Any) -> None:
        self.time = 1_780_000_000.0
        self.sandbox = InforLn(now=lambda: self.time, **options)
        self.client = Client(self.sandbox.wsgi)

    @cached_property
    def headers(self) -> dict[str, str]:
        file = self.sandbox.ionapi("http://x")
        form = {"grant_type": "password", "client_id": file["ci"], "client_secret": file["cs"]}
        keys = {"username": file["saak"], "password": file["sask"]}
        token = self.client.post("/ACME_TST/as/token.oauth2", data=form | keys).get_json()["access_token"]
        return {"Authorization": f"Bearer {token}", "X-Infor-LnCompany": "1300"}

    def get(self, path: str, headers: dict[str, str] | None = None, **options: str) -> TestResponse:
        query = {f"${name}": value for name, value in options.items()}
        return self.client.get(f"{BASE}/{path}", query_string=query, headers=self.headers | (headers or {}))

    def rows(self, path: str, **options: str) -> list[dict[str, Any]]:
        answer = self.get(path, **options)
        assert answer.status_code == 200, answer.get_data()
        found: list[dict[str, Any]] = answer.get_json()["value"]
        return found

    def post(self, path: str, body: dict[str, Any], **headers: str) -> TestResponse:
        return self.client.post(f"{BASE}/{path}", json=body, headers=self.headers | headers)

    def begin(self, reference: str = "BC-1042", **more: Any) -> dict[str, Any]:
        answer = self.post(
            f"{SALES}/CreateOrder", {"SoldtoBusinessPartner": "WEBGUEST", "CustomerOrder": reference, **more}
        )
        assert answer.status_code == 200, answer.get_data()
        order: dict[str, Any] = answer.get_json()
        return order

    def add(self, order: str, item: str = TEE, quantity: int = 2, price: float = 19.99) -> TestResponse:
        body = {"SalesOrder": order, "Item": item, "OrderedQuantity": quantity, "Price": price}
        return self.post(f"{SALES}/CreateLine", body)

    def act(self, order: str, action: str, etag: str = "") -> TestResponse:
        headers = {"If-Match": etag} if etag else {}
        return self.post(f"{SALES}/Orders('{order}')/{SALES}.{action}", {}, **headers)

    def order(self, number: str) -> dict[str, Any]:
        (order,) = self.rows(f"{SALES}/Orders", filter=f"SalesOrder eq '{number}'")
        return order


@pytest.fixture
def rig() -> Rig:
    return Rig()


def said(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["message"]


def test_without_a_company_no_table_exists_and_another_companys_cannot_be_entered(rig: Rig):
    assert said(rig.get(f"{SALES}/Orders", {"X-Infor-LnCompany": ""})) == (422, "Table does not exist")
    assert said(rig.get(f"{SALES}/Orders", {"X-Infor-LnCompany": "100"})) == (422, "Switch to company 100 failed")


def test_a_service_that_is_not_active_is_not_found(rig: Rig):
    assert rig.get("tfapi.glJournal/Journals").status_code == 404
    assert rig.get(f"{SALES}/Journals").status_code == 404


def test_an_order_is_free_until_it_is_approved_and_takes_lines_only_then(rig: Rig):
    number = rig.begin()["SalesOrder"]
    assert rig.act(number, "Approve").status_code == 422
    line = rig.add(number).get_json()
    assert (line["Line"], line["Amount"]) == (10, 39.98)
    assert rig.order(number)["SalesOrderStatus"] == "Free"
    assert rig.sandbox.orphan_heads() == [number]
    assert rig.act(number, "Approve", rig.order(number)["@odata.etag"]).status_code == 200
    approved = rig.order(number)
    assert (approved["SalesOrderStatus"], approved["OrderAmount"]) == ("Approved", 39.98)
    assert said(rig.add(number))[0] == 422
    assert said(rig.act(number, "Cancel"))[0] == 422
    assert (rig.sandbox.orphan_heads(), rig.sandbox.orders_by_reference()) == ([], {"BC-1042": [number]})


def test_the_same_reference_is_taken_as_often_as_it_comes(rig: Rig):
    numbers = [rig.begin()["SalesOrder"] for _ in range(2)]
    for number in numbers:
        rig.add(number)
        rig.act(number, "Approve")
    assert rig.sandbox.orders_by_reference() == {"BC-1042": numbers}


def test_an_order_that_was_changed_is_approved_by_nobody_who_read_it_before(rig: Rig):
    order = rig.begin()
    rig.add(order["SalesOrder"])
    assert rig.act(order["SalesOrder"], "Approve", order["@odata.etag"]).status_code == 412
    assert rig.order(order["SalesOrder"])["SalesOrderStatus"] == "Free"


def test_a_change_needs_an_etag_and_reaches_no_field_that_ln_computes(rig: Rig):
    order = rig.begin()
    path = f"{BASE}/{SALES}/Orders('{order['SalesOrder']}')"
    change = {"PlannedDeliveryDate": "2026-12-01T00:00:00Z"}
    assert rig.client.patch(path, json=change, headers=rig.headers).status_code == 428
    match = rig.headers | {"If-Match": order["@odata.etag"]}
    assert rig.client.patch(path, json={"CustomerOrder": "BC-1"}, headers=match).status_code == 400
    assert rig.client.patch(path, json=change, headers=match).status_code == 200
    assert rig.client.patch(path, json=change, headers=match).status_code == 412


def test_a_canceled_order_is_gone_with_its_lines(rig: Rig):
    number = rig.begin()["SalesOrder"]
    rig.add(number)
    assert rig.act(number, "Cancel").status_code == 200
    assert (rig.order(number)["SalesOrderStatus"], rig.order(number)["Canceled"]) == ("Canceled", "Yes")
    assert [row["Canceled"] for row in rig.rows(f"{SALES}/Lines", filter=f"SalesOrder eq '{number}'")] == ["Yes"]
    assert (rig.sandbox.orphan_heads(), rig.sandbox.orders_by_reference()) == ([], {})


REFUSED = {
    "a partner that is inactive": {"SoldtoBusinessPartner": "CLOSED"},
    "a partner that may not order": {"SoldtoBusinessPartner": "SUPPLIER"},
    "an office that is none": {"SalesOffice": "ZZZ"},
    "a currency that is none": {"OrderCurrency": "XXX"},
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_an_order_that_may_not_be_is_not_begun(rig: Rig, words: dict[str, str]):
    body = {"SoldtoBusinessPartner": "WEBGUEST"} | words
    assert rig.post(f"{SALES}/CreateOrder", body).status_code == 422
    assert rig.rows(f"{SALES}/Orders") == []


def test_a_parameter_that_is_unknown_or_missing_is_not_understood(rig: Rig):
    assert rig.post(f"{SALES}/CreateOrder", {"CustomerOrder": "BC-1"}).status_code == 400
    assert rig.post(f"{SALES}/CreateOrder", {"SoldtoBusinessPartner": "WEBGUEST", "Cuor": "x"}).status_code == 400
    older = Rig(keeps_reference=False)
    body = {"SoldtoBusinessPartner": "WEBGUEST", "CustomerOrder": "BC-1"}
    assert said(older.post(f"{SALES}/CreateOrder", body)) == (400, "Parameter CustomerOrder is unknown")


def test_an_item_is_found_by_its_whole_code_with_the_blanks_alone(rig: Rig):
    number = rig.begin()["SalesOrder"]
    assert rig.add(number, "10045").status_code == 422
    assert rig.rows("tcapi.ibdItem/Items", filter="Item eq '10045'") == []
    assert len(rig.rows("tcapi.ibdItem/Items", filter=f"Item eq '{TEE}'")) == 1


def test_an_agreement_makes_a_line_cheaper_and_a_stuck_item_keeps_an_order_free(rig: Rig):
    number = rig.begin()["SalesOrder"]
    assert rig.add(number, "         AGREED", 1, 10).get_json()["Amount"] == 9.0
    rig.add(number, "         STUCK")
    answer = rig.act(number, "Approve")
    assert (answer.status_code, answer.get_json()["value"]) == (200, f"Sales order {number} is not approved")
    assert rig.order(number)["SalesOrderStatus"] == "Free"


def test_yen_have_no_minor_unit(rig: Rig):
    number = rig.begin(OrderCurrency="JPY")["SalesOrder"]
    assert rig.add(number, quantity=3, price=333.333333).get_json()["Amount"] == 1000.0


def test_an_approved_order_takes_its_pieces(rig: Rig):
    number = rig.begin()["SalesOrder"]
    rig.add(number)
    rig.act(number, "Approve")
    assert rig.sandbox.stock()["10045"] == {"WH1": "98.0", "WH2": "40.0"}
    assert rig.sandbox.articles()["10045"].pieces == 98


def test_a_list_goes_on_behind_a_link_that_names_a_host_nobody_reaches(rig: Rig):
    rig.sandbox.make_items(250)
    first = rig.get("tcapi.ibdItem/Items", orderby="Item", count="true").get_json()
    link = first["@odata.nextLink"]
    assert (len(first["value"]), link.split("?")[0]) == (
        200,
        "https://ln-app.internal:8443/lnapi/odata/tcapi.ibdItem/Items",
    )
    second = rig.client.get(f"{BASE}/tcapi.ibdItem/Items?{link.split('?')[1]}", headers=rig.headers).get_json()
    assert "@odata.nextLink" not in second
    assert len(first["value"] + second["value"]) == first["@odata.count"]


def test_a_page_is_no_longer_than_asked_and_a_top_is_no_page(rig: Rig):
    small = {"Prefer": "odata.maxpagesize=2"}
    answer = rig.get("tcapi.ibdItem/Items", small, top="3").get_json()
    assert (len(answer["value"]), "@odata.nextLink" in answer) == (2, True)
    assert "@odata.nextLink" not in rig.get("tcapi.ibdItem/Items", top="2").get_json()


def test_a_list_that_breaks_off_counts_what_it_does_not_give(rig: Rig):
    rig.begin()
    rig.sandbox.control["cut_short"]([f"{SALES}/Orders"])
    answer = rig.get(f"{SALES}/Orders", count="true").get_json()
    assert (answer["value"], answer["@odata.count"]) == ([], 1)


FILTERS = {
    "Item eq '         10045' or Item eq '         10046'": 2,
    "(Item eq '         10045' or Item eq '         10046') and Description eq 'Tee red S'": 1,
    "ItemType eq tcapi.ibdItem.ItemType'Service'": 1,
    "Weight gt 0 and LastModificationDate ge 2020-01-01T00:00:00Z and Item lt '         10047'": 2,
}


@pytest.mark.parametrize(("text", "rows"), FILTERS.items())
def test_a_filter_is_read_as_it_is_written(rig: Rig, text: str, rows: int):
    assert len(rig.rows("tcapi.ibdItem/Items", filter=text)) == rows


@pytest.mark.parametrize(
    "text",
    [
        "ItemType eq 'Service'",
        "Weight gt '1'",
        "Colour eq 'red'",
        "Item eq",
        "Item like 'x'",
        "(Item eq 'x'",
        "Item eq 'x' 'y'",
    ],
)
def test_a_filter_that_is_none_is_not_understood(rig: Rig, text: str):
    assert rig.get("tcapi.ibdItem/Items", filter=text).status_code == 400


def test_an_unknown_field_or_option_is_not_understood(rig: Rig):
    assert rig.get("tcapi.ibdItem/Items", select="Colour").status_code == 400
    assert rig.get("tcapi.ibdItem/Items", apply="x").status_code == 400
    assert set(rig.rows("tcapi.ibdItem/Items", select="Item,Weight", top="1")[0]) == {"@odata.etag", "Item", "Weight"}


def test_a_service_describes_its_sets_actions_and_what_it_computes(rig: Rig):
    words = rig.get(f"{SALES}/$metadata").get_json()[SALES]
    taken = {one["$Name"] for one in words["CreateOrder"][0]["$Parameter"]}
    assert {"SoldtoBusinessPartner", "CustomerOrder"} <= taken
    assert words["Order"]["CustomerOrder"]["@Org.OData.Core.V1.Computed"] is True
    assert words["Resources"]["Orders"]["$Type"] == f"{SALES}.Order"
    assert words["Approve"][0]["$IsBound"] is True


def test_an_item_changed_by_its_people_says_when(rig: Rig):
    rig.time += 86_400
    rig.sandbox.change_item("10045", name="Tee, new", price="9.90")
    (row,) = rig.rows("tcapi.ibdItem/Items", filter="LastModificationDate ge 2026-05-29T00:00:00Z")
    assert row["Description"] == "Tee, new"
    (price,) = rig.rows("tdapi.isaItemSales/ItemsSales", filter=f"Item eq '{TEE}'")
    assert price["SalesPrice"] == 9.9


def test_a_price_alone_does_not_change_the_item(rig: Rig):
    rig.time += 86_400
    rig.sandbox.change_item("10045", price="9.90")
    assert rig.rows("tcapi.ibdItem/Items", filter="LastModificationDate ge 2026-05-29T00:00:00Z") == []
