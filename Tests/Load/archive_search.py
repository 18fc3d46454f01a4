"""A search among many volumes over HTTP: how long it takes, whether its rankings are those of float64, and how
long a service with such an archive takes to start.

    python3 Tests/Load/archive_search.py --rows 100000 --requests 200

With --model a directory of the published size (Models/random_model.py makes one) the rows have 768 components.
"""

import shutil
import statistics
import sys
import time

import numpy as np

from ranking import Rows, bank_of, fault
from service import Service, conclude, parser
from work import quantile_ms

STARTS = 7


def questions(rows):
    """Members of different requests, and a function from a row of `rows` to whether the filter admits it."""

    def everything(_):
        return slice(None)

    def in_site(site):
        return {"key": "tags.site", "match": site}

    texts = ["rib fracture", "no effusion", "?lung nodule", "There are pleural effusions in both lungs."]
    reports = [
        "FINDINGS: Pneumothorax on the right, 2.3 cm. No pleural effusion.",
        "Heart size is enlarged. There is a nodule in the left lung.",
        "IMPRESSION: Pleural effusion, new. Emphysema.",
    ]
    for text in texts:
        yield {"query": {"text": text}}, everything
        yield {"query": {"text": text}, "top_k": 1000}, everything
    for report in reports:
        yield {"query": {"report": report}, "top_k": 100}, everything
    for row in (0, 98, 99, len(rows.ids) // 2):
        yield {"query": {"volume_id": rows.ids[row]}, "top_k": 50}, everything
    generator = np.random.default_rng(2)
    for scale in (1.0, 1e-6, 1e6):
        t = generator.standard_normal(rows.v.shape[1], np.float32) * np.float32(scale)
        yield {"query": {"embedding": t.tolist()}, "top_k": 200}, everything
    by_text = {"query": {"text": "lung mass"}}
    yield {**by_text, "filter": {"must": [in_site("A")]}}, lambda rows: rows.sites == "A"
    yield {**by_text, "filter": {"must_not": [in_site("A")]}, "top_k": 500}, lambda rows: rows.sites != "A"
    both = {"must": [{"key": "tags.parity", "match": "1"}], "must_not": [in_site("B")]}
    yield (
        {**by_text, "filter": both, "top_k": 100},
        lambda rows: (rows.sites != "B") & rows.odd,
    )
    one = {"must": [{"key": "accession", "match": "acc-7"}]}
    yield {**by_text, "filter": one}, lambda rows: np.arange(len(rows.ids)) == 7
    for offset in (10, 990, min(len(rows.ids), 100_000) - 50):
        yield {**by_text, "offset": offset, "top_k": 100}, everything


def query_vector(client, rows, query, answer):
    """t of a query; of a text or report it is that of the sentence which the answer says was encoded."""
    if "embedding" in query:
        return query["embedding"]
    if "volume_id" in query:
        return rows.v[rows.place[query["volume_id"]]]
    body = {"input": [answer["query"]["encoded_text"]]}
    return client.expect(200, "POST", "/v1/embeddings", body).json()["data"][0]["embedding"]


def compare(client, rows):
    """How many rankings were compared, and the queries of those that differ."""
    differing, count = [], 0
    for count, (request, admits) in enumerate(questions(rows), 1):
        answer = up_to_date(client, request)
        scores = rows.scores(query_vector(client, rows, request["query"], answer))
        if reason := fault(answer, request, scores, admits(rows), rows):
            differing.append(f"{({**request, 'query': list(request['query'])})}: {reason}")
    return count, differing


def up_to_date(client, request, seconds=60):
    """The answer of a replica that has caught up with the database. Until then it says `as_of`."""
    end = time.monotonic() + seconds
    while True:
        answer = client.expect(200, "POST", "/v1/retrievals", request).json()
        if "as_of" not in answer:
            return answer
        if time.monotonic() > end:
            raise SystemExit(f"a replica has not caught up within {seconds} s: as of {answer['as_of']}")
        time.sleep(0.5)


def timings(client, requests):
    """p50 and p95 of a cached text's search, by what is asked for."""
    figures = {}
    by_text = {"query": {"text": "pleural effusion"}}
    kinds = {
        "top_10": {**by_text, "top_k": 10},
        "filter": {**by_text, "top_k": 10, "filter": {"must": [{"key": "tags.site", "match": "A"}]}},
        "top_1000": {**by_text, "top_k": 1000},
    }
    for kind, body in kinds.items():
        seconds = []
        for _ in range(requests + 3):
            begin = time.monotonic()
            client.expect(200, "POST", "/v1/retrievals", body)
            seconds.append(time.monotonic() - begin)
        figures[f"{kind}_p50_ms"] = quantile_ms(seconds[3:], 0.5)
        figures[f"{kind}_p95_ms"] = quantile_ms(seconds[3:], 0.95)
    return figures


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--requests", type=int, default=200)
    options = arguments.parse_args()
    bank = bank_of(options.model)
    rows = Rows(options.rows, bank)
    with Service(options) as service:
        service.start_ready()
        model = service.client().expect(200, "GET", "/v1/info").json()["model"]
        service.stop()
        rows.write(service.folder / "archive", model)
        begin = time.monotonic()
        imported = service.command("db", "import", service.folder / "archive", "--model", service.model)
        if imported.returncode:
            raise SystemExit(f"db import: {imported.returncode} {imported.stderr}")
        figures = {"rows": options.rows, "components": bank.shape[1]}
        figures["import_seconds"] = round(time.monotonic() - begin, 1)
        shutil.rmtree(service.folder / "archive")
        starts = []
        for _ in range(STARTS):
            starts.append(round(service.start_ready(), 2))
            if len(starts) < STARTS:
                service.stop()
        figures["starts_s"] = starts
        figures["ready_median_s"] = statistics.median(starts)
        client = service.client()
        figures |= timings(client, options.requests)
        figures["rankings"], differing = compare(client, rows)
        figures["differing_rankings"] = len(differing)
        for request in differing:
            print(f"differs: {request}")
    bars = {f"{kind}_p50_ms": ("<=", 25) for kind in ("top_10", "filter")}
    return conclude(
        figures, {**bars, "differing_rankings": ("==", 0), "ready_median_s": ("<=", 2.0)}
    )


if __name__ == "__main__":
    sys.exit(main())
