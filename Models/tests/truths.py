"""Random truths of phantoms, as the reports' interface allows them, and texts on them."""

import sys
from pathlib import Path

import numpy as np

MODELS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(MODELS), str(MODELS / "training")]

import reports  # noqa: E402
from reports import LABELS, Finding, Patient  # noqa: E402

SIDES = ("right", "left")
BOTH = (*SIDES, "bilateral")
GRADES = ("mild", "moderate", "severe")
LOBES = ("upper lobe", "lower lobe", "")
# Sides and places by label; a place that settles its own sides is a pair.
DRAWN = {
    "Medical material": (
        ("",),
        (
            "",
            "central venous catheter",
            "sternal wires",
            "nasogastric tube",
            ("pacemaker", SIDES),
            ("port catheter", SIDES),
            ("chest tube", SIDES),
        ),
    ),
    "Arterial wall calcification": (
        ("",),
        ("aortic arch", "descending aorta", "ascending aorta", "aorta", ""),
    ),
    "Coronary artery wall calcification": (
        ("",),
        ("", "left anterior descending", "right coronary artery"),
    ),
    "Lymphadenopathy": (
        BOTH,
        ("paratracheal", "hilar", "axillary", ("subcarinal", ("",)), ("", ("",))),
    ),
    "Emphysema": (("bilateral",), ("upper lobe", "")),
    "Atelectasis": (
        BOTH,
        ("upper lobe", "lower lobe", ("middle lobe", ("right",)), ("lingula", ("left",))),
    ),
    "Mosaic attenuation pattern": (("bilateral",), ("",)),
    "Pleural effusion": (BOTH, ("",)),
    "Pneumothorax": (BOTH, ("",)),
    "Rib fracture": (BOTH, ("anterior", "lateral", "posterior", "")),
    "Pleural calcification": (BOTH, ("diaphragmatic", "costal", "")),
    "Cardiomegaly": (("",), ("",)),
    "Pericardial effusion": (("",), ("",)),
    "Hiatal hernia": (("",), ("",)),
}
IN_LOBES = (BOTH, (*LOBES, ("middle lobe", ("right",)), ("", ("",))))
COUNTED = ("Lymphadenopathy", "Lung nodule", "Lung cyst", "Lung mass", "Rib fracture")
SIZED = (*COUNTED[:4], "Pericardial effusion")


def one_of(options, random):
    return options[int(random.integers(len(options)))]


def finding(label, random):
    sides, places = DRAWN.get(label, IN_LOBES)
    place = one_of(places, random)
    if isinstance(place, tuple):
        place, sides = place
    return Finding(
        label,
        one_of(sides, random),
        place,
        "" if label in (*COUNTED, "Medical material") else one_of((*GRADES, ""), random),
        int(random.integers(3, 90)) if label in SIZED else 0,
        int(random.integers(1, 8)) if label in COUNTED and random.random() < 0.5 else 1,
    )


def findings(random, share=0.2):
    """Every label with the probability `share`, at times twice."""
    labels = [label for label in LABELS for _ in range(2) if random.random() < share / 2]
    return [finding(label, random) for label in labels]


def patient(random):
    return Patient(
        one_of(("male", "female"), random),
        one_of(("slim", "average", "obese"), random),
        bool(random.integers(2)),
        one_of(("", "right", "left"), random),
        one_of(("", "right", "left"), random),
        bool(random.integers(2)),
    )


def generator(seed):
    return np.random.default_rng(seed)


def texts(count, seed):
    """(text, its truth) from every function in turn."""
    random = generator(seed)
    for number in range(count):
        who, what = patient(random), findings(random)
        if number % 5 == 0:
            yield reports.findings_report(who, what, random), who, what
        elif number % 5 == 1:
            yield reports.impression(who, what, random), who, what
        elif number % 5 == 2:
            yield reports.summary(who, what, random), who, what
        elif number % 5 == 3:
            one = finding(LABELS[number // 5 % 20], random)
            yield reports.sentence(one, random), None, [one]
            yield reports.prompt(one.label, random), None, [Finding(one.label)]
        else:
            yield reports.negative_prompt(LABELS[number // 5 % 20], random), None, []
