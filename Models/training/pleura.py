"""Abnormalities of pleura and ribs."""

from __future__ import annotations

import numpy as np

from anatomy import Body
from drawing import GRADES, grade, pick, sides
from finding import Finding


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
