"""The Financials adapter before the simulated accounting entity."""

from __future__ import annotations

from decimal import Decimal
from math import ceil

from erp_suite import Journals, Names, Setup, Suite

from connector.domain.connection import Booking
from connector.domain.document import Customer
from connector.domain.inquiry import FindingState
from connector.ports import Masters
from connector.sandbox.infor.financials.app import InforFinancials

RESULTS = "financials GLTransactionInterfaceResult/list"
STAGED = "financials GLTransactionInterface/list"
CREATE = "financials GLTransactionInterface/CreateUnreleased"
INTERFACE = "financials GLTransactionInterface/InterfaceTransactions"
CHART = "financials GeneralLedgerChartAccount/list"
A_POST = 200
"""Lines that go together."""


class FinancialsSimulator:
    """The contract's questions in Landmark's words; there are no sales orders and no customers."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.app = InforFinancials(now=lambda: self.now, batch_seconds=5)

    def settle(self) -> None:
        self.now += 10

    def orders(self, reference: str) -> list[str]:
        raise NotImplementedError

    def begun_orders(self) -> list[str]:
        raise NotImplementedError

    def order_total(self, reference: str) -> Decimal:
        raise NotImplementedError

    def customers(self, customer: Customer) -> list[str]:
        raise NotImplementedError

    def vouchers(self, key: str) -> list[str]:
        return self.app.vouchers_by_key().get(key, [])

    def balance(self) -> dict[str, Decimal]:
        return {account: amount for (account, _), amount in self.app.trial_balance().items()}

    def revoke_tokens(self) -> None:
        self.app.control["revoke_tokens"](None)

    def cut_lists(self) -> None:
        self.app.control["cut_short"](True)

    def lists_at_most(self, rows: int) -> None:
        self.app.control["ceiling"](rows)

    def block(self, account: str, *, blocked: bool) -> None:
        self.app.control["block_account" if blocked else "open_account"](account)

    def throttle(self, calls: int) -> None:
        self.app.control["quota"]([calls, 3600])


def journals(*lines: int) -> Names:
    """Every journal is asked for, all lines go together, every run group is booked by itself."""
    return (
        *[RESULTS, STAGED] * len(lines),
        *[CREATE] * ceil(sum(lines) / A_POST),
        *[INTERFACE] * len(lines),
    )


SUITE = Suite(
    "financials",
    FinancialsSimulator,
    InforFinancials.company,
    booking=Booking.LEDGER,
    once=(CHART,),
    journals=Journals(
        find=(RESULTS, STAGED) * 2,
        post=journals,
        writes=(CREATE, INTERFACE),
        alone=(INTERFACE,),
        posted=FindingState.PENDING,
        refused=FindingState.ABSENT,
        account_length=15,
        ledger="financials GLTransactionDetail/list",
        ledger_accounts=1000,
        pages=False,
        parts=False,
    ),
    setup=Setup(
        Masters(
            accounts={"4000": "accounts.sales", "NOACCT": "accounts.returns", "9998": "accounts.fees", "9997": "x"},
            items={},
            customers={},
            templates={},
            charges={},
            warehouses={"001": "warehouses.1"},
            dimensions={
                "FinanceDimension1:WEB": "dimensions.FinanceDimension1",
                "FinanceDimension1:NOPE": "dimensions.FinanceDimension1",
                "AIT2:X": "dimensions.AIT2",
            },
        ),
        faults=(
            "account NOACCT",
            "account 9998",
            "account 9997",
            "dimension FinanceDimension1:NOPE",
            "dimension AIT2:X",
            "warehouse 001",
        ),
        blocked=(1, "accounts.fees: account 9998 is not active"),
        calls=2,
        good=(
            Masters({"4000": "a", "1200": "b"}, {}, {}, {}, {}, {}, {"FinanceDimension1:WEB": "c"}),
            (("accounts", "2 found and usable"), ("dimensions", "1 found and usable")),
        ),
        odd_settings={"enterprise_group": "NONE", "accounting_entity": "99"},
        odd={"enterprise group": "NONE does not exist", "accounting entity": "99 does not exist"},
    ),
)
