"""The scanner: grid, table, kernel, noise, field of view, and the NIfTI-1 file that comes out of it."""

from __future__ import annotations

import gzip
import struct
from dataclasses import dataclass

import numpy as np

import mediastinum
from abnormalities import ABNORMALITIES
from anatomy import Body
from canvas import Canvas
from finding import Finding, Patient

PADDING = -1024
"""HU outside the reconstructed field of view."""


@dataclass
class Scan:
    """One acquisition on axes L, P, S."""

    hu: np.ndarray
    """HU [X, Y, Z] int16."""
    origin: np.ndarray
    """Centre of the first voxel, mm, axes L, P, S."""
    spacing: np.ndarray
    """mm."""
    marks: list[tuple[str, np.ndarray]]
    """Abnormality and some places [N, 3] mm where it shows."""


def acquire(
    patient: Patient, findings: list[Finding], random: np.random.Generator, fine: float = 1.0
) -> Scan:
    """Builds the patient and scans it; `fine` below 1 makes voxels smaller by that factor."""
    spacing = np.array([0, 0, random.uniform(3.6, 6.4)]) * fine
    spacing[:2] = random.uniform(3.6, 5.2) * fine
    field = np.array([random.uniform(325, 390), 0, random.uniform(278, 320)])
    field[1] = field[0] * random.uniform(0.78, 0.95)
    shape = tuple(int(n) for n in np.rint(field / spacing))
    centre = np.clip(random.normal(size=3) * 4, -9, 9) + [0, 6, -4]
    origin = centre - (np.array(shape) - 1) * spacing / 2
    canvas = Canvas(origin, spacing, shape, random)
    body = Body(patient, random, mediastinum.heart_scale(findings, random), canvas)
    body.lay_down()
    for finding in findings:
        ABNORMALITIES[finding.label][1](body, finding, random)
    lay_table(body, random)
    hu = expose(canvas.hu, random)
    if random.uniform() < 0.4:
        middle = origin + (np.array(shape) - 1) * spacing / 2
        outside = (canvas.x - middle[0]) ** 2 + (canvas.y - middle[1]) ** 2 > (0.5 * field[0]) ** 2
        hu[np.broadcast_to(outside, hu.shape)] = PADDING
    return Scan(np.rint(np.clip(hu, PADDING, 3071)).astype(np.int16), origin, spacing, canvas.marks)


def lay_table(body: Body, random: np.random.Generator) -> None:
    canvas = body.canvas
    under = body.half_depth + 15 + body.fat + 5
    y = under + 0.0009 * canvas.x**2 * -1 + 8
    weight = canvas.soft(np.abs(canvas.y - y) - 5)
    canvas.lay(random.uniform(-250, -60), weight * (canvas.hu < -700))


def expose(hu: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Kernel blur and noise."""
    blur, grain = random.uniform(0, 0.13), random.uniform(0, 0.2)
    noise = random.standard_normal(hu.shape, np.float32) * np.float32(random.uniform(6, 34))
    for axis in (0, 1):
        smooth(hu, axis, blur)
        smooth(noise, axis, grain)
    return hu + noise


def smooth(values: np.ndarray, axis: int, share: float) -> None:
    """Gives `share` of each voxel to each of its two neighbours, in place."""
    moved = np.moveaxis(values, axis, 0)
    inner = moved[1:-1] * (1 - 2 * share) + share * (moved[2:] + moved[:-2])
    moved[1:-1] = inner


def nifti(scan: Scan, random: np.random.Generator) -> bytes:
    """A .nii.gz file; the voxel axes are stored in a random order and direction, as scanners and converters do."""
    order = (0, 1, 2) if random.uniform() < 0.8 else tuple(int(n) for n in random.permutation(3))
    flips = random.uniform(size=3) < (0.5, 0.5, 0.2)
    affine = np.zeros((3, 4))
    values = np.transpose(scan.hu, order)
    corner = scan.origin.astype(float).copy()
    for row, axis in enumerate(order):
        step = float(scan.spacing[axis])
        if flips[row]:
            values = np.flip(values, row)
            corner[axis] += step * (values.shape[row] - 1)
            step = -step
        affine[axis, row] = step
    affine[:, 3] = corner
    affine[:2] *= -1  # NIfTI's axes are R, A, S
    header = struct.pack("<i36x", 348)
    header += struct.pack("<8h", 3, *values.shape, 1, 1, 1, 1)
    header += struct.pack("<3f4h", 0, 0, 0, 0, 4, 16, 0)
    header += struct.pack("<8f", 1, *(float(scan.spacing[axis]) for axis in order), 0, 0, 0, 0)
    header += struct.pack("<3fhbb4f2i", 352, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0)
    header += struct.pack("<80s24s2h6f", b"brgsa phantom", b"", 0, 1, 0, 0, 0, 0, 0, 0)
    header += struct.pack("<12f16s4s", *affine.ravel(), b"", b"n+1\0") + bytes(4)
    return gzip.compress(header + np.asfortranarray(values).tobytes(order="F"), 1, mtime=0)
