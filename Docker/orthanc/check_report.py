"""Compares a structured report, as Orthanc shows it, with the diagnosis that it was made of.

    check_report.py REPORT_TAGS.json DIAGNOSIS.json

`REPORT_TAGS.json` is the response of `GET /instances/{id}/tags?simplify`. Used by test.sh.
"""

import json
import sys


def concept(item):
    """Returns the code and the scheme of an item's name."""
    name = item["ConceptNameCodeSequence"][0]
    return name["CodeValue"], name["CodingSchemeDesignator"]


def named(items, code):
    """Returns the items with a name."""
    return [item for item in items if concept(item) == code]


def findings(report):
    """Returns label and score of each measurement group."""
    found = []
    for container in named(report["ContentSequence"], ("126010", "DCM")):
        for group in named(container["ContentSequence"], ("125007", "DCM")):
            items = group["ContentSequence"]
            (label,) = named(items, ("112039", "DCM"))
            scores = [item for item in items if item["ValueType"] == "NUM"
                      and item["ConceptNameCodeSequence"][0]["CodeMeaning"]
                      == "Zero-shot similarity score"]
            (score,) = scores
            assert concept(score)[1] == "99BRGSA", "the score's concept is not a private one"
            assert named(items, ("111001", "DCM")), "a group names no algorithm"
            value = score["MeasuredValueSequence"][0]["NumericValue"]
            found.append((label["TextValue"], float(value)))
    return found


def main(report_file, diagnosis_file):
    """Prints how many findings agree, or fails."""
    with open(report_file, encoding="utf-8") as file:
        report = json.load(file)
    with open(diagnosis_file, encoding="utf-8") as file:
        diagnosis = json.load(file)
    assert concept(report) == ("126000", "DCM"), "this is not an imaging measurement report"
    assert report["ContentTemplateSequence"][0]["TemplateIdentifier"] == "1500"
    assert report["VerificationFlag"] == "UNVERIFIED"
    expected = [(one["label"], one["score"]) for one in diagnosis["findings"]]
    assert expected, "the diagnosis has no findings"
    assert findings(report) == expected, "labels and scores are not those of the diagnosis"
    print(f"{len(expected)} findings")


if __name__ == "__main__":
    main(*sys.argv[1:])
