"""A regular grid of Hounsfield units on which soft-edged shapes are laid.

Axes are L, P, S (x to the patient's left, y to posterior, z to superior) in millimetres. Edges are as soft as a voxel
is wide, so that a shape's edge voxels hold the mixture that a scanner would have measured. What is thinner than a
voxel is laid down by points that each stand for a piece of volume.
"""

from __future__ import annotations

import numpy as np

MARKS_PER_SHAPE = 24
"""How many places of an abnormality are remembered for the training's patch labels."""


class Canvas:
    """HU [X, Y, Z] float32, and where each abnormality was laid."""

    def __init__(
        self,
        origin: np.ndarray,
        spacing: np.ndarray,
        shape: tuple[int, int, int],
        random: np.random.Generator,
    ):
        """origin: centre of the first voxel, mm. spacing: mm. The grid starts as air."""
        self.origin = np.asarray(origin, np.float32)
        self.spacing = np.asarray(spacing, np.float32)
        self.shape = shape
        self.random = random
        axes = [
            (self.origin[i] + self.spacing[i] * np.arange(shape[i])).astype(np.float32)
            for i in range(3)
        ]
        self.axes = axes
        self.x, self.y, self.z = (
            axes[0][:, None, None],
            axes[1][None, :, None],
            axes[2][None, None, :],
        )
        self.edge = float(self.spacing.mean())
        self.voxel_volume = float(self.spacing.prod())
        self.hu = np.full(shape, -1000, np.float32)
        self.marks: list[tuple[str, np.ndarray]] = []

    def soft(self, distance: np.ndarray) -> np.ndarray:
        """Share of a voxel inside a shape, from the signed distance (mm, negative inside) of its centre."""
        return np.clip(0.5 - distance / self.edge, 0, 1)

    def block(self, low: np.ndarray, high: np.ndarray) -> tuple[slice, slice, slice]:
        """The part of the grid between two corners (mm), a voxel more at each side."""
        first = np.floor((np.asarray(low) - self.origin) / self.spacing).astype(int) - 1
        last = np.ceil((np.asarray(high) - self.origin) / self.spacing).astype(int) + 2
        return tuple(
            slice(max(0, a), max(0, min(n, b))) for a, b, n in zip(first, last, self.shape)
        )

    def lay(
        self,
        value: float | np.ndarray,
        weight: np.ndarray,
        where=(slice(None),) * 3,
        label: str = "",
    ) -> None:
        """Mixes value (HU) into the block `where` by weight (0 to 1), and remembers places of an abnormality."""
        part = self.hu[where]
        part += weight * (value - part)
        if label:
            self.mark(label, weight, where)

    def mark(self, label: str, weight: np.ndarray, where) -> None:
        """Remembers up to MARKS_PER_SHAPE places (mm) where the weight exceeds half of its maximum."""
        if weight.size == 0:
            return
        top = float(weight.max())
        if top < 0.15:
            return
        inside = np.flatnonzero(weight > 0.5 * top)
        if inside.size > MARKS_PER_SHAPE:
            inside = inside[self.random.integers(0, inside.size, MARKS_PER_SHAPE)]
        index = np.stack(np.unravel_index(inside, weight.shape), 1) + [s.start or 0 for s in where]
        self.marks.append((label, (self.origin + index * self.spacing).astype(np.float32)))

    def ellipsoid(
        self,
        centre,
        radii,
        value: float,
        *,
        within: np.ndarray | None = None,
        rough: float = 0,
        label: str = "",
    ) -> None:
        """A filled ellipsoid; `rough` bends its surface by that share of the radius; `within` [X, Y, Z] limits it."""
        centre, radii = np.asarray(centre, np.float32), np.asarray(radii, np.float32)
        if radii.min() < 0.75 * self.edge:
            return self.grains(centre, radii, value, within=within, label=label)
        reach = radii * (1 + 2 * rough)
        where = self.block(centre - reach, centre + reach)
        x, y, z = self.x[where[0]], self.y[:, where[1]], self.z[:, :, where[2]]
        r = np.sqrt(
            ((x - centre[0]) / radii[0]) ** 2
            + ((y - centre[1]) / radii[1]) ** 2
            + ((z - centre[2]) / radii[2]) ** 2
        )
        if r.size == 0:
            return
        if rough:
            a = self.random.normal(size=(4, 3)) * (2.5 / radii.max())
            phase = self.random.uniform(0, 6.28, 4)
            waves = sum(
                np.sin(
                    k[0] * (x - centre[0]) * 2
                    + k[1] * (y - centre[1]) * 2
                    + k[2] * (z - centre[2]) * 2
                    + p
                )
                for k, p in zip(a, phase)
            )
            r = r + (rough / 2) * waves
        weight = self.soft((r - 1) * float(radii.min()))
        if within is not None:
            weight = weight * within[where]
        self.lay(value, weight, where, label)

    def grains(
        self, centre, radii, value: float, *, within: np.ndarray | None = None, label: str = ""
    ) -> None:
        """An ellipsoid smaller than a voxel, by points that share its volume."""
        count = 48
        directions = self.random.normal(size=(count, 3))
        directions *= (self.random.uniform(size=(count, 1)) ** (1 / 3)) / np.linalg.norm(
            directions, axis=1, keepdims=True
        )
        volume = 4.18879 * float(np.prod(radii)) / count
        self.splat(
            np.asarray(centre) + directions * radii, volume, value, within=within, label=label
        )

    def splat(
        self,
        points: np.ndarray,
        volume,
        value: float,
        *,
        within: np.ndarray | None = None,
        label: str = "",
    ) -> None:
        """Points [N, 3] (mm) that each stand for `volume` mm³ (one number or [N]) of material of `value` HU."""
        index = np.rint((points - self.origin) / self.spacing).astype(np.int64)
        inside = ((index >= 0) & (index < self.shape)).all(1)
        index = index[inside]
        if index.shape[0] == 0:
            return
        low, high = index.min(0), index.max(0) + 1
        size = tuple(int(n) for n in high - low)
        flat = np.ravel_multi_index((index - low).T, size)
        amount = (
            np.full(flat.size, float(volume))
            if np.ndim(volume) == 0
            else np.asarray(volume, float)[inside]
        )
        cover = (
            np.bincount(flat, amount, minlength=size[0] * size[1] * size[2])
            .reshape(size)
            .astype(np.float32)
        )
        cover = np.minimum(cover / self.voxel_volume, 1)
        where = tuple(slice(int(a), int(b)) for a, b in zip(low, high))
        if within is not None:
            cover = cover * within[where]
        self.lay(value, cover, where, label)

    def tube(
        self,
        path: np.ndarray,
        radius: float,
        value: float,
        *,
        within: np.ndarray | None = None,
        label: str = "",
    ) -> None:
        """A round tube along the polyline `path` [N, 2 or more, 3] (mm)."""
        path = np.asarray(path, np.float32)
        if radius >= 0.75 * self.edge:
            for start, end in zip(path[:-1], path[1:]):
                self.capsule(start, end, radius, value, within=within, label=label)
            return
        steps = np.diff(path, axis=0)
        lengths = np.linalg.norm(steps, axis=1)
        number = np.repeat(
            np.arange(len(lengths)), np.maximum(1, np.ceil(lengths)).astype(int) * 10
        )
        points = path[number] + steps[number] * self.random.uniform(size=(number.size, 1))
        off = self.random.uniform(-1, 1, (number.size, 3)) * radius
        volume = 3.14159 * radius * radius * lengths.sum() / number.size
        self.splat(points + off, volume, value, within=within, label=label)

    def capsule(
        self,
        start,
        end,
        radius: float,
        value: float,
        *,
        within: np.ndarray | None = None,
        label: str = "",
    ) -> None:
        """A straight piece of a thick tube, round at both ends."""
        where = self.block(np.minimum(start, end) - radius, np.maximum(start, end) + radius)
        x, y, z = (
            self.x[where[0]] - start[0],
            self.y[:, where[1]] - start[1],
            self.z[:, :, where[2]] - start[2],
        )
        way = end - start
        along = np.clip((way[0] * x + way[1] * y + way[2] * z) / float(way @ way), 0, 1)
        distance = np.sqrt(
            (x - along * way[0]) ** 2 + (y - along * way[1]) ** 2 + (z - along * way[2]) ** 2
        )
        weight = self.soft(distance - radius)
        if within is not None:
            weight = weight * within[where]
        self.lay(value, weight, where, label)

    def clouds(self, scale: float) -> np.ndarray:
        """A smooth random field [X, Y, Z] of about zero mean and unit spread, with features of `scale` mm."""
        counts = [max(3, int((a[-1] - a[0]) / scale) + 3) for a in self.axes]
        field = self.random.normal(size=counts).astype(np.float32)
        for axis in range(3):
            position = (self.axes[axis] - self.axes[axis][0]) / scale + self.random.uniform(0, 1)
            base = np.minimum(position.astype(int), counts[axis] - 2)
            share = (position - base).astype(np.float32)
            share = share * share * (3 - 2 * share)
            matrix = np.zeros((len(position), counts[axis]), np.float32)
            rows = np.arange(len(position))
            matrix[rows, base] = 1 - share
            matrix[rows, base + 1] = share
            field = np.moveaxis(np.tensordot(matrix, field, (1, axis)), 0, axis)
        return np.ascontiguousarray(field) * 1.6
