"""What a training has reached, on phantoms that it does not learn from."""

from __future__ import annotations

import numpy as np
import torch

import reports
from dataset import Data
from finding import LABELS
from network import BrgSA, cosines
from objective import Heads, Objective


def auroc(scores: np.ndarray, truth: np.ndarray) -> float:
    """Area under the ROC curve; no ties expected."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores)] = np.arange(1, len(scores) + 1)
    positive = truth > 0
    p, n = positive.sum(), (~positive).sum()
    return float((ranks[positive].sum() - p * (p + 1) / 2) / (p * n)) if p and n else float("nan")


FIGURES = ("AUROC", "least AUROC", "Recall@5", "head AUROC")


@torch.no_grad()
def validate(model: BrgSA, heads: Heads, data: Data, objective: Objective) -> dict:
    """AUROC of the plain prompts (and of the linear head) for each abnormality; retrieval among 200 by their summaries."""
    fifties = [range(i, min(i + 50, len(data))) for i in range(0, len(data), 50)]
    v = torch.cat(
        [model.img_encoder(data.whole(n).volumes.to(objective.device))[0] for n in fifties]
    )
    t = objective.encode([reports.prompt(label) for label in LABELS])
    score = ((cosines(v, t) + cosines(model.bridge(v), t)) / 2).cpu().numpy()
    truth = data.labels.numpy()
    areas = [auroc(score[:, i], truth[:, i]) for i in range(len(LABELS))]
    said = heads.volume(v).cpu().numpy()
    head = [auroc(said[:, i], truth[:, i]) for i in range(len(LABELS))]
    size = min(200, len(data))
    random = np.random.default_rng(5)
    r = objective.encode(
        [reports.summary(case.patient, case.findings, random) for case in data.cases[:size]]
    )
    table = (cosines(v[:size], r) + cosines(model.bridge(v[:size]), r)).T
    found = (table > table.diag()[:, None]).sum(1) < 5
    return {
        "areas": areas,
        "head areas": head,
        "AUROC": float(np.nanmean(areas)),
        "least AUROC": float(np.nanmin(areas)),
        "Recall@5": float(found.float().mean()),
        "head AUROC": float(np.nanmean(head)),
    }
