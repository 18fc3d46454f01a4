"""The optimiser Muon for the matrices inside the encoders: momentum, made orthogonal.

Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024. On phantoms it needs far fewer
steps than AdamW, which is what makes training on two cores possible.
"""

from __future__ import annotations

import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonal(matrices: torch.Tensor, rounds: int = 5) -> torch.Tensor:
    """[n, rows, columns] → about U·Vᵀ of each matrix's singular value decomposition (Newton-Schulz)."""
    a, b, c = COEFFICIENTS
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(rounds):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """For parameters of two dimensions; the step is `lr` times the root of rows / columns where that exceeds 1."""

    def __init__(self, parameters, lr: float, momentum: float = 0.95, weight_decay: float = 0.0):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            by_shape: dict[tuple[int, ...], list[torch.nn.Parameter]] = {}
            for p in group["params"]:
                if p.grad is not None:
                    by_shape.setdefault(tuple(p.shape), []).append(p)
            for shape, same in by_shape.items():
                moved = []
                for p in same:
                    state = self.state[p]
                    if "momentum" not in state:
                        state["momentum"] = torch.zeros_like(p)
                    state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                    moved.append(torch.lerp(p.grad, state["momentum"], group["momentum"]))
                ways = orthogonal(torch.stack(moved))
                for p, way in zip(same, ways):
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                    p.add_(way, alpha=-group["lr"] * max(1.0, shape[0] / shape[1]) ** 0.5)


def optimizers(
    model: torch.nn.Module, heads: torch.nn.Module, rate: float
) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the encoders, AdamW for all else."""
    inner = {
        name: p
        for name, p in model.named_parameters()
        if p.ndim == 2 and (".blocks." in name or ".layer." in name)
    }
    outer = [p for name, p in model.named_parameters() if name not in inner]
    return [
        Muon(list(inner.values()), lr=rate, weight_decay=0.01),
        torch.optim.AdamW(
            [{"params": outer, "lr": rate / 8}, {"params": heads.parameters(), "lr": rate / 4}],
            betas=(0.9, 0.98),
            weight_decay=0.01,
        ),
    ]
