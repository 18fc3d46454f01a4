"""The training's losses: BrgSA's own, and those that only help it along.

Shapes: B volumes, M texts, N patches, L abnormalities, C channels.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import concepts
import texts
from finding import LABELS
from network import BrgSA, cosines
from phantoms import Case

L = len(LABELS)
SENTENCES = 32
BANK_TERMS = ("bridged contrast", "reconstruction")
"""The terms that come in slowly."""
WEIGHTS = {
    "contrast": 2.0, "bridged contrast": 2.0, "reconstruction": 1.0,
    "prompts": 20.0, "negatives": 4.0, "sentences": 8.0,
    "wordings": 1.0, "text concepts": 60.0,
    "patches": 40.0, "labels": 15.0, "concepts": 100.0,
}  # fmt: skip
"""The first three are BrgSA's, in its proportion (but the reconstruction is of single sentences, too); the others exist
in training only."""
OUTSIDE = 0.1
"""Weight of "not here" where a case has an abnormality that is marked elsewhere."""
MARKED, UNMARKED = 6.0, 0.2
"""Weights of a patch's labels: marked, and not marked although the case has it (it may still hold a part of it)."""

binary = F.binary_cross_entropy_with_logits


class Heads(nn.Module):
    """What training needs and inference does not: scales and offsets of cosines, linear heads."""

    def __init__(self, channels: int):
        super().__init__()
        self.scales = nn.Parameter(torch.full((5,), 2.3))
        self.offsets = nn.ParameterList(torch.full((n,), 0.2) for n in (1, 1, 1))
        self.volume, self.text = (
            nn.Linear(channels, concepts.COUNT),
            nn.Linear(channels, concepts.COUNT),
        )
        self.patch = nn.Linear(channels, L)
        for head, bias in ((self.volume, -3.0), (self.text, -3.0), (self.patch, -3.5)):
            nn.init.constant_(head.bias, bias)

    def scale(self, number: int) -> Tensor:
        return self.scales[number].clamp(max=4.0).exp()


def contrast(a: Tensor, b: Tensor, scale: Tensor) -> Tensor:
    """InfoNCE both ways; row i of a belongs to row i of b."""
    logits = scale * cosines(a, b)
    own = torch.arange(len(a), device=a.device)
    return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2


class Objective:
    """The terms of each stage, unweighted."""

    def __init__(self, model: BrgSA, heads: Heads, tokens: texts.Tokens, device: torch.device):
        self.model, self.heads, self.tokens, self.device = model, heads, tokens, device

    def encode(self, said: list[str]) -> Tensor:
        return self.model.text_encoder(*(x.to(self.device) for x in self.tokens.batch(said)))

    def truth(self, cases: list[Case]) -> Tensor:
        return torch.from_numpy(np.stack([concepts.of(case) for case in cases])).to(self.device)

    def of_texts(self, cases: list[Case], random: np.random.Generator) -> dict[str, Tensor]:
        """Two wordings of the same case find each other; a text tells what it says."""
        one, two = (self.encode([texts.report(case, random) for case in cases]) for _ in range(2))
        return {
            "wordings": contrast(one, two, self.heads.scale(4)),
            "text concepts": binary(self.heads.text(one), self.truth(cases)),
        }

    def of_patches(self, patches: Tensor, marked: Tensor, labels: Tensor) -> Tensor:
        """A patch tells what shows in it."""
        weight = torch.where(marked > 0, MARKED, 1 - (1 - UNMARKED) * labels[:, None])
        return (binary(self.heads.patch(patches), marked, reduction="none") * weight).mean()

    def of_boxes(
        self, v: Tensor, patches: Tensor, marked: Tensor, cases: list[Case]
    ) -> dict[str, Tensor]:
        """A box of patches tells what is in it."""
        labels = self.truth(cases)[:, :L]
        inside = marked.amax(1)
        weight = torch.where(inside == labels, 1.0, OUTSIDE)
        said = self.heads.volume(v)[:, :L]
        return {
            "labels": (binary(said, inside, reduction="none") * weight).mean(),
            "patches": self.of_patches(patches, marked, labels),
        }

    def of_volumes(
        self, v: Tensor, patches: Tensor, marked: Tensor, cases: list[Case]
    ) -> dict[str, Tensor]:
        """A volume tells what is in it, and all about it."""
        truth = self.truth(cases)
        said = self.heads.volume(v)
        return {
            "labels": binary(said[:, :L], truth[:, :L]),
            "concepts": binary(said[:, L:], truth[:, L:]),
            "patches": self.of_patches(patches, marked, truth[:, :L]),
        }

    def of_both(
        self, v: Tensor, cases: list[Case], random: np.random.Generator, ramp: float
    ) -> dict[str, Tensor]:
        """Volumes and texts meet; ramp (0 to 1) is how far the bank has come in."""
        heads, model = self.heads, self.model
        labels = self.truth(cases)[:, :L]
        said = [
            (case, case.findings[int(random.integers(len(case.findings)))])
            for case in cases
            if case.findings
        ][:SENTENCES]
        t = self.encode([texts.report(case, random) for case in cases])
        s = self.encode(
            texts.prompts(random)
            + texts.denials(random)
            + [texts.reports.sentence(finding, random) for _, finding in said]
        )
        vb, tb, sb = model.bridge(v), model.bridge(t), model.bridge(s)
        direct, bridged = cosines(v, s), cosines(vb, s)
        both = direct + ramp * (bridged - direct) / 2
        prompts = [
            binary(heads.scale(2) * (x[:, :L] - heads.offsets[0]), labels)
            for x in (direct, bridged)
        ]
        holds = torch.tensor(
            [[texts.relation(finding, case) for _, finding in said] for case in cases],
            device=self.device,
        )
        fits = heads.scale(3) * (both[:, 2 * L :] - heads.offsets[2])
        return {
            "contrast": contrast(v, t, heads.scale(0)),
            "bridged contrast": contrast(vb, tb, heads.scale(1)),
            "reconstruction": F.mse_loss(vb, v) + F.mse_loss(tb, t) + F.mse_loss(sb, s),
            "prompts": (prompts[0] + ramp * prompts[1]) / (1 + ramp),
            "negatives": binary(
                heads.scale(2) * (both[:, L : 2 * L] - heads.offsets[1]), 1 - labels
            ),
            "sentences": binary(fits, holds.clamp(min=0).float(), reduction="none")[
                holds >= 0
            ].mean(),
        }
