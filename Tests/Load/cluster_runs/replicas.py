"""kill -9 of replicas under jobs, uploads, deletions and searches: is all there that was acknowledged, and is every job
done exactly once?"""

import random
import time

from kill_cycles import everything
from nodes.balancer import PORT, Balancer
from nodes.database import Server
from nodes.rankings import Archive
from nodes.replica import Replica
from nodes.site import Site
from nodes.traffic import Patient, Poster, Searcher, Traffic, Uploader, Volumes, lost_writes, endings_of

# Three leases of 30 s, and time to do the work.
JOBS_SECONDS = 180
SHOWN = 20


def add(parser):
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))


def run(options):
    generator = random.Random(options.seed)
    with Site(options.logs) as site:
        server = Server(site)
        replicas = [
            Replica(site, options, number, server.url, flags=("--queue-capacity", "100000"))
            for number in range(options.replicas)
        ]
        archive = Archive(site, options, server.url)
        archive.load(replicas[0])
        for replica in replicas:
            replica.start_ready()
        Balancer(site, [replica.port for replica in replicas])
        traffic = Traffic(PORT, clients(options.seed))
        begin = time.monotonic()
        slowest = 0
        for _ in range(options.kills):
            time.sleep(generator.uniform(0.05, 0.8))
            slowest = max(slowest, kill(generator.choice(replicas), generator))
        seconds = time.monotonic() - begin
        traffic.stop()
        figures, faults = settle(server.sql, archive, replicas, traffic)
        figures = {"seed": options.seed, "kills": options.kills, "seconds": round(seconds),
                   "slowest_restart_s": round(slowest, 2), **figures}  # fmt: skip
    for fault in faults[:SHOWN]:
        print(fault)
    return figures, BARS


BARS = {"faults": ("==", 0), "jobs_without_one_diagnosis": ("==", 0), "differing_rankings": ("==", 0)}


def clients(seed):
    """Three that post jobs, three that write, and two that search."""
    volumes = Volumes(seed)
    posters = [Poster(f"p{number}-{seed}", volumes) for number in range(3)]
    writers = [Uploader(f"w{number}", seed, volumes) for number in range(3)]
    return [*posters, *writers, *(Searcher(f"s{number}", seed) for number in range(2))]


def kill(replica, generator):
    """Kills and restarts, one time in ten again while it starts; seconds of the restart."""
    replica.kill()
    while generator.random() < 0.1:
        replica.start()
        time.sleep(generator.uniform(0, 0.3))
        replica.kill()
    begin = time.monotonic()
    replica.start_ready()
    return time.monotonic() - begin


def settle(sql, archive, replicas, traffic, kept=(), maybe=()):
    """Compares what was acknowledged with what every replica and the database have: figures and faults.

    Besides what `traffic` wrote, the volumes and reports `kept` must be there, and `maybe` may be there.
    """
    traffic.finish_posts(Patient(PORT, 30), 60)
    jobs, faults = traffic.jobs(), list(traffic.faults)
    endings, wrong = endings_of(replicas[0].client(), jobs, JOBS_SECONDS)
    faults += wrong
    for replica in replicas[1:]:
        faults += endings_of(replica.client(), jobs, 10)[1]
    faults += lost_writes(replicas[0].client(), traffic, [*archive.rows.ids, *jobs.values(), *kept], maybe)
    seen = {listing(replica) for replica in replicas}
    if len(seen) != 1:
        faults.append(f"the replicas see different archives: {sorted(len(each) for each in seen)} volumes")
    for replica in replicas:
        faults += [f"replica {replica.number}: {fault}" for fault in everything(replica.client())[1]]
    counts = {identity: int(count) for identity, count in sql(
        "SELECT convert_from(volume_id, 'UTF8'), count(*) FROM brgsa.diagnosis GROUP BY 1")}  # fmt: skip
    once = sum(counts.get(identity) == 1 for identity in jobs.values())
    rankings, differing = archive.differing(sql, replicas)
    return {
        "acknowledged_writes": traffic.acknowledged(), "jobs": len(jobs), "jobs_ended": dict(endings),
        "jobs_without_one_diagnosis": len(jobs) - once, "volumes_at_end": len(next(iter(seen))),
        "rankings": rankings, "differing_rankings": len(differing), "outcomes": traffic.statuses(),
        "faults": len(faults),
    }, differing + faults  # fmt: skip


def listing(replica):
    return frozenset(everything(replica.client())[0])
