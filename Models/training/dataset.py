"""Phantoms on the model's grid: made once by all cores, kept on disk, cut into batches."""

from __future__ import annotations

import hashlib
import multiprocessing
import pickle
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

import phantoms
from finding import LABELS
from grid import CLIP, MARGIN, MEAN, SHAPE, STD, on_grid
from network import Sizes

CANVAS = tuple(n + 2 * m for n, m in zip(SHAPE, MARGIN))
STEP_HU = 8
"""HU are kept as bytes: (HU + 1024) / 8."""
SHARD = 500
ON_A_MARK = 0.8
"""Share of the boxes that hold a place of a finding; the rest lie anywhere."""


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


def drawing() -> str:
    """What the phantoms depend on, as a few hex digits: a changed drawing is another file."""
    here = Path(__file__).parent
    names = ("abnormalities", "anatomy", "canvas", "devices", "drawing", "finding", "grid", "lungs",
             "mediastinum", "phantoms", "pleura", "scanner")  # fmt: skip
    return hashlib.sha256(b"".join((here / f"{n}.py").read_bytes() for n in names)).hexdigest()[:12]


def shards(folder: Path, seed: int, count: int, say=print) -> list[Shard]:
    """`count` phantoms of a seed, read from `folder` or made there."""
    folder.mkdir(parents=True, exist_ok=True)
    result, drawn = [], drawing()
    with multiprocessing.Pool() as pool:
        for first in range(0, count, SHARD):
            size = min(SHARD, count - first)
            path = folder / f"{drawn}-seed{seed}-{first:06d}-{size}.pickle"
            if not path.exists():
                start = time.monotonic()
                made = pool.map(one, [(seed, first + n) for n in range(size)], chunksize=10)
                shard = Shard(
                    np.stack([m[0] for m in made]), [m[1] for m in made], [m[2] for m in made]
                )
                draft = path.with_suffix(".draft")
                draft.write_bytes(pickle.dumps(shard, protocol=5))
                draft.rename(path)
                rate = size / (time.monotonic() - start)
                say(f"phantoms {first + size} of {count} (seed {seed}): {rate:.1f} a second")
                result.append(shard)
            else:
                result.append(pickle.loads(path.read_bytes()))  # our own files only
    return result


@dataclass
class Batch:
    """What the vision encoder gets, and what its patches show."""

    volumes: torch.Tensor
    """[B, X, Y, Z], normalised: whole volumes or boxes of patches."""
    marked: torch.Tensor
    """[B, N, L]: 1 where an abnormality is marked in a patch."""
    patches: torch.Tensor | None = None
    """[B, N]: which patches of a volume the boxes are made of."""

    def to(self, device: torch.device) -> Batch:
        patches = None if self.patches is None else self.patches.to(device)
        return Batch(self.volumes.to(device), self.marked.to(device), patches)


def normalised(coded: np.ndarray) -> torch.Tensor:
    hu = torch.from_numpy(coded).float() * STEP_HU - 1024
    return (hu.clamp(-CLIP, CLIP) / 1000 - MEAN) / STD


class Data:
    """Phantoms in memory."""

    def __init__(self, parts: list[Shard], sizes: Sizes):
        self.sizes = sizes
        self.grid, self.patch = np.array(sizes.grid), np.array(sizes.patch)
        self.order = np.arange(self.grid.prod()).reshape(sizes.grid)
        self.where = [(part, row) for part in parts for row in range(len(part.cases))]
        self.cases = [case for part in parts for case in part.cases]
        self.labels = torch.tensor([case.present() for case in self.cases], dtype=torch.float32)

    def __len__(self) -> int:
        return len(self.where)

    def shifted(
        self, number: int, random: np.random.Generator | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A volume, uint8, with `random` moved by up to MARGIN voxels; label numbers and patches [m, 3] of its marks."""
        part, row = self.where[number]
        margin = np.array(MARGIN)
        shift = margin if random is None else random.integers(0, 2 * margin + 1)
        volume = part.volumes[row][tuple(slice(s, s + n) for s, n in zip(shift, SHAPE))]
        rows = part.marks[row].astype(int)
        place = rows[:, 1:] - shift
        inside = ((place >= 0) & (place < SHAPE)).all(1)
        return volume, rows[inside, 0], place[inside] // self.patch

    def batch(self, pieces: list, extent: np.ndarray) -> Batch:
        """Boxes of `extent` patches: of each piece the volume, labels and patches of its marks, and the box's corner."""
        volumes = np.empty((len(pieces), *(extent * self.patch)), np.uint8)
        marked = np.zeros((len(pieces), int(extent.prod()), len(LABELS)), np.float32)
        patches = np.empty((len(pieces), int(extent.prod())), np.int64)
        for i, (volume, labels, cells, corner) in enumerate(pieces):
            box = [slice(a, b) for a, b in zip(corner, corner + extent)]
            volumes[i] = volume[
                tuple(slice(b.start * p, b.stop * p) for b, p in zip(box, self.patch))
            ]
            patches[i] = self.order[tuple(box)].ravel()
            cells = cells - corner
            inside = ((cells >= 0) & (cells < extent)).all(1)
            marked[i, np.ravel_multi_index(cells[inside].T, extent), labels[inside]] = 1
        return Batch(normalised(volumes), torch.from_numpy(marked), torch.from_numpy(patches))

    def whole(self, numbers, random: np.random.Generator | None = None) -> Batch:
        """Whole volumes; with `random`, moved by up to MARGIN voxels."""
        pieces = [(*self.shifted(n, random), np.zeros(3, int)) for n in numbers]
        batch = self.batch(pieces, self.grid)
        return Batch(batch.volumes, batch.marked)

    def boxes(self, numbers, box: tuple[int, int, int], random: np.random.Generator) -> Batch:
        """Of each volume a box of patches, mostly one that holds some finding; a small one as often as a large one."""
        extent = np.array(box)
        pieces = []
        for number in numbers:
            volume, labels, cells = self.shifted(number, random)
            corner = random.integers(0, self.grid - extent + 1)
            if len(labels) and random.uniform() < ON_A_MARK:
                cell = random.choice(cells[labels == random.choice(np.unique(labels))])
                corner = np.clip(cell - random.integers(0, extent), 0, self.grid - extent)
            pieces.append((volume, labels, cells, corner))
        return self.batch(pieces, extent)
