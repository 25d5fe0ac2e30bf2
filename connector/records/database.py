"""The way to PostgreSQL: short transactions, a pool that survives restarts, faults by their remedy."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar

from psycopg2.errors import DeadlockDetected, DiskFull, ForeignKeyViolation, QueryCanceled, ReadOnlySqlTransaction
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.exc import (
    DataError,
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.pool import ConnectionPoolEntry

from connector.domain.faults import Misconfigured, Unavailable, Unknown

Tx: TypeAlias = Connection
"""An open transaction."""

T = TypeVar("T")

_CONNECT_SECONDS = 5
_STATEMENT_MS = 30_000
_NOTICED_GONE = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 50_000}
"""A server that vanished without a word (failed over, cut off) is given up within a minute, not after hours."""
_STOPPED = {
    QueryCanceled: "the database stopped a statement that took too long",
    DeadlockDetected: "the database ended one of two transactions that waited for each other",
    DiskFull: "the database's disk is full",
}
_WHY = {
    "authentication failed": "it refuses DATABASE_URL's user or password",
    "no pg_hba.conf entry": "it lets DATABASE_URL's user in from elsewhere, or encrypted, only",
    "does not exist": "it has no user or no database of the name in DATABASE_URL",
    "could not translate host name": "DATABASE_URL's host is not known",
    "Connection refused": "nothing listens at DATABASE_URL's host and port",
    "too many clients": "all of its connections are taken",
    "remaining connection slots": "all of its connections are taken",
}
_LAST = "what is done last"
_RESTS, _RESTED = "rests since", 1.0


def last(tx: Tx, work: Callable[[Tx, list[T]], None], item: T) -> None:
    """Have work done on this and all other items as a transaction's last statements, right before its commit.

    For what makes other transactions wait: they wait no longer than the commit takes, and as nothing else is taken
    after it, no two of them wait for each other.
    """
    tx.info.setdefault(_LAST, {}).setdefault(work, []).append(item)


def _silent(words: str) -> str:
    """Say what of the client's words tells why; they are not repeated whole."""
    why = next((why for part, why in _WHY.items() if part in words), "")
    return f"the database does not answer{why and f': {why}'}"


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as exc:
        raise Unavailable(_STOPPED.get(type(exc.orig)) or _silent(str(exc.orig))) from exc
    except IntegrityError as exc:
        if isinstance(exc.orig, ForeignKeyViolation):
            raise Unknown("what this belongs to was removed in the meantime") from exc
        raise
    except (DataError, UnicodeEncodeError) as exc:
        raise Misconfigured("a number or a text that no database keeps: check what was typed or sent") from exc
    except ValueError as exc:
        if "NUL (0x00)" in str(exc):
            raise Misconfigured("a text with a NUL, which no database keeps") from exc
        raise
    except ProgrammingError as exc:
        if "invalid dsn" in str(exc.orig):
            raise Misconfigured("DATABASE_URL has an option that PostgreSQL's client does not know") from exc
        if "does not exist" in str(exc.orig):
            raise Misconfigured("the database is not migrated: run `ml-connector db upgrade`") from exc
        raise


def _ask_the_rested(engine: Engine) -> None:
    """See to it that a connection which was not used for a while is asked whether it still stands."""

    def lay_down(_: Any, record: ConnectionPoolEntry) -> None:
        record.info[_RESTS] = time.monotonic()

    def take_up(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        if time.monotonic() - record.info.get(_RESTS, time.monotonic()) < _RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            raise DisconnectionError from gone  # the pool opens another one

    event.listen(engine, "checkin", lay_down)
    event.listen(engine, "checkout", take_up)


def _leave_the_read_only(context: ExceptionContext) -> Unavailable | None:
    """Give all connections up when one's server takes no changes: after a failover new ones lead to another."""
    if not isinstance(context.original_exception, ReadOnlySqlTransaction):
        return None
    context.is_disconnect = True
    return Unavailable("the database takes no changes: it is a standby, or was made read only")


@contextmanager
def _without_begin(tx: Tx) -> Iterator[None]:
    """Let the driver send no BEGIN. SQLAlchemy's AUTOCOMMIT does too, but then asks PostgreSQL to take it back."""
    driver: Any = tx.connection.driver_connection
    driver.autocommit = True
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False


class Database:
    """One engine per process. A transaction is never open while the network is asked for something."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self._engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=20,
            pool_recycle=1800,
            pool_use_lifo=True,
            hide_parameters=True,
            connect_args={
                "connect_timeout": _CONNECT_SECONDS,
                **_NOTICED_GONE,
                "options": f"-c statement_timeout={_STATEMENT_MS} -c timezone=UTC",
            },
        )
        _ask_the_rested(self._engine)
        event.listen(self._engine, "handle_error", _leave_the_read_only, retval=True)

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Open a transaction; commit at the end, roll back on any exception.

        :raises Unavailable: PostgreSQL cannot be reached or went away.
        :raises Misconfigured: the schema is older than the program, or a value is none that it keeps.
        """
        with _faults(), self._engine.begin() as tx:
            tx.info.pop(_LAST, None)  # of a transaction that was rolled back on the same connection
            yield tx
            for work, items in tx.info.pop(_LAST, {}).items():
                work(tx, items)

    @contextmanager
    def alone(self) -> Iterator[Tx]:
        """Run one statement that is a transaction of its own: one way to PostgreSQL and back instead of three.

        :raises Unavailable, Misconfigured: as ``begin`` does.
        """
        with _faults(), self._engine.connect() as tx, _without_begin(tx):
            tx.info.pop(_LAST, None)
            yield tx
            assert not tx.info.pop(_LAST, None), "what is done last needs a transaction of several statements"  # noqa: S101

    def ping(self) -> None:
        """Ask for nothing.

        :raises Unavailable: no answer.
        """
        with self.begin() as tx:
            tx.execute(text("SELECT 1"))

    def now(self) -> datetime:
        """Tell PostgreSQL's time: the one that all workers share.

        :raises Unavailable: no answer.
        """
        with self.begin() as tx:
            moment: datetime = tx.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)

    def dispose(self) -> None:
        """Close the pool: after a fork, and at the end."""
        self._engine.dispose(close=False)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
