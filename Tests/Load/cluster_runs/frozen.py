"""A replica stops for a minute in a job. Its lease passes on, and when it wakes up, its result must not count."""

import time

from client import FILE
from cluster_runs.throughput import make_model
from nodes.database import Server
from nodes.replica import Replica
from nodes.site import Site, wait
from nodes.traffic import JOB, Volumes
from work import Chests

# So slow that the job lasts for seconds.
SLOW = 0.05


def add(parser):
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60, help="how long the replica stops")


def run(options):
    faults, taken_over, attempts = [], [], []
    with Site(options.logs) as site:
        server = Server(site)
        model = site.folder / "model"
        make_model(model)
        volumes = Volumes(3)
        first, second = (Replica(site, options, number, server.url, 2, model) for number in range(2))
        first.start_ready()
        for _ in range(options.rounds):
            file = volumes.fresh()
            seconds, tries = freeze_in_job(site, server, first, second, file, options.seconds)
            taken_over.append(round(seconds, 1))
            attempts.append(tries)
            faults += compare(server, (first, second), Chests.identity(file), volumes)
            second.kill()
    for fault in faults:
        print(fault)
    figures = {"rounds": options.rounds, "frozen_s": options.seconds, "done_elsewhere_after_s": taken_over,
               "attempts": attempts, "faults": len(faults)}  # fmt: skip
    return figures, {"faults": ("==", 0)}


def freeze_in_job(site, server, first, second, file, seconds):
    """Seconds after which the other replica had done the job of the frozen one, and the attempts until then."""
    client = first.client()
    site.group(f"brgsa-{first.number}", SLOW)
    answer = client.expect(202, "POST", JOB, file, FILE, {"Prefer": "respond-async"})
    place = answer.headers["Location"]
    wait(lambda: client.expect(200, "GET", place).json()["status"] == "running", 30, "the job does not run")
    first.freeze()
    begin = time.monotonic()
    second.start_ready()
    other = second.client()
    tries = [0]

    def done():
        rows = server.sql("SELECT attempts FROM brgsa.job_lease") or []
        tries[0] = max([tries[0], *(int(row[0]) for row in rows)])
        status = other.expect(200, "GET", place).json()["status"]
        if status in ("failed", "cancelled"):
            raise SystemExit(f"the job of the frozen replica {status}")
        return status == "succeeded"

    wait(done, seconds + 60, "nobody else does the job")
    taken = time.monotonic() - begin
    time.sleep(max(0, seconds - taken))
    first.thaw()
    site.group(f"brgsa-{first.number}", 2)
    return taken, tries[0]


def compare(server, replicas, identity, volumes):
    """What is wrong after both run: one result, and both replicas work and see each other's writes."""
    # The replica that woke up still finishes its own computation.
    time.sleep(15)
    faults = []
    rows = server.sql("SELECT count(*) FROM brgsa.diagnosis WHERE convert_from(volume_id, 'UTF8') = '%s'" % identity)
    if rows != [["1"]]:
        faults.append(f"the job has {rows} results")
    if server.sql("SELECT count(*) FROM brgsa.job WHERE ended_at IS NULL") != [["0"]]:
        faults.append("a job has not ended")
    for replica in replicas:
        client = replica.client()
        if client.request("GET", "/readyz").status != 200:
            faults.append(f"replica {replica.number} is not ready")
        client.expect(201, "POST", "/v1/volumes", volumes.fresh(), FILE)
    searched = [
        replica.client().expect(200, "POST", "/v1/retrievals", {"query": {"text": "mass"}, "top_k": 1}).json()
        for replica in replicas
    ]
    if len({each["searched"] for each in searched}) != 1 or any("as_of" in each for each in searched):
        faults.append(f"the replicas search {[each['searched'] for each in searched]} volumes")
    return faults
