"""What texts and searches take while volumes are being encoded, one after the other, without a pause.

    python3 Models/random_model.py --out big
    python3 Tests/Load/beside.py --model big

Searches and prompts that are remembered have a bar of their own; a prompt that was never seen is compared with what it
takes while nothing is encoded.
"""

import itertools
import statistics
import sys
import threading
import time

from client import FILE
from service import Service, conclude, parser
from work import Chests, chest, quantile_ms

KEPT = 200
BAR_MS = 50
FACTOR = 5
SHAPE = (256, 256, 128)
EXTENT_MM = (384.0, 384.0, 384.0)


def fresh_volumes():
    """Files of the base size that differ in one voxel each."""
    spacing = tuple(extent / count for extent, count in zip(EXTENT_MM, SHAPE))
    file = chest(SHAPE, spacing)
    for number in itertools.count():
        changed = bytearray(file)
        changed[-2:] = (number % 60).to_bytes(2, "little")
        changed[-4:-2] = (number // 60).to_bytes(2, "little")
        yield bytes(changed)


class Encodings:
    """A client that posts one new volume after the other."""

    def __init__(self, service):
        self.count, self.faults = 0, []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._post, args=(service.client(timeout=600),))
        self._thread.start()

    def _post(self, client):
        for file in fresh_volumes():
            if self._end.is_set():
                return
            answer = client.request("POST", "/v1/volumes", file, FILE)
            if answer.status == 201:
                self.count += 1
            else:
                self.faults.append(answer.status)

    def stop(self):
        self._end.set()
        self._thread.join()


def measured(client, count, body_of, path):
    """Seconds of so many requests, with a pause between them in which the processors work on."""
    seconds = []
    for number in range(count):
        begin = time.monotonic()
        client.expect(200, "POST", path, body_of(number))
        seconds.append(time.monotonic() - begin)
        time.sleep(0.01)
    return seconds


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--requests", type=int, default=300)
    options = arguments.parse_args()
    words = itertools.count()
    with Service(options) as service:
        service.start_ready()
        client, chests = service.client(), Chests()
        for _ in range(KEPT if options.model.name == "phantom" else 4):
            client.request("POST", "/v1/volumes", chests.fresh(), FILE)
        identity = Chests.identity(Chests().fresh())

        def search(_):
            return {"query": {"text": "There is pleural effusion on the right side."}, "top_k": 10}

        def known(_):
            return {"volume_id": identity, "prompt_set": "ct-rate-18", "options": {"persist": False}}

        def cold(_):
            return {"input": [f"There is a nodule of {next(words)} mm in the left lung."]}

        for body_of, path in ((search, "/v1/retrievals"), (known, "/v1/diagnoses"), (cold, "/v1/embeddings")):
            measured(client, 5, body_of, path)
        idle = measured(client, options.requests // 3, cold, "/v1/embeddings")
        encodings = Encodings(service)
        time.sleep(1)
        times = {
            "search": measured(client, options.requests, search, "/v1/retrievals"),
            "known": measured(client, options.requests, known, "/v1/diagnoses"),
        }
        busy = measured(client, options.requests, cold, "/v1/embeddings")
        encodings.stop()
    figures = {"volumes_encoded": encodings.count, "volumes_refused": len(encodings.faults)}
    for name, seconds in times.items():
        figures |= {f"{name}_p50_ms": quantile_ms(seconds, 0.5), f"{name}_p99_ms": quantile_ms(seconds, 0.99)}
    idle_ms, busy_ms = (1000 * statistics.median(seconds) for seconds in (idle, busy))
    figures |= {
        "cold_idle_p50_ms": round(idle_ms, 2), "cold_busy_p50_ms": round(busy_ms, 2),
        "cold_busy_p99_ms": quantile_ms(busy, 0.99), "cold_times_idle": round(busy_ms / idle_ms, 2),
    }  # fmt: skip
    return conclude(
        figures,
        {
            "search_p99_ms": ("<=", BAR_MS), "known_p99_ms": ("<=", BAR_MS), "cold_times_idle": ("<=", FACTOR),
            "volumes_refused": ("==", 0),
        },
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
