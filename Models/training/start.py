"""Where patch embedding and bank begin: at the data, not at chance."""

from __future__ import annotations

import numpy as np
import torch

import texts
from dataset import Data
from network import BrgSA
from objective import Objective


def patch_directions(data: Data, model: BrgSA, random: np.random.Generator) -> None:
    """Starts the patch embedding at the main directions of patches, each about as strong as the next."""
    vit = model.img_encoder.model
    some = data.whole(random.choice(len(data), min(120, len(data)), replace=False))
    cut = vit.cut(some.volumes).flatten(0, 1)
    cut = cut[cut.std(1) > 0.05][:40000]
    values, vectors = torch.linalg.eigh(torch.cov(cut.T))
    channels = vit.pos_embed.shape[2]
    count = min(channels, len(values))
    top, ways = values.flip(0)[:count], vectors.flip(1)[:, :count]
    projection = vit.patch_embed["proj"]
    weight = (ways / (top + 0.3 * top.median() + 1e-3).sqrt() * 0.5).T
    if count < channels:  # more channels than voxels: the rest are mixtures
        weight = torch.cat([weight, torch.randn(channels - count, count) @ weight / count**0.5])
    projection.weight.data.copy_(weight.reshape(projection.weight.shape))
    projection.bias.data.copy_(-(weight @ cut.mean(0)))


@torch.no_grad()
def fill_bank(model: BrgSA, data: Data, objective: Objective, random: np.random.Generator) -> None:
    """Sets the bank's rows to embeddings of volumes and of their texts, half and half."""
    bank = model.dictionarylearning["dictionary"].weight
    numbers = random.choice(len(data), len(bank) // 2, replace=len(data) < len(bank))
    v = model.img_encoder(data.whole(numbers, random).volumes.to(objective.device))[0]
    bank.copy_(
        torch.cat([v, objective.encode([texts.report(data.cases[n], random) for n in numbers])])
    )
