"""From a scan to the model's grid: the recipe of the service, plane by plane the same numbers."""

from __future__ import annotations

import numpy as np

from scanner import Scan

SPACING = np.array([6.5, 6.5, 7.5])
"""mm of the bundled model's voxels."""
SHAPE = (44, 32, 36)
"""Voxels of the bundled model's input."""
MARGIN = (2, 2, 2)
"""Voxels kept around it for training, at each side, so that crops can be shifted."""
CLIP = 1000
MEAN, STD = 0.4978, 0.2449
"""The published normalisation: (HU / 1000 - MEAN) / STD."""
PAD = -1024


def resample(values: np.ndarray, axis: int, spacing: float, target: float) -> np.ndarray:
    """Linear interpolation along an axis: output voxel i sits at input index i * target / spacing; 0 from n - 0.5 on."""
    count = values.shape[axis]
    size = max(1, round(count * spacing / target))
    place = np.arange(size) * (target / spacing)
    low = np.minimum(place.astype(int), count - 1)
    high = np.minimum(low + 1, count - 1)
    share = np.where(low + 1 < count, place - low, 0)
    matrix = np.zeros((size, count), np.float32)
    rows = np.arange(size)
    np.add.at(matrix, (rows, low), 1 - share)
    np.add.at(matrix, (rows, high), share)
    matrix[place >= count - 0.5] = 0
    return np.moveaxis(np.tensordot(matrix, values, (1, axis)), 0, axis)


def fit(values: np.ndarray, shape) -> tuple[np.ndarray, list[int]]:
    """Centre crop, then centre pad with PAD; also the index of the old first voxel in the new grid."""
    moved = []
    for axis, wanted in enumerate(shape):
        excess = values.shape[axis] - wanted
        if excess > 0:
            lower = -(-excess // 2)
            values = np.take(values, np.arange(lower, lower + wanted), axis)
            moved.append(-lower)
        else:
            lower = -excess // 2
            widths = [(0, 0)] * 3
            widths[axis] = (lower, -excess - lower)
            values = np.pad(values, widths, constant_values=PAD)
            moved.append(lower)
    return values, moved


def on_grid(scan: Scan, margin=MARGIN) -> tuple[np.ndarray, list[tuple[str, np.ndarray]]]:
    """HU on the model's grid and `margin` voxels around it, and the marks as voxel places [N, 3] in it."""
    values = scan.hu.astype(np.float32)
    for axis in range(3):
        values = resample(values, axis, float(scan.spacing[axis]), float(SPACING[axis]))
    values, moved = fit(values, [n + 2 * m for n, m in zip(SHAPE, margin)])
    marks = [(label, (places - scan.origin) / SPACING + moved) for label, places in scan.marks]
    return values, marks
