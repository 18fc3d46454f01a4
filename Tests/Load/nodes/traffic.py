"""Clients that go on while machines die, and know afterwards what must be there."""

import random
import threading
import time
from collections import Counter

import numpy as np

from client import FILE, Client, Lost
from kill_cycles import everything
from work import Chests, chest, nifti, search
from writer import Writer

# What a client must expect while something fails. Whether the request had an effect is then open.
OPEN = (429, 502, 503, 504)
JOB = "/v1/diagnoses?prompt=pleural+effusion"


class Patient(Client):
    """A status that leaves the effect open counts as no answer."""

    def expect(self, status, method, path, body=None, media="application/json", headers=None):
        answer = self.request(method, path, body, media, headers)
        if answer.status in OPEN:
            raise Lost(str(answer.status))
        if answer.status != status:
            raise SystemExit(f"{method} {path}: {answer.status} {answer.body[:300]!r}, not {status}")
        return answer


class Volumes:
    """Small chests that look different: each has its own densities and six boxes. May be shared by threads."""

    def __init__(self, seed):
        self._generator, self._lock = np.random.default_rng(seed), threading.Lock()
        self._base = np.frombuffer(chest(), "<i2", offset=352).reshape((24, 24, 20), order="F")

    def fresh(self):
        with self._lock:
            body, lung, *boxes = self._generator.integers(0, 1 << 16, 2 + 6 * 4).tolist()
        voxels = np.where(self._base == 40, 20 + body % 60, self._base)
        voxels = np.where(self._base == -850, -900 + lung % 300, voxels).astype(np.int16)
        for x, y, z, density in zip(*[iter(boxes)] * 4):
            corner = (3 + x % 16, 3 + y % 16, 2 + z % 14)
            voxels[tuple(slice(begin, begin + 3) for begin in corner)] = density % 1500 - 700
        return nifti(voxels, (14.0, 14.0, 16.0))


class Poster:
    """Posts jobs. A post without an answer is sent again with its key until it is accepted."""

    def __init__(self, name, volumes):
        self.name, self.volumes = name, volumes
        self.number, self.pending = 0, None
        # {place of a job: id of its volume}
        self.accepted = {}

    def step(self, client):
        if not self.pending:
            self.number += 1
            self.pending = f"{self.name}-{self.number}", self.volumes.fresh()
        key, file = self.pending
        headers = {"Prefer": "respond-async", "Idempotency-Key": key}
        answer = client.expect(202, "POST", JOB, file, FILE, headers)
        self.accepted[answer.headers["Location"]] = Chests.identity(file)
        self.pending = None


class Searcher:
    """Searches for a text."""

    def __init__(self, name, seed):
        self.name, self._generator = name, random.Random(f"{seed}/{name}")

    def step(self, client):
        request = search(self._generator)
        client.expect(200, request.method, request.path, request.body)


class Uploader(Writer):
    """Adds, tags and deletes volumes and reports."""

    def step(self, client):
        self.write(client)


class Traffic:
    """Threads that ask through a port, one request after the other.

    `outcomes` counts {(name of a class, "done" or why there was no answer)}; `faults` has what must not be; `done` the
    times of acknowledged writes.
    """

    def __init__(self, port, clients, pause=0.01, timeout=30):
        self.outcomes, self.faults, self.done = Counter(), [], []
        self.clients = clients
        self._pause, self._lock, self._end = pause, threading.Lock(), threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(client, port, timeout), daemon=True) for client in clients
        ]
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, asker, port, timeout):
        client, kind = Patient(port, timeout), type(asker).__name__
        while not self._end.is_set():
            pause = self._pause
            try:
                asker.step(client)
                outcome = "done"
            except Lost as lost:
                outcome, pause = lost.reason, 0.1
            except SystemExit as end:
                outcome, pause = "wrong", 0.1
                with self._lock:
                    self.faults.append(str(end))
            with self._lock:
                self.outcomes[kind, outcome] += 1
                if outcome == "done" and kind != "Searcher":
                    self.done.append(time.monotonic())
            self._end.wait(pause)
        client.close()

    def finish_posts(self, client, seconds):
        """Sends again, without a hurry, what is still without an answer."""
        end = time.monotonic() + seconds
        for poster in (each for each in self.clients if isinstance(each, Poster)):
            while poster.pending and time.monotonic() < end:
                try:
                    poster.step(client)
                except Lost:
                    time.sleep(0.5)

    def jobs(self):
        """{place: id of the volume} of all accepted jobs."""
        return {place: identity for each in self.clients if isinstance(each, Poster)
                for place, identity in each.accepted.items()}  # fmt: skip

    def acknowledged(self):
        return sum(each.acknowledged for each in self.clients if isinstance(each, Writer))

    def statuses(self):
        return {f"{kind} {outcome}": count for (kind, outcome), count in sorted(self.outcomes.items())}

    def longest_gap(self, begin, end):
        """Seconds of the longest time without an acknowledged write."""
        times = [begin, *(moment for moment in self.done if begin <= moment <= end), end]
        return max(after - before for before, after in zip(times, times[1:]))


def lost_writes(client, traffic, others, maybe=()):
    """What is missing or wrong at one replica: writes of `traffic`, and `others`. Ids in `maybe` may be there."""
    found, faults = everything(client)
    known = {identity: found.pop(identity, None) for identity in set(others)}
    for identity in maybe:
        found.pop(identity, None)
    faults += [f"{identity} was stored and is missing" for identity, tags in known.items() if tags is None]
    for writer in (each for each in traffic.clients if isinstance(each, Writer)):
        faults += writer.settle(found)
    return faults + [f"{identity} is there, but was deleted or never written" for identity in found]


def endings_of(client, jobs, seconds):
    """How jobs ended, and what is wrong with them; waits for those that have not ended."""
    endings, faults, end = Counter(), [], time.monotonic() + seconds
    for place in jobs:
        answer = client.request("GET", place)
        job = answer.json()
        while answer.status == 200 and job["status"] in ("queued", "running") and time.monotonic() < end:
            job = client.expect(200, "GET", place, headers={"Prefer": "wait=10"}).json()
        status = job.get("status", answer.status) if answer.status == 200 else answer.status
        endings[status] += 1
        if status != "succeeded":
            faults.append(f"{place}: {status} {str(job)[:300]}")
        elif client.request("GET", job["result"]).status != 200:
            faults.append(f"{place}: its result is missing")
    return endings, faults
