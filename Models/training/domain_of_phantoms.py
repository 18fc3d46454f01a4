"""Measures the domain of the bundled model, the phantoms, and writes it into its directory. Needs
Python 3.11 and NumPy.

    python3 Models/training/domain_of_phantoms.py work/model

The statistics come from 2,400 phantoms of seed 6, the limit from 800 of seed 7: it is the distance
that one in 200 of those exceeds. No other command uses these seeds.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # there is a process a core

import argparse
import multiprocessing
import sys
import time
from pathlib import Path

import numpy as np

import phantoms
from grid import CLIP, MEAN, STD, on_grid

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import domain
from brgsa_numpy import Model

LAYERS = [1, 2]
"""Tokens after the first and the second block: the later ones know findings better, and textures worse."""
AXES = 96
STATISTICS = (6, 2400)
LIMIT = (7, 800)
"""Seed and number of the phantoms."""
SHARE_INSIDE = 0.995
DOMAIN = {
    "name": "phantoms",
    "about": "the drawings of chests (phantoms)",
    "layers": LAYERS,
    "axes": AXES,
}

model: Model


def start(directory: str) -> None:
    global model
    model = Model(directory)


def profile(job: tuple[int, int]) -> np.ndarray:
    """Of phantom `number` of a seed, as the service reads it: [D]."""
    hu = on_grid(phantoms.make(*job)[1], margin=(0, 0, 0))[0]
    return model.profile((np.clip(hu, -CLIP, CLIP) / 1000 - MEAN) / STD, LAYERS)


def profiles(directory: str, seed: int, count: int, processes: int) -> np.ndarray:
    """[count, D]"""
    begun = time.monotonic()
    rows = []
    with multiprocessing.Pool(processes, start, (directory,)) as pool:
        for row in pool.imap(profile, [(seed, n) for n in range(count)], chunksize=8):
            rows.append(row)
            if len(rows) % 200 == 0:
                seconds = time.monotonic() - begun
                print(f"seed {seed}: {len(rows)} of {count}, {seconds:.0f} s", file=sys.stderr)
    return np.stack(rows)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", help="the model directory; it gets another SHA-256")
    parser.add_argument(
        "--processes",
        type=int,
        default=multiprocessing.cpu_count(),
        metavar="N",
        help="default: all cores",
    )
    options = parser.parse_args()
    statistics = domain.fitted(profiles(options.model, *STATISTICS, options.processes), AXES)
    held_out = domain.distances(statistics, profiles(options.model, *LIMIT, options.processes))
    limit = float(np.quantile(held_out, SHARE_INSIDE))
    domain.write(options.model, DOMAIN, statistics, limit)
    print(
        f"limit {limit:.3f}; {LIMIT[1]} phantoms of seed {LIMIT[0]}: "
        f"median {np.median(held_out):.3f}, largest {held_out.max():.3f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
