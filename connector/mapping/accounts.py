"""Which account a role has in the customer's profile, by which line of it; or the gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connector.domain.faults import MappingGap
from connector.mapping.profile import DEFAULT, Profile

KINDS = {"clearing": "gateway"}
"""What people call the names below a role."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account's number, and the profile's path that chose it."""

    number: str
    rule: str


def account_of(role: str, names: tuple[str, ...], profile: Profile) -> Account | MappingGap:
    """Choose the account of a role; below ``tax`` and ``clearing`` the first name that is listed wins."""
    chosen = getattr(profile.accounts, role)
    path = f"accounts.{role}"
    if isinstance(chosen, str):
        return Account(chosen, path)
    if isinstance(chosen, dict):
        return _below(chosen, path, names)
    return MappingGap(f"no account for {role.replace('_', ' ')}: add {path}", kind="account", name=role)


def _below(table: Mapping[str, str], path: str, names: tuple[str, ...]) -> Account | MappingGap:
    named = [name for name in names if name]
    key = next((key for name in named if (key := listed(table, name)) is not None), DEFAULT)
    if key in table:
        return Account(table[key], f"{path}.{key}")
    wanted = " or ".join(f"{path}.{name}" for name in (*named[:1], DEFAULT))
    role, name = path.rpartition(".")[2], named[0] if named else ""
    return MappingGap(
        f"no account for {role} {name or 'without a name'}: add {wanted}", kind=KINDS.get(role, role), name=name
    )


def listed(table: Mapping[str, str], name: str) -> str | None:
    """The table's key for a name, whatever its letters' case: stores and people differ in it."""
    if name in table:
        return name
    return next((key for key in table if key.casefold() == name.casefold()), None)
