"""Root starts PostgreSQL, but PostgreSQL refuses root: whom it runs as, and where that user can reach.

A home that only root can enter (it is made 0700, and may lie under ``/root``) holds no data folder of another
user. The data then lives under ``/var/lib/ml-connector``; a file ``moved-to`` in the home says where, and a file
``home`` there says whose it is. The data of a home that was made to be thrown away is removed when that home is gone
and the next one comes; a home that people keep may have been moved, or its disk not mounted: its data stays.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from pwd import struct_passwd

COMMON = (Path("/var/lib/ml-connector"), Path("/var/tmp/ml-connector"))  # noqa: S108  # for a read-only /var/lib
POINTER = "moved-to"
OWNER = "home"


def unprivileged() -> struct_passwd | None:
    """Name the user servers run as; None when we are an ordinary user already."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def may_enter(user: struct_passwd, folder: Path) -> bool:
    """Say whether ``user`` can reach what is in ``folder``."""
    return all(_may_pass(user, step.stat()) for step in (folder, *folder.parents))


def _may_pass(user: struct_passwd, step: os.stat_result) -> bool:
    if step.st_uid == user.pw_uid:
        return bool(step.st_mode & stat.S_IXUSR)
    if step.st_gid == user.pw_gid:
        return bool(step.st_mode & stat.S_IXGRP)
    return bool(step.st_mode & stat.S_IXOTH)


def place_for(folder: Path, user: struct_passwd | None) -> Path:
    """Give the folder of what belongs to ``folder``, made; root's own, where root starts a server as ``user``.

    Root writes and follows what stands in it, so the user may only pass through.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user is None:
        return folder
    moved = (folder / POINTER).exists() or not may_enter(user, folder.parent)
    place = _elsewhere(folder) if moved else folder
    os.chown(place, 0, user.pw_gid)
    place.chmod(0o710)
    return place


def folder_of(folder: Path, user: struct_passwd | None) -> None:
    """Make an empty folder that belongs to ``user`` alone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)


def strangers() -> Path | None:
    """Name the folder that homes share, where somebody else than root made it before."""
    common = _common()
    return common if os.path.lexists(common) and common.lstat().st_uid != 0 else None


def _elsewhere(folder: Path) -> Path:
    pointer = folder / POINTER
    if pointer.exists():
        place = Path(pointer.read_text().strip())
    else:
        place = _common() / hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        _remove_orphans(place.parent)
        pointer.write_text(f"{place}\n")
    while not place.exists():
        with suppress(FileNotFoundError):  # whoever leaves last removes the folder above just now
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.parent.chmod(0o755)  # whatever the umask
    draft = place / f"{OWNER}.new"  # renamed when whole: who reads half of it takes the place for an orphan's
    draft.write_text(f"{folder}\n")
    draft.replace(place / OWNER)
    return place


def _remove_orphans(common: Path) -> None:
    for owner in common.glob(f"*/{OWNER}"):
        with suppress(FileNotFoundError):  # somebody else removes it just now
            home = Path(owner.read_text().strip())
            if home.is_relative_to(tempfile.gettempdir()) and not (home / POINTER).exists():
                shutil.rmtree(owner.parent, ignore_errors=True)


def _common() -> Path:
    first, second = COMMON
    return first if os.access(first.parent, os.W_OK) else second


def forget(folder: Path) -> None:
    """Remove a folder together with what was moved elsewhere."""
    pointer = folder / POINTER
    if pointer.exists():
        place = Path(pointer.read_text().strip())
        shutil.rmtree(place, ignore_errors=True)
        with suppress(OSError):  # others may keep theirs there
            place.parent.rmdir()
    shutil.rmtree(folder, ignore_errors=True)
