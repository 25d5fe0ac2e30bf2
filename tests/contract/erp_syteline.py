"""The SyteLine adapter before the simulated SyteLine."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from erp_suite import Customers, Goods, Journals, Names, Orders, Setup, Simulator, Suite

from connector.domain.document import Customer
from connector.domain.inquiry import FindingState
from connector.ports import Masters
from connector.sandbox.infor.syteline.app import InforSyteLine

CENT = Decimal("0.01")


class SyteLineSimulator(Simulator):
    """The contract's questions in SyteLine's words."""

    sandbox = InforSyteLine
    closing = "close_account"

    def order_total(self, reference: str) -> Decimal:
        state = self.app.state()
        (order,) = [order["CoNum"] for order in state["SLCos"] if order["CustPo"] == reference]
        lines = [line for line in state["SLCoitems"] if line["CoNum"] == order]
        worth = [Decimal(line["QtyOrderedConv"]) * Decimal(line["PriceConv"]) for line in lines]
        return sum((each.quantize(CENT, ROUND_HALF_UP) for each in worth), Decimal(0))

    def customers(self, customer: Customer) -> list[str]:
        return [row["CustNum"] for row in self.app.state()["SLCustomers"] if row["CustNum"] == f"W{customer.id:06}"]


LINE = "syteline insert SLCoitems"
CONFIRMATION = ("syteline load SLCoitems", "syteline load SLCos", "syteline update SLCos")


def order(lines: int) -> Names:
    """Each line is a call of its own, and so is the charge."""
    return ("syteline insert SLCos", *[LINE] * (lines + 1), *CONFIRMATION)


FIND = ("syteline load SLJournals", "syteline load SLLedgers")


def journals(*lines: int) -> Names:
    """Whether they are there, their accounts, then each line."""
    return (*FIND, "syteline load SLChartAccts", *["syteline insert SLJournals"] * sum(lines))


SUITE = Suite(
    "syteline",
    SyteLineSimulator,
    InforSyteLine.company,
    orders=Orders(
        find=("syteline load SLCos",),
        post=order,
        writes=("syteline insert SLCos", LINE, "syteline update SLCos"),
        settle=("syteline load SLCos",),
        begun_again=("syteline load SLCos", "syteline load SLCoitems", LINE, LINE, *CONFIRMATION),
        remove="syteline delete SLCos",
        works_on=False,
        item_length=30,
        guest="WEBGST",
    ),
    customers=Customers("WEBTMPL", "syteline insert SLCustomers", doubles=False),
    journals=Journals(
        find=FIND,
        post=journals,
        writes=("syteline insert SLJournals",),
        posted=FindingState.PENDING,
        refused=FindingState.ABSENT,
        account_length=12,
        alone=("syteline insert SLJournals",),
        ledger="syteline load SLLedgers",
        ledger_accounts=40,
        pages=True,
    ),
    setup=Setup(
        Masters(
            accounts={"4000": "accounts.sales", "NOACCT": "accounts.returns", "9998": "accounts.fees"},
            items={"10045": "items.TEE", "OLD-ITEM": "items.OLD", "X" * 31: "items.LONG"},
            customers={"WEBGST": "customers.guest", "CLOSED": "customers.other"},
            templates={"WEBTMPL": "customers.template", "NOTMPL": "customers.other"},
            charges={"FRT": "charges.shipping", "XYZ": "charges.handling"},
            warehouses={"MAIN": "warehouses.1", "999": "warehouses.2"},
            dimensions={"AcctUnit1:WEB": "dimensions.AcctUnit1", "AIT2:X": "dimensions.AIT2"},
        ),
        faults=(
            "account NOACCT",
            "account 9998",
            "dimension AIT2:X",
            "item OLD-ITEM",
            f"item {'X' * 31}",
            "customer CLOSED",
            "customer template NOTMPL",
            "charge XYZ",
            "warehouse 999",
        ),
        blocked=(1, "accounts.fees: account 9998 is closed since 2019-12-31"),
        calls=6,
        good=(
            Masters({"4000": "a", "1200": "b"}, {}, {}, {}, {"FRT": "c"}, {}, {"AcctUnit1:WEB": "d"}),
            (
                ("accounts", "2 found and usable"),
                ("dimensions", "1 named; their unit codes are not looked up"),
                ("charges", "1 found and usable"),
            ),
        ),
        odd_settings={"site": "ZZZ", "warehouse": "NOT", "names": "account_ends=NoDate stock=NOSTOCK"},
        odd={
            "site ZZZ": "does not exist",
            "warehouse NOT": "",
            "SLChartAccts": "SLChartAccts has no property NoDate",
            "catalog": "NOSTOCK",
        },
    ),
    goods=Goods("MAIN", "SLItems", page=1000),
    paid_order=59,
    once=("syteline info ",),
)
