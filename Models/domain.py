"""domain.safetensors: what data a model was made for, as statistics of profiles, and how far from
them a volume may lie. The service computes the same distance for each volume and gives no yes or no
for one that lies farther.

A profile is what the first layers of the vision encoder make of a volume, pooled over its patches
(brgsa_numpy.Model.profile). Its distance is Mahalanobis' with K axes of their own variance and one
variance for the rest (Tipping and Bishop, J. R. Stat. Soc. B 61, 611), divided by √D: about 1 for
what belongs to the domain.
"""

import json
import os
from pathlib import Path

import numpy as np

import model_directory
import safetensors_io
import selftest
from brgsa_numpy import Model

FORMAT = "brgsa-domain/1"
FILE = "domain.safetensors"


def fitted(profiles, axes):
    """Statistics of profiles [N, D] as the file has them, float32."""
    mean = profiles.mean(0)
    scale = 1 / np.maximum(profiles.std(0), 1e-6)
    variances, vectors = np.linalg.eigh(np.cov(((profiles - mean) * scale).T))
    variances, vectors = variances[::-1], vectors[:, ::-1]
    values = {
        "mean": mean,
        "scale": scale,
        "axes": vectors[:, :axes].T,
        "variances": variances[:axes],
        "rest": variances[axes:].mean(keepdims=True),
    }
    return {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in values.items()}


def distances(statistics, profiles):
    """Of profiles [N, D] → [N]."""
    s = {name: value.astype(np.float64) for name, value in statistics.items()}
    scaled = (profiles - s["mean"]) * s["scale"]
    along = scaled @ s["axes"].T
    rest = np.maximum((scaled**2).sum(1) - (along**2).sum(1), 0)
    whole = (along**2 / s["variances"]).sum(1) + rest / s["rest"]
    return np.sqrt(whole / profiles.shape[1])


def write(directory, domain, statistics, limit):
    """Adds a domain to the model in `directory`, or replaces it, and renews the manifest: then the
    model has another SHA-256, and thresholds and stored embeddings of the old one no longer fit.

    domain: the member of config.json (name, about, layers, axes). Files are replaced one by one, the
    manifest last; a run that was cut off leaves a directory that is refused, and is made again.
    """
    directory = Path(directory)
    config = json.loads((directory / "config.json").read_text("utf-8"))
    config["domain"] = domain
    model = Model(directory)
    example = model.profile(
        selftest.noise([2 * edge for edge in model.parts["vision"]["patch"]]),
        domain["layers"],
    )
    values = statistics | {
        "limit": np.array([limit], np.float32),
        "example": distances(statistics, example[None]).astype(np.float32),
    }
    layout = {name: ("F32", value.shape) for name, value in values.items()}
    _replace(
        directory / FILE,
        lambda path: safetensors_io.write(path, layout, values.__getitem__, {"format": FORMAT}),
    )
    text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    _replace(
        directory / "config.json", lambda path: model_directory.write_file(path, text.encode())
    )
    manifest = "".join(
        f"{model_directory.sha256(directory / name)}  {name}\n"
        for name in sorted((*model_directory.FILES, FILE))
    )
    _replace(
        directory / model_directory.MANIFEST,
        lambda path: model_directory.write_file(path, manifest.encode()),
    )


def _replace(path, write_to):
    draft = path.with_name(f".{path.name}.draft")
    write_to(draft)
    draft.chmod(0o644)
    os.replace(draft, path)
