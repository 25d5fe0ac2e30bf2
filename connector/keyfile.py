"""Files of keys, one a line, the sealing one first, for their owner alone; nobody ever sees half of one."""

from __future__ import annotations

import base64
import binascii
import os
import tempfile
from contextlib import suppress
from pathlib import Path


def new_key() -> str:
    """Make a Fernet key: 32 random bytes, url-safe base64."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def is_key(text: str) -> bool:
    """Tell whether this is a Fernet key."""
    try:
        return len(base64.urlsafe_b64decode(text)) == 32
    except (binascii.Error, ValueError):
        return False


def kept(file: Path) -> str:
    """Give the keys of a file; one is made and kept where there is none."""
    if not file.exists():
        draft = _draft(file, [new_key()])
        with suppress(FileExistsError):  # another process came first: its key counts
            file.hardlink_to(draft)
        draft.unlink()
    return file.read_text().strip()


def may_hold_keys(file: Path) -> bool:
    """Tell whether there is nothing else in a file."""
    return not file.exists() or all(map(is_key, file.read_text(errors="replace").split()))


def add_key(file: Path) -> None:
    """Put a new key in front of those in a file."""
    draft = _draft(file, [new_key(), *(file.read_text().split() if file.exists() else [])])
    draft.replace(file)


def _draft(file: Path, keys: list[str]) -> Path:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=file.parent)  # mode 0600
    with os.fdopen(descriptor, "w") as opened:
        opened.writelines(f"{key}\n" for key in keys)
    return Path(draft)
