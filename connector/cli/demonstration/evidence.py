"""What both sides' own records prove when the work is done: each proof a sentence that holds or does not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from connector.cli.demonstration.shop import Shop, Told
from connector.cli.demonstration.stage import NAME, Stage
from connector.cli.demonstration.tie_out import Tie, tie_out
from connector.domain.identity import external_reference
from connector.domain.progress import OrderState
from connector.flows import connections
from connector.mapping.profile import AccountsSection
from connector.records import postings
from connector.records.orders import OrderRow


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that must be so, with what differs when it is not."""

    what: str
    wrong: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it is so."""
        return not self.wrong


@dataclass(frozen=True)
class Evidence:
    """Both sides at the end: the store's record, the ERP's books, and the connector's own trail."""

    erp: str
    ends: dict[int, OrderState]
    names: dict[int, str]
    told: dict[int, Told]
    trail: dict[int, OrderRow]
    trail_balance: dict[tuple[str, str], Decimal]
    ledger: dict[tuple[str, str], Decimal]
    sales_orders: dict[str, list[str]]
    vouchers: dict[str, list[str]]
    with_items: set[int]
    orphans: list[str]
    overlaps: int
    journals: int
    ties: list[Tie]

    def number(self, order: int) -> str:
        """Give the number the ERP has given an order; without a sales order, the voucher of its sale."""
        found = self.sales_orders.get(external_reference(order), [])
        row = self.trail.get(order)
        return ", ".join(found) if found or row is None else row.external_id

    @property
    def booked(self) -> list[int]:
        """The orders that must be in the books."""
        return [order for order, end in sorted(self.ends.items()) if end is OrderState.POSTED]


def gathered(stage: Stage, shop: Shop) -> Evidence:
    """Read everything once."""
    infor = stage.sandbox.infor
    ledger = {key: balance for key, balance in infor.trial_balance().items() if balance}
    accounts = _accounts(stage)
    return Evidence(
        erp=infor.title,
        ends=shop.ends(),
        names={order: shop.name(order) for order in shop.ends()},
        told=shop.told(shop.ends()),
        trail=stage.orders(),
        trail_balance=_trail_balance(stage),
        ledger=ledger,
        sales_orders=infor.orders_by_reference(),
        vouchers=infor.vouchers_by_key(),
        with_items=shop.with_items() if infor.sells else set(),
        orphans=infor.orphan_heads(),
        overlaps=infor.overlapping_refunds(),
        journals=shop.journals(),
        ties=tie_out(shop.told(shop.booked()).values(), accounts, ledger),
    )


def _accounts(stage: Stage) -> AccountsSection:
    return stage.house.parse_profile(connections.current_profile(stage.house, NAME).text).accounts


def _trail_balance(stage: Stage) -> dict[tuple[str, str], Decimal]:
    with stage.house.database.begin() as tx:
        rows = postings.trial_balance(tx, stage.connection.id)
    return {(account, currency): debit - credit for account, currency, debit, credit in rows if debit != credit}


def proofs(evidence: Evidence) -> list[Proof]:
    """Say everything that must hold."""
    return [
        _ended(evidence),
        _tied(evidence),
        _balanced(evidence),
        _one_sales_order_each(evidence),
        _one_voucher_each(evidence),
        _no_overlaps(evidence),
        _written_back(evidence),
        _trail_agrees(evidence),
    ]


def _ended(at: Evidence) -> Proof:
    def wrong() -> Iterator[str]:
        for order, end in at.ends.items():
            row = at.trail.get(order)
            if row is None or row.state is not end:
                found = f"{row.state.value} {row.reason}".strip() if row else "never heard of"
                yield f"order {order} ({at.names[order]}) should be {end.value}, it is {found}"

    ends = Counter(end.value.replace("_", " ") for end in at.ends.values())
    told = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    return Proof(f"every order came to the end its story asks for: {told}", tuple(wrong()))


def _tied(at: Evidence) -> Proof:
    wrong = tuple(
        f"{tie.account} {tie.currency} ({tie.what}): "
        f"store {tie.store}, {at.erp} {tie.ledger}, differs by {tie.difference}"
        for tie in at.ties
        if not tie.holds
    )
    accounts = len({tie.account for tie in at.ties})
    return Proof(f"store and {at.erp} agree to the cent on all {accounts} receivable, money and tax accounts", wrong)


def _balanced(at: Evidence) -> Proof:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for (_, currency), balance in at.ledger.items():
        sums[currency] += balance
    wrong = tuple(f"{currency}: debits exceed credits by {left}" for currency, left in sums.items() if left)
    return Proof(f"debits equal credits in the ledger of {at.erp}, in {', '.join(sorted(sums))}", wrong)


def _one_sales_order_each(at: Evidence) -> Proof:
    wanted = {external_reference(order) for order in at.with_items}
    wrong = (
        *(f"{one} has no sales order" for one in sorted(wanted - at.sales_orders.keys())),
        *(f"{one} has a sales order and should have none" for one in sorted(at.sales_orders.keys() - wanted)),
        *(f"{one} has {len(found)} sales orders" for one, found in at.sales_orders.items() if len(found) > 1),
        *(f"sales order {one} was begun and never finished" for one in at.orphans),
    )
    told = f"{len(wanted)} orders with items, {len(wanted)} sales orders: none missing, none twice, none unfinished"
    return Proof(told, wrong)


def _one_voucher_each(at: Evidence) -> Proof:
    booked = sum(map(len, at.vouchers.values()))
    wrong = (
        *(f"GL batch {key} was never posted" for key, found in at.vouchers.items() if not found),
        *(f"GL batch {key} was posted {len(found)} times" for key, found in at.vouchers.items() if len(found) > 1),
        *([f"{at.journals} journals are owed, {booked} vouchers are booked"] if booked != at.journals else []),
    )
    return Proof(f"{at.journals} journals, {at.journals} vouchers: each booked exactly once", wrong)


def _no_overlaps(at: Evidence) -> Proof:
    wrong = (f"{at.overlaps} times a refund began while another of its order was under way",) * bool(at.overlaps)
    return Proof("refunds of one order were posted one after another, never two at once", wrong)


def _written_back(at: Evidence) -> Proof:
    wrong = tuple(
        f"order {order} shows {shown or 'no number'}, {at.erp} calls it {at.number(order) or 'nothing'}"
        for order in at.booked
        if (shown := at.told[order]["external_order_id"]) != at.number(order) or not shown
    )
    return Proof(f"the number of {at.erp} stands on each of them in the store", wrong)


def _trail_agrees(at: Evidence) -> Proof:
    keys = sorted(at.ledger.keys() | at.trail_balance.keys())
    nothing = Decimal(0)
    wrong = tuple(
        f"{account} {currency}: the trail has {trail}, the ledger {ledger}"
        for account, currency in keys
        if (trail := at.trail_balance.get((account, currency), nothing))
        != (ledger := at.ledger.get((account, currency), nothing))
    )
    return Proof("the connector's own trail has the same balance on every account", wrong)
