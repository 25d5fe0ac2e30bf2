"""The demonstration from its first step to its verdict."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import IO

from connector.cli.demonstration import evidence as proving
from connector.cli.demonstration import pages, profile, waiting
from connector.cli.demonstration.display import Display
from connector.cli.demonstration.shelves import Shelves
from connector.cli.demonstration.shop import UNMENDABLE, Shop
from connector.cli.demonstration.stage import NAME, Stage, built
from connector.flows import backfill, catalog
from connector.sandbox.store import seed as stories

STORM = "storm"
PROMISE = (
    "A BigCommerce store and an Infor {} company, both simulated on this machine and reached over real HTTP.",
    "Everything between them is the connector as it runs in production.",
)


def play(folder: Path, log: IO[str], display: Display, *, suite: str, orders: int, faults: bool) -> bool:
    """Show it all; tells whether both sides tie out."""
    display.chapter("1  Everything is started")
    with built(folder, log, display.done, suite=suite) as stage:
        display.say(*(line.format(stage.erp) for line in PROMISE), style="dim")
        shop = Shop(stage.sandbox.store)
        stage.sandbox.dial.forget_calls()
        if faults:
            stage.sandbox.dial.load(STORM)
            display.done("the fault dial is up: calls fail, are throttled, or are booked and never answered")
        _shop_sells(stage, shop, display, orders)
        _some_are_held(stage, shop, display, folder)
        stage.sandbox.dial.clear()
        shelf = Shelves(stage) if stage.sandbox.infor.stocks else None
        if shelf:
            _way_back(stage, shelf, display)
        return _proved(stage, shop, shelf, display)


def _shop_sells(stage: Stage, shop: Shop, display: Display, orders: int) -> None:
    display.chapter("2  The shop sells")
    shop.sell(stories.STORIES, orders)
    display.done(f"{len(shop.awkward)} awkward orders with their refunds, and {len(shop.plain)} plain ones")
    while not shop.store.webhooks.settle():
        stage.processes.check()
    display.done(_webhooks(shop))
    unheard = shop.ends().keys() - stage.orders().keys()
    report = waiting.persistently(
        lambda: backfill.poll(stage.house, NAME, since=stage.connection.connection.start_from)
    )
    _dispatch(report)
    display.done(f"the poll of the store's lists finds {len(unheard)} orders of which no webhook told")
    waiting.until_settled(stage, shop, display)
    display.done("every order has come to an end")


def _webhooks(shop: Shop) -> str:
    counts = shop.webhooks()
    told = ", ".join(f"{counts[fate]} {fate}" for fate in ("lost", "doubled", "late", "reordered"))
    return f"{counts.total()} webhooks, signed: {told}"


def _dispatch(report: backfill.Report) -> None:
    from tasks import chains  # reads the environment as the stage has set it

    chains.dispatch_all(report.runs)


def _some_are_held(stage: Stage, shop: Shop, display: Display, folder: Path) -> None:
    display.chapter("3  Orders that the mapping does not cover")
    sells = stage.sandbox.infor.sells
    held = shop.sell_what_is_held(stories.HELD if sells else stories.UNCLEAR)
    waiting.until_settled(stage, shop, display)
    display.done(f"{len(held)} orders are held, each alone and with its reason:")
    rows = stage.orders()
    display.say(*(f"      {order}  {rows[order].reason.splitlines()[0]}" for order in held if order in rows))
    example = (folder / "files" / "mapping.yaml").read_text()
    waiting.persistently(lambda: stage.map(profile.mended(example)))
    added = "three items and a gateway" if sells else "a gateway"
    display.done(f"the operator adds {added} to the mapping profile and imports it again")
    mended = shop.mend(held)
    waiting.until_settled(stage, shop, display, posted=mended)
    display.done(f"{len(mended)} of them released themselves and are posted; what no mapping can mend stays held:")
    for order, story in held.items():
        if story.name == UNMENDABLE:
            display.say(*(f"      {line}" for line in stage.orders()[order].reason.splitlines()))


def _way_back(stage: Stage, shelves: Shelves, display: Display) -> None:
    display.chapter(f"4  The way back: items, prices and stock of {stage.erp} in the store")
    waiting.until(shelves.at_rest, stage)
    display.done(
        f"{shelves.known} items of {stage.erp} are in the store: found by SKU, or created as hidden products"
    )
    before = shelves.rows()
    for what in shelves.change():
        display.say(f"      {what}")
    waiting.persistently(lambda: catalog.ask(stage.house, NAME, whole=False))
    waiting.until(shelves.at_rest, stage)
    display.done("the next poll finds what changed and publishes it, each fact apart")
    pages.shelves(display, before, shelves.rows())


def _proved(stage: Stage, shop: Shop, shelves: Shelves | None, display: Display) -> bool:
    evidence = proving.gathered(stage, shop)
    display.chapter("5  What became of each order")
    display.say(f"Sale, paid and back count the journals that {stage.erp} has confirmed:", style="dim")
    pages.orders(display, stage, shop, evidence)
    display.chapter(f"6  The trial balance, read back from the ledger of {stage.erp}")
    pages.trial_balance(display, stage, evidence)
    display.chapter(f"7  The store's own record beside the ledger of {stage.erp}")
    display.say("What was charged, paid and given back, reckoned without any code of the connector's:", style="dim")
    pages.ties(display, evidence)
    display.chapter("8  What this proves")
    proofs = [*proving.proofs(evidence), *(shelves.proofs() if shelves else [])]
    for proof in proofs:
        display.check(proof.what, ok=proof.holds)
        display.say(*(f"      {line}" for line in proof.wrong[:20]))
    ties = all(proof.holds for proof in proofs)
    display.say("")
    display.verdict(*_verdict(stage, shop, evidence, display.seconds, ties=ties), ok=ties)
    return ties


def _verdict(stage: Stage, shop: Shop, at: proving.Evidence, seconds: float, *, ties: bool) -> list[str]:
    faults = Counter(call.fault for call in list(stage.sandbox.dial.calls) if call.fault)
    webhooks = shop.webhooks()
    every = len(at.ends)
    calls = ", ".join(
        f"{count / every:.1f} to {system}" for system, count in sorted(stage.calls_for_orders().items())
    )
    lines = [
        "Both sides tie out." if ties else "The two sides do NOT tie out: see the lines marked ✗ above.",
        f"{every} orders, {at.journals} journals, {webhooks.total()} webhooks of which {webhooks['lost']} were lost,"
        f" in {seconds:.0f} s",
        f"calls per order: {calls}",
    ]
    if faults:
        told = ", ".join(f"{count} {fault}" for fault, count in faults.most_common())
        lines.append(f"{faults.total()} faults were injected: {told}")
    return lines
