"""One step of an order's chain: claimed by one worker, renewed before each WRITE, given back whatever happens."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from connector.domain.faults import Busy, Superseded, Unavailable
from connector.flows.house import House, saved
from connector.records import orders, runs, trail
from connector.records.connections import SavedConnection
from connector.records.database import Tx
from connector.records.orders import OrderRow
from connector.records.runs import Run
from connector.telemetry import context


@dataclass(frozen=True, slots=True)
class Step:
    """A claimed order: nobody else works on it until the step ends or its lease does."""

    house: House
    run: Run
    holder: str
    order: OrderRow
    saved: SavedConnection

    @property
    def may_begin(self) -> bool:
        """Whether what is only planned may go out: nobody holds the order, and it was planned by the rules of now."""
        return self.order.hold is None and self.order.rules == self.saved.rules

    def guard(self) -> None:
        """Renew the claim right before a WRITE.

        :raises Superseded: it is lost: another worker took over, so nothing may be sent.
        """
        with self.house.database.alone() as tx:
            self._keep(tx)

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Begin a transaction of whoever holds the claim, and renew that.

        :raises Superseded: it is lost: another worker took over, so what we read may be older than what it did.
        """
        with self.house.database.begin() as tx:
            self._keep(tx)
            yield tx

    def note(self, tx: Tx, action: str, subject: str = "", detail: Mapping[str, object] | None = None) -> None:
        """Write into the trail what was done to the order, or to the ``subject`` that belongs to it."""
        ref = self.run.ref
        trail.note(
            tx,
            ref.connection,
            at=self.house.now(),
            actor="worker",
            action=action,
            subject=subject or f"order {ref.order}",
            order=ref.order,
            detail=detail,
        )

    def _keep(self, tx: Tx) -> None:
        pace = self.house.pace
        kept = runs.keep(
            tx, self.run, self.holder, now=self.house.now(), lease=pace.claim_lease, grace=pace.run_grace
        )
        if not kept:
            raise Superseded(f"order {self.run.ref}: another worker took over")


@contextmanager
def step(house: House, run: Run, name: str) -> Iterator[Step]:
    """Claim an order for one step: the Redis lock first (a courtesy), then the row (the law).

    :raises Busy: another worker holds it.
    :raises Superseded: the run is over, or ends here because the connection is paused.
    """
    holder = uuid.uuid4().hex
    lock = f"order:{run.ref}"
    pace = house.pace
    with context.bind(connection=run.ref.connection, order=run.ref.order, run=run.token, step=name):
        if not house.locks.acquire(lock, holder, pace.claim_lease):
            raise _busy_or_over(house, run)
        try:
            yield _claim(house, run, holder)
            _let_go(house, run, holder)
        except BaseException:
            with suppress(Unavailable):  # the fault that ended the step is the one to report
                _let_go(house, run, holder)
            raise
        finally:
            house.locks.release(lock, holder)


def _let_go(house: House, run: Run, holder: str) -> None:
    with house.database.alone() as tx:
        runs.let_go(tx, run, holder, run_until=house.now() + house.pace.run_grace)


def _claim(house: House, run: Run, holder: str) -> Step:
    pace = house.pace
    with house.database.begin() as tx:
        row = runs.hold(tx, run, holder, now=house.now(), lease=pace.claim_lease, grace=pace.run_grace)
        connection = saved(tx, run.ref.connection)
        if row is not None and connection.connection.paused:
            runs.finish(tx, run, values={"not_before": house.now()})
    if row is None:
        raise _busy_or_over(house, run)
    if connection.connection.paused:
        raise Superseded(f"{run.ref.connection} is paused: order {run.ref} goes on when it is resumed")
    return Step(house, run, holder, row, connection)


def _busy_or_over(house: House, run: Run) -> Busy | Superseded:
    with house.database.alone() as tx:
        current = runs.is_current(tx, run)
    if current:
        return Busy(f"order {run.ref}: another worker holds it", retry_after=house.pace.claim_lease / 4)
    return Superseded(f"order {run.ref}: this run is over")


def ask_for_run(tx: Tx, house: House, connection_id: int, number: int) -> Run | None:
    """Ask for an order to be worked on; returns the run to dispatch, or None when it waits for its turn."""
    now = house.now()
    order_id = orders.want(tx, connection_id, number, now=now)
    return runs.claim(tx, order_id, now=now, until=now + house.pace.run_grace)
