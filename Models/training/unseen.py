"""Prompts in wordings that training never uses, to measure what a model makes of them.

python3 Models/training/unseen.py > unseen.csv
"""

import argparse
import csv
import sys

from finding import LABELS
from phrasebook import MATERIAL

UNSEEN_HEADS: dict[str, tuple[tuple[str, str], ...]] = {
    MATERIAL: (
        ("{} is present in the chest", "treatment hardware"),
        ("{} is seen in the chest", "a catheter, wire or tube"),
        ("{} is visible", "an artificial device"),
    ),
    "Arterial wall calcification": (
        ("{} contains calcium", "the wall of the aorta"),
        ("{} is present", "calcified aortic atheroma"),
    ),
    "Cardiomegaly": (
        ("The heart is {}", "larger than normal"),
        ("{} exceeds the normal limits", "the size of the heart"),
    ),
    "Pericardial effusion": (
        ("{}", "fluid surrounds the heart"),
        ("{} with fluid", "the pericardial sac is filled"),
    ),
    "Coronary artery wall calcification": (
        ("{} are calcified", "the coronary vessels"),
        ("{} is seen", "calcium in the arteries of the heart"),
    ),
    "Hiatal hernia": (
        ("{} above the diaphragm", "part of the stomach lies"),
        ("{} is seen", "stomach tissue within the chest"),
    ),
    "Lymphadenopathy": (
        ("{} are found", "lymph nodes of abnormal size"),
        ("{}", "lymph nodes are larger than expected"),
    ),
    "Emphysema": (
        ("{} is present", "emphysematous lung disease"),
        ("{}", "the lungs are destroyed by emphysema"),
    ),
    "Atelectasis": (
        ("{}", "part of the lung has lost its volume"),
        ("{} is seen", "a collapsed airless segment"),
    ),
    "Lung nodule": (
        ("{} is found in the lung", "a small round spot"),
        ("{} in the lung tissue", "a nodular structure is present"),
    ),
    "Lung opacity": (
        ("{} hazy", "part of the lung appears"),
        ("{} in the lung", "ground glass is visible"),
    ),
    "Pleural effusion": (
        ("{}", "fluid is present in the pleural space"),
        ("{}", "fluid has collected between the lung and the chest wall"),
    ),
    "Mosaic attenuation pattern": (
        ("{} of dark and bright areas", "the lungs appear as a mosaic"),
        ("{} is seen in the lungs", "a patchwork of inhomogeneous attenuation"),
    ),
    "Consolidation": (
        ("{} is present", "dense airspace filling"),
        ("{}", "the lung tissue is consolidated"),
    ),
    "Interlobular septal thickening": (
        ("{} are thick", "the septa between the lobules"),
        ("{} are seen", "prominent lines of the interlobular septa"),
    ),
    "Pneumothorax": (
        ("{} the lung and the chest wall", "air lies between"),
        ("{} the lung", "air has leaked around"),
    ),
    "Lung cyst": (
        ("{} is seen in the lung", "a round air space with a thin wall"),
        ("{} is present", "an air-filled cystic cavity"),
    ),
    "Lung mass": (
        ("{} is present", "a bulky tumour"),
        ("{} of the lung", "a big solid lesion occupies part"),
    ),
    "Rib fracture": (
        ("{}", "a rib is broken"),
        ("{} is interrupted", "the bony contour of a rib"),
    ),
    "Pleural calcification": (
        ("{} calcium", "the pleura contains"),
        ("{} the pleura", "calcified deposits cover"),
    ),
}
"""Frames and head phrases. No other text may contain one of the heads, but their words occur."""

UNSEEN: dict[str, tuple[str, ...]] = {
    label: tuple(
        (text := frame.format(head))[0].upper() + text[1:] + "."
        for frame, head in UNSEEN_HEADS[label]
    )
    for label in LABELS
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Writes prompts in wordings that training never uses: CSV for brgsa evaluate --prompts."
    )
    parser.add_argument(
        "--only", type=int, choices=(1, 2), help="the first or the second of each label, not all"
    )
    only = parser.parse_args().only
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("label", "text"))
    for label, prompts in UNSEEN.items():
        rows.writerows((label, text) for text in (prompts[only - 1 : only] if only else prompts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
