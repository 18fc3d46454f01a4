"""Loss of the database's primary under Patroni: kill -9, pulled cable, and standbys cut off just before.

With synchronous replication nothing that was acknowledged may be lost. The control is the same asynchronously: it must
lose something, and the service must have said so before.
"""

import random
import threading
import time
from collections import Counter

from client import FILE, Client, Lost
from cluster_runs.replicas import SHOWN, clients, settle
from kill_cycles import everything
from nodes.balancer import PORT, Balancer
from nodes.patroni import Cluster
from nodes.rankings import Archive
from nodes.replica import Replica
from nodes.site import Site, wait
from nodes.traffic import Traffic, Volumes
from work import Chests

KINDS = ("kill", "cable", "cut")
# After ttl, for the election and the new connections.
MORE_SECONDS = 10
FINDINGS = "/v1/diagnoses?prompt=rib+fracture"


def add(parser):
    parser.add_argument("--losses", type=int, default=20, help="with synchronous replication")
    parser.add_argument("--asynchronous", type=int, default=3, help="losses with asynchronous replication, the control")
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))


class Probe:
    """Asks again and again for something that must always be there; counts responses, and keeps the slowest one."""

    def __init__(self, name, ask, pause):
        self.name, self.counts, self.slowest = name, Counter(), 0.0
        self._ask, self._pause, self._end = ask, pause, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._end.wait(self._pause):
            begin = time.monotonic()
            try:
                outcome = self._ask()
            except Lost as lost:
                outcome = lost.reason
            self.slowest = max(self.slowest, time.monotonic() - begin)
            self.counts[outcome] += 1

    def stop(self):
        self._end.set()
        self._thread.join()
        return self

    @property
    def failures(self):
        return sum(count for outcome, count in self.counts.items() if not str(outcome).startswith("200"))


class Finder:
    """Asks for findings of new volumes. `kept` are those that the response called stored; `maybe` are all."""

    def __init__(self, seed):
        self.kept, self.maybe = set(), set()
        self._client, self._volumes = Client(PORT, 60), Volumes(seed)

    def ask(self):
        file = self._volumes.fresh()
        identity = Chests.identity(file)
        self.maybe.add(identity)
        answer = self._client.request("POST", FINDINGS, file, FILE)
        if answer.status != 200:
            return answer.status
        body = answer.json()
        if not body["findings"]:
            return "no findings"
        stored = body["cache"]["stored"]
        if stored:
            self.kept.add(identity)
        return "200" if stored else "200, not stored"


def probes(replicas, finder):
    """Findings through the balancer, and liveness and readiness of each replica, asked directly."""

    def status(client, path):
        return lambda: client.request("GET", path).status

    asked = [Probe("findings", finder.ask, 0.1)]
    for replica in replicas:
        asked.append(Probe("livez", status(replica.client(2), "/livez"), 0.1))
        asked.append(Probe("readyz", status(replica.client(5), "/readyz"), 0.1))
    return asked


def durability(replicas):
    """What the replicas say that an acknowledgement is worth, ten seconds after the cluster is whole.

    A replica reads the server's settings every five seconds.
    """
    time.sleep(10)
    said = set()
    for replica in replicas:
        body = replica.client().expect(200, "GET", "/readyz").json()
        said.add(body.get("durability", body["checks"].get("durability")))
    return " and ".join(sorted(map(str, said)))


def run(options):
    with Site(options.logs) as site:
        cluster = Cluster(site)
        flags = ("--queue-capacity", "100000")
        replicas = [
            Replica(site, options, number, cluster.url, flags=flags, environment=cluster.environment)
            for number in range(options.replicas)
        ]
        archive = Archive(site, options, cluster.url)
        archive.load(replicas[0], cluster.environment)
        for replica in replicas:
            replica.start_ready()
        Balancer(site, [replica.port for replica in replicas])
        figures = {"seed": options.seed, "ttl_s": cluster.ttl}
        found, faults = phase(cluster, archive, replicas, options.losses, options.seed, True)
        figures |= {f"synchronous_{name}": value for name, value in found.items()}
        for fault in faults[:SHOWN]:
            print(fault)
        bars = {**BARS, "synchronous_longest_outage_s": ("<=", cluster.ttl + MORE_SECONDS)}
        if options.asynchronous:
            cluster.configure(synchronous_mode=False, synchronous_mode_strict=False)
            cluster.wait_whole(synchronous=False)
            found, _ = phase(cluster, archive, replicas, options.asynchronous, options.seed + 1, False)
            figures |= {f"asynchronous_{name}": value for name, value in found.items()}
            bars |= CONTROL
    return figures, bars


BARS = {
    "synchronous_faults": ("==", 0), "synchronous_jobs_without_one_diagnosis": ("==", 0),
    "synchronous_differing_rankings": ("==", 0), "synchronous_livez_failures": ("==", 0),
    "synchronous_readyz_failures": ("==", 0), "synchronous_findings_failures": ("==", 0),
    "synchronous_durability": ("==", "quorum"),
}  # fmt: skip
# Losses that are found, or the proof could not fail; followers are right all the same.
CONTROL = {
    "asynchronous_faults": (">=", 1), "asynchronous_differing_rankings": ("==", 0),
    "asynchronous_durability": ("==", "primary"),
}  # fmt: skip


def phase(cluster, archive, replicas, losses, seed, synchronous):
    """Loses the primary again and again under load: figures and faults."""
    said = durability(replicas)
    kept = set(everything(replicas[0].client())[0])
    finder = Finder(seed + 7)
    asked, traffic = probes(replicas, finder), Traffic(PORT, clients(seed), pause=0.08)
    outages = {kind: [] for kind in KINDS}
    moved = 0
    for number in range(losses):
        # Without a cut there is little to be lost, so the control is nothing but cuts.
        kind = KINDS[number % len(KINDS)] if synchronous else "cut"
        time.sleep(3)
        name, begin = cluster.lose_primary(kind)
        returned = time.monotonic()
        wait(lambda: traffic.done[-1] > returned, 60, "no write is acknowledged")
        time.sleep(1)
        outages[kind].append(round(traffic.longest_gap(begin, time.monotonic()), 1))
        moved += cluster.leader() != name
        print(f"{number + 1}: {kind} of {name}, {outages[kind][-1]} s without a write", flush=True)
        cluster.bring_back(name, kind)
        cluster.wait_whole(synchronous)
    traffic.stop()
    failures = Counter()
    for probe in asked:
        failures[probe.name] += probe.stop().failures
    figures, faults = settle(cluster.sql, archive, replicas, traffic, kept | finder.kept, finder.maybe)
    outcomes = {
        name: dict(sum((probe.counts for probe in asked if probe.name == name), Counter())) for name in failures
    }
    return {
        "losses": losses, "promotions": moved, "durability": said, "outages_s": outages,
        "longest_outage_s": max([0, *(each for times in outages.values() for each in times)]),
        **{f"{name}_failures": count for name, count in failures.items()},
        "probes": outcomes, "slowest_findings_s": round(asked[0].slowest, 2),
        "slowest_livez_s": round(max(probe.slowest for probe in asked if probe.name == "livez"), 2), **figures,
    }, faults  # fmt: skip
