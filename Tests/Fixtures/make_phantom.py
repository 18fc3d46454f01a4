"""Writes phantom.nii.gz: a chest of ellipsoids in HU, for the demonstration and for nothing else.

    python3 Tests/Fixtures/make_phantom.py

No patient, no scanner: body, lungs, spine, heart and some fluid behind the left lung, 72 x 72 x 44 voxels of
5.5 x 5.5 x 8 mm. Needs numpy. The same bytes each time.
"""

import gzip
import struct
from pathlib import Path

import numpy as np

SHAPE = (72, 72, 44)
SPACING = (5.5, 5.5, 8.0)


def ellipsoid(centre, radii):
    """True inside; centre and radii in mm from the middle of the volume, x left, y posterior, z superior."""
    axes = [(np.arange(n) - (n - 1) / 2) * s for n, s in zip(SHAPE, SPACING)]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    return sum(((a - c) / r) ** 2 for a, c, r in zip((x, y, z), centre, radii)) < 1


def phantom():
    """HU, x fastest to the left."""
    hu = np.full(SHAPE, -1000.0)
    hu[ellipsoid((0, 0, 0), (175, 120, 400))] = -90
    hu[ellipsoid((0, 0, 0), (160, 105, 400))] = 45
    for side in (-1, 1):
        hu[ellipsoid((side * 75, -5, 10), (62, 85, 150))] = -850
    hu[ellipsoid((25, -25, -40), (60, 50, 65))] = 40
    hu[ellipsoid((0, 80, 0), (20, 20, 400))] = 350
    hu[ellipsoid((75, 60, -60), (60, 30, 90)) & (hu < -500)] = 10
    noise = np.random.default_rng(1).normal(0, 12, SHAPE)
    return np.round(hu + noise).clip(-1024, 3071).astype("<i2")


def header():
    """A NIfTI-1 header whose axes grow to left, posterior and superior."""
    bytes_ = bytearray(352)
    struct.pack_into("<i", bytes_, 0, 348)
    struct.pack_into("<8h", bytes_, 40, 3, *SHAPE, 1, 1, 1, 1)
    struct.pack_into("<hh", bytes_, 70, 4, 16)
    struct.pack_into("<8f", bytes_, 76, 1, *SPACING, 0, 0, 0, 0)
    struct.pack_into("<fff", bytes_, 108, 352, 1, 0)
    bytes_[123] = 2
    struct.pack_into("<h", bytes_, 254, 1)
    for row, (step, axis) in enumerate(zip((-SPACING[0], -SPACING[1], SPACING[2]), range(3))):
        values = [0.0] * 4
        values[axis] = step
        values[3] = -step * (SHAPE[axis] - 1) / 2
        struct.pack_into("<4f", bytes_, 280 + 16 * row, *values)
    bytes_[344:348] = b"n+1\0"
    return bytes(bytes_)


if __name__ == "__main__":
    data = header() + phantom().tobytes(order="F")
    target = Path(__file__).with_name("phantom.nii.gz")
    target.write_bytes(gzip.compress(data, 9, mtime=0))
    print(target, target.stat().st_size, "bytes")
