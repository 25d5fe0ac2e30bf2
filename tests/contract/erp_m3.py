"""The M3 adapter before the simulated M3."""

from __future__ import annotations

from decimal import Decimal
from math import ceil

from erp_suite import Customers, Goods, Journals, Names, Orders, Periods, Setup, Simulator, Suite

from connector.domain.document import Customer
from connector.domain.inquiry import FindingState
from connector.ports import Masters
from connector.sandbox.infor.m3.app import InforM3

TABLE = "m3 EXPORTMI/Select"
A_POST = 50
"""Transactions that go together."""


class M3Simulator(Simulator):
    """The contract's questions in M3's words."""

    sandbox = InforM3

    def order_total(self, reference: str) -> Decimal:
        (order,) = [order for order in self.app.state()["orders"] if order["CUOR"] == reference]
        lines = [Decimal(line["LNAM"]) for line in order["lines"]]
        return sum(lines + [Decimal(charge["CRAM"]) for charge in order["charges"]], Decimal(0))

    def customers(self, customer: Customer) -> list[str]:
        return [row["CUNO"] for row in self.app.state()["customers"] if row["ALCU"] == str(customer.id)]

    def cut_lists(self) -> None:
        self.app.control["cut_short"]([TABLE.removeprefix("m3 "), "CRS610MI/LstBySearchKey"])


def order(lines: int) -> Names:
    """Address, lines, charge and text go together."""
    more = ceil((lines + 3) / A_POST) - 1
    return (
        "m3 OIS100MI/AddBatchHead",
        "m3 OIS100MI/AddBatchAddress",
        *["m3 OIS100MI/AddBatchLine"] * more,
        "m3 OIS100MI/Confirm",
    )


def journals(*lines: int) -> Names:
    """The lines of all journals go together."""
    return (
        "m3 GLS840MI/AddBatchHead",
        *["m3 GLS840MI/AddBatchLineFld"] * ceil(sum(lines) / A_POST),
        "m3 GLS840MI/CtrlBatch",
        "m3 GLS840MI/UpdBatch",
    )


SUITE = Suite(
    "m3",
    M3Simulator,
    InforM3.company,
    orders=Orders(
        find=(TABLE,),
        post=order,
        writes=order(2),
        settle=("m3 OIS100MI/GetOrderNo",),
        begun_again=("m3 OIS100MI/DelBatchHead", *order(2)),
        remove="m3 OIS100MI/DelBatchHead",
        works_on=True,
        item_length=15,
    ),
    customers=Customers("WEBTMPL", "m3 CRS610MI/Add", doubles=True, lacks="Country code must be entered"),
    journals=Journals(
        find=(TABLE,),
        post=journals,
        writes=journals(2, 2),
        posted=FindingState.PENDING,
        refused=FindingState.REFUSED,
        account_length=10,
        ledger=TABLE,
        ledger_accounts=40,
        pages=False,
    ),
    periods=Periods(
        {"closed_periods": "CPSTAT=90"}, ("m3 MNS100MI/GetBasicData", TABLE), "close_period", "open_period"
    ),
    setup=Setup(
        Masters(
            accounts={"4000": "accounts.sales", "NOACCT": "accounts.returns", "9998": "accounts.fees", "9997": "x"},
            items={"10045": "items.TEE", "OLD-ITEM": "items.OLD", "LONGER-THAN-FIFTEEN": "items.LONG"},
            customers={"WEBGUEST": "customers.guest", "CLOSED": "customers.other"},
            templates={"WEBTMPL": "customers.template", "NOTMPL": "customers.other"},
            charges={"FRT": "charges.shipping", "XYZ": "charges.handling"},
            warehouses={"001": "warehouses.1", "999": "warehouses.2"},
            dimensions={"AIT2:WEB": "dimensions.AIT2", "AIT2:NOPE": "dimensions.AIT2", "AIT9:X": "dimensions.AIT9"},
        ),
        faults=(
            "account NOACCT",
            "account 9998",
            "account 9997",
            "dimension AIT9:X",
            "dimension AIT2:NOPE",
            "item LONGER-THAN-FIFTEEN",
            "item OLD-ITEM",
            "customer CLOSED",
            "customer template NOTMPL",
            "charge XYZ",
            "warehouse 999",
        ),
        blocked=(1, "accounts.fees: account 9998 is blocked"),
        calls=7,
        good=(
            Masters({"4000": "a", "1200": "b"}, {}, {}, {}, {"FRT": "c"}, {}, {}),
            (("accounts", "2 found and usable"), ("charges", "1 found and usable")),
        ),
        odd_settings={"facility": "ZZZ", "order_type": "NOT", "tables": "gl_batch_status=FHNONE"},
        odd={
            "facility ZZZ": "",
            "order type NOT": "",
            "tables": "FGLINH has no column FHNONE",
        },
    ),
    goods=Goods("001", "MMS200MI/LstItmByItm", page=1000),
    paid_order=13,
)
