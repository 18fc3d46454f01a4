"""A mixed load for a long time: does the service keep its memory and files, and answer everything?

    python3 Tests/Load/soak.py --minutes 30

Texts, searches, volumes (new ones and one that is known) and diagnoses of a kept volume. Of the new volumes the last
200 are kept and older ones deleted, so that a growing store is not taken for a leak.
"""

import os
import queue
import random
import re
import statistics
import sys
import time

from service import Service, conclude, parser
from work import Chests, Load, Request, diagnosis, quantile_ms, search, text, volume

CLIENTS = 4
KEPT = 200
PAUSE_SECONDS = 0.01
ALLOWED = {"text": {200}, "search": {200}, "volume": {200, 201}, "diagnosis": {200}, "deletion": {204}}


def memory_and_files(process):
    """Resident MiB and open files of a process."""
    with open(f"/proc/{process.pid}/status") as file:
        resident = int(re.search(r"VmRSS:\s+(\d+) kB", file.read())[1])
    return resident / 1024, len(os.listdir(f"/proc/{process.pid}/fd"))


class Mix:
    """What clients ask, and the new volumes that are kept."""

    def __init__(self):
        self._chests, self._kept = Chests(), queue.SimpleQueue()
        self.first = self._chests.fresh()

    def choose(self, generator):
        chance = generator.random()
        if chance < 0.3:
            return text(generator)
        if chance < 0.55:
            return search(generator)
        if chance < 0.75:
            return diagnosis(generator, Chests.identity(self.first), persist=generator.random() < 0.02)
        if chance < 0.85:
            return volume(self.first)
        if self._kept.qsize() > KEPT:
            return Request("deletion", "DELETE", f"/v1/volumes/{self._kept.get()}")
        return volume(self._chests.fresh())

    def heed(self, request, answer):
        """Notes a new volume; the pause before the client's next request."""
        if answer.status == 201:
            self._kept.put(answer.json()["id"])
        return PAUSE_SECONDS


def sampled(process, seconds):
    """Memory and files once a second, until the time is over or the process has ended."""
    samples, begin = [], time.monotonic()
    while time.monotonic() - begin < seconds and process.poll() is None:
        samples.append(memory_and_files(process))
        time.sleep(max(0, begin + len(samples) - time.monotonic()))
    return samples


def drift(samples):
    """Medians of minute 5 and of the last minute, in MiB and files; of a short run, of shorter spans."""
    span = max(1, min(60, len(samples) // 6))
    early = samples[min(240, len(samples) // 3) :][:span]
    return [
        [statistics.median(column) for column in zip(*part)] for part in (early, samples[-span:])
    ]


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--minutes", type=float, default=30)
    arguments.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = arguments.parse_args()
    print(f"seed {options.seed}")
    mix = Mix()
    with Service(options) as service:
        service.start_ready()
        service.client().expect(201, "POST", *volume(mix.first)[2:])
        load = Load(service.port, CLIENTS, mix.choose, mix.heed, options.seed)
        samples = sampled(service.process, options.minutes * 60)
        crashes = int(service.process.poll() is not None)
        load.stop()
    (early_mib, early_files), (late_mib, late_files) = drift(samples)
    others = sum(
        count for (kind, outcome), count in load.outcomes.items() if outcome not in ALLOWED[kind]
    )
    figures = {
        "seed": options.seed, "minutes": options.minutes, **load.statuses(),
        **{f"{kind}_p99_ms": quantile_ms(seconds, 0.99) for kind, seconds in sorted(load.seconds.items())},
        "crashes": crashes, "other_outcomes": others,
        "rss_early_mib": round(early_mib, 1), "rss_late_mib": round(late_mib, 1),
        "rss_peak_mib": round(max(sample[0] for sample in samples), 1),
        "rss_drift_mib": round(late_mib - early_mib, 1),
        "fds_early": early_files, "fd_change": abs(late_files - early_files),
    }  # fmt: skip
    bars = {
        "crashes": ("==", 0), "other_outcomes": ("==", 0), "rss_drift_mib": ("<=", 32),
        "fd_change": ("<=", 5),
    }  # fmt: skip
    return conclude(figures, bars)


if __name__ == "__main__":
    sys.exit(main())
