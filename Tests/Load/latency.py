"""How long an answer takes that needs no encoding: a kept volume by its id, and the same file posted again.

    python3 Tests/Load/latency.py --model DIR

Models/random_model.py makes a DIR of the published size.
"""

import sys
import time

from client import FILE, JSON
from service import Service, conclude, parser
from work import Chests, chest, quantile_ms

PROMPT_SET = "ct-rate-18"
BAR_MS = 20
SHAPES = {"small": (24, 24, 20), "middle": (256, 256, 128), "large": (512, 512, 240)}
EXTENT_MM = (336.0, 336.0, 320.0)


def seconds_of(client, count, path, body, media):
    """Times of requests that find their volume and all prompts known."""
    seconds = []
    for _ in range(count):
        begin = time.monotonic()
        answer = client.expect(200, "POST", path, body, media)
        seconds.append(time.monotonic() - begin)
        cache = answer.json()["cache"]
        if cache["volume"] != "hit" or cache["prompts"]["miss"]:
            raise SystemExit(f"not known: {cache}")
    return seconds


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--requests", type=int, default=100)
    options = arguments.parse_args()
    posted = f"/v1/diagnoses?prompt_set={PROMPT_SET}"
    figures, bars = {"requests": options.requests}, {}
    with Service(options) as service:
        service.start_ready()
        client = service.client(timeout=300)
        for name, shape in SHAPES.items():
            file = chest(shape, tuple(extent / count for extent, count in zip(EXTENT_MM, shape)))
            begin = time.monotonic()
            client.expect(200, "POST", posted, file, FILE)
            figures[f"{name}_mb"] = round(len(file) / 1e6, 2)
            figures[f"{name}_first_s"] = round(time.monotonic() - begin, 2)
            by_id = {"volume_id": Chests.identity(file), "prompt_set": PROMPT_SET}
            kinds = {"id": ("/v1/diagnoses", by_id, JSON, BAR_MS)}
            kinds["again"] = (posted, file, FILE, round(BAR_MS + len(file) / 1e6, 1))
            for kind, (path, body, media, bar) in kinds.items():
                count = options.requests if len(file) < 1e6 or kind == "id" else max(5, options.requests // 5)
                seconds = seconds_of(client, count, path, body, media)
                figures[f"{name}_{kind}_p50_ms"] = quantile_ms(seconds, 0.5)
                figures[f"{name}_{kind}_p95_ms"] = quantile_ms(seconds, 0.95)
                bars[f"{name}_{kind}_p50_ms"] = ("<=", bar)
    return conclude(figures, bars)


if __name__ == "__main__":
    sys.exit(main())
