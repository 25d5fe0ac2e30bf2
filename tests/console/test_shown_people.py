"""No page of a record and no bundle tells whom an order is from, whatever the suite made of it."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest

from connector.domain.identity import OrderRef
from connector.flows import audit, story
from connector.records.listing import Newest
from connector.sandbox.infor.financials import product
from connector.sandbox.infor.ln import sales
from connector.sandbox.infor.ln.refusals import functional
from tests.console.browser import Browser
from tests.console.workshop import Workshop
from tests.rig import NAME, Rig

AT = f"/console/c/{NAME}"
BUYER = {
    "first_name": "Zephyrine",
    "last_name": "Quackenbush",
    "street_1": "77 Hollyhock Terrace",
    "zip": "90210-7781",
    "phone": "4155550199",
    "email": "zephyrine.q@example.org",
}
SAID = "Leave it behind the blue gate, and do not tell my husband: it is a surprise for his birthday"
NOTED, CODE = "Vetted by phone", "MB345"
NOBODYS = (*BUYER.values(), "blue gate", "surprise", NOTED, CODE)
COMPLAINT = f"Address {BUYER['street_1']} of {BUYER['first_name']} {BUYER['last_name']} is not valid"

LONG = re.compile(r"[A-Za-z0-9+/]{80,}={0,2}")


def m3(rig: Rig, _: pytest.MonkeyPatch) -> None:
    def refuse(body: bytes) -> bytes:
        told = json.loads(body)
        error = {"errorMessage": COMPLAINT, "errorType": "ServerReturnedNOK", "errorCode": "WTY0001"}
        told["results"][0] = {"transaction": "AddBatchAddress", **error, "errorCfg": "", "errorField": "CUA1"}
        told["nrOfSuccessfullTransactions"] -= 1
        told["nrOfFailedTransactions"] += 1
        return json.dumps(told).encode()

    rig.sandbox.dial.rewrite("m3 OIS100MI/AddBatchAddress", refuse)


def syteline(rig: Rig, _: pytest.MonkeyPatch) -> None:
    refusal = json.dumps({"Success": False, "Message": COMPLAINT}).encode()
    rig.sandbox.dial.rewrite("syteline insert SLCos", lambda _: refusal)


def ln(_: Rig, patch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise functional(COMPLAINT)

    patch.setitem(sales.FREE_ACTIONS, "CreateOrder", refuse)  # type: ignore[arg-type]


def by_message(rig: Rig, _: pytest.MonkeyPatch) -> None:
    reference = f"BC-{max(rig.sandbox.store.orders) + 1}"
    rig.sandbox.infor.control["bod_fate"]({"fate": "confirm", "match": reference})


def financials(_: Rig, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(product, "REQUIRED", (COMPLAINT,))


Refusal = Callable[[Rig, pytest.MonkeyPatch], None]
SUITES: dict[str, tuple[str, Refusal, dict[str, str]]] = {
    "m3": ("m3", m3, {}),
    "syteline": ("syteline", syteline, {"head": "Contact=name Phone=phone Charfld1=street_1"}),
    "ln": ("ln", ln, {}),
    "ln by message": ("ln", by_message, {"orders_by": "bod"}),
    "financials": ("financials", financials, {}),
}


@pytest.fixture(
    scope="module",
    params=[pytest.param(one, marks=() if one in ("m3", "syteline") else pytest.mark.long) for one in SUITES],
)
def suite(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def rig(suite: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    name, _, company = SUITES[suite]
    with Rig(tmp_path_factory.mktemp("people"), suite=name) as made:
        infor: Any = made.sandbox.infor
        infor.company = {**infor.company, **company}
        made.connect()
        yield made.start("web")


def sell(rig: Rig, workshop: Workshop) -> int:
    paid = [{"gateway": "giftcertificate", "amount": "2.00"}, {"gateway": "braintree"}]
    store = rig.sandbox.store
    number = store.place_order(customer=77, address=BUYER, message=SAID, pay=paid, announce=False)
    store.orders[number].staff_notes = NOTED
    workshop.hear(number)
    return number


@pytest.fixture(scope="module")
def orders(suite: str, rig: Rig, workshop: Workshop) -> tuple[int, int]:
    """One that was posted, one that was refused."""
    posted = sell(rig, workshop)
    with pytest.MonkeyPatch.context() as patch:
        SUITES[suite][1](rig, patch)
        return posted, sell(rig, workshop)


def records(rig: Rig, numbers: tuple[int, int]) -> list[str]:
    listed = [line.id for kind in story.LISTED for line in story.listed(rig.house, NAME, Newest(100), kind=kind)]
    return [*listed, *(f"x-{call.id}" for number in numbers for call in rig.calls(number))]


def assert_nobodys(page: str, where: str) -> None:
    carried = [base64.b64decode(text + "==").decode(errors="replace") for text in LONG.findall(page)]
    told = [word for word in NOBODYS for text in (page, *carried) if word.lower() in text.lower()]
    assert told == [], where


def test_no_page_and_no_bundle_tells_who_the_buyer_is(
    rig: Rig, orders: tuple[int, int], viewer: Browser, operator: Browser
):
    states = [row.state.value for number in orders if (row := rig.order(number))]
    assert states == ["posted", "rejected"]
    shown = records(rig, orders)
    assert {"o", "t", "p", "x"} <= {one[0] for one in shown}
    pages = [f"orders/{number}" for number in orders] + [f"records/{one}" for one in shown]
    pages += ["desk", "orders", *(f"records?kind={kind}" for kind in story.LISTED)]
    for page in pages:
        assert_nobodys(viewer.get(f"{AT}/{page}"), page)
    for number in orders:
        row = rig.order(number)
        assert row is not None
        with zipfile.ZipFile(io.BytesIO(operator.client.get(f"{AT}/records/o-{row.id}/bundle").data)) as packed:
            for name in packed.namelist():
                assert_nobodys(packed.read(name).decode(), name)


def test_the_trail_keeps_a_complaint_without_the_buyer_it_names(rig: Rig, orders: tuple[int, int]):
    told = story.of_order(rig.house, OrderRef(NAME, orders[1]))
    assert_nobodys(told.order.reason + "".join(row.reason for row in told.postings), "reasons")
    assert_nobodys(str(audit.newest(rig.house, NAME, before=None, limit=200)), "trail")
    reasons = [row.reason for row in told.postings if row.state.value == "rejected"]
    assert any("is not valid" in reason or "the period is closed" in reason for reason in reasons)
