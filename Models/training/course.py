"""The course of a training: log.csv and loss.png."""

from __future__ import annotations

import csv
from pathlib import Path


def write(out: Path, rows: list[dict], losses: list[str], figures: list[str], borders) -> None:
    """A row for each look at the training; the picture only if there is Matplotlib. borders: steps where stages end."""
    with open(out / "log.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, ["stage", "step", *losses, *figures])
        table.writeheader()
        for row in rows:
            table.writerow({k: f"{v:.5g}" if isinstance(v, float) else v for k, v in row.items()})
    try:
        import matplotlib
    except ImportError:
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.2))
    for axes, names in ((left, losses), (right, figures)):
        for name in names:
            points = [(row["step"], row[name]) for row in rows if name in row]
            if points:
                axes.plot(*zip(*points), label=name, marker=".", markersize=3, linewidth=1)
        for border in borders:
            axes.axvline(border, color="grey", linewidth=0.6)
        axes.set(xlabel="step (grey lines: where a stage ends)")
        axes.legend(fontsize=7)
    left.set(yscale="log", title="Training losses, unweighted")
    right.set(ylim=(0, 1), title="400 validation phantoms (seed 2)")
    figure.tight_layout()
    figure.savefig(out / "loss.png", dpi=80)
