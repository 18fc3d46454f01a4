"""Stops a service that eight clients keep busy, again and again: it must end with 0 in time and break off no answer.

    python3 Tests/Load/stop_cycles.py --cycles 100 --seed 1

Requests that the stopping service turns away (503) or does not take any more (no answer at all) are no fault. An answer
of which a part is missing is one, and so is none at all to a request that began before the signal.
"""

import random
import subprocess
import sys
import time
from collections import Counter

from service import Service, conclude, parser
from work import Chests, Load, Request, diagnosis, search, text, volume

CLIENTS = 8
GRACE_SECONDS = 25
LONGEST_RUN = 1.0
# A request that began this long before the signal was with the service by then.
UNDER_WAY_SECONDS = 0.01


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--cycles", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = arguments.parse_args()
    print(f"seed {options.seed}")
    generator, chests = random.Random(options.seed), Chests()
    first = chests.fresh()

    def choose(generator):
        return generator.choice(
            (
                lambda: text(generator),
                lambda: search(generator),
                lambda: volume(chests.fresh()),
                lambda: volume(first),
                lambda: diagnosis(generator, Chests.identity(first), persist=True),
                lambda: Request("list", "GET", "/v1/volumes?limit=1000"),
            )
        )()

    outcomes, exits, stops, dropped = Counter(), Counter(), [], 0
    with Service(options, "--shutdown-grace", str(GRACE_SECONDS)) as service:
        for cycle in range(options.cycles):
            service.start_ready()
            service.client().expect(200 if cycle else 201, "POST", *volume(first)[2:])
            load = Load(service.port, CLIENTS, choose, seed=f"{options.seed}/{cycle}")
            time.sleep(generator.uniform(0, LONGEST_RUN))
            signalled = time.monotonic()
            try:
                status, seconds = service.stop(GRACE_SECONDS + 10)
            except subprocess.TimeoutExpired:
                status, seconds = "none", GRACE_SECONDS + 10
                service.kill()
            outcomes += load.stop().outcomes
            dropped += sum(begin < signalled - UNDER_WAY_SECONDS for begin in load.unanswered)
            exits[status] += 1
            stops.append(seconds)
        checked = service.command("db", "check")
    counts = Counter()
    for (_, outcome), count in outcomes.items():
        counts[str(outcome)] += count
    allowed = {"200", "201", "503", "refused", "unanswered", "truncated"}
    figures = {
        "seed": options.seed, "cycles": options.cycles,
        "outcomes": dict(sorted(counts.items())),
        "other_exits": options.cycles - exits[0],
        "longest_stop_s": round(max(stops, default=0), 2),
        "truncated": counts["truncated"], "dropped": dropped,
        "other_statuses": sum(count for name, count in counts.items() if name not in allowed),
        "db_check": checked.stdout.strip()[:200],
    }  # fmt: skip
    bars = {
        "other_exits": ("==", 0), "longest_stop_s": ("<=", GRACE_SECONDS), "truncated": ("==", 0),
        "dropped": ("==", 0),
        "other_statuses": ("==", 0), "db_check": ("==", "ok"),
    }  # fmt: skip
    return conclude(figures, bars)


if __name__ == "__main__":
    sys.exit(main())
