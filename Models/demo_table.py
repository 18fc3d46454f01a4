"""Shows a diagnosis beside the truth of the sample. Needs Python 3 alone.

python3 Models/demo_table.py ANSWER.json labels.csv SAMPLE.nii.gz
"""

import csv
import json
import sys

SHOWN = 6


def table(findings, present, shown=SHOWN):
    """Lines of text: the first findings, and every other one that is present or called positive."""
    lines = [f"  {'rank':>4}  {'score':>7}  {'threshold':>9}  {'called':<8}  {'truth':<7}  finding"]
    for finding in findings:
        threshold, true = finding["threshold"], finding["label"] in present
        if finding["rank"] > shown and not true and not finding["positive"]:
            continue
        limit = "-" if threshold is None else f"{threshold:.3f}"
        called = {None: "-", True: "positive", False: "negative"}[finding["positive"]]
        if finding.get("decision") in ("outside-domain", "domain-unknown"):
            called = "outside"
        truth = "present" if true else "-"
        lines.append(
            f"  {finding['rank']:>4}  {finding['score']:>7.3f}  {limit:>9}  {called:<8}  {truth:<7}  {finding['label']}"
        )
    return lines


def main():
    answer_path, labels_path, sample = sys.argv[1:]
    with open(answer_path, encoding="utf-8") as file:
        answer = json.load(file)
    with open(labels_path, newline="", encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["VolumeName"] == sample)
    present = {name for name, value in row.items() if value == "1"}
    print(f"  truth: {', '.join(sorted(present)) or 'a normal chest'}")
    print("\n".join(table(answer["findings"], present)))
    print(f"  {answer['timings_ms']['total']:.0f} ms")


if __name__ == "__main__":
    main()
