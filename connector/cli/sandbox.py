"""``ml-connector sandbox``: a simulated store and a simulated Infor tenant, to try everything on."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def sandbox() -> None:
    """A store and an Infor tenant over real HTTP; nothing leaves this machine."""


@sandbox.command()
@click.option("--faults", default="", help="The fault dial: MATCH=FAULT[:PROBABILITY][xTIMES], or `storm`.")
@click.option("--suite", default="m3", show_default=True, help="Which Infor suite is simulated.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="A port; a free one if not given.")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Write connection, mapping and credential files there."
)
@click.option("--send-to", multiple=True, metavar="URL", help="Send every webhook there, too.")
def serve(faults: str, suite: str, port: int, folder: Path | None, send_to: tuple[str, ...]) -> None:
    """Serve the sandbox until Ctrl-C, and print its address."""
    from connector.sandbox.infor.suites import SIMULATORS
    from connector.sandbox.serve import main

    if suite not in SIMULATORS:
        raise click.BadParameter(f"{suite!r} has no simulator: choose {', '.join(SIMULATORS)}", param_hint="--suite")
    words = [
        "--suite",
        suite,
        "--port",
        str(port),
        "--faults",
        faults,
        *(["--folder", str(folder)] if folder else []),
    ]
    try:
        main([*words, *(word for url in send_to for word in ("--send-to", url))])
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from wrong
