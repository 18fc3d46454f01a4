"""Abnormalities of the lungs."""

from __future__ import annotations

import numpy as np

from anatomy import MIDDLE_LOBE_TOP, Body
from drawing import GRADES, LOBES, grade, pick, place_in_lungs, sides
from finding import Finding


def draw_emphysema(random) -> Finding:
    return Finding("Emphysema", "bilateral", pick(random, ("upper lobe", "")), pick(random, GRADES))


def show_emphysema(body: Body, finding: Finding, random) -> None:
    canvas = body.canvas
    holes = np.clip(
        canvas.clouds(random.uniform(11, 17)) * 1.6 - grade(finding, 0.75, 0.2, -0.5), 0, 1
    )
    if finding.place == "upper lobe":
        holes = holes * np.clip((canvas.z - 5) / 30, 0, 1)
    canvas.lay(random.uniform(-985, -955), holes * body.both, label=finding.label)


def draw_atelectasis(random) -> Finding:
    side = pick(random, ("right", "left", "bilateral"), (0.36, 0.34, 0.30))
    if side == "bilateral":
        return Finding("Atelectasis", side, "lower lobe", pick(random, GRADES))
    places = (
        ("lower lobe", "middle lobe", "upper lobe")
        if side == "right"
        else ("lower lobe", "lingula", "upper lobe")
    )
    return Finding("Atelectasis", side, pick(random, places, (0.5, 0.3, 0.2)), pick(random, GRADES))


def show_atelectasis(body: Body, finding: Finding, random) -> None:
    canvas = body.canvas
    for side in sides(finding):
        lung = body.lung[side]
        for _ in range(2 if finding.severity == "moderate" else 1):
            centre = body.lung_place(side, finding.place, 0.8, 0.45)
            if finding.severity == "severe" and finding.place == "lower lobe":
                # a collapsed wedge behind, on the diaphragm and against the spine
                sign = 1 if side == "left" else -1
                centre = np.array([sign * 52, 62, body.base + 40])
                canvas.ellipsoid(
                    centre,
                    random.uniform([26, 26, 34], [36, 34, 48]),
                    random.uniform(25, 55),
                    within=lung,
                    rough=0.2,
                    label=finding.label,
                )
                continue
            # a plate, thin against its length
            normal = random.normal(size=3) * [0.5, 0.35, 1.0]
            normal /= np.linalg.norm(normal)
            thick = grade(finding, 3.0, 4.2, 7.0)
            reach = grade(finding, 30, 36, 44)
            where = canvas.block(centre - reach, centre + reach)
            x, y, z = (
                canvas.x[where[0]] - centre[0],
                canvas.y[:, where[1]] - centre[1],
                canvas.z[:, :, where[2]] - centre[2],
            )
            off = np.abs(normal[0] * x + normal[1] * y + normal[2] * z) - thick
            share = np.clip(2 * thick / canvas.edge, 0, 1)
            plate = (
                np.clip(0.5 - off / canvas.edge, 0, 1)
                * canvas.soft(np.sqrt(x * x + y * y + z * z) - reach)
                * share
            )
            canvas.lay(random.uniform(10, 50), plate * lung[where], where, finding.label)


def draw_nodule(random) -> Finding:
    side, place = place_in_lungs(random, bilateral=0.25)
    count = (
        int(random.integers(3, 8))
        if side == "bilateral"
        else int(pick(random, (1, 2, 3, 4), (0.4, 0.25, 0.2, 0.15)))
    )
    return Finding("Lung nodule", side, place, size_mm=int(random.integers(13, 31)), count=count)


def show_nodule(body: Body, finding: Finding, random) -> None:
    both = sides(finding)
    for number in range(finding.count):
        centre = body.lung_place(both[number % len(both)], finding.place, 0.92, 0.35)
        size = (
            finding.size_mm if number < len(both) else finding.size_mm * random.uniform(0.55, 0.95)
        )
        body.canvas.ellipsoid(
            centre,
            size / 2 * random.uniform(0.92, 1.1, 3),
            random.uniform(20, 90),
            within=body.both,
            label=finding.label,
        )


def draw_mass(random) -> Finding:
    side = pick(random, ("right", "left"))
    return Finding(
        "Lung mass", side, pick(random, LOBES[side]), size_mm=int(random.integers(36, 80))
    )


def show_mass(body: Body, finding: Finding, random) -> None:
    centre = body.lung_place(finding.side, finding.place, 0.80, 0.30)
    radii = finding.size_mm / 2 * random.uniform(0.88, 1.05, 3)
    body.canvas.ellipsoid(
        centre,
        radii,
        random.uniform(28, 60),
        within=body.lung[finding.side],
        rough=0.16,
        label=finding.label,
    )


def draw_cyst(random) -> Finding:
    side, place = place_in_lungs(random, bilateral=0.2)
    count = (
        int(random.integers(3, 6))
        if side == "bilateral"
        else int(pick(random, (1, 2), (0.75, 0.25)))
    )
    return Finding("Lung cyst", side, place, size_mm=int(random.integers(28, 64)), count=count)


def show_cyst(body: Body, finding: Finding, random) -> None:
    both = sides(finding)
    for number in range(finding.count):
        centre = body.lung_place(both[number % len(both)], finding.place, 0.80, 0.35)
        size = (
            finding.size_mm if number < len(both) else finding.size_mm * random.uniform(0.6, 0.95)
        )
        radii = size / 2 * random.uniform(0.92, 1.08, 3)
        body.canvas.ellipsoid(
            centre, radii + 3, random.uniform(-350, -200), within=body.both, label=finding.label
        )
        body.canvas.ellipsoid(centre, radii - 0.5, -1000, within=body.both)


def draw_opacity(random) -> Finding:
    side, place = place_in_lungs(random, bilateral=0.35)
    return Finding("Lung opacity", side, place, pick(random, GRADES))


def draw_consolidation(random) -> Finding:
    side, place = place_in_lungs(random, bilateral=0.2)
    return Finding("Consolidation", side, place, pick(random, GRADES))


def patches(body: Body, finding: Finding, random, value: float, reach: float) -> None:
    """Ill-defined areas in the lungs: one to three a side."""
    canvas = body.canvas
    for side in sides(finding):
        for _ in range({"mild": 1, "moderate": 2, "severe": 3}[finding.severity]):
            centre = body.lung_place(side, finding.place, 0.9, 0.3)
            radii = reach * random.uniform(0.75, 1.25, 3)
            where = canvas.block(centre - 1.5 * radii, centre + 1.5 * radii)
            x, y, z = canvas.x[where[0]], canvas.y[:, where[1]], canvas.z[:, :, where[2]]
            r = np.sqrt(
                ((x - centre[0]) / radii[0]) ** 2
                + ((y - centre[1]) / radii[1]) ** 2
                + ((z - centre[2]) / radii[2]) ** 2
            )
            edge = np.clip((1 - r + 0.22 * body.ragged[where]) * 2.5, 0, 1)
            part = canvas.hu[where]
            # what is denser already, such as vessels and nodules, stays
            canvas.lay(np.maximum(part, value), edge * body.lung[side][where], where, finding.label)


def show_opacity(body: Body, finding: Finding, random) -> None:
    patches(body, finding, random, random.uniform(-660, -480), grade(finding, 26, 31, 38))


def show_consolidation(body: Body, finding: Finding, random) -> None:
    patches(body, finding, random, random.uniform(0, 45), grade(finding, 21, 25, 31))
    for side in sides(finding):  # air in the bronchi
        for _ in range(3):
            start = body.hilum[side] + random.normal(size=3) * 6
            body.canvas.tube(
                np.array([start, body.lung_place(side, finding.place, 0.8)]),
                1.6,
                -900,
                within=body.lung[side],
            )


def draw_mosaic(random) -> Finding:
    return Finding("Mosaic attenuation pattern", "bilateral", severity=pick(random, GRADES))


def show_mosaic(body: Body, finding: Finding, random) -> None:
    canvas = body.canvas
    field = np.clip(canvas.clouds(random.uniform(30, 42)) * 3, -1, 1)
    change = field * grade(finding, 42, 60, 82)
    canvas.hu += body.both * change * (canvas.hu < -600)
    canvas.mark(finding.label, np.maximum(field, 0) * body.both, (slice(None),) * 3)


def draw_septa(random) -> Finding:
    side, place = place_in_lungs(random, bilateral=0.7)
    return Finding("Interlobular septal thickening", side, place, pick(random, GRADES))


def show_septa(body: Body, finding: Finding, random) -> None:
    canvas = body.canvas
    period = random.uniform(17, 22)
    wobble = canvas.clouds(24) * 3.5
    turn = np.linalg.qr(random.normal(size=(3, 3)))[0]
    lines = 0
    for way in turn:
        along = (way[0] * canvas.x + way[1] * canvas.y + way[2] * canvas.z + wobble) / period
        lines = np.maximum(
            lines, np.clip(1 - np.abs(along - np.rint(along)) * period / (0.7 * canvas.edge), 0, 1)
        )
    weight = lines * grade(finding, 0.26, 0.36, 0.50) * np.clip((body.rho - 0.35) * 3, 0, 1)
    where = body.lung[finding.side] if finding.side != "bilateral" else body.both
    if finding.place:
        height, fissure = body.lung_heights(canvas.y, canvas.z)
        down = np.clip((fissure - height) * 12, 0, 1)
        up = np.clip((height - np.maximum(fissure, MIDDLE_LOBE_TOP)) * 12, 0, 1)
        where = (
            where
            * {"lower lobe": down, "upper lobe": up, "middle lobe": (1 - down) * (1 - up)}[
                finding.place
            ]
        )
    canvas.lay(40, weight * where, label=finding.label)
