"""What a report says of the patient, of incidental facts and of the scan as a whole."""

import numpy as np

from finding import Patient
from grammar import choose, sentence_of

FATTY_LIVER, SCOLIOSIS = "fatty liver", "scoliosis"
ELEVATED_DIAPHRAGM, BREAST_PROSTHESES = "elevated diaphragm", "breast prostheses"
FACTS = frozenset((FATTY_LIVER, SCOLIOSIS, ELEVATED_DIAPHRAGM, BREAST_PROSTHESES))

OPENINGS = (
    "[Chest CT|CT of the chest|Thoracic CT] without contrast medium in a {person} [|was evaluated]",
    "Thin slices of the [chest|thorax] were obtained in a {person}",
    "The {person} was examined in inspiration",
    "Images of the thorax were [assessed|evaluated] in lung and soft tissue windows",
)
BUILDS = {
    "slim": "[The subcutaneous fat is thin|There is little subcutaneous fat|The patient is slim]",
    "average": "[The soft tissues of the chest wall are normal|The chest wall is unremarkable]",
    "obese": "[The subcutaneous fat is thick|There is thick subcutaneous fat|The patient is obese]",
}
NOTHING_ACUTE = (
    "There is no acute finding in the [chest|thorax]",
    "No [acute|significant] [abnormality|finding] [is seen|was detected] in the [chest|thorax]",
    "[The study|The examination|Chest CT] shows no [acute|significant] [abnormality|finding]",
    "There is no evidence of [acute|significant] thoracic disease",
    "[Heart, lungs and pleura|Lungs, pleura and heart] are [normal|unremarkable]",
    "[Heart, great vessels and lungs|Lungs and great vessels] are [normal|unremarkable]",
    "[The chest CT is|Findings in the chest are] without [acute|significant] abnormality",
    "Normal [appearance|findings] of the heart, lungs and pleura",
)


def facts(patient: Patient) -> frozenset[str]:
    """The incidental facts that are present."""
    known = (
        (FATTY_LIVER, patient.fatty_liver),
        (SCOLIOSIS, patient.scoliosis),
        (ELEVATED_DIAPHRAGM, patient.elevated_diaphragm),
        (BREAST_PROSTHESES, patient.breast_prostheses),
    )
    return frozenset(name for name, present in known if present)


def incidental(patient: Patient, random: np.random.Generator) -> list[str]:
    """A sentence on each incidental fact."""
    templates = []
    if patient.fatty_liver:
        templates.append(
            "[[Fatty liver|Hepatic steatosis] [|is present|is seen]"
            "|There is [fatty liver|hepatic steatosis]"
            "|The liver is [fatty|of low density due to fat|low in density from steatosis]]"
        )
    if patient.scoliosis:
        templates.append(
            "[Scoliosis [|of the thoracic spine] with [|its ]convexity to the {scoliosis}"
            "|{scoliosis}-convex scoliosis [is seen|of the spine]"
            "|The [spine|thoracic spine] is curved to the {scoliosis}]"
        )
    if patient.elevated_diaphragm:
        templates.append(
            "[The {diaphragm} hemidiaphragm is [elevated|raised|high]"
            "|Elevation of the {diaphragm} [hemidiaphragm|diaphragm]"
            "|Elevated {diaphragm} hemidiaphragm [|is noted]]"
        )
    if patient.breast_prostheses:
        templates.append(
            "[Breast prostheses [are present|on both sides]|Bilateral breast [implants|prostheses]"
            "|[Both breasts contain|There are bilateral breast] [prostheses|implants]]"
        )
    sides = {"scoliosis": patient.scoliosis, "diaphragm": patient.elevated_diaphragm}
    return [sentence_of(template, sides, random) for template in templates]


def opening(patient: Patient, random: np.random.Generator) -> str:
    """How the scan was made, and of whom."""
    person = {"male": "[man|male patient]", "female": "[woman|female patient]"}[patient.sex]
    return sentence_of(choose(OPENINGS, random).replace("{person}", person), {}, random)


def build(patient: Patient, random: np.random.Generator) -> str:
    """On the chest wall."""
    return sentence_of(BUILDS[patient.build], {}, random)


def nothing_acute(random: np.random.Generator) -> str:
    """The summary of a study without findings."""
    return sentence_of(choose(NOTHING_ACUTE, random), {}, random)
