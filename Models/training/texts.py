"""What the training says to the text encoder: vocabulary, token numbers, and the texts of each step."""

from __future__ import annotations

import collections
import sys
from pathlib import Path

import numpy as np
import torch

import phantoms
import reports
from finding import LABELS, Finding

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from wordpiece import Vocabulary, clean

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ENDINGS = (
    "s",
    "es",
    "ed",
    "ing",
    "al",
    "ic",
    "ous",
    "ation",
    "ity",
    "ly",
    "ary",
    "ia",
    "ial",
    "ural",
    "osis",
    "oma",
)


def vocabulary(cases: list[phantoms.Case], seed: int) -> bytes:
    """vocab.txt: the special tokens, the words that the grammar uses, and letters and endings for all others."""
    random = np.random.default_rng([seed, 77])
    counts: collections.Counter[str] = collections.Counter()
    for case in cases:
        for write in (reports.findings_report, reports.impression, reports.summary):
            counts.update(clean(write(case.patient, case.findings, random)).split())
    for label in LABELS:
        for _ in range(300):
            counts.update(
                clean(reports.prompt(label, random)).split()
                + clean(reports.negative_prompt(label, random)).split()
            )
        counts.update(
            clean(reports.prompt(label)).split() + clean(reports.negative_prompt(label)).split()
        )
    letters = "abcdefghijklmnopqrstuvwxyz0123456789_"
    words = sorted(word for word, count in counts.items() if count >= 3 and len(word) > 1)
    tokens = [
        *SPECIAL,
        *letters,
        *("##" + c for c in letters),
        *("##" + e for e in ENDINGS if len(e) > 1),
        *words,
    ]
    return ("\n".join(dict.fromkeys(tokens)) + "\n").encode()


class Tokens:
    """Texts → padded token numbers."""

    def __init__(self, data: bytes, limit: int):
        self.vocabulary, self.limit = Vocabulary(data), limit

    def batch(self, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Token numbers [M, T] and which are real [M, T]."""
        rows = [self.vocabulary.tokens(text, self.limit) for text in texts]
        longest = max(len(row) for row in rows)
        numbers = torch.zeros(len(rows), longest, dtype=torch.long)
        real = torch.zeros(len(rows), longest, dtype=torch.bool)
        for i, row in enumerate(rows):
            numbers[i, : len(row)] = torch.tensor(row)
            real[i, : len(row)] = True
        return numbers, real


def report(case: phantoms.Case, random: np.random.Generator) -> str:
    """The text that stands beside a volume: mostly the summary, at times the impression."""
    write = reports.summary if random.uniform() < 0.8 else reports.impression
    return write(case.patient, case.findings, random)


def prompts(random: np.random.Generator) -> list[str]:
    """A prompt for each of LABELS: the plain form or another wording."""
    return [reports.prompt(label, None if random.uniform() < 0.35 else random) for label in LABELS]


def denials(random: np.random.Generator) -> list[str]:
    """A negative prompt for each of LABELS."""
    return [
        reports.negative_prompt(label, None if random.uniform() < 0.35 else random)
        for label in LABELS
    ]


def relation(said: Finding, case: phantoms.Case) -> int:
    """Whether a sentence on one finding holds for a case: 1 yes, 0 no, -1 not to be said."""
    same = [finding for finding in case.findings if finding.label == said.label]
    if not same:
        return 0
    finding = same[0]
    if (finding.side, finding.place, finding.severity) == (said.side, said.place, said.severity):
        return 1 if abs(finding.size_mm - said.size_mm) <= 3 else -1
    opposite = {"right": "left", "left": "right"}
    return 0 if said.side and opposite.get(said.side) == finding.side else -1
