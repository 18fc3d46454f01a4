"""A volume whose job ends the process, on PostgreSQL and on SQLite: it fails after three attempts, no other does."""

import threading
import time

from client import FILE, Lost
from nodes.database import Server
from nodes.replica import Replica
from nodes.site import Site, wait
from nodes.traffic import JOB, Patient, Volumes
from work import Chests

ATTEMPTS = 3
# A lease for each attempt, and restarts.
SECONDS = 240


def add(parser):
    parser.add_argument("--replicas", type=int, default=2, help="with PostgreSQL; with SQLite there is one")


class Supervisor:
    """Restarts what has ended, as systemd and Kubernetes do, and counts it."""

    def __init__(self, replicas):
        self.deaths = 0
        self._replicas, self._end = replicas, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self):
        while not self._end.wait(0.2):
            for replica in self._replicas:
                if not replica.is_running():
                    self.deaths += 1
                    replica.start()

    def stop(self):
        self._end.set()
        self._thread.join()


def run(options):
    figures, faults = {}, []
    with Site(options.logs) as site:
        server = Server(site)
        for engine, store, count in (
            ("postgresql", server.url, options.replicas), ("sqlite", site.folder / "store.sqlite", 1),
        ):  # fmt: skip
            found, wrong = poison(site, options, store, count)
            figures |= {f"{engine}_{name}": value for name, value in found.items()}
            faults += [f"{engine}: {fault}" for fault in wrong]
    for fault in faults:
        print(fault)
    bars = {f"{engine}_processes_ended": ("<=", ATTEMPTS) for engine in ("postgresql", "sqlite")}
    return {**figures, "faults": len(faults)}, {**bars, "faults": ("==", 0)}


def poison(site, options, store, count):
    """How a poison job ended, and what else went wrong."""
    volumes = Volumes(4)
    file = volumes.fresh()
    fatal = {"BRGSA_TEST_FATAL_UPLOAD": Chests.identity(file)}
    first = 10 * (count == 1)
    replicas = [Replica(site, options, first + number, store, environment=fatal) for number in range(count)]
    for replica in replicas:
        replica.start_ready()
    supervisor = Supervisor(replicas)
    begin = time.monotonic()
    place = posted(replicas[0], file)
    job, others, faults = {}, 0, []
    while time.monotonic() - begin < SECONDS and job.get("status") != "failed":
        others += harmless(replicas)
        job = ask(replicas, place) or job
        time.sleep(0.5)
    if job.get("status") != "failed":
        faults.append(f"the job is {job.get('status')} after {SECONDS} s")
    seconds = time.monotonic() - begin
    # Longer than a lease: it is not claimed again.
    time.sleep(35)
    for replica in replicas:
        wait(replica.is_ready, 30, f"replica {replica.number} is not ready")
        client = Patient(replica.port)
        accepted = client.expect(202, "POST", JOB, volumes.fresh(), FILE, {"Prefer": "respond-async"})
        ended = client.expect(200, "GET", accepted.headers["Location"], headers={"Prefer": "wait=30"}).json()
        if ended["status"] != "succeeded":
            faults.append(f"a harmless job at replica {replica.number} {ended['status']}")
    supervisor.stop()
    for replica in replicas:
        replica.kill()
    problem = (job.get("error") or job.get("problem") or {}).get("code")
    return {"processes_ended": supervisor.deaths, "problem": problem, "failed_after_s": round(seconds, 1),
            "harmless_searches_meanwhile": others}, faults  # fmt: skip


def posted(replica, file):
    """The job's place; the replica may end before it responds, so the post has a key."""
    headers = {"Prefer": "respond-async", "Idempotency-Key": "poison"}
    end = time.monotonic() + 60
    while time.monotonic() < end:
        client = Patient(replica.port, 20)
        try:
            return client.expect(202, "POST", JOB, file, FILE, headers).headers["Location"]
        except Lost:
            time.sleep(0.3)
    raise SystemExit("the job was not accepted")


def ask(replicas, place):
    for replica in replicas:
        try:
            return replica.client(10).expect(200, "GET", place).json()
        except Lost:
            continue
    return None


def harmless(replicas):
    """How many replicas respond to a search now."""
    done = 0
    for replica in replicas:
        try:
            Patient(replica.port, 10).expect(200, "POST", "/v1/retrievals", {"query": {"text": "mass"}, "top_k": 1})
            done += 1
        except Lost:
            continue
    return done
