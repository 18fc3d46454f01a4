"""Kills a service to which jobs are posted, again and again: is every job done that was acknowledged, and only once?

    python3 Tests/Load/job_cycles.py --cycles 200 --seed 1

Three clients post volumes with Prefer: respond-async until the service is killed. After the restart each job that was
answered 202 must succeed and its diagnosis be there; a post whose answer was lost is sent again with its
Idempotency-Key, and must be accepted. At the end no file may be left in the spool.
"""

import random
import sys
import threading
import time
from collections import Counter

from client import FILE, Lost
from service import Service, conclude, parser
from work import Chests

CLIENTS = 3
LONGEST_RUN = 0.4
PATH = "/v1/diagnoses?prompt=pleural+effusion"


class Poster:
    """Posts jobs and knows afterwards which must be done."""

    def __init__(self, name, chests):
        self.name, self.chests = name, chests
        self.number = 0
        # {place: key} of those that were acknowledged, and (key, file) of the one whose answer was lost.
        self.open, self.lost = {}, None

    def post(self, client, key, file):
        headers = {"Prefer": "respond-async", "Idempotency-Key": key}
        answer = client.expect(202, "POST", PATH, file, FILE, headers)
        self.open[answer.headers["Location"]] = key

    def post_until_killed(self, client, end):
        try:
            while not end.is_set():
                self.number += 1
                self.lost = f"{self.name}-{self.number}", self.chests.fresh()
                self.post(client, *self.lost)
                self.lost = None
        except Lost:
            pass
        client.close()

    def settle(self, client):
        """Sends again what was lost and waits for all jobs; how they ended, and places whose result is not there."""
        if self.lost:
            self.post(client, *self.lost)
            self.lost = None
        endings, missing = Counter(), []
        for place in self.open:
            job = {"status": "queued"}
            while job["status"] in ("queued", "running"):
                job = client.expect(200, "GET", place, headers={"Prefer": "wait=30"}).json()
            endings[job["status"]] += 1
            if job["status"] != "succeeded" or client.request("GET", job["result"]).status != 200:
                missing.append(f"{place}: {job}")
        self.open = {}
        return endings, missing


def run_and_kill(service, posters, generator):
    """Lets all post for a random time, kills the service and restarts it."""
    end = threading.Event()
    threads = [
        threading.Thread(target=poster.post_until_killed, args=(service.client(timeout=20), end))
        for poster in posters
    ]
    for thread in threads:
        thread.start()
    time.sleep(generator.uniform(0.02, LONGEST_RUN))
    service.kill()
    end.set()
    for thread in threads:
        thread.join()
    service.start_ready()


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--cycles", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = arguments.parse_args()
    generator, chests = random.Random(options.seed), Chests()
    posters = [Poster(f"p{number}-{options.seed}", chests) for number in range(CLIENTS)]
    endings, faults = Counter(), 0
    with Service(options, "--queue-capacity", "100000") as service:
        service.start_ready()
        for cycle in range(options.cycles):
            run_and_kill(service, posters, generator)
            for poster in posters:
                found, missing = poster.settle(service.client())
                endings += found
                for fault in missing:
                    print(f"cycle {cycle}: {fault}")
                    faults += 1
        left = len(list(service.spool.iterdir()))
    figures = {
        "seed": options.seed, "cycles": options.cycles, "jobs": sum(endings.values()),
        "succeeded": endings["succeeded"], "faults": faults, "files_left": left,
    }  # fmt: skip
    return conclude(figures, {"faults": ("==", 0), "files_left": ("==", 0)})


if __name__ == "__main__":
    sys.exit(main())
