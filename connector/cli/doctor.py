"""``ml-connector doctor``: everything that must hold before money moves, each on its own line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import click
from pydantic import SecretStr

from connector.cli import opened, show
from connector.coordination.link import ping
from connector.domain.connection import Check
from connector.domain.faults import Fault
from connector.flows import connections, orders, removal
from connector.flows.house import House
from connector.records import heartbeats, migrate
from connector.settings import Settings

_SILENT = timedelta(minutes=5)


@click.command()
@show.json_option
def doctor(*, as_json: bool) -> None:
    """Check settings, database, migrations, broker, beat, keys and every connection."""
    with opened.settings() as settings, opened.house() as house:
        lines = list(_checks(settings, house))
    if not show.checks(lines, as_json=as_json):
        raise click.exceptions.Exit(1)


def _checks(settings: Settings, house: House) -> Iterator[Check]:
    yield Check("settings", ok=True, detail="every environment variable is usable")
    yield _of("database", lambda: _answers("database", house.database.ping))
    yield _of("migrations", lambda: _migrations(settings))
    yield _of("redis", lambda: _answers("redis", lambda: ping(_text(settings.redis_url))))
    yield _broker()
    yield _of("beat", lambda: _beat(house))
    yield _of("keys", lambda: _keys(house))
    try:
        owners, left = connections.every(house), removal.cut_off(house)
    except Fault:
        return
    for name in left:
        remedy = f"let `ml-connector connection remove {name}` end, or type it again"
        yield Check(name, ok=False, detail="it is being removed", remedy=remedy)
    for owner in owners:
        for check in connections.ping(house, owner.connection.name):
            yield Check(f"{owner.connection.name}: {check.name}", check.ok, check.detail, check.remedy)


def _text(url: SecretStr | None) -> str:
    return url.get_secret_value() if url is not None else ""


def _of(name: str, look: Callable[[], Check]) -> Check:
    """Make the line that says why nothing can be seen, where nothing can."""
    try:
        return look()
    except Fault as fault:
        return Check(name, ok=False, detail=fault.what, remedy=fault.advice)


def _answers(name: str, ask: Callable[[], None]) -> Check:
    ask()
    return Check(name, ok=True, detail="it answers")


def _broker() -> Check:
    from tasks.app import broker_answers

    if broker_answers():
        return Check("broker", ok=True, detail="it answers")
    return Check("broker", ok=False, detail="it does not answer", remedy="check BROKER_URL, or REDIS_URL without it")


def _migrations(settings: Settings) -> Check:
    if migrate.is_current(_text(settings.database_url)):
        return Check("migrations", ok=True, detail="the database has this program's schema")
    return Check(
        "migrations", ok=False, detail="the schema is older than the program", remedy="ml-connector db upgrade"
    )


def _beat(house: House) -> Check:
    remedy = "start `worker` and `beat` (`ml-connector up` does)"
    with house.database.begin() as tx:
        last = heartbeats.last(tx, orders.SWEEP)
    if last is None:
        return Check("beat", ok=False, detail="no sweep was ever run", remedy=remedy)
    age = house.now() - last
    told = f"the last sweep ran {age.total_seconds():.0f} s ago"
    return Check("beat", ok=age < _SILENT, detail=told, remedy=remedy)


def _keys(house: House) -> Check:
    for owner in connections.every(house):
        connections.open_credentials(house.vault, owner)
    return Check("keys", ok=True, detail="they open everything that is sealed")
