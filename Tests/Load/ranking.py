"""Synthetic volumes for an archive, and their rankings in float64 by NumPy.

A row's score for a text t is (cos(v, t) + cos(v̂, t)) / 2 with v̂ = softmax(v · Bᵀ) · B; it is computed from v and the
model's bank alone, not from what the service keeps.
"""

import hashlib
import json
import sys

import numpy as np

from service import ROOT

sys.path.insert(0, str(ROOT / "Models"))
import safetensors_io  # noqa: E402

BANK = "dictionarylearning.dictionary.weight"
SITES = "ABCD"
SCORE_TOLERANCE = 1e-5
DESCRIPTION = {
    "format": "nifti1", "shape": [512, 512, 300], "spacing_mm": [0.7, 0.7, 1.0], "orientation": "LPS",
    "slope": 1, "intercept": 0, "min": -1024, "max": 3071, "p01": -1000, "p99": 800, "voxels": 78643200,
    "warnings": [],
}  # fmt: skip


def unit(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


class Rows:
    """Synthetic volumes in clusters; every hundredth has the embedding of the one before, so that scores tie."""

    # Scores that differ by less may change places.
    tie = 1e-7

    def __init__(self, count, bank, seed=1):
        generator = np.random.default_rng(seed)
        width = bank.shape[1]
        centres = generator.standard_normal((50, width), np.float32)
        self.v = generator.standard_normal((count, width), np.float32)
        self.v += 1.5 * centres[generator.integers(50, size=count)]
        self.v[99::100] = self.v[98::100][: len(self.v[99::100])]
        self.ids = [f"sha256-{hashlib.sha256(b'row %d' % row).hexdigest()}" for row in range(count)]
        self.place = {identity: row for row, identity in enumerate(self.ids)}
        self.id_order = np.argsort(np.argsort(self.ids))
        self.sites = np.array(list(SITES))[generator.integers(len(SITES), size=count)]
        self.odd = np.arange(count) % 2 == 1
        self.u = np.concatenate([self._search_rows(part, bank) for part in np.array_split(self.v, 1 + count // 5000)])
        # Bit for bit, as in the service: a product of matrices may differ from row to row.
        self.u[99::100] = self.u[98::100][: len(self.u[99::100])]

    @staticmethod
    def _search_rows(v, bank):
        v = v.astype(np.float64)
        weights = v @ bank.T
        weights = np.exp(weights - weights.max(axis=1, keepdims=True))
        return (unit(v) + unit(weights / weights.sum(axis=1, keepdims=True) @ bank)) / 2

    def scores(self, t):
        scores = self.u @ unit(np.asarray(t, np.float64))
        scores[99::100] = scores[98::100][: len(scores[99::100])]
        return scores

    def write(self, folder, model):
        """The files that `brgsa db import` reads."""
        folder.mkdir()
        shape = ("F32", self.v.shape)
        matrices = {"embeddings": self.v, "search_rows": self.u.astype(np.float32)}
        safetensors_io.write(
            folder / "embeddings.safetensors", dict.fromkeys(matrices, shape),
            lambda name: matrices[name],
        )  # fmt: skip
        head = {
            "format": "brgsa-archive/1", "model_sha256": model["sha256"], "recipe": model["recipe"],
            "components": self.v.shape[1], "volumes": len(self.ids),
        }  # fmt: skip
        with open(folder / "volumes.jsonl", "w") as file:
            file.write(json.dumps(head) + "\n")
            for row, identity in enumerate(self.ids):
                digest = hashlib.sha256(b"input %d" % row).hexdigest()
                entry = {
                    "id": identity, "created_at": 1_700_000_000 + row, "bytes": 1000,
                    "input_digest": digest, "description": DESCRIPTION,
                    "tags": {"site": self.sites[row], "parity": str(row % 2)},
                    "accession": f"acc-{row}", "study_uid": None, "series_uid": None,
                }  # fmt: skip
                file.write(json.dumps(entry) + "\n")


def bank_of(model):
    """The knowledge bank of a model directory."""
    return safetensors_io.File(model / "model.safetensors").read(BANK).astype(np.float64)


def fault(answer, request, scores, admitted, rows):
    """Why a ranking is not that of the scores, with ties in the order of ids; nothing if it is."""
    places = np.arange(len(rows.ids))[admitted]
    order = places[np.lexsort((rows.id_order[places], -scores[places]))]
    begin = request.get("offset", 0)
    wanted = order[begin : begin + request.get("top_k", 10)]
    unknown = [hit["volume_id"] for hit in answer["results"] if hit["volume_id"] not in rows.place]
    if unknown:
        return f"{len(unknown)} volumes are found that are not stored, the first is {unknown[0]}"
    found = np.array([rows.place[hit["volume_id"]] for hit in answer["results"]], int)
    if len(found) != len(wanted) or len(set(found)) != len(found) or answer["searched"] != len(places):
        return f"{len(found)} of {len(wanted)} found, {answer['searched']} of {len(places)} searched"
    given = np.array([hit["score"] for hit in answer["results"]])
    ties = scores[found[:-1]] == scores[found[1:]]
    apart = np.abs(scores[found] - scores[wanted])[found != wanted].max(initial=0)
    if apart >= rows.tie:
        return f"rows are exchanged whose scores differ by {apart:.1e}"
    if not (np.abs(given - scores[found]) <= SCORE_TOLERANCE).all():
        return f"scores are wrong by {np.abs(given - scores[found]).max():.1e}"
    if not (rows.id_order[found[:-1]] < rows.id_order[found[1:]])[ties].all():
        return "ties are not in the order of ids"
    ranks = [hit["rank"] for hit in answer["results"]]
    return "" if ranks == list(range(begin + 1, begin + 1 + len(found))) else "ranks are not consecutive"
