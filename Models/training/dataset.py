"""Phantoms on the model's grid, kept on disk for training: made once, by all cores, and continued if interrupted."""

from __future__ import annotations

import multiprocessing
import pickle
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import phantoms
from finding import LABELS
from grid import MARGIN, SHAPE, on_grid

CANVAS = tuple(n + 2 * m for n, m in zip(SHAPE, MARGIN))
STEP_HU = 8
"""HU are kept as bytes: (HU + 1024) / 8."""
SHARD = 500


@dataclass
class Shard:
    """SHARD phantoms."""

    volumes: np.ndarray
    """uint8 [n, X, Y, Z]: CANVAS."""
    cases: list[phantoms.Case]
    marks: list[np.ndarray]
    """For each phantom int16 [m, 4]: label number and voxel x, y, z."""


def one(job: tuple[int, int]) -> tuple[np.ndarray, phantoms.Case, np.ndarray]:
    case, scan = phantoms.make(*job)
    values, marks = on_grid(scan)
    rows = [
        np.column_stack([np.full(len(places), LABELS.index(label)), np.rint(places)])
        for label, places in marks
    ]
    table = np.concatenate(rows) if rows else np.zeros((0, 4))
    kept = ((table[:, 1:] >= 0) & (table[:, 1:] < CANVAS)).all(1)
    coded = np.clip(np.rint((values + 1024) / STEP_HU), 0, 255).astype(np.uint8)
    return coded, case, table[kept].astype(np.int16)


def shards(folder: Path, seed: int, count: int, say=print) -> list[Shard]:
    """`count` phantoms of a seed, read from `folder` or made there."""
    folder.mkdir(parents=True, exist_ok=True)
    result = []
    with multiprocessing.Pool() as pool:
        for first in range(0, count, SHARD):
            size = min(SHARD, count - first)
            path = folder / f"seed{seed}-{first:06d}-{size}.pickle"
            if not path.exists():
                start = time.monotonic()
                made = pool.map(one, [(seed, first + n) for n in range(size)], chunksize=10)
                shard = Shard(
                    np.stack([m[0] for m in made]), [m[1] for m in made], [m[2] for m in made]
                )
                draft = path.with_suffix(".draft")
                draft.write_bytes(pickle.dumps(shard, protocol=5))
                draft.rename(path)
                say(
                    f"phantoms {first + size} of {count} (seed {seed}): {size / (time.monotonic() - start):.1f} a second"
                )
                result.append(shard)
            else:
                result.append(pickle.loads(path.read_bytes()))  # our own files only
    return result
