"""Write at replica A, search at replica B at once: is the write always there, and what does it cost?

Each round tags, stores or deletes at A, and then searches for exactly that, in turn at A and at B, so that both are
timed under the same conditions.
"""

import time

from client import FILE
from nodes.database import Server
from nodes.rankings import Archive
from nodes.replica import Replica
from nodes.site import Site
from nodes.traffic import Volumes
from work import Chests, quantile_ms

MOST_MORE_MS = 5


def add(parser):
    parser.add_argument("--rounds", type=int, default=10_000, help="searches at B; as many are made at A")
    parser.add_argument("--rows", type=int, default=1000, help="volumes that are stored before")


def run(options):
    with Site(options.logs) as site:
        server = Server(site)
        archive = Archive(site, options, server.url, options.rows)
        replicas = [Replica(site, options, number, server.url) for number in range(2)]
        archive.load(replicas[0])
        for replica in replicas:
            replica.start_ready()
        stale, seconds, writes = rounds(replicas, options.rounds)
        rankings, differing = archive.differing(server.sql, replicas)
    for fault in [*stale[:20], *differing]:
        print(fault)
    figures = {"searches_at_b": len(seconds[1]), "stale": len(stale)}
    for name, times in (("a", seconds[0]), ("b", seconds[1]), ("write", writes)):
        figures |= {f"{name}_p50_ms": quantile_ms(times, 0.5), f"{name}_p99_ms": quantile_ms(times, 0.99)}
    figures["p99_more_at_b_ms"] = round(figures["b_p99_ms"] - figures["a_p99_ms"], 2)
    figures |= {"rankings": rankings, "differing_rankings": len(differing)}
    bars = {"stale": ("==", 0), "p99_more_at_b_ms": ("<=", MOST_MORE_MS), "differing_rankings": ("==", 0)}
    return figures, bars


def rounds(replicas, count):
    """What was stale, the seconds of searches at A and at B, and of the writes."""
    clients = [replica.client() for replica in replicas]
    subject = Subject(clients[0])
    stale, seconds, writes = [], ([], []), []
    for number in range(2 * count):
        place = number % 2
        begin = time.monotonic()
        wanted = subject.change(number)
        writes.append(time.monotonic() - begin)
        begin = time.monotonic()
        answer = clients[place].expect(200, "POST", "/v1/retrievals", wanted.request).json()
        seconds[place].append(time.monotonic() - begin)
        if not wanted.is_met(answer) or "as_of" in answer:
            stale.append(f"round {number}, replica {place}: what was {wanted.kind} is not what the search sees")
    return stale, seconds, writes


class Wanted:
    """A search, and the volumes that it must find or the number that it must have searched."""

    def __init__(self, kind, found=None, searched=None, **filtered):
        self.kind, self._found, self._searched = kind, found, searched
        self.request = {"query": {"text": "rib fracture"}, "top_k": 5, **filtered}

    def is_met(self, answer):
        found = [hit["volume_id"] for hit in answer["results"]]
        return (self._found is None or found == self._found) and (
            self._searched is None or answer["searched"] == self._searched
        )


class Subject:
    """A volume that is tagged again and again, and others that come and go."""

    def __init__(self, client):
        self._client, self._guests, self._volumes = client, [], Volumes(5)
        self._identity = self._store()
        self._count = client.expect(200, "POST", "/v1/retrievals", Wanted("").request).json()["searched"]

    def change(self, number):
        """Twice the same kind of write, so that either replica is asked for each."""
        kind = number // 2 % 10
        if kind == 0:
            self._guests.append(self._store())
            return Wanted("stored", searched=self._count + len(self._guests))
        if kind == 1 and self._guests:
            self._client.expect(204, "DELETE", f"/v1/volumes/{self._guests.pop()}")
            return Wanted("deleted", searched=self._count + len(self._guests))
        path = f"/v1/volumes/{self._identity}/metadata"
        self._client.expect(200, "PUT", path, {"tags": {"round": str(number)}})
        only = {"must": [{"key": "tags.round", "match": str(number)}]}
        return Wanted("tagged", found=[self._identity], filter=only)

    def _store(self):
        file = self._volumes.fresh()
        self._client.expect(201, "POST", "/v1/volumes", file, FILE)
        return Chests.identity(file)
