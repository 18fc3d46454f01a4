"""The normal chest of a phantom: body wall, skeleton, lungs, mediastinum, heart, great vessels, upper abdomen.

All lengths are millimetres, all densities Hounsfield units. The patient lies on the back with raised arms; the origin
is in the middle of the chest. Numbers are adult anatomy as textbooks give it, varied from patient to patient.
"""

from __future__ import annotations

import numpy as np

from canvas import Canvas
from finding import Patient


MIDDLE_LOBE_TOP = 0.46
"""Height in the lung, as a share."""


class Body:
    """Measures of one patient, and after `lay_down` the weights of the lungs on the canvas."""

    def __init__(
        self, patient: Patient, random: np.random.Generator, heart_scale: float, canvas: Canvas
    ):
        self.patient, self.random, self.canvas = patient, random, canvas
        size = random.uniform(0.95, 1.05) * (1.0 if patient.sex == "male" else 0.93)
        self.half_width = 132 * size * random.uniform(0.97, 1.03)  # of the thoracic cavity
        self.half_depth = 92 * size * random.uniform(0.97, 1.03)
        self.shoulder = -45 * size  # below it the cavity no longer widens
        self.height = 172 * size * random.uniform(0.98, 1.03)  # from there to the apex
        self.fat = {
            "slim": random.uniform(5, 10),
            "average": random.uniform(11, 20),
            "obese": random.uniform(24, 40),
        }[patient.build]
        self.base = -112 * size + random.uniform(-8, 8)  # where the domes of the diaphragm begin
        self.dome = {"right": random.uniform(38, 50), "left": random.uniform(28, 40)}
        if patient.elevated_diaphragm:
            self.dome[patient.elevated_diaphragm] += random.uniform(28, 42)
        bend = random.uniform(16, 30)
        self.bend = {"": random.uniform(-3, 3), "right": -bend, "left": bend}[patient.scoliosis]
        self.heart = np.array([16, -26, -52], float) * size + random.uniform(-5, 5, 3)
        self.heart_radii = np.array([50, 40, 46]) * size * heart_scale
        self.carina = 28 * size + random.uniform(-5, 5)
        self.aorta = random.uniform(12.5, 16)

    # Places

    def spine_x(self, z):
        """Where the middle of the spine lies at height z."""
        return self.bend * np.cos((z + 10) / 95)

    def wall(self, angle: float, z: float, share: float = 1.0) -> np.ndarray:
        """The place on the cavity's wall (share 1) at an angle (0 left, 90° posterior) and height."""
        narrow = self.narrowing(np.float32(z))
        return np.array(
            [
                np.cos(angle) * self.half_width * narrow * share,
                np.sin(angle) * self.half_depth * narrow * share,
                z,
            ]
        )

    def narrowing(self, z):
        """How much narrower the cavity is at height z: 1 below the shoulder, 0 at the apex."""
        t = np.clip((z - self.shoulder) / self.height, 0, 1)
        return np.sqrt(np.maximum(1 - t * t, 1e-4))

    def diaphragm(self, x, y):
        """Height of the diaphragm over a place."""
        right = self.dome["right"] * np.exp(-(((x + 66) / 62) ** 2) - ((y + 8) / 75) ** 2)
        left = self.dome["left"] * np.exp(-(((x - 70) / 58) ** 2) - ((y + 8) / 72) ** 2)
        return self.base + right + left

    # Laying down

    def lay_down(self) -> None:
        """Paints the normal chest and fixes `lung` {"right", "left"} and `rho` (1 on the cavity's wall)."""
        canvas, random = self.canvas, self.random
        x, y, z = canvas.x, canvas.y, canvas.z
        narrow = self.narrowing(z)
        mean = (self.half_width + self.half_depth) / 2
        self.rho = np.sqrt(
            (x / (self.half_width * narrow)) ** 2 + (y / (self.half_depth * narrow)) ** 2
        )

        outer_x, outer_y = self.half_width + 19 + self.fat, self.half_depth + 15 + self.fat
        flat = np.sqrt((x / outer_x) ** 2 + (y / outer_y) ** 2)
        canvas.lay(-102, canvas.soft((flat - 1) * mean))
        muscle_x, muscle_y = self.half_width + 17, self.half_depth + 13
        flat = np.sqrt((x / muscle_x) ** 2 + (y / muscle_y) ** 2)
        canvas.lay(random.uniform(42, 58), canvas.soft((flat - 1) * mean))
        self.lay_breasts()
        for side in (-1, 1):  # the fat of the axilla
            canvas.ellipsoid([side * (self.half_width * 0.92), -12, 92], [26, 34, 46], -98)

        inside = canvas.soft((self.rho - 1) * mean * narrow)
        canvas.lay(-92, inside)
        self.above = canvas.soft(self.diaphragm(x, y) - z)
        self.lay_abdomen(inside * (1 - self.above))
        self.lay_lungs(inside * self.above)
        self.lay_skeleton(mean)
        self.lay_mediastinum()
        self.lay_vessels()
        self.ragged = canvas.clouds(18)
        self.collect_places()

    def lay_breasts(self) -> None:
        if self.patient.sex != "female":
            return
        front = -(self.half_depth + 14 + self.fat)
        depth = self.random.uniform(16, 34)
        for side in (-1, 1):
            centre = [side * 72, front + 4, -32]
            self.canvas.ellipsoid(centre, [54, depth, 50], -95)
            self.canvas.ellipsoid(centre, [30, depth * 0.5, 28], self.random.uniform(-40, 20))
            if self.patient.breast_prostheses:
                self.canvas.ellipsoid(
                    [side * 72, front + 2, -32], [48, 24, 46], self.random.uniform(60, 130)
                )

    def lay_abdomen(self, below: np.ndarray) -> None:
        canvas, random = self.canvas, self.random
        liver = random.uniform(0, 22) if self.patient.fatty_liver else random.uniform(52, 66)
        border = canvas.soft(canvas.x - 22 + 0.25 * canvas.y)
        canvas.lay(liver, below * border)
        canvas.lay(-95, below * (1 - border))
        canvas.ellipsoid(
            [92, 42, self.base + 8], [34, 36, 46], random.uniform(42, 54), within=below
        )
        stomach = np.array([58, -12, self.base + 4], float)
        canvas.ellipsoid(stomach, [38, 40, 34], random.uniform(15, 40), within=below)
        if random.uniform() < 0.75:
            canvas.ellipsoid(stomach + [0, -16, 8], [26, 16, 18], -990, within=below)

    def lay_lungs(self, weight: np.ndarray) -> None:
        canvas, random = self.canvas, self.random
        x, y, z = canvas.x, canvas.y, canvas.z
        half = 30 - 19 * np.clip((-y - 28) / 40, 0, 1) + 6 * np.clip((z - 60) / 50, 0, 1)
        centre = 0.35 * self.spine_x(z)
        self.lung = {
            "right": weight * canvas.soft(half + (x - centre)),
            "left": weight * canvas.soft(half - (x - centre)),
        }
        self.both = self.lung["right"] + self.lung["left"]
        density = (
            random.uniform(-880, -825)
            + random.uniform(10, 45) * (y / self.half_depth)
            + 9 * canvas.clouds(28)
        )
        canvas.lay(density, self.both)

    def lay_skeleton(self, mean: float) -> None:
        canvas, random = self.canvas, self.random
        x, y, z = canvas.x, canvas.y, canvas.z
        self.rib_gap, self.rib_tilt, self.rib_phase = (
            random.uniform(24, 29),
            random.uniform(0.30, 0.45),
            random.uniform(0, 25),
        )
        shell = canvas.soft(np.abs(self.rho - 1.075) * mean - 4.2)
        height = (z + self.rib_tilt * (y + self.half_depth) * -1 + self.rib_phase) / self.rib_gap
        band = canvas.soft((np.abs(height - np.rint(height)) * self.rib_gap) - 4.6)
        behind = canvas.soft(-(y + self.half_depth * 0.86))
        canvas.lay(random.uniform(260, 420), shell * band * behind)
        bone = random.uniform(170, 300)
        sx = self.spine_x(canvas.axes[2])[None, None, :]
        sy = self.half_depth * 0.80 + 10
        where = canvas.block([-70, sy - 40, canvas.axes[2][0]], [70, sy + 70, canvas.axes[2][-1]])
        xs, ys, zs = x[where[0]], y[:, where[1]], z
        body = canvas.soft(np.sqrt((xs - sx) ** 2 + ((ys - sy) * 1.15) ** 2) - 18)
        disc = canvas.soft(np.abs(zs / 25 - np.rint(zs / 25)) * 25 - 2.5)
        canvas.lay(bone - (bone - 75) * disc, body, where)
        arch = canvas.soft(np.sqrt((xs - sx) ** 2 + (ys - sy - 27) ** 2) - 14) * canvas.soft(
            9 - np.sqrt((xs - sx) ** 2 + (ys - sy - 24) ** 2)
        )
        canvas.lay(bone * 1.3, arch, where)
        canvas.lay(
            bone * 1.2,
            canvas.soft(np.abs(xs - sx) - 4) * canvas.soft(np.abs(ys - sy - 50) - 14) * (1 - disc),
            where,
        )
        front = -self.half_depth - 6
        where = canvas.block([-20, front - 8, -45], [20, front + 8, 85])
        slab = canvas.soft(np.abs(x[where[0]]) - 15) * canvas.soft(
            np.abs(y[:, where[1]] - front) - 5.5
        )
        canvas.lay(random.uniform(150, 230), slab * np.ones_like(z[:, :, where[2]]), where)
        for side in (-1, 1):  # collar bones
            canvas.tube(
                np.array(
                    [
                        [side * 12, front + 4, 92],
                        [side * 80, front + 26, 112],
                        [side * 135, front + 60, 118],
                    ]
                ),
                6,
                420,
            )

    def lay_mediastinum(self) -> None:
        canvas, random = self.canvas, self.random
        blood = random.uniform(36, 52)
        self.blood = blood
        spine = float(self.spine_x(np.float32(0)))
        top = self.shoulder + self.height + 30
        # heart with its fat
        canvas.ellipsoid(self.heart, self.heart_radii + 4, -88, within=self.above)
        canvas.ellipsoid(self.heart, self.heart_radii, blood, within=self.above)
        # aorta: ascending, arch, descending; the arch runs back to the left
        r = self.aorta
        self.arch_top = self.carina + 38
        ascending = [
            [-8, -34, self.heart[2] + 20],
            [-14, -38, self.carina],
            [-10, -34, self.arch_top - 12],
        ]
        arch = [
            [-10, -34, self.arch_top - 12],
            [-2, -22, self.arch_top],
            [8, 2, self.arch_top + 3],
            [16, 24, self.arch_top - 4],
            [22 + spine * 0.4, 42, self.arch_top - 20],
        ]
        ending = self.base + 4
        descending = [
            [22 + spine * 0.4, 42, self.arch_top - 20],
            [22 + spine * 0.5, 48, 0],
            [14 + spine * 0.5, 50, ending],
        ]
        self.aortic_paths = {
            "ascending aorta": np.array(ascending, float),
            "aortic arch": np.array(arch, float),
            "descending aorta": np.array(descending, float),
        }
        for path in self.aortic_paths.values():
            canvas.tube(path, r, blood)
        # venae cavae and pulmonary trunk
        canvas.tube(
            np.array(
                [
                    [-26, -22, self.arch_top + 20],
                    [-27, -24, self.carina - 20],
                    [-24, -18, self.heart[2] + 12],
                ]
            ),
            9,
            blood,
        )
        canvas.tube(np.array([[6, -42, self.carina - 32], [10, -20, self.carina - 14]]), 13, blood)
        self.hilum = {
            "right": np.array([-46, 6, self.carina - 22.0]),
            "left": np.array([46, 6, self.carina - 16.0]),
        }
        for side in self.hilum.values():
            canvas.tube(
                np.array([[8, -20, self.carina - 16], side * [0.6, 1, 1], side]), 8.5, blood
            )
        # trachea and main bronchi, oesophagus
        self.trachea = np.array([[0.2 * spine, -2, top], [0.2 * spine, 8, self.carina]])
        canvas.tube(self.trachea, 10.5, 30)
        canvas.tube(self.trachea, random.uniform(7.5, 9.5), -995)
        for side in self.hilum.values():
            path = np.array([[0, 8, self.carina], side + [0, 4, 2]])
            canvas.tube(path, 8, 20)
            canvas.tube(path, 5.8, -995)
        self.oesophagus = np.array(
            [
                [4, 22, top],
                [4, 26, self.carina],
                [6, 34, -20],
                [10, 34, self.base + 18],
                [24, 16, self.base - 4],
            ]
        )
        canvas.tube(self.oesophagus, 7, 38)
        if random.uniform() < 0.5:
            canvas.tube(self.oesophagus[1:3], 2.5, -900)

    def lay_vessels(self) -> None:
        """Branching vessels of both lungs, level by level."""
        random = self.random
        points, volumes = [], []
        for side, sign in (("right", -1), ("left", 1)):
            starts = np.repeat(self.hilum[side][None], 5, 0) + random.normal(size=(5, 3)) * 3
            ways = np.array(
                [
                    [sign * 0.5, -0.2, 0.9],
                    [sign * 0.8, -0.7, 0.2],
                    [sign, 0.3, 0.1],
                    [sign * 0.6, -0.3, -0.8],
                    [sign * 0.5, 0.6, -0.8],
                ]
            )
            ways = ways + random.normal(size=ways.shape) * 0.2
            radius, length = 4.2, 34.0
            for _ in range(5):
                ways /= np.linalg.norm(ways, axis=1, keepdims=True)
                spans = length * random.uniform(0.7, 1.3, (len(starts), 1))
                count = int(length * 1.4) + 2
                along = random.uniform(size=(len(starts), count, 1))
                place = starts[:, None] + ways[:, None] * spans[:, None] * along
                points.append(
                    (place + random.normal(size=place.shape) * radius * 0.45).reshape(-1, 3)
                )
                volumes.append(
                    np.full(len(starts) * count, 3.14159 * radius * radius * length / count)
                )
                ends = starts + ways * spans
                starts = np.concatenate([ends, ends])
                ways = np.concatenate([ways, ways]) + random.normal(size=(2 * len(ways), 3)) * 0.55
                radius, length = radius * 0.72, length * 0.80
        self.canvas.splat(np.concatenate(points), np.concatenate(volumes), 40, within=self.both)

    def collect_places(self) -> None:
        """A sample of places well inside the lungs: `places` [N, 3] mm, `place_side`, `place_lobe`, `place_rho`."""
        inside = np.flatnonzero(self.both > 0.98)
        inside = (
            inside[self.random.integers(0, max(1, inside.size), 3000)] if inside.size else inside
        )
        index = np.stack(np.unravel_index(inside, self.canvas.shape), 1)
        self.places = self.canvas.origin + index * self.canvas.spacing
        self.place_side = np.where(self.places[:, 0] > 0, "left", "right")
        self.place_lobe = self.lobe(self.places)
        self.place_rho = self.rho[tuple(index.T)]

    def lung_heights(self, y, z):
        """Heights in the lungs (0 at their base, 1 at their top): that of z and that of the oblique fissure at y."""
        top = self.shoulder + self.height
        return (z - self.base) / (top - self.base), 0.40 + 0.34 * y / self.half_depth

    def lobe(self, places: np.ndarray) -> np.ndarray:
        """ "upper lobe", "middle lobe" (on the left: the lingula's place) or "lower lobe" of places [N, 3]."""
        height, fissure = self.lung_heights(places[:, 1], places[:, 2])
        lower = height < fissure
        middle = ~lower & (height < MIDDLE_LOBE_TOP)
        return np.where(lower, "lower lobe", np.where(middle, "middle lobe", "upper lobe"))

    def lung_place(
        self, side: str, lobe: str, deepest: float = 0.93, shallowest: float = 0.0
    ) -> np.ndarray:
        """A random place in a lung: `deepest`, `shallowest` limit rho, which is 1 at the chest wall."""
        wanted = self.place_side == side
        if lobe:
            lobe = "middle lobe" if lobe == "lingula" else lobe
            wanted = wanted & (self.place_lobe == lobe)
        edge = wanted & (self.place_rho < deepest) & (self.place_rho > shallowest)
        for choice in (edge, wanted, self.place_side == side):
            candidates = np.flatnonzero(choice)
            if candidates.size:
                return self.places[candidates[self.random.integers(candidates.size)]].astype(float)
        return self.hilum[side] * [1.8, 1, 1]
