"""Trains the bundled model on phantoms. Needs Python 3.11, NumPy and PyTorch; Matplotlib for the curve.

    python3 Models/training/train.py --out training

All of it is decided by --seed: phantoms, texts, order. Without a GPU it takes less than an hour on two cores.
Interrupted, the same command goes on where the last checkpoint was. training/ gets best.ckpt, vocab.txt, log.csv and
loss.png; convert.py makes the model directory of the first two.

The objective is BrgSA's (Lai et al., arXiv 2501.03565): InfoNCE on (v, t) and on the bridged (v^, t^), and half of the
bank's mean squared reconstruction error. It comes last, after two stages that take the place of the published model's
pretrained encoders: the text encoder learns that two wordings of a case belong together, the vision encoder what a
volume has and where it shows. objective.py names every loss; all but BrgSA's own exist in training only.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the phantoms use a process a core

import argparse
import csv
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

import texts
from dataset import STEP_HU, Shard, shards
from finding import LABELS
from grid import CLIP, MARGIN, MEAN, SHAPE, STD
from muon import Muon
from network import BrgSA, Sizes, cosines
from objective import BANK_TERMS, WEIGHTS, Heads, Objective

TRAIN_SEED, VALIDATION_SEED = 1, 2
"""Seeds of the phantoms; 3 is kept for the evaluation."""
RAMP = 0.2
"""Share of the last stage in which the bank's terms grow to their full weight."""


@dataclass(frozen=True)
class Stage:
    """A part of the training: which losses, how many steps of how many cases."""

    name: str
    steps: int
    batch: int


class Data:
    """Phantoms in memory; a batch is decided by the step alone."""

    def __init__(self, parts: list[Shard], sizes: Sizes):
        self.parts, self.sizes = parts, sizes
        self.where = [(part, row) for part in parts for row in range(len(part.cases))]
        self.cases = [case for part in parts for case in part.cases]
        self.labels = torch.tensor([case.present() for case in self.cases], dtype=torch.float32)

    def __len__(self) -> int:
        return len(self.where)

    def volumes(
        self, numbers, random: np.random.Generator | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Model inputs [B, X, Y, Z], and for each patch and abnormality whether it is marked there [B, N, L]."""
        grid, patch = self.sizes.grid, np.array(self.sizes.patch)
        batch = np.empty((len(numbers), *SHAPE), np.uint8)
        marked = np.zeros((len(numbers), grid[0] * grid[1] * grid[2], len(LABELS)), np.float32)
        for i, number in enumerate(numbers):
            part, row = self.where[number]
            shift = (
                np.array(MARGIN) if random is None else random.integers(0, 2 * np.array(MARGIN) + 1)
            )
            batch[i] = part.volumes[row][tuple(slice(s, s + n) for s, n in zip(shift, SHAPE))]
            rows = part.marks[row].astype(int)
            place = rows[:, 1:] - shift
            inside = ((place >= 0) & (place < SHAPE)).all(1)
            cell = place[inside] // patch
            marked[
                i, (cell[:, 0] * grid[1] + cell[:, 1]) * grid[2] + cell[:, 2], rows[inside, 0]
            ] = 1
        hu = torch.from_numpy(batch).float() * STEP_HU - 1024
        return (hu.clamp(-CLIP, CLIP) / 1000 - MEAN) / STD, torch.from_numpy(marked)


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
    v = torch.cat(
        [
            model.img_encoder(
                data.volumes(range(i, min(i + 50, len(data))), None)[0].to(objective.device)
            )[0]
            for i in range(0, len(data), 50)
        ]
    )
    t = objective.encode([texts.reports.prompt(label) for label in LABELS])
    score = ((cosines(v, t) + cosines(model.bridge(v), t)) / 2).cpu().numpy()
    truth = data.labels.numpy()
    areas = [auroc(score[:, i], truth[:, i]) for i in range(len(LABELS))]
    said = heads.volume(v).cpu().numpy()
    head = [auroc(said[:, i], truth[:, i]) for i in range(len(LABELS))]
    size = min(200, len(data))
    random = np.random.default_rng(5)
    r = objective.encode(
        [texts.reports.summary(case.patient, case.findings, random) for case in data.cases[:size]]
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


def patch_directions(data: Data, model: BrgSA, random: np.random.Generator) -> None:
    """Starts the patch embedding at the main directions of patches, each about as strong as the next."""
    vit = model.img_encoder.model
    volumes, _ = data.volumes(random.choice(len(data), min(120, len(data)), replace=False), None)
    cut = vit.cut(volumes).flatten(0, 1)
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
    v = model.img_encoder(data.volumes(numbers, random)[0].to(objective.device))[0]
    bank.copy_(
        torch.cat([v, objective.encode([texts.report(data.cases[n], random) for n in numbers])])
    )


def optimizers(model: BrgSA, heads: Heads, rate: float) -> list[torch.optim.Optimizer]:
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
            [{"params": outer, "lr": rate / 20}, {"params": heads.parameters(), "lr": rate / 8}],
            betas=(0.9, 0.98),
            weight_decay=0.01,
        ),
    ]


def pace(step: int, stage: Stage, stages: list[Stage]) -> float:
    """Warm-up over 30 steps; full speed; in the last stage down to 2 % as a cosine."""
    warm = min(1.0, (step + 1) / 30)
    return (
        warm * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * step / stage.steps)))
        if stage is stages[-1]
        else warm
    )


class Run:
    """The whole training, with what a checkpoint keeps."""

    def __init__(self, options: argparse.Namespace):
        self.options, self.out = options, Path(options.out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.begin = time.monotonic()
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        sizes = Sizes()
        folder = Path(options.phantoms) if options.phantoms else self.out / "phantoms"
        self.data = Data(shards(folder, TRAIN_SEED, options.phantom_count, say), sizes)
        self.check = Data(shards(folder, VALIDATION_SEED, 400, say), sizes)
        words = texts.vocabulary(self.data.cases[:3000], options.seed)
        (self.out / "vocab.txt").write_bytes(words)
        self.tokens = texts.Tokens(words, sizes.tokens)
        torch.manual_seed(options.seed)
        self.model, self.heads = BrgSA(sizes, len(self.tokens.vocabulary)), Heads(sizes.channels)
        patch_directions(self.data, self.model, np.random.default_rng([options.seed, 5]))
        self.model.to(self.device), self.heads.to(self.device)
        self.objective = Objective(self.model, self.heads, self.tokens, self.device)
        self.optimizers = optimizers(self.model, self.heads, options.rate)
        self.stages = [
            Stage("texts", options.text_steps, 48),
            Stage("volumes", options.volume_steps, 8),
            Stage("alignment", options.steps, 32),
        ]
        self.done, self.rows, self.sums = 0, [], {}
        say(
            f"{sum(p.numel() for p in self.model.parameters()) / 1e6:.2f} M parameters, {len(self.data)} phantoms, {len(self.tokens.vocabulary)} tokens, on {self.device}"
        )

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begin

    def chosen(self) -> dict:
        return {
            name: getattr(self.options, name)
            for name in (
                "seed",
                "steps",
                "volume_steps",
                "text_steps",
                "rate",
                "phantom_count",
                "every",
            )
        }

    def parts(self) -> dict:
        return {
            "model": self.model,
            "heads": self.heads,
            "muon": self.optimizers[0],
            "adam": self.optimizers[1],
        }

    def save(self) -> None:
        state = {name: part.state_dict() for name, part in self.parts().items()}
        keep(
            self.out / "state.pt",
            state
            | {
                "options": self.chosen(),
                "done": self.done,
                "rows": self.rows,
                "seconds": self.seconds,
            },
        )

    def resume(self) -> None:
        path = self.out / "state.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location=self.device, weights_only=True)
        if state["options"] != self.chosen():
            raise SystemExit(
                f"train.py: {path} is of a run with other options: {state['options']}; remove it or choose another --out"
            )
        for name, part in self.parts().items():
            part.load_state_dict(state[name])
        self.done, self.rows = state["done"], state["rows"]
        self.begin -= state["seconds"]
        say(f"going on at step {self.done}")

    def train(self) -> None:
        self.resume()
        before = 0
        for stage in self.stages:
            for step in range(max(0, self.done - before), stage.steps):
                self.step(stage, step)
            before += stage.steps
        keep(
            self.out / "best.ckpt",
            {
                "state_dict": {
                    "gloria." + name: value.cpu().contiguous()
                    for name, value in self.model.state_dict().items()
                }
            },
        )
        write_log(self.out, self.rows, self.stages)
        say(f"done in {self.seconds:.0f} s: {self.out / 'best.ckpt'}")

    def step(self, stage: Stage, step: int) -> None:
        random = np.random.default_rng([self.options.seed, 1000 + self.done])
        seen = (
            sum(
                s.steps * s.batch
                for s in self.stages[: self.stages.index(stage)]
                if s.name != "texts"
            )
            + step * stage.batch
        )
        epoch, place = divmod(seen, len(self.data) - len(self.data) % stage.batch)
        numbers = np.random.default_rng([self.options.seed, 9, epoch]).permutation(len(self.data))[
            place : place + stage.batch
        ]
        cases = [self.data.cases[n] for n in numbers]
        ramp = 0.0
        if stage.name == "texts":
            terms = self.objective.of_texts(cases, random)
        else:
            volumes, marked = self.data.volumes(numbers, random)
            v, patches = self.model.img_encoder(volumes.to(self.device))
            terms = self.objective.of_volumes(v, patches, marked.to(self.device), cases)
            if stage.name == "alignment":
                if step == 0:
                    fill_bank(self.model, self.data, self.objective, random)
                ramp = min(1.0, step / (RAMP * stage.steps))
                terms |= self.objective.of_both(v, cases, random, ramp)
        total = sum(
            WEIGHTS[name] * (ramp if name in BANK_TERMS else 1) * term
            for name, term in terms.items()
        )
        for optimizer in self.optimizers:
            optimizer.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group.setdefault("top", group["lr"])
                group["lr"] = group["top"] * pace(step, stage, self.stages)
            optimizer.step()
        for name, term in terms.items():
            count, value = self.sums.get(name, (0, 0.0))
            self.sums[name] = (count + 1, value + float(term.detach()))
        self.done += 1
        if (
            step + 1 == stage.steps
            or (step + 1) % (self.options.every * (4 if stage.batch < 32 else 1)) == 0
        ):
            self.report(stage, step + 1)

    def report(self, stage: Stage, step: int) -> None:
        row = {"stage": stage.name, "step": self.done} | {
            name: value / count for name, (count, value) in self.sums.items()
        }
        self.sums = {}
        text = f"{stage.name} {step} of {stage.steps}, {self.seconds:.0f} s: " + " ".join(
            f"{name} {row[name]:.3f}" for name in WEIGHTS if name in row
        )
        if stage.name != "texts":
            figures = validate(self.model, self.heads, self.check, self.objective)
            row |= {name: figures[name] for name in FIGURES}
            text += " | " + ", ".join(f"{name} {figures[name]:.3f}" for name in FIGURES)
            if self.options.verbose:
                text += "\n   " + ", ".join(
                    f"{label[:14]} {a:.2f}/{b:.2f}"
                    for label, a, b in zip(LABELS, figures["areas"], figures["head areas"])
                )
        say(text)
        self.rows.append(row)
        self.save()


def keep(path: Path, value: dict) -> None:
    """Writes beside and renames, so that no half file is left."""
    draft = path.with_suffix(".draft")
    torch.save(value, draft)
    draft.rename(path)


def write_log(out: Path, rows: list[dict], stages: list[Stage]) -> None:
    with open(out / "log.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, ["stage", "step", *WEIGHTS, *FIGURES])
        table.writeheader()
        table.writerows(
            {
                name: value if isinstance(value, str) else f"{value:.5g}"
                for name, value in row.items()
            }
            for row in rows
        )
    try:
        import matplotlib
    except ImportError:
        return say("no Matplotlib: loss.png is left out")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.2))
    for axes, names in ((left, WEIGHTS), (right, FIGURES)):
        for name in names:
            points = [(row["step"], row[name]) for row in rows if name in row]
            axes.plot(*zip(*points), label=name, marker=".", markersize=3, linewidth=1)
        for border in np.cumsum([stage.steps for stage in stages])[:-1]:
            axes.axvline(border, color="grey", linewidth=0.6)
        axes.set(xlabel="step (grey: texts, volumes, alignment)")
        axes.legend(fontsize=7)
    left.set(yscale="log", title="Training losses, unweighted")
    right.set(ylim=(0, 1), title="400 validation phantoms (seed 2)")
    figure.tight_layout()
    figure.savefig(out / "loss.png", dpi=80)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="where checkpoint, vocabulary and curve go"
    )
    parser.add_argument(
        "--phantoms", metavar="DIR", help="where the phantoms are kept (default OUT/phantoms)"
    )
    parser.add_argument(
        "--phantom-count",
        type=int,
        default=10000,
        metavar="N",
        help="phantoms to train on (default %(default)s)",
    )
    parser.add_argument(
        "--text-steps",
        type=int,
        default=300,
        metavar="N",
        help="steps of the first stage, 48 texts each (default %(default)s)",
    )
    parser.add_argument(
        "--volume-steps",
        type=int,
        default=6000,
        metavar="N",
        help="steps of the second stage, 8 volumes each (default %(default)s)",
    )
    parser.add_argument(
        "--steps",
        type=int,
        default=1000,
        metavar="N",
        help="steps of the last stage, 32 volumes each (default %(default)s)",
    )
    parser.add_argument(
        "--rate",
        type=float,
        default=0.02,
        help="highest learning rate of Muon; AdamW's is a twentieth (default %(default)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="of weights, order and texts (default %(default)s)"
    )
    parser.add_argument(
        "--every",
        type=int,
        default=50,
        metavar="N",
        help="steps between checkpoints (default %(default)s)",
    )
    parser.add_argument(
        "--verbose", action="store_true", help="show each abnormality's AUROC at every validation"
    )
    Run(parser.parse_args()).train()
    return 0


if __name__ == "__main__":
    sys.exit(main())
