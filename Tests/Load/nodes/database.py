"""PostgreSQL 15 on the hub's loopback, as most sites run it: durable, one node."""

import subprocess

from nodes.programs import POSTGRES
from nodes.site import run, wait

ROLE = ("setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups")


def sql(statement, host="127.0.0.1", database="brgsa", password=None):
    """Rows of a statement, as lists of text; None if the server does not respond."""
    command = [POSTGRES / "psql", "-XAtq", "-F", "\t", "-h", host, "-U", "postgres", "-d", database, "-c", statement]
    environment = {"PATH": "/usr/bin:/bin", "PGCONNECT_TIMEOUT": "2", "PGPASSWORD": password or ""}
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    if done.returncode:
        return None
    return [line.split("\t") for line in done.stdout.splitlines()]


class Server:
    """One server with an empty database brgsa."""

    url = "postgresql://brgsa@127.0.0.1/brgsa"

    def __init__(self, site):
        self.site, self.folder = site, site.folder / "postgres"
        self.folder.mkdir()
        run("chown", "postgres:postgres", self.folder)
        flags = ("-A", "trust", "-k", "-E", "UTF8", "--locale=C.UTF-8")
        run(*ROLE, POSTGRES / "initdb", "-D", self.folder / "data", *flags)
        self.process = None
        self.start()
        for statement in ("CREATE ROLE brgsa LOGIN", "CREATE DATABASE brgsa OWNER brgsa"):
            if sql(statement, database="postgres") is None:
                raise SystemExit(f"PostgreSQL refused {statement}")

    def start(self):
        self.process = self.site.start(
            [POSTGRES / "postgres", "-D", self.folder / "data", "-k", self.folder, "-h", "127.0.0.1"],
            self.site.folder / "postgres.log", user="postgres", group="database",
        )  # fmt: skip
        wait(lambda: sql("SELECT 1", database="postgres"), 30, "PostgreSQL", self.process)

    @staticmethod
    def sql(statement):
        return sql(statement)
