"""The Financials adapter before the simulated accounting entity."""

from __future__ import annotations

from math import ceil

from erp_suite import Journals, Names, Setup, Simulator, Suite

from connector.domain.connection import Booking
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


class FinancialsSimulator(Simulator):
    """The contract's questions in Landmark's words; there are no sales orders and no customers."""

    sandbox = InforFinancials


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
        pages=True,
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
