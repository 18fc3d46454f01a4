"""Rankings at every replica against float64, of what the database really has."""

import re

import numpy as np

from archive_search import compare
from ranking import Rows, bank_of
from nodes.site import clean_environment, run

COUNT = 1000


class Archive:
    """Synthetic volumes, which are imported before a run, and whatever is stored beside them later."""

    def __init__(self, site, options, url, count=COUNT):
        self.bank = bank_of(options.model)
        self.rows = Rows(count, self.bank)
        self._site, self._options, self._url = site, options, url

    def load(self, replica, environment=None):
        """Imports while no replica runs; `replica` is started before that, to ask it for its model."""
        replica.start_ready()
        model = replica.client().expect(200, "GET", "/v1/info").json()["model"]
        replica.kill()
        folder = self._site.folder / "archive"
        self.rows.write(folder, model)
        run(
            self._options.brgsa.resolve(), "db", "import", folder, "--model", self._options.model.resolve(),
            "--store", self._url, env={**clean_environment(), **(environment or {})},
        )  # fmt: skip

    def differing(self, sql, replicas):
        """(rankings compared, what differs), at all replicas."""
        stored = Stored(self.rows, self.bank, sql)
        total, differing = 0, []
        for replica in replicas:
            client = replica.client()
            count, wrong = compare(client, stored)
            client.close()
            total += count
            differing += [f"replica {replica.number}: {request}{self._seen(request, sql, replicas)}" for request in wrong]
        return total, differing


    @staticmethod
    def _seen(request, sql, replicas):
        """Who knows a volume that a ranking should not have."""
        found = re.search(r"sha256-\w+", request)
        if not found:
            return ""
        statuses = [replica.client().request("GET", f"/v1/volumes/{found[0]}").status for replica in replicas]
        rows = sql(f"SELECT count(*) FROM brgsa.volume WHERE convert_from(id, 'UTF8') = '{found[0]}'")
        return f" (the replicas respond with {statuses}, the database has {rows} rows)"


class Stored(Rows):
    """The synthetic rows first, then the others, whose embeddings are those of the database."""

    # Thousands of alike chests have scores near 1 that lie closer than sums of float32 resolve.
    tie = 1e-6

    def __init__(self, synthetic, bank, sql):
        found = sql(
            "SELECT convert_from(volume.id, 'UTF8'), encode(embedding.floats, 'hex') FROM brgsa.volume AS volume"
            " JOIN brgsa.embedding AS embedding ON embedding.input_digest = volume.input_digest ORDER BY volume.number"
        )
        vectors = {identity: np.frombuffer(bytes.fromhex(floats), "<f4") for identity, floats in found}
        for identity, row in synthetic.place.items():
            if not np.array_equal(vectors.pop(identity), synthetic.v[row]):
                raise SystemExit(f"the embedding of {identity} is not the one that was imported")
        self.tied, others = len(synthetic.ids), list(vectors)
        self.ids = synthetic.ids + others
        self.place = {identity: row for row, identity in enumerate(self.ids)}
        self.id_order = np.argsort(np.argsort(self.ids))
        self.v, self.u = synthetic.v, synthetic.u
        if others:
            rest = np.stack([vectors[identity] for identity in others])
            self.v = np.concatenate([self.v, rest])
            self.u = np.concatenate([self.u, self._search_rows(rest, bank)])
        self.sites = np.concatenate([synthetic.sites, np.full(len(others), "-")])
        self.odd = np.concatenate([synthetic.odd, np.zeros(len(others), bool)])

    def scores(self, t):
        scores = self.u @ (np.asarray(t, np.float64) / np.linalg.norm(np.asarray(t, np.float64)))
        part = scores[: self.tied]
        part[99::100] = part[98::100][: len(part[99::100])]
        return scores
