"""Makes procedural chest CT phantoms with truth: volumes, labels and reports. Needs Python 3.11 and NumPy.

    python3 Models/training/phantoms.py --seed 7 --count 400 --out phantoms

DIR gets volumes/phantom_SEED_00000.nii.gz …, labels.csv (VolumeName and a column of 0 and 1 for each abnormality) and
reports.csv (VolumeName, Findings_EN, Impressions_EN, Summary). The same seed and number give the same bytes, however
many are made and by however many processes. The phantoms are drawings: they teach a model the form of the data, not
medicine.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # there is a process a core

import argparse
import csv
import json
import multiprocessing
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

import reports
from abnormalities import draw_findings
from finding import LABELS, Finding, Patient
from scanner import Scan, acquire, nifti


@dataclass
class Case:
    """One phantom's truth."""

    patient: Patient
    findings: list[Finding]

    def present(self) -> list[int]:
        """1 for each of LABELS that is present, else 0."""
        labels = {finding.label for finding in self.findings}
        return [int(label in labels) for label in LABELS]


def generator(seed: int, number: int, purpose: int) -> np.random.Generator:
    """Independent chance for each phantom and purpose (0 truth and volume, 1 texts, 2 file)."""
    return np.random.default_rng([seed, number, purpose])


def draw_patient(random: np.random.Generator) -> Patient:
    sex = "female" if random.uniform() < 0.5 else "male"
    return Patient(
        sex=sex,
        build=("slim", "average", "obese")[int(random.choice(3, p=[0.25, 0.5, 0.25]))],
        fatty_liver=bool(random.uniform() < 0.25),
        scoliosis=("", "right", "left")[int(random.choice(3, p=[0.76, 0.12, 0.12]))],
        elevated_diaphragm=("", "right", "left")[int(random.choice(3, p=[0.84, 0.08, 0.08]))],
        breast_prostheses=bool(sex == "female" and random.uniform() < 0.12),
    )


def make(seed: int, number: int, fine: float = 1.0) -> tuple[Case, Scan]:
    """Phantom `number` of a seed."""
    random = generator(seed, number, 0)
    case = Case(draw_patient(random), draw_findings(random))
    return case, acquire(case.patient, case.findings, random, fine)


def name(seed: int, number: int) -> str:
    return f"phantom_{seed}_{number:05d}.nii.gz"


def write_one(job: tuple[int, int, str, float]) -> tuple[list, list, dict]:
    """Writes a volume; its rows of labels.csv and reports.csv, and its truth."""
    seed, number, out, fine = job
    case, scan = make(seed, number, fine)
    path = Path(out) / "volumes" / name(seed, number)
    path.write_bytes(nifti(scan, generator(seed, number, 2)))
    random = generator(seed, number, 1)
    texts = [
        f(case.patient, case.findings, random)
        for f in (reports.findings_report, reports.impression, reports.summary)
    ]
    truth = {
        "VolumeName": path.name,
        "patient": asdict(case.patient),
        "findings": [asdict(f) for f in case.findings],
    }
    return [path.name, *case.present()], [path.name, *texts], truth


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seed",
        type=int,
        required=True,
        help="which phantoms; train.py learns from seed 1 and validates on 2, 3 is kept for evaluation",
    )
    parser.add_argument("--count", type=int, required=True, metavar="N", help="how many")
    parser.add_argument(
        "--first", type=int, default=0, metavar="N", help="number of the first one (default 0)"
    )
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="where to; made if it is not there"
    )
    parser.add_argument(
        "--fine",
        type=float,
        default=1.0,
        metavar="F",
        help="voxels smaller by this factor, such as 0.5 (default 1)",
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=multiprocessing.cpu_count(),
        metavar="N",
        help="default: all cores",
    )
    options = parser.parse_args()
    if (
        options.seed < 0
        or options.count < 1
        or options.first < 0
        or options.processes < 1
        or not 0.2 <= options.fine <= 2
    ):
        parser.error(
            "seed and first must not be negative, count and processes at least 1, fine from 0.2 to 2"
        )
    out = Path(options.out)
    try:
        (out / "volumes").mkdir(parents=True, exist_ok=True)
        write(options, out)
    except OSError as problem:
        print(f"phantoms.py: {problem.filename or out}: {problem.strerror}", file=sys.stderr)
        return 73
    return 0


TABLES = ("labels.csv", "reports.csv", "truth.jsonl")


def write(options: argparse.Namespace, out: Path) -> None:
    """Volumes, and when all are there their tables, the truth last: an interrupted run leaves none of it."""
    drafts = [out / f"{name}.draft" for name in TABLES]
    start = time.monotonic()
    jobs = [
        (options.seed, options.first + n, options.out, options.fine) for n in range(options.count)
    ]
    with (
        multiprocessing.Pool(options.processes) as pool,
        open(drafts[0], "w", newline="", encoding="utf-8") as labels,
        open(drafts[1], "w", newline="", encoding="utf-8") as texts,
        open(drafts[2], "w", encoding="utf-8") as truths,
    ):
        label_rows, text_rows = csv.writer(labels), csv.writer(texts)
        label_rows.writerow(["VolumeName", *LABELS])
        text_rows.writerow(["VolumeName", "Findings_EN", "Impressions_EN", "Summary"])
        for done, (row, text, truth) in enumerate(pool.imap(write_one, jobs, chunksize=4), 1):
            label_rows.writerow(row)
            text_rows.writerow(text)
            truths.write(json.dumps(truth) + "\n")
            if sys.stderr.isatty():
                print(f"\r{done} of {len(jobs)}", end="", file=sys.stderr)
    for draft, name in zip(drafts, TABLES):
        draft.rename(out / name)
    seconds = time.monotonic() - start
    print(
        f"{len(jobs)} phantoms in {seconds:.1f} s, {len(jobs) / seconds:.1f} a second: {out}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    sys.exit(main())
