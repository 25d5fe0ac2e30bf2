"""What only the run of Financials' interface finds wrong, worked from the first call to the last in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.domain.progress import OrderState
from connector.flows import orders, postings
from connector.flows.house import known
from connector.records import orders as rows
from tests.rig import NAME, Rig, until

WEB = ("FinanceDimension1", "WEB")


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with Rig(tmp_path_factory.mktemp("financials"), suite="financials") as made:
        yield made


def worked(rig: Rig, number: int) -> tuple[OrderState, str]:
    """Work what is due until the order has come to an end."""

    def turn() -> bool:
        for run in orders.claim_due(rig.house):
            orders.pull(rig.house, run)
            postings.post_payments(rig.house, run)
            orders.settle(rig.house, run)
        return rig.settled(number)

    until(turn)
    order = rig.order(number)
    assert order is not None
    return order.state, order.reason


def test_an_account_and_dimension_that_do_not_go_together_hold_the_order_until_they_do(rig: Rig):
    with rig.sandbox.infor.tenant() as tenant:
        tenant.dimensions.remove(WEB)
    number = rig.sandbox.store.place_order(announce=False)
    with rig.house.database.begin() as tx:
        rows.want(tx, known(rig.house, NAME).id, number, now=rig.house.now())
    state, reason = worked(rig, number)
    assert state is OrderState.HELD
    assert "line 1 (1200, FinanceDimension1 WEB): FinanceDimension1 WEB does not exist" in reason

    with rig.sandbox.infor.tenant() as tenant:
        tenant.dimensions.add(WEB)
    assert rig.map(rig.profile()) == 1
    assert worked(rig, number) == (OrderState.POSTED, "")
    assert {len(vouchers) for vouchers in rig.sandbox.infor.vouchers_by_key().values()} == {1}
