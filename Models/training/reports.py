"""The truth of a synthetic chest CT as radiology text: reports, impressions, summaries and prompts.

Every text is decided by its arguments alone, the generator's state included. A text never affirms
what is absent and never denies what is present.
"""

from collections.abc import Sequence

import numpy as np

from finding import LABELS, Finding, Patient
from grammar import choose, listed, polished, sentence_of
from normal_statements import (
    CLEAR_SIDE,
    FREE_SIDE,
    IN_LUNGS,
    IN_PLEURA,
    REST_CLEAR,
    SECTIONS,
    Section,
)
from patient_statements import (
    BREAST_PROSTHESES,
    FACTS,
    build,
    facts,
    incidental,
    nothing_acute,
    opening,
)
from phrasebook import MATERIAL
from sentences import (
    brief_sentence,
    denial,
    joint_denial,
    negative_prompt,
    prompt,
    sentence,
)
from unseen import UNSEEN

__all__ = [
    "LABELS", "UNSEEN", "Finding", "Patient", "findings_report", "impression", "negative_prompt",
    "prompt", "sentence", "summary",
]  # fmt: skip

SUMMARY_WORDS = 70
"""About what the published model's 97 tokens hold."""
INCIDENTAL_SHARE = 0.7
"""How often a summary or an impression names the incidental facts, too."""


def findings_report(
    patient: Patient, findings: Sequence[Finding], random: np.random.Generator
) -> str:
    """The long text: organ by organ what was found, what is normal and what is not there."""
    absent = frozenset(LABELS) - {finding.label for finding in findings}
    absent |= FACTS - facts(patient)
    thoroughness = random.uniform(0.2, 0.8)
    sentences = [opening(patient, random)] if random.random() < 0.6 else []
    for section in SECTIONS:
        found = [finding for finding in findings if finding.label in section.labels]
        part = [sentence(finding, random) for finding in found]
        random.shuffle(part)
        normal = _normal_part(section, absent, thoroughness, random)
        sentences += normal + part if random.random() < 0.4 else part + normal
        sentences += _sides(section, found, findings, random)
    closing = [*incidental(patient, random), build(patient, random)]
    random.shuffle(closing)
    return " ".join(sentences + closing)


def impression(patient: Patient, findings: Sequence[Finding], random: np.random.Generator) -> str:
    """A numbered list: "1. Small left pleural effusion. 2. Cardiac enlargement is seen."."""
    items = _abnormal(findings, random, brief=0.7) or [nothing_acute(random)]
    if random.random() < INCIDENTAL_SHARE:
        items += incidental(patient, random)
    return " ".join(f"{number}. {item}" for number, item in enumerate(items, 1))


def summary(patient: Patient, findings: Sequence[Finding], random: np.random.Generator) -> str:
    """The abnormal findings in short sentences, at most SUMMARY_WORDS words."""
    items = _abnormal(findings, random, brief=0.5) or [nothing_acute(random)]
    if _words(items) > SUMMARY_WORDS:
        items = _abnormal(findings, random, brief=1)
    if _words(items) > SUMMARY_WORDS:
        labels = dict.fromkeys(finding.label for finding in findings)
        items = [polished(listed([label.lower() for label in labels], "and"))]
    extra = incidental(patient, random) if random.random() < INCIDENTAL_SHARE else []
    while _words(items + extra) > SUMMARY_WORDS and extra:
        extra.pop()
    return " ".join(items + extra)


def _abnormal(findings: Sequence[Finding], random: np.random.Generator, brief: float) -> list[str]:
    """A sentence on each finding, in any order; `brief`: the share of those in few words."""
    items = [
        brief_sentence(finding, random) if random.random() < brief else sentence(finding, random)
        for finding in findings
    ]
    random.shuffle(items)
    return items


def _words(items: Sequence[str]) -> int:
    return sum(item.count(" ") + item.count("-") + 1 for item in items)


def _normal_part(
    section: Section, absent: frozenset[str], thoroughness: float, random: np.random.Generator
) -> list[str]:
    """Statements on what the section does not show. absent: labels and incidental facts; each is
    denied at most once.
    """
    part, open_labels = [], [label for label in section.labels if label in absent]
    true = [normal for normal in section.normals if normal.denies <= absent]
    if true and random.random() < 0.6:
        normal = choose(true, random)
        part.append(sentence_of(normal.text, {}, random))
        open_labels = [label for label in open_labels if label not in normal.denies]
    denied = [label for label in open_labels if random.random() < thoroughness]
    random.shuffle(denied)
    plain = [label for label in denied if not _doubtful(label, absent)]
    if len(plain) > 1 and random.random() < 0.6:
        joint = plain[: 2 + int(random.random() * 2)]
        part.append(joint_denial(joint, random))
        denied = [label for label in denied if label not in joint]
    part += [denial(label, random, organ=_doubtful(label, absent)) for label in denied]
    if section.asides and random.random() < thoroughness:
        part.append(sentence_of(choose(section.asides, random), {}, random))
    return part


_NEIGHBOURS = {
    "Lung opacity": frozenset(("Consolidation", "Atelectasis", "Lung mass", "Lung nodule")),
    "Arterial wall calcification": frozenset(("Coronary artery wall calcification",)),
    MATERIAL: frozenset((BREAST_PROSTHESES,)),
}


def _doubtful(label: str, absent: frozenset[str]) -> bool:
    """Whether a present neighbour would make a plain "no" sound wrong."""
    return not _NEIGHBOURS.get(label, frozenset()) <= absent


def _sides(
    section: Section, found: list[Finding], findings: Sequence[Finding], random: np.random.Generator
) -> list[str]:
    """At times, on lungs and pleura with findings on one side only: the other side is free."""
    if not found or section.labels not in (IN_LUNGS, IN_PLEURA) or random.random() < 0.5:
        return []
    sides = {
        finding.side
        for finding in findings
        if finding.label in IN_LUNGS + IN_PLEURA or finding.place == "chest tube"
    }
    if sides not in ({"right"}, {"left"}):
        return []
    other = "left" if sides == {"right"} else "right"
    forms = (*CLEAR_SIDE, REST_CLEAR) if section.labels == IN_LUNGS else FREE_SIDE
    return [sentence_of(choose(forms, random), {"side": other}, random)]
