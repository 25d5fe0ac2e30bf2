"""Files that a command leaves on this machine."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click


def lay_down(content: bytes, place: Path, *, mode: int = 0o400) -> None:
    """Put a whole file in its place at once, for its owner alone."""
    try:
        with tempfile.NamedTemporaryFile("wb", dir=place.parent, delete=False) as file:
            file.write(content)
        Path(file.name).chmod(mode)
        Path(file.name).replace(place)
    except OSError as exc:
        raise click.ClickException(f"{place} cannot be written: {exc.strerror}") from exc
