"""A PostgreSQL server of the tests' own: in a temporary folder, reached by a socket there, and gone with them."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
from sqlalchemy import URL

USER, PASSWORD = "postgres", "only for tests"


def programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``; Debian keeps them out of the search path, by version."""
    found = shutil.which("pg_ctl")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return Path(found).parent if found else debian[-1].parent if debian else None


class Cluster:
    """A running server, and fresh databases in it."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._numbers = itertools.count()
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        # PostgreSQL refuses to run as root.
        self._user = USER if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self.folder, self._user)
        (self.folder / "password").write_text(PASSWORD)
        (self.folder / "password").chmod(0o644)
        self._run("initdb", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", f"-U{USER}",
                  f"--pwfile={self.folder / 'password'}")  # fmt: skip
        # Without fsync, since nothing here is to outlive the machine; without a port, as others may have taken it.
        settings = f"-c fsync=off -c listen_addresses='' -c unix_socket_directories='{self.folder}'"
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder / 'log'}", f"--options={settings}")
        self._admin = psycopg.connect(host=str(self.folder), user=USER, password=PASSWORD, autocommit=True)

    def database(self, options: str = "") -> str:
        """The address of a new, empty database; ``options`` are those of ``CREATE DATABASE``."""
        name = f"test_{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name} {options}")
        return self.address(name)

    def address(self, database: str, password: str = PASSWORD) -> str:
        """The address of a database of that name, whether there is one or not."""
        url = URL.create("postgresql", USER, password, database=database, query={"host": str(self.folder)})
        return url.render_as_string(hide_password=False)

    def execute(self, statement: str) -> None:
        """Run a statement as the server's owner."""
        self._admin.execute(statement)

    def stop(self) -> None:
        """End the server, and remove its folder."""
        self._admin.close()
        self._run("pg_ctl", "stop", "--mode=immediate")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._programs / program, f"--pgdata={self.folder / 'data'}", *arguments]
        # The server holds on to its outputs, so that a pipe would never end.
        with (self.folder / "output").open("a+") as output:
            done = subprocess.run(command, user=self._user, cwd=self.folder, stdout=output, stderr=output, check=False)
            output.seek(0)
            assert done.returncode == 0, output.read()
