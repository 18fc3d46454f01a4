"""Four times as many clients as keep the service busy: it must go on doing as much, refuse the rest well, and live.

    python3 Tests/Load/overload.py --minutes 5

All clients send volumes that were never seen. The peak is measured with clients that fit into the queue, before and
after, because a shared machine changes its speed; the higher one counts. Who is refused waits as Retry-After says, but
a second at most. /livez is asked by a process of its own, on a new connection each time.
"""

import concurrent.futures
import multiprocessing
import sys
import time

from client import Client, Lost
from service import Service, conclude, parser
from work import Chests, Load, quantile_ms, volume

CLIENTS = 24
FACTOR = 4
ALLOWED = {200, 201, 202, 429, 503}
REFUSALS = {429, 503}
LONGEST_WAIT = 1.0
PROBE_SECONDS = 0.02


def probe(port, seconds):
    """How long /livez takes, again and again; None for no good answer. Runs in a process of its own."""
    answers, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        client, begin = Client(port, timeout=10), time.monotonic()
        try:
            is_alive = client.request("GET", "/livez").status == 200
        except Lost:
            is_alive = False
        answers.append(time.monotonic() - begin if is_alive else None)
        client.close()
        time.sleep(PROBE_SECONDS)
    return answers


class Flood:
    """Volumes from many clients for some time, beside the probe."""

    def __init__(self, chests):
        self._chests = chests
        self.without_retry_after = 0

    def run(self, port, clients, seconds, prober):
        """Volumes per second, the outcomes, and the probe's answers."""
        alive = prober.submit(probe, port, seconds)
        load = Load(port, clients, lambda _: volume(self._chests.fresh()), self._heed)
        begin = time.monotonic()
        time.sleep(seconds)
        elapsed = time.monotonic() - begin
        done = sum(count for (_, outcome), count in list(load.outcomes.items()) if outcome in (200, 201, 202))
        return done / elapsed, load.stop(), alive.result()

    def _heed(self, _, answer):
        if answer.status not in REFUSALS:
            return 0
        seconds = answer.headers.get("Retry-After", "")
        if not seconds.isdigit():
            self.without_retry_after += 1
            return LONGEST_WAIT
        return min(int(seconds), LONGEST_WAIT)


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--minutes", type=float, default=5)
    arguments.add_argument("--clients", type=int, default=CLIENTS, help="for the peak; four times as many follow")
    options = arguments.parse_args()
    seconds = options.minutes * 60
    flood = Flood(Chests())
    spawn = multiprocessing.get_context("spawn")
    with Service(options) as service, concurrent.futures.ProcessPoolExecutor(1, spawn) as prober:
        service.start_ready()
        prober.submit(probe, service.port, 0.1).result()
        calm = [flood.run(service.port, options.clients, min(30, seconds / 2), prober)]
        goodput, load, alive = flood.run(service.port, options.clients * FACTOR, seconds, prober)
        calm.append(flood.run(service.port, options.clients, min(30, seconds / 2), prober))
        crashes = int(service.process.poll() is not None)
    peaks = [round(peak, 1) for peak, _, _ in calm]
    calm_alive = calm[0][2] + calm[1][2]
    others = sum(count for (_, outcome), count in load.outcomes.items() if outcome not in ALLOWED)
    figures = {
        "minutes": options.minutes, "clients": options.clients, **load.statuses(),
        "peaks_per_s": peaks, "goodput_per_s": round(goodput, 1),
        "goodput_share": round(goodput / max(peaks), 3),
        "other_outcomes": others, "without_retry_after": flood.without_retry_after,
        "livez_calm_p99_ms": quantile_ms([one for one in calm_alive if one is not None], 0.99),
        "livez_p99_ms": quantile_ms([one for one in alive if one is not None], 0.99),
        "livez_asked": len(alive), "livez_failed": (alive + calm_alive).count(None), "crashes": crashes,
    }  # fmt: skip
    bars = {
        "other_outcomes": ("==", 0), "without_retry_after": ("==", 0), "goodput_share": (">=", 0.9),
        "livez_p99_ms": ("<=", 50), "livez_failed": ("==", 0), "crashes": ("==", 0),
    }  # fmt: skip
    return conclude(figures, bars)


if __name__ == "__main__":
    sys.exit(main())
