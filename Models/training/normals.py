"""How often volumes without any abnormality are called positive. Needs Python 3 alone.

python3 Models/training/normals.py scores.csv labels.csv calibration.json
"""

import csv
import json
import sys


def rows(path: str) -> dict[str, dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return {row.pop("VolumeName"): row for row in csv.DictReader(file)}


def positives(scores: dict, labels: dict, thresholds: dict[str, float]) -> dict[str, list[str]]:
    """For each volume whose labels are all 0 the abnormalities whose score exceeds the threshold."""
    normal = [
        name for name, row in labels.items() if all(float(value) == 0 for value in row.values())
    ]
    return {
        name: [label for label, limit in thresholds.items() if float(scores[name][label]) > limit]
        for name in normal
    }


def main() -> int:
    scores, labels, calibration = sys.argv[1:]
    with open(calibration, encoding="utf-8") as file:
        thresholds = {entry["label"]: entry["threshold"] for entry in json.load(file)["thresholds"]}
    called = positives(rows(scores), rows(labels), thresholds)
    wrong = [names for names in called.values() if names]
    total = sum(len(names) for names in called.values())
    print(
        f"{len(called)} normal volumes: {len(wrong)} have a false positive, {total / max(1, len(called)):.2f} each on average"
    )
    counts = {label: sum(label in names for names in called.values()) for label in thresholds}
    for label, count in sorted(counts.items(), key=lambda item: -item[1]):
        if count:
            print(f"  {count:>3}  {label}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
