"""``build_house(settings) -> House``: the only place that chooses implementations."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial

from pydantic import SecretStr

from connector.bigcommerce import deliveries
from connector.bigcommerce.client import BigCommerce
from connector.coordination.budget import RedisBudget
from connector.coordination.link import connect
from connector.coordination.locks import RedisLocks
from connector.domain.connection import Booking, Connection, Credentials, Place
from connector.domain.faults import CannotOpen, Misconfigured, Unavailable
from connector.flows import connections, tokens
from connector.flows.house import House, Pace
from connector.flows.messages import KeptMessages
from connector.flows.recording import TrailRecorder
from connector.http.hosts import check_host
from connector.http.side_by_side import SideBySide
from connector.http.transport import Transport
from connector.infor import registry
from connector.infor.bod.unsaved import Unsaved
from connector.infor.bod.wire import message
from connector.infor.ion import credentials as ionapi
from connector.infor.ion.gateway import Bearer, TokenSource
from connector.infor.ion.tokens import Token, request_token
from connector.mapping.connection_file import ReadFile, parse_connection
from connector.mapping.profile import Profile, parse_profile
from connector.notify.chat import Chat
from connector.notify.everywhere import Everywhere
from connector.notify.mail import Mail
from connector.ports import Clock, Erp, Herald, Recorder, Store
from connector.records.connections import SavedConnection
from connector.records.database import Database
from connector.settings import Settings
from connector.vault import SealedVault
from connector.vault.passwords import HashedPasswords

SPARE_FOR_ORDERS = 30
"""Percent of a store's window that the catalog leaves to the orders."""

LOOK_EVERY, LOOK_AGAIN = 60.0, 1.0
"""Seconds between two looks at PostgreSQL's clock: after one that succeeded, after one that failed."""


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The present moment."""
        return datetime.now(UTC)


class SharedClock:
    """PostgreSQL's time in UTC, for quiet periods, leases and waits are written by one worker and read by another.

    Between two looks this process counts its own seconds; before the first that succeeds, from the machine's clock.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: tuple[datetime, float] | None = None
        self._look_at = 0.0

    def now(self) -> datetime:
        """The present moment."""
        if time.monotonic() >= self._look_at:
            self._look()
        if self._seen is None:
            return SystemClock().now()
        moment, at = self._seen
        return moment + timedelta(seconds=time.monotonic() - at)

    def _look(self) -> None:
        began = time.monotonic()
        self._look_at = began + LOOK_AGAIN
        with suppress(Unavailable):
            self._seen = (self._database.now(), (began + time.monotonic()) / 2)
            self._look_at = began + LOOK_EVERY


class SharedTokens:
    """A saved connection's tokens: one version for all workers."""

    def __init__(self, house: House, saved: SavedConnection) -> None:
        self._house = house
        self._saved = saved

    def current(self) -> Bearer:
        """The bearer in use, renewed when it is about to end."""
        return Bearer(*tokens.current(self._house, self._saved))

    def distrust(self, version: int) -> None:
        """Never hand this version out again."""
        tokens.distrust(self._house, self._saved, version)


class OwnToken:
    """A token for a connection that is not saved yet: requested once, kept nowhere."""

    def __init__(self, outside: BothSides, saved: SavedConnection) -> None:
        self._request = lru_cache(maxsize=1)(lambda: outside.request_token(saved))

    def current(self) -> Bearer:
        """The one bearer."""
        return Bearer(self._request().access_token, 1)

    def distrust(self, version: int) -> None:  # noqa: ARG002  there is only one version
        """Ask for another one next time."""
        self._request.cache_clear()


class BothSides:
    """Builds a connection's two sides, and keeps them while its credentials stay the same."""

    def __init__(self, settings: Settings, vault: SealedVault, recorder: Recorder, clock: Clock) -> None:
        self._settings = settings
        self._vault = vault
        self._recorder = recorder
        self._clock = clock
        self._redis = connect(_address(settings.redis_url))
        self.hands = SideBySide()
        self._stores: dict[str, tuple[bytes, Store]] = {}
        self._erps: dict[str, tuple[tuple[int, bytes], Erp]] = {}

    def store(self, saved: SavedConnection) -> Store:
        """The connection's shop."""
        name, kept = saved.connection.name, self._stores.get(saved.connection.name)
        if kept and kept[0] == saved.sealed:
            return kept[1]
        credentials = connections.open_credentials(self._vault, saved).store
        window = f"store:{credentials.store_hash}"
        built = BigCommerce(
            credentials,
            self._transport("bigcommerce"),
            RedisBudget(self._redis, window),
            self._clock,
            catalog_budget=RedisBudget(self._redis, window, spare=SPARE_FOR_ORDERS),
        )
        self._stores[name] = (saved.sealed, built)
        return built

    def erp(self, house: House, saved: SavedConnection) -> Erp:
        """The connection's company."""
        name, kept = saved.connection.name, self._erps.get(saved.connection.name)
        if kept and kept[0] == (saved.id, saved.sealed):
            return kept[1]
        credentials = connections.open_credentials(self._vault, saved).erp
        source: TokenSource = SharedTokens(house, saved) if saved.id else OwnToken(self, saved)
        built = registry.build_erp(
            saved.connection,
            credentials,
            tokens=source,
            transport=self._transport(saved.connection.suite),
            budget=RedisBudget(self._redis, f"infor:{ionapi.tenant(credentials)}"),
            clock=self._clock,
            messages=KeptMessages(house, saved) if saved.id else Unsaved(deaf=KeptMessages(house, saved).deaf()),
        )
        self._erps[name] = ((saved.id, saved.sealed), built)
        return built

    def budgets(self, saved: SavedConnection) -> dict[str, int | None]:
        """How many calls each side leaves us now."""
        credentials = connections.open_credentials(self._vault, saved)
        windows = {
            "store": f"store:{credentials.store.store_hash}",
            "Infor": f"infor:{ionapi.tenant(credentials.erp)}",
        }
        return {side: RedisBudget(self._redis, window).left() for side, window in windows.items()}

    def place(self, saved: SavedConnection) -> Place:
        """Where the connection's postings are."""
        try:
            credentials = connections.open_credentials(self._vault, saved).erp
        except CannotOpen:  # whoever lost the key adds the connection anew
            return registry.place(saved.connection, None)
        return registry.place(saved.connection, credentials)

    def request_token(self, saved: SavedConnection) -> Token:
        """Ask the token endpoint for a new token."""
        credentials = connections.open_credentials(self._vault, saved).erp
        return request_token(credentials, self._transport("ion"), self._clock)

    @lru_cache(maxsize=8)  # noqa: B019  one house lives as long as its process
    def _transport(self, system: str) -> Transport:
        return Transport(
            system=system,
            recorder=self._recorder,
            clock=self._clock,
            connect_timeout=self._settings.call_connect_timeout,
            read_timeout=self._settings.call_read_timeout,
            allow_insecure=self._settings.allow_insecure_hosts,
            hands=self.hands,
        )


def build_house(settings: Settings) -> House:
    """Choose the real thing for every port.

    :raises Misconfigured: no database or Redis address, or a key that is none.
    """
    vault = SealedVault(settings.sealing_keys())
    database = Database(_address(settings.database_url), pool_size=settings.worker_concurrency + 1)
    clock = SharedClock(database)
    outside = BothSides(settings, vault, TrailRecorder(database, vault), clock)
    house = House(
        pace=_pace(settings),
        clock=clock,
        vault=vault,
        passwords=HashedPasswords(),
        database=database,
        locks=RedisLocks(_address(settings.redis_url)),
        hands=outside.hands,
        store=outside.store,
        erp=lambda saved: outside.erp(house, saved),
        place=outside.place,
        request_token=outside.request_token,
        parse_delivery=deliveries.parse,
        parse_acknowledgement=message.read,
        show_acknowledgement=message.shown,
        parse_profile=_profile,
        parse_connection=lambda text, file, read: _connection(settings, text, file, read),
        public_url=settings.public_url,
        herald=_herald(settings, clock),
        budgets=outside.budgets,
    )
    return house


def _herald(settings: Settings, clock: Clock) -> Herald | None:
    heralds: list[Herald] = []
    if settings.smtp_url and settings.notify_email:
        sender = settings.smtp_from or settings.notify_email[0]
        url = settings.smtp_url.get_secret_value()
        heralds.append(Mail(url, sender, settings.notify_email, allow_plain=settings.allow_insecure_hosts))
    if settings.notify_url:
        url = settings.notify_url.get_secret_value()
        heralds.append(Chat(url, clock, allow_insecure=settings.allow_insecure_hosts))
    return Everywhere(heralds) if heralds else None


def _address(url: SecretStr | None) -> str:
    if url is None:
        raise Misconfigured("DATABASE_URL and REDIS_URL are not set: start the system with `ml-connector up`")
    return url.get_secret_value()


@lru_cache(maxsize=64)
def _profile(text: str, file: str = "mapping.yaml") -> Profile:
    return parse_profile(text, file)


def _connection(settings: Settings, text: str, file: str, read: ReadFile) -> tuple[Connection, Credentials]:
    connection, store, company = parse_connection(text, file, read, _company_keys)
    registry.check_company(connection.suite, connection.company, connection.booking)
    erp = ionapi.parse(company.ionapi, allow_insecure=settings.allow_insecure_hosts)
    erp = replace(erp, ion_secrets=company.ion_secrets)
    check = partial(check_host, allow_insecure=settings.allow_insecure_hosts)
    check(store.api_url)
    ionapi.check_addresses(erp, check)
    return connection, Credentials(store, erp)


def _company_keys(suite: str) -> dict[str, bool]:
    keys = registry.company_keys(suite, Booking.LEDGER)  # what every booking needs; check_company knows the rest
    return dict.fromkeys(keys.required, True) | dict.fromkeys(keys.optional, False)


def _pace(settings: Settings) -> Pace:
    return Pace(
        quiet_period=timedelta(seconds=settings.quiet_period),
        claim_lease=timedelta(seconds=settings.claim_lease),
        run_grace=timedelta(seconds=settings.run_grace),
        coalesce_window=timedelta(seconds=settings.coalesce_window),
        confirm_delay=timedelta(seconds=settings.confirm_delay),
        park_wait=timedelta(seconds=settings.park_wait),
        token_margin=timedelta(seconds=settings.token_margin),
        retention=timedelta(days=settings.retention_days),
    )
