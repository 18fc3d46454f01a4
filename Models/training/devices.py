"""Medical material: tubes, wires and boxes that are not the patient's own."""

from __future__ import annotations

import numpy as np

from anatomy import Body
from drawing import pick
from finding import Finding


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
