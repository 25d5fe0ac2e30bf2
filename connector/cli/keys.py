"""``ml-connector keys``: the keys that seal what must not be read at rest."""

from __future__ import annotations

from pathlib import Path

import click

from connector.keyfile import add_key, may_hold_keys
from connector.settings import load_settings


@click.group()
def keys() -> None:
    """Make and change the keys that seal secrets and personal data."""


@keys.command()
@click.option(
    "--file", type=click.Path(path_type=Path), help="Where to write it, instead of this machine's own keys."
)
def new(file: Path | None) -> None:
    """Make a key that seals from now on; the keys before it still open. It is written, never shown."""
    target = file or _own_keys()
    if not may_hold_keys(target):
        raise click.ClickException(f"{target} holds something else than keys: give keys a file of their own")
    add_key(target)
    click.echo(f"A new key is the first line of {target}.")
    click.echo(
        "Everything that runs uses it after a restart; `ml-connector keys rotate` then seals anew what is kept."
    )


def _own_keys() -> Path:
    settings = load_settings()
    if settings.connector_keys:
        raise click.UsageError(
            "CONNECTOR_KEYS is set, so this machine's own keys are not used: give --file, "
            "then put that file's content in front of CONNECTOR_KEYS."
        )
    return settings.keys_file()


@keys.command()
def rotate() -> None:
    """Seal everything that is kept anew under the first key; the others can be thrown away afterwards."""
    from connector.cli import opened
    from connector.flows import rotation

    with opened.house() as house:
        for name, rows in rotation.rotate(house):
            click.echo(f"{name}: {rows} rows sealed anew")
    click.echo("every row opens with the first key now; restart what runs before you remove the old ones")
