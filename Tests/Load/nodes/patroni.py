"""Three machines with etcd, Patroni and PostgreSQL, from the files that Docker/machines gives to users.

Only names, addresses and folders are changed, as its README says, and the passwords.
"""

import json
import re
import time
import urllib.request

from nodes.database import sql
from nodes.programs import ETCD, PATRONI
from nodes.site import run, wait
from service import ROOT

SOURCES = ROOT / "Docker/machines"
NAMES = {"one": "10.1.0.11", "two": "10.1.0.12", "three": "10.1.0.13"}
HUB = "10.1.0.1/24"
FIRST = NAMES["one"]
PASSWORD = "only-in-this-namespace"
START_SECONDS = 120
RUNNING = ("running", "streaming")


class Cluster:
    url = f"postgresql://brgsa@{','.join(NAMES.values())}/brgsa"
    environment = {"PGPASSWORD": PASSWORD}

    def __init__(self, site):
        self._site, self._patronis = site, {}
        site.bridge(HUB)
        self.machines = {name: site.machine(name, f"{address}/24") for name, address in NAMES.items()}
        for name in NAMES:
            folder = site.folder / name
            for part in ("", "etcd", "run"):
                (folder / part).mkdir()
            (folder / "patroni.yml").write_text(self._patroni(name))
            run("chown", "-R", "postgres:postgres", folder)
            self.start(name)
        self.ttl = int(re.search(r"ttl: (\d+)", (SOURCES / "patroni.yml").read_text())[1])
        self.wait_whole()
        leader = NAMES[self.leader()]
        for statement in (f"CREATE ROLE brgsa LOGIN PASSWORD '{PASSWORD}'", "CREATE DATABASE brgsa OWNER brgsa"):
            if sql(statement, leader, "postgres", PASSWORD) is None:
                raise SystemExit(f"PostgreSQL refused {statement.split(' PASS')[0]}")
        # libpq asks the first host first, and does not go on to the next one if that does not know the role yet.
        for address in NAMES.values():
            wait(lambda host=address: sql("SELECT 1", host, password=PASSWORD), 30, "the database is not at a standby")

    def start(self, name):
        """Starts what a machine starts when it boots."""
        folder, options = self._site.folder / name, self._options(name)
        self._site.start(ETCD, folder / "etcd.log", environment=self._etcd(name), **options)
        self._start_patroni(name)

    def _options(self, name):
        return {"machine": self.machines[name], "user": "postgres", "group": f"machine-{name}"}

    def _start_patroni(self, name):
        folder = self._site.folder / name
        command = [*PATRONI, folder / "patroni.yml"]
        self._patronis[name] = self._site.start(command, folder / "patroni.log", **self._options(name))

    def _patroni(self, name):
        folder = self._site.folder / name
        text = (SOURCES / "patroni.yml").read_text("utf-8")
        text = text.replace("name: one", f"name: {name}")
        text = re.sub(rf"(listen|connect_address): {FIRST}", rf"\1: {NAMES[name]}", text)
        text = re.sub(r"CHANGE-ME-\d", PASSWORD, text)
        text = re.sub(r"data_dir: \S+", f"data_dir: {folder}/data", text)
        text = re.sub(r"pgpass: \S+", f"pgpass: {folder}/pgpass", text)
        return re.sub(r"unix_socket_directories: \S+", f"unix_socket_directories: {folder}/run", text)

    def _etcd(self, name):
        values = dict(re.findall(r'^(ETCD_\w+)="(.*)"$', (SOURCES / "etcd").read_text("utf-8"), re.MULTILINE))
        for key, value in values.items():
            if key != "ETCD_INITIAL_CLUSTER":
                values[key] = value.replace(FIRST, NAMES[name])
        return {**values, "ETCD_NAME": name, "ETCD_DATA_DIR": str(self._site.folder / name / "etcd")}

    def members(self):
        """What Patroni says, by the first machine that responds: [{name, role, state, …}]."""
        for address in NAMES.values():
            try:
                with urllib.request.urlopen(f"http://{address}:8008/cluster", timeout=2) as response:
                    return json.load(response)["members"]
            except (OSError, ValueError):
                continue
        return []

    def leader(self):
        """The machine whose PostgreSQL accepts writes, by its own word; None if there is none."""
        for name, address in NAMES.items():
            try:
                with urllib.request.urlopen(f"http://{address}:8008/primary", timeout=2) as response:
                    if response.status == 200:
                        return name
            except OSError:
                continue
        return None

    def wait_whole(self, synchronous=True, seconds=START_SECONDS):
        """All three run, with one leader and, if so set, a synchronous standby."""

        def is_whole():
            # As systemd does it: Patroni ends if its machine's etcd has not started yet.
            for name, process in list(self._patronis.items()):
                if process.poll() is not None:
                    self._start_patroni(name)
            members = self.members()
            roles = [member["role"] for member in members]
            return (
                len(members) == 3
                and all(member["state"] in RUNNING for member in members)
                and roles.count("leader") == 1
                and ("sync_standby" in roles) == synchronous
                and self.leader()
            )

        try:
            wait(is_whole, seconds, "the database cluster is not whole")
        except SystemExit as end:
            raise SystemExit(f"{end}: {self.members()}") from None

    def configure(self, **settings):
        """Changes the cluster's settings, as `patronictl edit-config` does."""
        body = json.dumps(settings).encode()
        request = urllib.request.Request(f"http://{NAMES[self.leader()]}:8008/config", body, method="PATCH")
        with urllib.request.urlopen(request, timeout=10) as response:
            response.read()

    def sql(self, statement):
        return sql(statement, NAMES[self.leader()], password=PASSWORD)

    def lose_primary(self, kind):
        """Loses the primary's machine and waits until another one, or the same, accepts writes: its name, and when
        it was lost."""
        leader = self.leader()
        machine, standbys = self.machines[leader], [self.machines[name] for name in NAMES if name != leader]
        if kind == "cut":
            for standby in standbys:
                standby.pull()
            time.sleep(2)
        lost = time.monotonic()
        if kind != "kill":
            # Otherwise the dead machine's kernel still delivers what is in its sockets.
            machine.pull()
            time.sleep(1 if kind == "cable" else 0)
        machine.kill()
        for standby in standbys:
            standby.plug()
        if kind == "kill":
            time.sleep(5)
            self.start(leader)
        wait(self.leader, START_SECONDS, "no machine accepts writes")
        return leader, lost

    def bring_back(self, name, kind):
        if kind != "kill":
            self.machines[name].plug()
            self.start(name)
