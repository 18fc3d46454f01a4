"""What a phantom is, as yes and no: each abnormality, each of its sides, places and degrees, and facts of the patient.

Training only: linear heads learn these from volumes and from texts, so that both embeddings hold what reports speak of.
"""

from __future__ import annotations

import numpy as np

from drawing import GRADES
from finding import LABELS
from phantoms import Case

PLACES = (
    "upper lobe", "middle lobe", "lower lobe", "lingula", "pacemaker", "port catheter", "central venous catheter",
    "sternal wires", "nasogastric tube", "chest tube", "aortic arch", "descending aorta", "ascending aorta", "aorta",
    "left anterior descending", "right coronary artery", "paratracheal", "subcarinal", "hilar", "axillary", "costal",
    "diaphragmatic", "anterior", "lateral", "posterior",
)  # fmt: skip
SIDES = ("right", "left")
SIZES_MM = (15, 22, 30, 42)
FACTS = (
    "female",
    "slim",
    "obese",
    "fatty liver",
    "scoliosis right",
    "scoliosis left",
    "diaphragm right",
    "diaphragm left",
    "prostheses",
)
ATTRIBUTES = len(SIDES) + len(PLACES) + len(GRADES) + len(SIZES_MM) + 1
COUNT = len(LABELS) * (1 + ATTRIBUTES) + len(FACTS)


def of(case: Case) -> np.ndarray:
    """[COUNT] of 0 and 1; the first of them are LABELS."""
    result = np.zeros(COUNT, np.float32)
    for finding in case.findings:
        number = LABELS.index(finding.label)
        result[number] = 1
        attributes = [finding.side in (side, "bilateral") for side in SIDES]
        attributes += [finding.place == place for place in PLACES]
        attributes += [finding.severity == grade for grade in GRADES]
        attributes += [finding.size_mm >= size for size in SIZES_MM]
        attributes.append(finding.count > 2)
        start = len(LABELS) + number * ATTRIBUTES
        result[start : start + ATTRIBUTES] = attributes
    patient = case.patient
    result[-len(FACTS) :] = (
        patient.sex == "female", patient.build == "slim", patient.build == "obese", patient.fatty_liver,
        patient.scoliosis == "right", patient.scoliosis == "left", patient.elevated_diaphragm == "right",
        patient.elevated_diaphragm == "left", patient.breast_prostheses,
    )  # fmt: skip
    return result
