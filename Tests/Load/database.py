"""A PostgreSQL server of our own in a new folder below /tmp, without TCP. It goes when the script ends."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql/15/bin")


class Database:
    """A server with the user brgsa. As a context it stops, and removes its folder, at the end."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="brgsa-load-postgres-"))
        self._user = []
        if os.getuid() == 0:
            # The server refuses to run as root.
            shutil.chown(self.folder, "postgres", "postgres")
            self._user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        self.data = self.folder / "data"

    def __enter__(self):
        self._run("initdb", "-D", self.data, "-U", "brgsa", "-A", "trust", "-E", "UTF8", "--locale=C")
        options = f"-k {self.folder} -c listen_addresses= -c max_wal_size=4GB"
        self._run("pg_ctl", "start", "-w", "-D", self.data, "-l", self.folder / "log", "-o", options)
        return self

    def __exit__(self, *_):
        self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", self.data)
        shutil.rmtree(self.folder, ignore_errors=True)

    def new(self, name):
        """Makes an empty database, and gives its address."""
        self.query("postgres", f"CREATE DATABASE {name} TEMPLATE template0")
        return f"postgresql://brgsa@/{name}?host={self.folder}"

    def query(self, database, sql):
        """The output of psql: one line for each row."""
        command = ["psql", "-h", self.folder, "-U", "brgsa", "-d", database, "-qAtc", sql]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def _run(self, program, *arguments):
        command = [*self._user, PROGRAMS / program, *arguments]
        subprocess.run(command, cwd=self.folder, stdout=subprocess.DEVNULL, check=True)
