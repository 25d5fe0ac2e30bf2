"""One look at a connection's hooks: what is wrong is written down, mended, and what was missed is read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from connector.domain.connection import Check
from connector.domain.faults import Fault, OutcomeUnknown, Rejected, Superseded
from connector.domain.product import Hook
from connector.flows import backfill, hook_scopes
from connector.flows.hook_scopes import EXCEPTIONS, ORDER_SCOPES, PRODUCT_SCOPES, STOCK_SCOPES, Look, Place
from connector.flows.house import House
from connector.ports import Hooks
from connector.records import articles, hooks, leases, trail
from connector.records.connections import SavedConnection
from connector.records.hooks import HookRow
from connector.records.runs import Run

log = logging.getLogger(__name__)

RETRIES = timedelta(hours=48)
"""The store switches a hook off when it failed for so long (facts/bigcommerce.md §2.4): it is deaf since then."""

PUBLIC = (
    "if it is the address, {}: PUBLIC_URL must be https, port 443, with a certificate that the world trusts; else no "
    "scope may have more than ten hooks of one API account; "
)
"""What the store wants of a destination (facts/bigcommerce.md §2.4)."""

WARM_UP = timedelta(minutes=1)
"""A hook may need so long before it works (facts/bigcommerce.md §2.4)."""

LEASE = "hooks"
"""The name of the lease under which one worker looks after a connection's hooks."""


@dataclass
class Work:
    """What one look needs, and the lines it tells of itself."""

    house: House
    owner: SavedConnection
    place: Place
    holder: str
    by: str
    lines: list[Check] = field(default_factory=list)

    @property
    def store(self) -> Hooks:
        """The store's subscriptions."""
        return self.house.store(self.owner).hooks

    def guard(self) -> None:
        """Renew the lease right before a WRITE.

        :raises Superseded: it is lost: another worker took over, so nothing may be sent.
        """
        house = self.house
        with house.database.begin() as tx:
            kept = leases.keep(tx, self.owner.id, LEASE, self.holder, now=house.now(), ttl=house.pace.claim_lease)
        if not kept:
            raise Superseded(f"the hooks of {self.place.connection}: another worker took over")

    def rows(self) -> dict[str, HookRow]:
        """Read what is known of each scope."""
        with self.house.database.begin() as tx:
            return hooks.of_connection(tx, self.owner.id)

    def did(self, action: str, what: str, detail: str, **about: object) -> None:
        """Tell of a change, and write it into the trail."""
        self.lines.append(Check(what, ok=True, detail=detail))
        with self.house.database.begin() as tx:
            trail.note(
                tx,
                self.place.connection,
                at=self.house.now(),
                actor=self.by,
                action=action,
                subject=what,
                detail={"what": detail, **about},
            )

    def failed(self, scope: str, fault: Fault, remedy: str = "") -> None:
        """Tell of what could not be put right."""
        again = f"{remedy}it is tried again by itself; at once: ml-connector webhooks ensure {self.place.connection}"
        self.lines.append(Check(scope, ok=False, detail=fault.what, remedy=again))
        log.warning(
            "hook.not_mended", extra={"connection": self.place.connection, "scope": scope, "fault": fault.code}
        )


def look_after(work: Work) -> tuple[tuple[Check, ...], tuple[Run, ...]]:
    """Compare, mend, and read what was missed; returns what was done and the orders to read again."""
    began = work.house.now()
    found = _look(work, began)
    _darken(work, found, began)
    mended = _mend(work, found)
    runs = _make_up(work, found, mended, began)
    if not work.lines:
        work.lines.append(Check("webhooks", ok=True, detail=f"all {len(found.right)} are active"))
    return tuple(work.lines), runs


def _look(work: Work, now: datetime) -> Look:
    present = work.store.every()
    with work.house.database.begin() as tx:
        heard = hooks.last_heard(tx, work.owner.id, hook_scopes.SCOPES)
    return hook_scopes.look(present, work.place, heard, now)


def _darken(work: Work, found: Look, now: datetime) -> None:
    """Write down from when on each scope may have missed something, before its hook looks right again."""
    rows = work.rows()
    since = {scope: row.active_at for scope, row in rows.items()}
    dark = {
        **{scope: since[scope] for scope in found.missing if scope in since},
        **{scope: since[scope] - RETRIES for scope in found.asleep if scope in since},
        **dict.fromkeys(found.stale, now),
    }
    with work.house.database.begin() as tx:
        for scope, moment in dark.items():
            hooks.darken(tx, work.owner.id, scope, since=moment)


def _mend(work: Work, found: Look) -> dict[str, int]:
    """Make every wanted hook active and remove those too many; returns the hooks that work from now on."""
    mended: dict[str, int | None] = {}
    for scope, hook in found.asleep.items():
        mended[scope] = _activate(work, hook)
    for scope, hook in found.stale.items():
        if _delete(work, hook, "sent nothing for 60 days"):
            mended[scope] = _create(work, scope)
    for scope in found.missing:
        mended[scope] = _create(work, scope)
    for hook in found.surplus:
        _delete(work, hook, f"is not wanted at {hook.destination}")
    return {scope: hook for scope, hook in mended.items() if hook is not None}


def _activate(work: Work, hook: Hook) -> int | None:
    if not _written(work, hook.scope, lambda: work.store.activate(hook.id)):
        return None
    work.did("hook_activated", hook.scope, f"hook {hook.id} was switched off: switched on again", hook=hook.id)
    return hook.id


def _delete(work: Work, hook: Hook, why: str) -> bool:
    deleted = _written(work, hook.scope, lambda: work.store.delete(hook.id))
    if deleted:
        work.did("hook_deleted", hook.scope, f"hook {hook.id} {why}: deleted", hook=hook.id)
    return deleted


def _written(work: Work, scope: str, write: Callable[[], None]) -> bool:
    work.guard()
    try:
        write()
    except Rejected as refused:
        work.failed(scope, refused)
        return False
    return True


def _create(work: Work, scope: str) -> int | None:
    destination = work.place.destination(scope)
    work.guard()
    try:
        hook: Hook | None = work.store.create(scope, destination)
    except (Rejected, OutcomeUnknown) as fault:
        hook = _there_all_the_same(work, scope, destination)
        if hook is None:
            work.failed(scope, fault, PUBLIC.format(destination) if isinstance(fault, Rejected) else "")
            return None
    assert hook is not None  # noqa: S101  created, or found
    work.did("hook_created", scope, f"hook {hook.id} made: it sends to {destination}", hook=hook.id)
    return hook.id


def _there_all_the_same(work: Work, scope: str, destination: str) -> Hook | None:
    """Look again after a refusal or a lost answer: somebody else may have made the hook, or we did."""
    fit = (hook for hook in work.store.every() if (hook.scope, hook.destination) == (scope, destination))
    return next((hook for hook in fit if hook.active), None)


def _make_up(work: Work, found: Look, mended: Mapping[str, int], began: datetime) -> tuple[Run, ...]:
    """Read what the dark scopes missed, up to now; one whose hook could not be mended waits in the dark."""
    rows, until = work.rows(), work.house.now()
    dark = {scope: row for scope, row in rows.items() if row.dark}
    warm = {scope: one.id for scope, one in found.right.items() if _is_warm(dark.get(scope), until)}
    with work.house.database.begin() as tx:
        for scope in mended.keys() - rows.keys():
            hooks.seen_active(tx, work.owner.id, scope, mended[scope], at=until)
        for scope in found.right.keys() - dark.keys():
            hooks.seen_active(tx, work.owner.id, scope, found.right[scope].id, at=began)
    runs: tuple[Run, ...] = ()
    for group, read in _READ.items():
        owed = [row for scope, row in dark.items() if scope in group and (scope in warm or scope in mended)]
        runs += read(work, min(row.active_at for row in owed), until) if owed else ()
        with work.house.database.begin() as tx:
            for row in owed:  # a hook that was just mended may need a minute: the next look reads that
                hooks.was_read(tx, work.owner.id, row, to=until, hook=warm.get(row.scope))
    return runs


def _is_warm(row: HookRow | None, now: datetime) -> bool:
    return row is not None and now - row.active_at >= WARM_UP


def _read_orders(work: Work, dark: datetime, until: datetime) -> tuple[Run, ...]:
    since = max(dark - backfill.OVERLAP, work.owner.connection.start_from)
    report = backfill.poll(work.house, work.place.connection, since=since, until=until)
    work.did(
        "hooks_made_up",
        "orders",
        f"{_period(since, until)}: {report.seen} orders and refunds looked at, {report.asked} read again",
        since=since.isoformat(),
        until=until.isoformat(),
    )
    return report.runs


def _read_products(work: Work, dark: datetime, until: datetime, *, stock: bool = False) -> tuple[Run, ...]:
    since = dark - backfill.OVERLAP
    touched: set[int] = set()
    for page in work.house.store(work.owner).catalog.modified(since):
        products = {one.product for one in page}
        with work.house.database.begin() as tx:
            articles.touch(tx, work.owner.id, products, now=until, stock=stock)
        touched |= products
    detail = f"{_period(since, until)}: {len(touched)} products to be looked at"
    what = "stock" if stock else "products"
    work.did("hooks_made_up", what, detail, since=since.isoformat(), until=until.isoformat())
    return ()


def _read_nothing(work: Work, dark: datetime, until: datetime) -> tuple[Run, ...]:  # noqa: ARG001  one of three
    return ()


_READ: dict[tuple[str, ...], Callable[[Work, datetime, datetime], tuple[Run, ...]]] = {
    ORDER_SCOPES: _read_orders,
    PRODUCT_SCOPES: _read_products,
    STOCK_SCOPES: partial(_read_products, stock=True),
    (EXCEPTIONS,): _read_nothing,
}
"""How what a kind of scope missed is read; each kind is done with before the next begins."""


def _period(since: datetime, until: datetime) -> str:
    return f"from {since:%Y-%m-%d %H:%M:%S} to {until:%Y-%m-%d %H:%M:%S} UTC"
