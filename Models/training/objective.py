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
    "contrast": 1.0, "bridged contrast": 1.0, "reconstruction": 0.5,
    "prompts": 8.0, "negatives": 2.0, "sentences": 3.0,
    "wordings": 1.0, "volume concepts": 20.0, "text concepts": 60.0, "patches": 40.0,
}  # fmt: skip
"""The first three are BrgSA's; the others exist in training only."""

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

    def of_volumes(
        self, v: Tensor, patches: Tensor, marked: Tensor, cases: list[Case]
    ) -> dict[str, Tensor]:
        """A volume tells what it is; a patch tells what shows in it."""
        truth = self.truth(cases)
        # a patch that is not marked may still hold a part of what is present
        weight = torch.where(marked > 0, 6.0, 1 - 0.8 * truth[:, None, :L])
        return {
            "volume concepts": binary(self.heads.volume(v), truth),
            "patches": (
                binary(self.heads.patch(patches), marked, reduction="none") * weight
            ).mean(),
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
