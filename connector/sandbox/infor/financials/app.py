"""The Financials side of the sandbox: its proofs, and the buttons of its control panel."""

from __future__ import annotations

import copy
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from connector.sandbox.infor.financials.options import Options
from connector.sandbox.infor.financials.product import Landmark
from connector.sandbox.infor.financials.tenant import Row, Tenant
from connector.sandbox.infor.gateway import Product
from connector.sandbox.infor.simulator import Balances, Simulator
from connector.sandbox.infor.spans import reference_in


class InforFinancials(Simulator[Tenant]):
    """One accounting entity.

    Besides the buttons of every suite, ``control`` has ``block_account`` and ``open_account`` (an account number)
    and ``cut_short`` (true or false: lists give half their rows).
    """

    suite, title = "financials", "Financials"
    booking, sells, stocks = "ledger", False, False
    company = {"enterprise_group": "FCE", "accounting_entity": "10", "system": "BC"}  # noqa: RUF012 - read only
    profile = 'dimensions: {FinanceDimension1: "WEB"}\n'

    def __init__(self, now: Callable[[], float] = time.time, **options: Any) -> None:
        chosen = Options(**options)
        self._tenant = Tenant(chosen, now)
        super().__init__(chosen, now)
        self.control |= {
            "block_account": lambda account: self._set_block(account, blocked=True),
            "open_account": lambda account: self._set_block(account, blocked=False),
            "cut_short": lambda on: self._set("cut_short", bool(on)),
        }

    def products(self) -> Mapping[str, Product]:
        """Financials alone."""
        return {"FSM": Landmark(self._tenant)}

    def run_due(self) -> None:
        """Let the runs of the interface end."""
        self._tenant.run_due()

    def books(self) -> dict[str, Any]:
        """Dump interface, results and ledger."""
        tenant = self._tenant
        books = {
            "staged": list(tenant.staged.values()),
            "results": tenant.results,
            "ledger": tenant.details,
            "vouchers_by_key": _vouchers(tenant),
            "overlapping_refunds": dict(tenant.spans.overlaps),
        }
        return copy.deepcopy(books)

    def trial_balance(self) -> Balances:
        """Sum the ledger: (account, currency) to balance, debit positive."""
        with self.tenant() as tenant:
            return _sum(tenant.details)

    def balances_by_reference(self) -> dict[str, Balances]:
        """Sum the ledger per external reference (``BC-1042``) in the lines' texts."""
        lines: dict[str, list[Row]] = defaultdict(list)
        with self.tenant() as tenant:
            for line in tenant.details:
                lines[reference_in(line["Description"])].append(line)
        return {reference: _sum(found) for reference, found in lines.items()}

    def orders_by_reference(self) -> dict[str, list[str]]:
        """There are no sales orders."""
        return {}

    def orphan_heads(self) -> list[str]:
        """There are no sales orders."""
        return []

    def vouchers_by_key(self) -> dict[str, list[str]]:
        """Give the journals booked from each run group; none for one whose lines still wait."""
        with self.tenant() as tenant:
            return _vouchers(tenant)

    def overlapping_refunds(self) -> int:
        """Count refunds that began while another of their order was under way."""
        with self.tenant() as tenant:
            return tenant.spans.overlaps.total()

    def _set_block(self, account: str, *, blocked: bool) -> None:
        with self.tenant() as tenant:
            (tenant.blocked.add if blocked else tenant.blocked.discard)(account)


def _vouchers(tenant: Tenant) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {group: [] for group, _ in tenant.staged}
    for line in tenant.details:
        vouchers = found.setdefault(line["RunGroup"], [])
        if line["Journal"] not in vouchers:
            vouchers.append(line["Journal"])
    return found


def _sum(lines: list[Row]) -> Balances:
    sums: Balances = defaultdict(Decimal)
    for line in lines:
        sums[line["AccountCode"], line["CurrencyCode"]] += Decimal(line["TransactionAmount"])
    return dict(sums)
