"""The M3 adapter before the simulated M3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from erp_rigs import Calls, Rig, opened

from connector.domain.document import Customer
from connector.sandbox.infor.m3.app import InforM3


class M3Simulator:
    """The contract's questions in M3's words. Batch work ends when ``settle`` says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.app = InforM3(now=lambda: self.now, batch_seconds=5)

    def settle(self) -> None:
        self.now += 10

    def orders(self, reference: str) -> list[str]:
        return self.app.orders_by_reference().get(reference, [])

    def begun_orders(self) -> list[str]:
        return self.app.orphan_heads()

    def order_total(self, reference: str) -> Decimal:
        (order,) = [order for order in self.app.state()["orders"] if order["CUOR"] == reference]
        lines = [Decimal(line["LNAM"]) for line in order["lines"]]
        return sum(lines + [Decimal(charge["CRAM"]) for charge in order["charges"]], Decimal(0))

    def vouchers(self, key: str) -> list[str]:
        return self.app.vouchers_by_key().get(key, [])

    def balance(self) -> dict[str, Decimal]:
        return {account: amount for (account, _), amount in self.app.trial_balance().items()}

    def customers(self, customer: Customer) -> list[str]:
        return [row["CUNO"] for row in self.app.state()["customers"] if row["ALCU"] == str(customer.id)]

    def revoke_tokens(self) -> None:
        self.app.control["revoke_tokens"](None)

    def cut_lists(self) -> None:
        self.app.control["cut_short"](["EXPORTMI/Select", "CRS610MI/LstBySearchKey"])

    def lists_at_most(self, rows: int) -> None:
        self.app.control["ceiling"](rows)

    def block(self, account: str, *, blocked: bool) -> None:
        self.app.control["block_account" if blocked else "open_account"](account)

    def throttle(self, calls: int) -> None:
        self.app.control["quota"]([calls, 3600])


CALLS = Calls(
    document=("m3 OIS100MI/AddBatchHead", "m3 OIS100MI/AddBatchAddress", "m3 OIS100MI/Confirm"),
    journals=(
        "m3 GLS840MI/AddBatchHead",
        "m3 GLS840MI/AddBatchLineFld",
        "m3 GLS840MI/CtrlBatch",
        "m3 GLS840MI/UpdBatch",
    ),
    customer="m3 CRS610MI/Add",
    delete_begun_order="m3 OIS100MI/DelBatchHead",
)


@contextmanager
def m3_rig(**company: str) -> Iterator[Rig]:
    """The M3 adapter before the simulated tenant."""
    with opened(M3Simulator(), "m3", {**InforM3.company, **company}, CALLS) as rig:
        yield rig
