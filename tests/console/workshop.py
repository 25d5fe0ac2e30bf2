"""The workers' part, done by the test itself: what the console rings for is worked off here, step by step."""

from __future__ import annotations

from connector.domain.progress import OrderState
from connector.flows import customers, orders, postings, rehearsals
from connector.flows.house import known
from connector.records import orders as rows
from connector.records import runs
from connector.records.runs import Run
from tests.rig import NAME, Rig, until


class Workshop:
    """Takes the runs that the console dispatches."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.runs: list[Run] = []
        self.rehearsals: list[int] = []

    def dispatch(self, run: Run | None) -> None:
        """Take a run, to be worked off later."""
        self.runs += [run] if run else []

    def rehearse(self, rehearsal: int) -> None:
        """Take a rehearsal, to be worked off later."""
        self.rehearsals.append(rehearsal)

    def play(self) -> int:
        """Rehearse what was rung for, to the end; returns how many turns it took."""
        turns = 0
        while self.rehearsals:
            report = rehearsals.turn(self.rig.house, self.rehearsals[0])
            turns += 1
            self.rehearsals = self.rehearsals[1 - report.more :]
        return turns

    def work(self) -> None:
        """Do what was rung for, and what comes of it, to the end."""
        while self.runs:
            self.runs += self._chain(self.runs.pop(0))

    def _chain(self, run: Run) -> list[Run]:
        house = self.rig.house
        orders.pull(house, run)
        customers.align(house, run)
        postings.post_sale(house, run)
        postings.post_payments(house, run)
        refunds, others = postings.refunds_due(house, run)
        for refund in refunds:
            postings.post_refund(house, run, refund)
        return [*others, *orders.settle(house, run)]

    def hear(self, *numbers: int) -> None:
        """Learn of orders, as by a webhook, and work them off."""
        house = self.rig.house
        for number in numbers:
            with house.database.begin() as tx:
                order_id = rows.want(tx, known(house, NAME).id, number, now=house.now())
                self.dispatch(runs.claim(tx, order_id, now=house.now(), until=house.now() + house.pace.run_grace))
            self.work()
        self.finish(*numbers)

    def finish(self, *numbers: int) -> None:
        """Let the ERP come to an end with what it was sent."""

        def ended() -> bool:
            self.runs += orders.claim_due(self.rig.house)
            self.work()
            found = [self.rig.order(number) for number in numbers]
            return all(
                row is not None and row.state is not OrderState.OPEN and row.not_before is None for row in found
            )

        until(ended)
