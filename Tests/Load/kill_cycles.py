"""Kills a service that four writers keep busy, again and again, and looks for what it had acknowledged.

    python3 Tests/Load/kill_cycles.py --cycles 200 --seed 1

A write whose answer was lost may have happened or not; all others must be as they were answered. One kill in ten
comes while the service starts.
"""

import random
import sys
import threading
import time

from service import Service, conclude, parser
from work import Chests
from writer import Writer

WRITERS = 4
LONGEST_RUN = 0.6
PAGE = 1000


def everything(client):
    """{id: tags} of all volumes and reports, and complaints if search or store see something else."""
    found, faults = {}, []
    for kind in ("volumes", "reports"):
        cursor, before = "", len(found)
        while cursor is not None:
            page = client.expect(200, "GET", f"/v1/{kind}?limit={PAGE}{cursor and '&cursor=' + cursor}").json()
            found |= {row["id"]: row.get("tags", row.get("metadata", {}).get("tags", {})) for row in page[kind]}
            cursor = page["next_cursor"]
        body = {"query": {"text": "rib fracture"}, "target": kind, "top_k": 1}
        searched = client.expect(200, "POST", "/v1/retrievals", body).json()["searched"]
        if searched != len(found) - before:
            faults.append(f"search sees {searched} {kind}, the store {len(found) - before}")
    store = client.expect(200, "GET", "/readyz").json()["checks"]["store"]
    if store not in ("ok", "checking"):
        faults.append(f"readyz says store: {store}")
    return found, faults


def check(service, writers):
    """What is wrong after a restart."""
    found, faults = everything(service.client())
    for writer in writers:
        faults += writer.settle(found)
    faults += [f"{identity} is there, but was deleted or never written" for identity in found]
    checked = service.command("db", "check")
    if (checked.returncode, checked.stdout.strip()) != (0, "ok"):
        faults.append(f"db check: {checked.returncode} {checked.stdout[:500]}")
    return faults


def run_and_kill(service, writers, generator):
    """Lets all write for a random time, kills the service and restarts it; seconds of the restart."""
    end = threading.Event()
    threads = [
        threading.Thread(target=writer.write_until_killed, args=(service.client(timeout=20), end))
        for writer in writers
    ]
    for thread in threads:
        thread.start()
    time.sleep(generator.uniform(0, LONGEST_RUN))
    service.kill()
    end.set()
    for thread in threads:
        thread.join()
    while generator.random() < 0.1:
        service.start()
        time.sleep(generator.uniform(0, 0.2))
        service.kill()
    return service.start_ready()


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--cycles", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = arguments.parse_args()
    print(f"seed {options.seed}")
    generator, chests = random.Random(options.seed), Chests()
    writers = [Writer(f"w{number}", options.seed, chests) for number in range(WRITERS)]
    faults, restarts = [], []
    with Service(options) as service:
        service.start_ready()
        for cycle in range(options.cycles):
            restarts.append(run_and_kill(service, writers, generator))
            for fault in check(service, writers):
                print(f"cycle {cycle}: {fault}")
                faults.append(fault)
    figures = {
        "seed": options.seed, "cycles": options.cycles,
        "acknowledged_writes": sum(writer.acknowledged for writer in writers),
        "kept_at_end": sum(len(writer.kept) for writer in writers),
        "longest_restart_s": round(max(restarts, default=0), 2), "faults": len(faults),
    }  # fmt: skip
    return conclude(figures, {"faults": ("==", 0)})


if __name__ == "__main__":
    sys.exit(main())
