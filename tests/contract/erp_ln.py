"""The LN adapter before the simulated LN, its journals by way of ION."""

from __future__ import annotations

from decimal import Decimal

from erp_suite import Goods, Journals, Names, Orders, Setup, Simulator, Suite

from connector.domain.document import Customer
from connector.domain.inquiry import FindingState
from connector.ports import Masters
from connector.sandbox.infor.ln.app import InforLn

ORDERS, LINES = "ln tdapi.slsSalesOrder/Orders", "ln tdapi.slsSalesOrder/Lines"
CREATE, ADD_LINE = "ln tdapi.slsSalesOrder/CreateOrder", "ln tdapi.slsSalesOrder/CreateLine"
APPROVE, CANCEL = "ln tdapi.slsSalesOrder/Approve", "ln tdapi.slsSalesOrder/Cancel"
BOD = "bod Process.SourceSystemJournalEntry"


class LnSimulator(Simulator):
    """The contract's questions in LN's words."""

    sandbox = InforLn

    def settle(self) -> None:
        """Let ION carry what it took, and bring the verdicts."""
        self.now += 10
        with self.app.alone():
            pass
        assert self.app.messaging.courier.settle()

    def order_total(self, reference: str) -> Decimal:
        approved = self.orders(reference)
        (order,) = [order for order in self.app.state()["orders"] if order["SalesOrder"] in approved]
        return sum((Decimal(str(line["Amount"])) for line in order["lines"]), Decimal(0))

    def customers(self, customer: Customer) -> list[str]:
        partners = self.app.state()["partners"]
        return [row["BusinessPartner"] for row in partners if row["SearchKey"] == str(customer.id)]

    def cut_lists(self) -> None:
        self.app.control["cut_short"](["tdapi.slsSalesOrder/Orders", "tcapi.comBusinessPartner/BusinessPartners"])


def order(lines: int) -> Names:
    """A call for the head, each line and charge, and the approval, which is read before and behind."""
    return (CREATE, *[ADD_LINE] * (lines + 1), ORDERS, APPROVE, ORDERS)


def journals(*lines: int) -> Names:
    """A message for each journal, however many lines it has."""
    return (BOD,) * len(lines)


SUITE = Suite(
    "ln",
    LnSimulator,
    InforLn.company,
    orders=Orders(
        find=(ORDERS,),
        post=order,
        writes=(CREATE, ADD_LINE, APPROVE),
        settle=(ORDERS,),
        begun_again=(ORDERS, LINES, *[ADD_LINE] * 2, ORDERS, APPROVE, ORDERS),
        remove=CANCEL,
        works_on=False,
        item_length=38,
    ),
    journals=Journals(
        find=(),
        post=journals,
        writes=(BOD,),
        alone=(BOD,),
        posted=FindingState.PENDING,
        refused=FindingState.REFUSED,
        account_length=0,
        ledger="",
        ledger_accounts=0,
        pages=False,
        by_message=True,
    ),
    setup=Setup(
        Masters(
            accounts={},
            items={"10045": "items.TEE", "NOSUCH": "items.NO", "A" * 39: "items.LONG"},
            customers={
                "WEBGUEST": "customers.guest",
                "CLOSED": "customers.other",
                "SUPPLIER": "customers.third",
            },
            templates={"WEBTMPL": "customers.template"},
            charges={"FRT": "charges.shipping", "XYZ": "charges.handling"},
            warehouses={"WH1": "warehouses.1", "999": "warehouses.2"},
            dimensions={},
        ),
        faults=(
            "item NOSUCH",
            f"item {'A' * 39}",
            "customer SUPPLIER",
            "customer CLOSED",
            "customer template WEBTMPL",
            "charge XYZ",
            "warehouse 999",
        ),
        blocked=(3, "customers.other: customer CLOSED is inactive"),
        calls=5,
        good=(
            Masters({"4000": "a", "1200": "b"}, {}, {}, {}, {"FRT": "c"}, {}, {}),
            (
                (
                    "accounts",
                    "2 named; no service is known that tells them, so they are not checked: the first journal tells",
                ),
                ("charges", "1 found and usable"),
            ),
        ),
        odd_settings={"sales_office": "ZZZ", "order_type": "NOT", "stock_service": "whapi.none/Inventory"},
        odd={"sales office ZZZ": "", "order type NOT": "", "catalog": "whapi.none/Inventory"},
    ),
    goods=Goods("WH1", "tcapi.ibdItem/Items", page=200),
)
