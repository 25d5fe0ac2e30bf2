"""This will become another program, as another user if asked, that ends when the process which started it ends.

Run as a file by a bare interpreter: ``python -I -S leash.py PARENT SIGNAL UID GID PROGRAM ARGUMENT...``.
It becomes the program, so the process id stays. Linux sends SIGNAL when the *thread* that started the program
ends, so servers are started from a thread that lives as long as they should. Other systems have no such
signal: there a killed parent leaves the program running, and the keeper's lock finds it out.
"""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Drop privileges, take the leash, become the program."""
    parent, signal, uid, gid = map(int, arguments[:4])
    command = arguments[4:]
    if os.geteuid() == 0 and uid:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal)  # after setuid, which would clear it
        if os.getppid() != parent:
            sys.exit(f"process {parent} ended before {command[0]} began")
    os.execv(command[0], command)  # noqa: S606  # becoming that program is the job


if __name__ == "__main__":
    main(sys.argv[1:])
