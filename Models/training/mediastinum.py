"""Abnormalities of heart, great vessels, hiatus and lymph nodes."""

from __future__ import annotations

import numpy as np

from anatomy import Body
from drawing import GRADES, grade, pick, sides
from finding import Finding


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
        size_mm=int(random.integers(22, 42)),
        count=int(random.integers(3, 7)),
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
                station + shift, radii, random.uniform(52, 78), label=finding.label
            )
