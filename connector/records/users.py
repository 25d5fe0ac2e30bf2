"""Rows of users, of their sessions, their one-time logins, and of attempts to log in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connector.domain.user import Role, User
from connector.records.database import Tx
from connector.records.schema_console import login_attempts, one_time_logins, sessions, users

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was used last: reading pages must not write all the time."""


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user with what only the list of users shows."""

    user: User
    has_password: bool
    added_at: datetime
    seen_at: datetime | None


def add(tx: Tx, name: str, role: Role, password: str | None, *, now: datetime) -> bool:
    """Insert a user; False where the name is taken."""
    added = tx.execute(
        upsert(users)
        .values(name=name, role=role.value, password=password, added_at=now)
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(users.c.id)
    )
    return added.one_or_none() is not None


def every(tx: Tx) -> list[UserRow]:
    """List all users, by name."""
    rows = tx.execute(select(users).order_by(users.c.name))
    return [UserRow(_user(row), row.password is not None, row.added_at, row.seen_at) for row in rows]


def find(tx: Tx, name: str) -> tuple[User, str | None] | None:
    """Read a user and the password's hash by name."""
    row = tx.execute(select(users).where(users.c.name == name)).one_or_none()
    return (_user(row), row.password) if row else None


def write(tx: Tx, user_id: int, **values: object) -> None:
    """Set columns of one user."""
    tx.execute(update(users).where(users.c.id == user_id).values(**values))


def other_admins(tx: Tx, user_id: int) -> int:
    """Count the admins besides this user who may log in; they stay so until the transaction ends."""
    admins = select(users.c.id).where(users.c.role == Role.ADMIN.value, users.c.disabled.is_(False))
    return sum(one != user_id for one in tx.execute(admins.with_for_update(key_share=True)).scalars())


def begin_session(tx: Tx, user_id: int, digest: str, *, by_link: bool, now: datetime) -> None:
    """Keep a new session."""
    tx.execute(insert(sessions).values(digest=digest, user_id=user_id, began_at=now, seen_at=now, by_link=by_link))
    write(tx, user_id, seen_at=now)


def of_session(tx: Tx, digest: str, *, began_after: datetime, seen_after: datetime, now: datetime) -> User | None:
    """Read whose living session this is, and note that it was used."""
    row = tx.execute(
        select(users, sessions.c.seen_at.label("used_at"))
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(
            sessions.c.digest == digest,
            sessions.c.began_at > began_after,
            sessions.c.seen_at > seen_after,
            users.c.disabled.is_(False),
        )
    ).one_or_none()
    if row is None:
        return None
    if now - row.used_at > SEEN_EVERY:
        tx.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=now))
    return _user(row)


def came_by_link(tx: Tx, digest: str, *, after: datetime) -> bool:
    """Tell whether a session began by a one-time login since then."""
    came = sessions.c.by_link & (sessions.c.began_at > after)
    return tx.execute(select(came).where(sessions.c.digest == digest)).scalar_one_or_none() is True


def end_session(tx: Tx, digest: str) -> None:
    """Forget one session: whoever holds its cookie is a stranger from now on."""
    tx.execute(delete(sessions).where(sessions.c.digest == digest))


def end_sessions(tx: Tx, user_id: int, *, but: str = "") -> None:
    """Forget a user's sessions and one-time logins, but for one session."""
    tx.execute(delete(sessions).where(sessions.c.user_id == user_id, sessions.c.digest != but))
    tx.execute(delete(one_time_logins).where(one_time_logins.c.user_id == user_id))


def forget_sessions(tx: Tx, *, seen_before: datetime, now: datetime) -> int:
    """Delete sessions that are over, and one-time logins that nobody used."""
    tx.execute(delete(one_time_logins).where(one_time_logins.c.until < now))
    return tx.execute(delete(sessions).where(sessions.c.seen_at < seen_before)).rowcount


def add_one_time_login(tx: Tx, user_id: int, digest: str, *, until: datetime) -> None:
    """Keep a one-time login."""
    tx.execute(insert(one_time_logins).values(digest=digest, user_id=user_id, until=until))


def take_one_time_login(tx: Tx, digest: str, *, now: datetime) -> User | None:
    """Use a one-time login up; of two who come with it, one gets the user."""
    taken = delete(one_time_logins).where(one_time_logins.c.digest == digest).returning(one_time_logins).cte("taken")
    row = tx.execute(
        select(users)
        .join(taken, taken.c.user_id == users.c.id)
        .where(taken.c.until > now, users.c.disabled.is_(False))
    ).one_or_none()
    return _user(row) if row else None


def count_attempt(tx: Tx, subject: str, *, now: datetime, window: timedelta) -> tuple[int, datetime]:
    """Count one attempt of a subject in its present window; returns how many there were, and when it began."""
    over = login_attempts.c.began_at <= now - window
    counted = tx.execute(
        upsert(login_attempts)
        .values(subject=subject, attempts=1, began_at=now)
        .on_conflict_do_update(
            index_elements=["subject"],
            set_={
                "attempts": case((over, 1), else_=login_attempts.c.attempts + 1),
                "began_at": case((over, now), else_=login_attempts.c.began_at),
            },
        )
        .returning(login_attempts.c.attempts, login_attempts.c.began_at)
    ).one()
    return counted.attempts, counted.began_at


def forget_attempts(tx: Tx, *, before: datetime, subject: str = "") -> None:
    """Delete windows that are over, and the one of a subject that got in."""
    tx.execute(
        delete(login_attempts).where((login_attempts.c.began_at <= before) | (login_attempts.c.subject == subject))
    )


def _user(row: Row[Any]) -> User:
    return User(row.id, row.name, Role(row.role), row.disabled, row.zone)
