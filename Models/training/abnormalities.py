"""The twenty abnormalities: how often, where and how large they come, and how each one looks.

Every abnormality has a `draw` function, which chooses side, place, severity and size, and a `show` function, which
paints just that. Densities are Hounsfield units, lengths millimetres.
"""

from __future__ import annotations

from typing import Callable

import numpy as np

from anatomy import Body
from finding import LABELS, Finding

GRADES = ("mild", "moderate", "severe")
LOBES = {"right": ("upper lobe", "middle lobe", "lower lobe"), "left": ("upper lobe", "lower lobe")}

PREVALENCE = {
    "Medical material": 0.33,
    "Arterial wall calcification": 0.39,
    "Cardiomegaly": 0.3,
    "Pericardial effusion": 0.225,
    "Coronary artery wall calcification": 0.36,
    "Hiatal hernia": 0.24,
    "Lymphadenopathy": 0.33,
    "Emphysema": 0.27,
    "Atelectasis": 0.33,
    "Lung nodule": 0.4,
    "Lung opacity": 0.33,
    "Pleural effusion": 0.33,
    "Mosaic attenuation pattern": 0.18,
    "Consolidation": 0.3,
    "Interlobular septal thickening": 0.21,
    "Pneumothorax": 0.21,
    "Lung cyst": 0.21,
    "Lung mass": 0.24,
    "Rib fracture": 0.21,
    "Pleural calcification": 0.225,
}
"""Share of the phantoms (those without any abnormality aside) that have each one."""


def pick(random: np.random.Generator, values, weights=None):
    """One of the values."""
    return values[int(random.choice(len(values), p=weights))]


def place_in_lungs(random, *, bilateral: float) -> tuple[str, str]:
    """A side and a lobe; both sides with probability `bilateral`."""
    if random.uniform() < bilateral:
        return "bilateral", pick(random, ("upper lobe", "lower lobe", ""))
    side = pick(random, ("right", "left"))
    return side, pick(random, LOBES[side])


def sides(finding: Finding) -> tuple[str, ...]:
    """The sides that a finding is on."""
    return ("right", "left") if finding.side == "bilateral" else (finding.side,)


def grade(finding: Finding, mild: float, moderate: float, severe: float) -> float:
    """A number that goes with the severity."""
    return {"mild": mild, "moderate": moderate, "severe": severe}[finding.severity]


# Medical material


def draw_material(random) -> Finding:
    place = pick(
        random,
        (
            "pacemaker",
            "port catheter",
            "central venous catheter",
            "sternal wires",
            "nasogastric tube",
            "chest tube",
        ),
    )
    side = {
        "pacemaker": pick(random, ("left", "right"), (0.75, 0.25)),
        "port catheter": pick(random, ("right", "left"), (0.7, 0.3)),
        "chest tube": pick(random, ("right", "left")),
    }
    return Finding("Medical material", side.get(place, ""), place)


def show_material(body: Body, finding: Finding, random) -> None:
    canvas, label = body.canvas, finding.label
    sign = -1 if finding.side == "right" else 1
    front = -(body.half_depth + 15 + 0.6 * body.fat)
    cava = np.array(
        [
            [-27, -22, body.arch_top + 14],
            [-27, -24, body.carina - 20],
            [-24, -18, body.heart[2] + 14],
        ]
    )
    if finding.place in ("pacemaker", "port catheter"):
        box = np.array([sign * random.uniform(72, 92), front * 0.72, random.uniform(74, 96)])
        size = (24, 5.5, 22) if finding.place == "pacemaker" else (12, 7, 13)
        canvas.ellipsoid(box, size, 2900, label=label)
        tip = (
            [[-22, -26, body.heart[2]], [18, -34, body.heart[2] - 22]]
            if finding.place == "pacemaker"
            else []
        )
        path = np.concatenate(
            [[box, [sign * 40, -30, body.arch_top + 30]], cava, np.array(tip).reshape(-1, 3)]
        )
        canvas.tube(path, 1.5, 2600 if finding.place == "pacemaker" else 1500, label=label)
    elif finding.place == "central venous catheter":
        start = np.array([[-38, -22, body.arch_top + 62], [-32, -22, body.arch_top + 32]])
        canvas.tube(np.concatenate([start, cava]), 1.7, 1500, label=label)
    elif finding.place == "sternal wires":
        for z in np.linspace(-30, 70, int(random.integers(4, 7))):
            turn = np.linspace(0, 6.28, 9)
            ring = np.stack(
                [14 * np.cos(turn), -body.half_depth - 6 + 8 * np.sin(turn), z + 3 * np.sin(turn)],
                1,
            )
            canvas.tube(ring, 1.1, 2900, label=label)
    elif finding.place == "nasogastric tube":
        path = np.concatenate([body.oesophagus, [[50, -4, body.base + 2]]])
        canvas.tube(path, 2.4, 900, label=label)
    else:
        angle = np.pi if sign < 0 else 0
        entry = body.wall(angle, -30, 1.2)
        path = np.array(
            [
                entry,
                body.wall(angle, -20, 0.96),
                body.wall(angle + sign * 0.8, 20, 0.9),
                body.wall(angle + sign * 1.1, 70, 0.8),
            ]
        )
        canvas.tube(path, 3.2, 1100, label=label)


# Heart and vessels


def draw_arterial(random) -> Finding:
    return Finding(
        "Arterial wall calcification",
        "",
        pick(
            random,
            ("aortic arch", "descending aorta", "ascending aorta", "aorta"),
            (0.4, 0.3, 0.1, 0.2),
        ),
        pick(random, GRADES),
    )


def show_arterial(body: Body, finding: Finding, random) -> None:
    parts = tuple(body.aortic_paths) if finding.place == "aorta" else (finding.place,)
    for part in parts:
        path = body.aortic_paths[part]
        for _ in range(int(grade(finding, 5, 9, 16))):
            leg = random.integers(len(path) - 1)
            along = path[leg + 1] - path[leg]
            centre = path[leg] + along * random.uniform()
            out = np.cross(along, random.normal(size=3))
            out *= body.aorta / np.linalg.norm(out)
            radii = random.uniform(2.8, 6.0, 3)
            body.canvas.grains(centre + out, radii, random.uniform(600, 1100), label=finding.label)


def draw_coronary(random) -> Finding:
    return Finding(
        "Coronary artery wall calcification",
        "",
        pick(random, ("", "left anterior descending", "right coronary artery")),
        pick(random, GRADES),
    )


def show_coronary(body: Body, finding: Finding, random) -> None:
    heart, radii = body.heart, body.heart_radii
    descending = np.array(
        [[-0.05, -0.72, 0.70], [0.22, -0.86, 0.48], [0.42, -0.88, 0.15], [0.55, -0.80, -0.2]]
    )
    right = np.array(
        [[-0.35, -0.66, 0.66], [-0.72, -0.62, 0.30], [-0.86, -0.38, -0.1], [-0.74, -0.1, -0.55]]
    )
    paths = {"left anterior descending": (descending,), "right coronary artery": (right,)}.get(
        finding.place, (descending, right)
    )
    for path in paths:
        for _ in range(int(grade(finding, 5, 9, 15))):
            leg = random.integers(len(path) - 1)
            place = path[leg] + (path[leg + 1] - path[leg]) * random.uniform()
            body.canvas.grains(
                heart + place * radii,
                random.uniform(2.6, 5.2, 3),
                random.uniform(700, 1300),
                label=finding.label,
            )


def draw_cardiomegaly(random) -> Finding:
    return Finding("Cardiomegaly", severity=pick(random, GRADES))


def heart_scale(findings: list[Finding], random) -> float:
    """How large the heart is: 1 is the middle of the normal range."""
    for finding in findings:
        if finding.label == "Cardiomegaly":
            return grade(finding, 1.22, 1.33, 1.46) * random.uniform(0.98, 1.02)
    return random.uniform(0.90, 1.06)


def show_cardiomegaly(body: Body, finding: Finding, random) -> None:
    """The body was built with the larger heart; only its border is marked."""
    turn = random.normal(size=(24, 3))
    turn /= np.linalg.norm(turn, axis=1, keepdims=True)
    body.canvas.marks.append(
        (finding.label, (body.heart + turn * body.heart_radii).astype(np.float32))
    )


def draw_pericardial(random) -> Finding:
    severity = pick(random, GRADES)
    low, high = {"mild": (6, 10), "moderate": (11, 17), "severe": (18, 28)}[severity]
    return Finding(
        "Pericardial effusion", severity=severity, size_mm=int(random.integers(low, high))
    )


def show_pericardial(body: Body, finding: Finding, random) -> None:
    canvas, centre = body.canvas, body.heart
    reach = body.heart_radii + finding.size_mm + 6
    where = canvas.block(centre - reach, centre + reach)
    x, y, z = canvas.x[where[0]], canvas.y[:, where[1]], canvas.z[:, :, where[2]]

    def distance(radii):
        r = np.sqrt(
            ((x - centre[0]) / radii[0]) ** 2
            + ((y - centre[1]) / radii[1]) ** 2
            + ((z - centre[2]) / radii[2]) ** 2
        )
        return (r - 1) * float(np.mean(radii))

    ring = np.minimum(
        canvas.soft(distance(body.heart_radii + finding.size_mm)),
        canvas.soft(-distance(body.heart_radii)),
    )
    canvas.lay(random.uniform(2, 14), ring * body.above[where], where, finding.label)


def draw_hernia(random) -> Finding:
    return Finding("Hiatal hernia", severity=pick(random, GRADES))


def show_hernia(body: Body, finding: Finding, random) -> None:
    radius = grade(finding, 19, 27, 38) * random.uniform(0.93, 1.07)
    centre = np.array([random.uniform(0, 14), 40, body.base + 26 + radius * 0.7])
    body.canvas.ellipsoid(
        centre, [radius, radius * 0.85, radius], random.uniform(20, 45), label=finding.label
    )
    if random.uniform() < 0.8:
        body.canvas.ellipsoid(
            centre + [0, -radius * 0.3, radius * 0.15],
            [radius * 0.55, radius * 0.4, radius * 0.55],
            -980,
            label=finding.label,
        )


def draw_nodes(random) -> Finding:
    place = pick(random, ("paratracheal", "subcarinal", "hilar", "axillary"))
    side = (
        ""
        if place == "subcarinal"
        else pick(random, ("right", "left", "bilateral"), (0.4, 0.3, 0.3))
    )
    return Finding(
        "Lymphadenopathy",
        side,
        place,
        size_mm=int(random.integers(18, 38)),
        count=int(random.integers(2, 6)),
    )


def show_nodes(body: Body, finding: Finding, random) -> None:
    for side in sides(finding):
        sign = -1 if side == "right" else 1
        station = {
            "paratracheal": [sign * 20, 0, body.carina + 26],
            "subcarinal": [0, 16, body.carina - 22],
            "hilar": body.hilum.get(side, body.hilum["left"]) + [sign * 10, 2, 4],
            "axillary": [sign * body.half_width * 0.94, -14, 92],
        }[finding.place]
        for number in range(finding.count):
            size = finding.size_mm if number == 0 else finding.size_mm * random.uniform(0.6, 0.95)
            radii = size / 2 * np.array([0.85, 0.85, 1.1]) * random.uniform(0.95, 1.05, 3)
            shift = random.normal(size=3) * [7, 8, 13] * (0.5 if number == 0 else 1)
            body.canvas.ellipsoid(
                station + shift, radii, random.uniform(34, 55), label=finding.label
            )


# Lungs


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
        else int(pick(random, (1, 2, 3), (0.5, 0.3, 0.2)))
    )
    return Finding("Lung nodule", side, place, size_mm=int(random.integers(9, 31)), count=count)


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
    return Finding("Lung cyst", side, place, size_mm=int(random.integers(22, 60)), count=count)


def show_cyst(body: Body, finding: Finding, random) -> None:
    both = sides(finding)
    for number in range(finding.count):
        centre = body.lung_place(both[number % len(both)], finding.place, 0.80, 0.35)
        size = (
            finding.size_mm if number < len(both) else finding.size_mm * random.uniform(0.6, 0.95)
        )
        radii = size / 2 * random.uniform(0.92, 1.08, 3)
        body.canvas.ellipsoid(
            centre, radii + 2, random.uniform(-420, -300), within=body.both, label=finding.label
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
        height = (canvas.z - body.base) / (body.height + body.shoulder - body.base)
        fissure = 0.40 + 0.34 * canvas.y / body.half_depth
        down = np.clip((fissure - height) * 12, 0, 1)
        up = np.clip((height - np.maximum(fissure, 0.46)) * 12, 0, 1)
        where = (
            where
            * {"lower lobe": down, "upper lobe": up, "middle lobe": (1 - down) * (1 - up)}[
                finding.place
            ]
        )
    canvas.lay(40, weight * where, label=finding.label)


# Pleura and ribs


def draw_effusion(random) -> Finding:
    return Finding(
        "Pleural effusion",
        pick(random, ("right", "left", "bilateral"), (0.35, 0.3, 0.35)),
        severity=pick(random, GRADES),
    )


def show_effusion(body: Body, finding: Finding, random) -> None:
    canvas = body.canvas
    for side in sides(finding):
        depth = grade(finding, 0.26, 0.48, 0.85) * random.uniform(0.9, 1.1)
        fall = np.clip((canvas.z - body.base - 10) / grade(finding, 120, 160, 220), 0, 1)
        level = body.half_depth * (0.98 - depth * (1 - fall))
        weight = canvas.soft(level - canvas.y - 0.06 * np.abs(canvas.x)) * np.clip(
            (grade(finding, 110, 150, 230) - (canvas.z - body.base)) / 12, 0, 1
        )
        canvas.lay(random.uniform(0, 22), weight * body.lung[side], label=finding.label)


def draw_pneumothorax(random) -> Finding:
    return Finding("Pneumothorax", pick(random, ("right", "left")), severity=pick(random, GRADES))


def show_pneumothorax(body: Body, finding: Finding, random) -> None:
    canvas = body.canvas
    # the lung shrinks away from the front and the top
    lift = grade(finding, 20, 36, 58) * random.uniform(0.9, 1.1)
    narrow = body.narrowing(canvas.z + 0.6 * lift)
    shifted = np.sqrt(
        (canvas.x / (body.half_width * narrow)) ** 2
        + ((canvas.y - 0.25 * lift) / ((body.half_depth - 0.45 * lift) * narrow)) ** 2
    )
    distance = (shifted - 1) * 0.5 * (body.half_width + body.half_depth) * narrow
    lung = body.lung[finding.side]
    free = canvas.soft(-distance) * lung * np.clip((body.half_depth * 0.8 - canvas.y) / 10, 0, 1)
    canvas.lay(-1000, free, label=finding.label)
    line = canvas.soft(np.abs(distance) - 1.2) * min(1, 3 / canvas.edge)
    canvas.lay(-350, line * lung * np.clip((body.half_depth * 0.8 - canvas.y) / 10, 0, 1))


def draw_plaques(random) -> Finding:
    return Finding(
        "Pleural calcification",
        pick(random, ("right", "left", "bilateral"), (0.35, 0.35, 0.3)),
        pick(random, ("costal", "diaphragmatic")),
    )


def show_plaques(body: Body, finding: Finding, random) -> None:
    canvas = body.canvas
    for side in sides(finding):
        sign = -1 if side == "right" else 1
        for _ in range(int(random.integers(3, 6))):
            dense = random.uniform(500, 950)
            if finding.place == "diaphragmatic":
                x, y = sign * random.uniform(48, 92), random.uniform(-35, 40)
                spread = random.uniform(-1, 1, (90, 2)) * random.uniform(11, 20, 2)
                xs, ys = x + spread[:, 0], y + spread[:, 1]
                points = np.stack([xs, ys, body.diaphragm(xs, ys) + random.uniform(-2, 2, 90)], 1)
            else:
                middle = 0 if side == "left" else np.pi
                angle = middle + random.uniform(-0.9, 0.9) + random.uniform(-0.16, 0.16, 90)
                z = random.uniform(-50, 70) + random.uniform(-1, 1, 90) * random.uniform(9, 18)
                narrow = body.narrowing(z) * random.uniform(0.965, 1.0, 90)
                points = np.stack(
                    [
                        np.cos(angle) * body.half_width * narrow,
                        np.sin(angle) * body.half_depth * narrow,
                        z,
                    ],
                    1,
                )
            canvas.splat(points, random.uniform(40, 70), dense, label=finding.label)


def draw_fracture(random) -> Finding:
    return Finding(
        "Rib fracture",
        pick(random, ("right", "left")),
        pick(random, ("anterior", "lateral", "posterior")),
        count=int(random.integers(1, 5)),
    )


def show_fracture(body: Body, finding: Finding, random) -> None:
    canvas = body.canvas
    turn = {"anterior": -0.75, "lateral": 0.0, "posterior": 0.7}[finding.place] + random.uniform(
        -0.15, 0.15
    )
    angle = turn if finding.side == "left" else np.pi - turn
    first = int(random.integers(-1, 3))
    for number in range(finding.count):
        # the middle of a rib at this angle: where `height` in Body.lay_skeleton is a whole number
        y = np.sin(angle) * body.half_depth * 1.075
        z = (first - number) * body.rib_gap - body.rib_phase + body.rib_tilt * (y + body.half_depth)
        rib = body.wall(angle, z, 1.075)
        out = body.wall(angle, z, 1.0) - body.wall(angle, z, 0.9)
        out = out / max(1e-6, np.linalg.norm(out))
        along = np.array([-np.sin(angle), np.cos(angle), 0])
        canvas.ellipsoid(
            rib - out * 9, [11, 11, 12], random.uniform(45, 65), label=finding.label
        )  # blood beneath it
        canvas.ellipsoid(rib, [5, 5, 6], 45)  # the gap
        step = random.uniform(5, 8)
        canvas.ellipsoid(
            rib + along * 8 + out * step, [6, 6, 6], random.uniform(600, 900), label=finding.label
        )
        canvas.ellipsoid(
            rib - along * 8 - out * step * 0.5,
            [6, 6, 6],
            random.uniform(600, 900),
            label=finding.label,
        )


Draw = Callable[[np.random.Generator], Finding]
Show = Callable[[Body, Finding, np.random.Generator], None]

ABNORMALITIES: dict[str, tuple[Draw, Show]] = {
    # in the order of painting: what lies beneath first
    "Cardiomegaly": (draw_cardiomegaly, show_cardiomegaly),
    "Pericardial effusion": (draw_pericardial, show_pericardial),
    "Hiatal hernia": (draw_hernia, show_hernia),
    "Lymphadenopathy": (draw_nodes, show_nodes),
    "Mosaic attenuation pattern": (draw_mosaic, show_mosaic),
    "Emphysema": (draw_emphysema, show_emphysema),
    "Interlobular septal thickening": (draw_septa, show_septa),
    "Lung cyst": (draw_cyst, show_cyst),
    "Lung opacity": (draw_opacity, show_opacity),
    "Consolidation": (draw_consolidation, show_consolidation),
    "Atelectasis": (draw_atelectasis, show_atelectasis),
    "Lung nodule": (draw_nodule, show_nodule),
    "Lung mass": (draw_mass, show_mass),
    "Pleural effusion": (draw_effusion, show_effusion),
    "Pneumothorax": (draw_pneumothorax, show_pneumothorax),
    "Rib fracture": (draw_fracture, show_fracture),
    "Pleural calcification": (draw_plaques, show_plaques),
    "Coronary artery wall calcification": (draw_coronary, show_coronary),
    "Arterial wall calcification": (draw_arterial, show_arterial),
    "Medical material": (draw_material, show_material),
}

NORMAL_SHARE = 0.06
"""Share of the phantoms without any abnormality."""


def draw_findings(random: np.random.Generator) -> list[Finding]:
    """The abnormalities of one phantom, in the order of painting."""
    if random.uniform() < NORMAL_SHARE:
        return []
    present = {label for label in LABELS if random.uniform() < PREVALENCE[label]}
    return [draw(random) for label, (draw, _) in ABNORMALITIES.items() if label in present]
