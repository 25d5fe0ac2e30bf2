"""``ml-connector sandbox``: a simulated store and a simulated Infor tenant, to try everything on."""

from __future__ import annotations

import threading
from pathlib import Path

import click


@click.group()
def sandbox() -> None:
    """A store and an Infor tenant over real HTTP; nothing leaves this machine."""


@sandbox.command()
@click.option("--faults", default="", help="The fault dial: MATCH=FAULT[:PROBABILITY], comma-separated.")
@click.option("--port", default=0, help="A port; a free one if not given.")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Write connection, mapping and credential files there."
)
def serve(faults: str, port: int, folder: Path | None) -> None:
    """Serve the sandbox until Ctrl-C."""
    from connector.sandbox.serve import Sandbox

    outside = Sandbox(port=port, faults=faults)
    outside.start()
    click.echo(f"the sandbox answers at {outside.url}")
    if folder:
        outside.write_files(folder)
        click.echo(f"its files are in {folder}: ml-connector connection add --file {folder / 'connection.yaml'}")
    try:
        threading.Event().wait()
    finally:
        outside.stop()
