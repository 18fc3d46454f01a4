"""Volumes a second of 1, 2 and 4 replicas, one thread and 0.4 cores each by control group, behind HAProxy.

The model has random weights, with one layer of the published width, so that a replica needs most of its time to encode.
Each replica count gets twice as many clients as replicas; all volumes differ.
"""

import dataclasses
import sys
import threading
import time

from client import FILE
from nodes.balancer import PORT, Balancer
from nodes.database import Server
from nodes.replica import Replica
from nodes.site import Site
from nodes.traffic import Patient, Volumes
from service import ROOT

COUNTS = (1, 2, 4)
CORES = 0.4
SHARE = 0.95
PATH = "/v1/diagnoses?prompt=pleural+effusion&prompt=lung+nodule"


def add(parser):
    parser.add_argument("--seconds", type=float, default=120, help="for each number of replicas")
    parser.add_argument("--rounds", type=int, default=1, help="all counts in turn, again and again")


def run(options):
    with Site(options.logs) as site:
        server = Server(site)
        model = site.folder / "model"
        make_model(model)
        replicas = [Replica(site, options, number, server.url, CORES, model) for number in range(max(COUNTS))]
        rates, used = ({count: [] for count in COUNTS} for _ in range(2))
        volumes = Volumes(1)
        for _ in range(options.rounds):
            for count in COUNTS:
                rate, cores = measure(site, replicas[:count], volumes, options.seconds)
                rates[count].append(rate)
                used[count].append(cores)
    figures = {"cores_each": CORES, "seconds_each": options.seconds, "rounds": options.rounds}
    mean = {count: sum(rates[count]) / options.rounds for count in COUNTS}
    for count in COUNTS:
        figures[f"volumes_a_second_{count}"] = round(mean[count], 3)
        # Less than count × 0.4 if the machine had no more, because of its other processes.
        figures[f"cores_used_{count}"] = round(sum(used[count]) / options.rounds, 2)
    for count in COUNTS[1:]:
        figures[f"share_of_{count}_times_one"] = round(mean[count] / mean[1] / count, 3)
    return figures, {f"share_of_{count}_times_one": (">=", SHARE) for count in COUNTS[1:]}


def make_model(folder):
    sys.path.insert(0, str(ROOT / "Models"))
    import random_model

    random_model.PUBLISHED = dataclasses.replace(
        random_model.PUBLISHED,
        embedding=384, bank=256, vision_depth=1, vision_hidden=1536, text_depth=4, text_hidden=384,
    )
    random_model.write(folder, "brgsa", "F32", False)


def measure(site, replicas, volumes, seconds):
    """Volumes a second while all are busy, without the first and the last ones, and the cores that the replicas had."""
    for replica in replicas:
        replica.start_ready()
    balancer = Balancer(site, [replica.port for replica in replicas])
    times, faults, end = [], [], threading.Event()

    def ask():
        client = Patient(PORT, 120)
        while not end.is_set():
            try:
                client.expect(200, "POST", PATH, volumes.fresh(), FILE)
                times.append(time.monotonic())
            except Exception as error:
                faults.append(repr(error))
                return

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(2 * len(replicas))]
    for thread in threads:
        thread.start()
    time.sleep(seconds / 10)
    begin, worked = time.monotonic(), sum(replica.cpu_seconds() for replica in replicas)
    time.sleep(seconds)
    cores = (sum(replica.cpu_seconds() for replica in replicas) - worked) / (time.monotonic() - begin)
    counted = [moment for moment in times if begin <= moment <= begin + seconds]
    end.set()
    for thread in threads:
        thread.join()
    for replica in replicas:
        replica.kill()
    balancer.process.kill()
    balancer.process.wait()
    if faults:
        raise SystemExit(f"a volume was not diagnosed: {faults[0]}")
    # From one response to another one, so that the rate does not depend on where the window begins.
    return (len(counted) - 1) / (counted[-1] - counted[0]), cores
