"""Drafts a mapping profile from what a rehearsal found missing, with both sides' accounts, items and codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from connector.domain.connection import Connection
from connector.domain.fit import Fit, Stop
from connector.flows.fit import NO_PROFILE
from connector.flows.house import House, known, profile_of
from connector.mapping import draft, suggestions
from connector.mapping.accounts import KINDS
from connector.mapping.profile import Profile
from connector.mapping.shelf import skus_of
from connector.mapping.suggestions import AccountChoice, ItemFinder, Proposal, WantedSku, forms
from connector.ports import Erp, Masters, Store
from connector.records import connections
from connector.records.connections import SavedConnection
from connector.telemetry import context

CODES_OF = 60
"""SKUs whose printed codes are looked up: those that stop the most, and that are no item's number themselves."""

STEP = "suggest"
_ROLES = {kind: role for role, kind in KINDS.items()} | {"tax": "tax"}


@dataclass(frozen=True, slots=True)
class Suggested:
    """A whole profile file as text, and every line of it that is proposed or left to a person."""

    text: str
    rule: str
    proposals: tuple[Proposal, ...]

    @property
    def gaps(self) -> list[Proposal]:
        """What nothing fits."""
        return [one for one in self.proposals if not one.value]


def suggest(house: House, name: str, found: Fit) -> Suggested:
    """READ: list the chart of accounts and the items, look codes up, and draft; a rehearsal that has ended says what.

    :raises Fault: one of both sides could not be asked.
    """
    owner = known(house, name)
    with context.bind(connection=name, step=STEP):
        before = _profile(house, owner, found.profile)
        of_items, rule = _items(house, owner, found, before)
        proposals = (*_accounts(house.erp(owner), owner.connection, found), *of_items)
    return Suggested(draft.write(proposals, before, rule=rule, title=_title(name, found)), rule, proposals)


def _title(name: str, found: Fit) -> str:
    days = f"{found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}"
    return (
        f"Drafted for {name} from {found.read} orders, {days}, by `ml-connector mapping suggest`.\n"
        "Read every line: each says why. A line that begins with `# gap` is yours to fill."
    )


def accepted(house: House, name: str, found: Fit, drafted: Suggested, chosen: Sequence[str]) -> str:
    """Write the draft anew with the values that a person chose, line by line; an empty one is a gap."""
    proposals = [
        replace(one, value=value, reason=one.reason if value == one.value else "chosen by hand", near=())
        for one, value in zip(drafted.proposals, chosen, strict=True)
    ]
    before = _profile(house, known(house, name), found.profile)
    return draft.write(proposals, before, rule=drafted.rule, title=_title(name, found))


def _profile(house: House, owner: SavedConnection, version: int) -> Profile | None:
    if version == NO_PROFILE:
        return None
    with house.database.begin() as tx:
        kept = connections.profile(tx, owner.id, version)
    return profile_of(house, kept) if kept else None


def _accounts(erp: Erp, connection: Connection, found: Fit) -> list[Proposal]:
    listed = erp.accounts()
    chart = AccountChoice(tuple(listed or ()), listed=listed is not None)
    needed = {stop.cause.name: stop for stop in found.by_value() if stop.cause.kind == "account"}
    wanted = [*draft.always_needed(connection), *needed]
    roles = [role for role in suggestions.WORDS if role in wanted and role not in _ROLES.values()]
    made = [_priced(suggestions.account(role, chart), needed.get(role)) for role in roles]
    for stop in found.by_value():
        kind, name = stop.cause.kind, stop.cause.name
        if kind in _ROLES:
            made.append(_priced(suggestions.below(_ROLES[kind], name, chart), stop))
        elif kind in ("charge", "customer"):
            made.append(_priced(Proposal((f"{kind}s", name), "", "the connector lists none: write its number"), stop))
    return made


def _priced(proposal: Proposal, stop: Stop | None) -> Proposal:
    """Say what a line is worth."""
    return replace(proposal, reason=f"{proposal.reason}; needed by {stop.stopped}") if stop else proposal


def _items(house: House, owner: SavedConnection, found: Fit, before: Profile | None) -> tuple[list[Proposal], str]:
    """Propose items, and say whether SKUs are item numbers by rule."""
    stops = {sku: stop for stop in found.by_value() for sku in _skus(stop, before)}
    listed, items = house.erp(owner).items, ItemFinder([WantedSku(sku) for sku in stops])
    if listed is None or not stops:
        return [], before.items.rule if before else "same"
    after = ""
    while page := listed.all_items(after):
        items.look_at(page)
        after = page[-1].number
    lacking = [sku for sku in stops if sku and sku not in items.found][:CODES_OF]
    coded = _coded(house.store(owner), lacking)
    items.articles = [coded.get(sku, WantedSku(sku)) for sku in stops]
    made = items.proposals(_carrying(house.erp(owner), coded))
    same = [one for one in made if one.value and one.value == one.path[-1]]
    rule = before.items.rule if before else ("same" if 2 * len(same) >= len(made) else "table")
    wanted = [one for one in made if rule == "table" or one not in same]
    return [_priced(one, stops[one.path[-1]]) for one in wanted], rule


def _skus(stop: Stop, before: Profile | None) -> Sequence[str]:
    if stop.cause.kind == "SKU":
        return [stop.cause.name]
    if stop.cause.kind == "item" and before is not None:
        return [sku for sku in skus_of(stop.cause.name, before) if sku not in before.items.table]
    return []


def _coded(store: Store, skus: Sequence[str]) -> dict[str, WantedSku]:
    """READ, a call for 50 and one for each that is a variant: what is printed on some articles."""
    found = {article.sku.casefold(): article.codes for article in store.catalog.find(skus)} if skus else {}
    codes = {sku: found[sku.casefold()] for sku in skus if sku.casefold() in found}
    return {sku: WantedSku(sku, tuple(form for code in told for form in forms(code))) for sku, told in codes.items()}


def _carrying(erp: Erp, coded: Mapping[str, WantedSku]) -> dict[str, list[str]]:
    """READ, 2 calls for 50 codes: the items that carry a code, or have it for their number."""
    codes = sorted({code for article in coded.values() for code in article.codes})
    if not codes or erp.items is None:
        return {}
    checks = erp.check_masters(Masters({}, dict.fromkeys(codes, "a code"), {}, {}, {}, {}, {}))
    missing = {check.name for check in checks if not check.ok}
    numbers = {code: [code] for code in codes if f"item {code}" not in missing}
    return numbers | erp.items.carrying(codes)
