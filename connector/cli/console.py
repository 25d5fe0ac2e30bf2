"""``ml-connector console``: who may use the operator's pages."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from connector.cli import opened, show
from connector.domain.user import Role
from connector.flows import logins, setup, users
from connector.settings import Settings

ROLES = click.Choice([role.value for role in Role])

password_file = click.option(
    "--password-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Its first line is the password; else it is asked for, or read from a pipe.",
)


@click.group()
def console() -> None:
    """Who may use the console: users, their roles, one-time logins."""


@console.group()
def user() -> None:
    """The people who may log in."""


@user.command()
@click.argument("name")
@click.option("--role", required=True, type=ROLES, help="Reads; also changes; also says who may.")
@click.option("--no-password", is_flag=True, help="They come by one-time links only.")
@password_file
def add(name: str, role: str, password_file: Path | None, *, no_password: bool) -> None:
    """Let a new person in."""
    password = None if no_password else _password(password_file)
    with opened.house() as house:
        users.add(house, name, Role(role), password, by=opened.operator())
    click.echo(f"{name} may log in as {role}")


@user.command(name="list")
@show.json_option
def list_(*, as_json: bool) -> None:
    """List everybody who may, or might, log in."""
    with opened.house() as house:
        rows = users.every(house)
    if as_json:
        return show.as_document(rows)
    columns = ("name", "role", "", "comes by", "last login (UTC)")
    return show.table(
        columns,
        [
            (
                row.user.name,
                row.user.role,
                "disabled" if row.user.disabled else "",
                "password" if row.has_password else "one-time link",
                f"{row.seen_at:%Y-%m-%d %H:%M:%S}" if row.seen_at else "",
            )
            for row in rows
        ],
    )


@user.command()
@click.argument("name")
def disable(name: str) -> None:
    """Shut a user out, at once."""
    with opened.house() as house:
        users.disable(house, name, disabled=True, by=opened.operator())
    click.echo(f"{name} is shut out; `ml-connector console user enable {name}` lets them in again")


@user.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let a user in again."""
    with opened.house() as house:
        users.disable(house, name, disabled=False, by=opened.operator())
    click.echo(f"{name} may log in again")


@user.command()
@click.argument("name")
@click.argument("role", type=ROLES)
def role(name: str, role: str) -> None:
    """Give a user another role; they must log in again."""
    with opened.house() as house:
        users.change_role(house, name, Role(role), by=opened.operator())
    click.echo(f"{name} is {role} from now on")


@user.command()
@click.argument("name")
@password_file
def password(name: str, password_file: Path | None) -> None:
    """Give a user another password; all their sessions end."""
    new = _password(password_file)
    with opened.house() as house:
        users.change_password(house, name, new, by=opened.operator())
    click.echo(f"{name} has a new password")


@console.command(name="login-link")
@click.argument("name")
def login_link(name: str) -> None:
    """Print an address that lets a user in once, within 15 minutes."""
    with opened.settings() as settings, opened.house() as house:
        click.echo(link(settings, logins.link(house, name, by=opened.operator())))


def address(settings: Settings) -> str:
    """Give the console's address, as far as this machine knows it."""
    return f"{(settings.public_url or f'http://127.0.0.1:{settings.port}').rstrip('/')}/console/"


def link(settings: Settings, secret: str) -> str:
    """Give the address of a one-time login."""
    return f"{address(settings)}enter/{secret}"


def _password(file: Path | None) -> str:
    if file is not None:
        return (setup.text_of(file).splitlines() or [""])[0]
    if sys.stdin.isatty():
        asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return asked
    return sys.stdin.readline().rstrip("\r\n")
