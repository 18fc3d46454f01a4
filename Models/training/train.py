"""Trains the bundled model on phantoms. Needs Python 3.11, NumPy and PyTorch; Matplotlib for the curve.

    python3 Models/training/train.py --out training

--seed decides weights, texts and order; the phantoms are always those of seed 1, validated on those of seed 2. Without a GPU it takes less than an hour on two cores.
Interrupted, the same command goes on where the last checkpoint was. training/ gets best.ckpt, vocab.txt, log.csv and
loss.png; convert.py makes the model directory of the first two, with the flags that are in convert.txt.

The objective is BrgSA's (Lai et al., arXiv 2501.03565): InfoNCE on (v, t) and on the bridged (v^, t^), and half of the
bank's mean squared reconstruction error. It comes last, after stages that take the place of the published model's
pretrained encoders: the text encoder learns that two wordings of a case belong together, the vision encoder what
shows in a box of patches, then what a whole volume has. objective.py names every loss; all but BrgSA's own exist in
training only.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the phantoms use a process a core

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

import course
import texts
from dataset import Data, shards
from finding import LABELS
from muon import optimizers
from network import BrgSA, Sizes
from objective import BANK_TERMS, WEIGHTS, Heads, Objective
from start import fill_bank, patch_directions
from validation import FIGURES, validate

TRAIN_SEED, VALIDATION_SEED = 1, 2
"""Seeds of the phantoms; 3 is kept for the evaluation."""
RATE = 0.012
"""Highest learning rate of Muon; those of AdamW go with it."""
RAMP = 0.2
"""Share of the alignment in which the bank's terms grow to their full weight."""
WARM_UP = 30
"""Steps."""
THREADS = 2
"""Of PyTorch's operations, whatever the machine has: sums are split by threads, and the same command must give the same
bits. Left to itself, MKL takes fewer threads when it thinks fit."""
REPORTS = 10
"""How often a stage is validated and kept."""


@dataclass(frozen=True)
class Stage:
    """A part of the training: `steps` batches; the learning rate goes from the first to the second share of RATE."""

    name: str
    steps: int
    batch: int
    rate: tuple[float, float]
    box: tuple[int, int, int] | None = None
    """Patches that the vision encoder sees of a volume; None is all of them."""

    def pace(self, step: int) -> float:
        first, last = self.rate
        return min(1.0, (step + 1) / WARM_UP) * (first + (last - first) * step / self.steps)

    def reports(self, step: int) -> bool:
        """Whether to look up after this step."""
        return step + 1 == self.steps or (step + 1) % -(-self.steps // REPORTS) == 0


def stages(share: float) -> list[Stage]:
    """The whole training, or a share of it."""
    return [
        Stage("texts", round(150 * share), 48, (1.0, 1.0)),
        Stage("small boxes", round(9000 * share), 48, (1.0, 0.7), (4, 4, 4)),
        Stage("large boxes", round(1500 * share), 16, (0.7, 0.6), (8, 6, 6)),
        Stage("volumes", round(300 * share), 16, (0.6, 0.5)),
        Stage("alignment", round(900 * share), 32, (0.5, 0.01)),
    ]


class Run:
    """The training, with what a checkpoint keeps."""

    def __init__(self, options: argparse.Namespace):
        self.options, self.out = options, Path(options.out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.begin = time.monotonic()
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.set_num_threads(THREADS)
        torch.use_deterministic_algorithms(self.device.type == "cpu")
        # that of PyTorch's debugging, which writes every new tensor once more
        torch.utils.deterministic.fill_uninitialized_memory = False
        sizes = Sizes()
        folder = Path(options.phantoms) if options.phantoms else self.out / "phantoms"
        self.data = Data(shards(folder, TRAIN_SEED, options.count, say), sizes)
        self.check = Data(shards(folder, VALIDATION_SEED, 400, say), sizes)
        words = texts.vocabulary(self.data.cases[:3000], options.seed)
        self.words = words
        tokens = texts.Tokens(words, sizes.tokens)
        torch.manual_seed(options.seed)
        self.model, self.heads = BrgSA(sizes, len(tokens.vocabulary)), Heads(sizes.channels)
        patch_directions(self.data, self.model, np.random.default_rng([options.seed, 5]))
        self.model.to(self.device), self.heads.to(self.device)
        self.objective = Objective(self.model, self.heads, tokens, self.device)
        self.optimizers = optimizers(self.model, self.heads, RATE)
        self.stages = stages(options.share)
        self.done, self.rows, self.sums = 0, [], {}
        parameters = sum(p.numel() for p in self.model.parameters()) / 1e6
        say(
            f"{parameters:.2f} M parameters, {len(self.data)} phantoms, {len(tokens.vocabulary)} tokens, on {self.device}"
        )

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begin

    def chosen(self) -> dict:
        return {name: getattr(self.options, name) for name in ("seed", "share", "count")}

    def parts(self) -> dict:
        return {
            "model": self.model,
            "heads": self.heads,
            "muon": self.optimizers[0],
            "adam": self.optimizers[1],
        }

    def save(self) -> None:
        state = {name: part.state_dict() for name, part in self.parts().items()}
        state |= {"options": self.chosen(), "done": self.done, "rows": self.rows}
        keep(self.out / "state.pt", state | {"seconds": self.seconds})

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
        (self.out / "vocab.txt").write_bytes(self.words)
        before = seen = 0
        for stage in self.stages:
            for step in range(max(0, self.done - before), stage.steps):
                self.step(stage, step, seen + step * stage.batch)
            before += stage.steps
            seen += stage.steps * stage.batch
        weights = self.model.state_dict()
        keep(
            self.out / "best.ckpt",
            {
                "state_dict": {
                    "gloria." + name: weights[name].cpu().contiguous() for name in weights
                }
            },
        )
        (self.out / "convert.txt").write_text(self.data.sizes.flags())
        borders = np.cumsum([stage.steps for stage in self.stages])[:-1]
        course.write(self.out, self.rows, list(WEIGHTS), list(FIGURES), borders)
        say(f"done in {self.seconds:.0f} s: {self.out / 'best.ckpt'}")

    def numbers(self, seen: int, count: int) -> np.ndarray:
        """The phantoms of a batch: each epoch in another order."""
        epoch, place = divmod(seen, len(self.data) - count + 1)
        order = np.random.default_rng([self.options.seed, 9, epoch]).permutation(len(self.data))
        return order[place : place + count]

    def terms(self, stage: Stage, step: int, seen: int, ramp: float) -> dict[str, torch.Tensor]:
        """The losses of a step. What it draws is decided by the step alone, so that a resumed run is the same run."""
        random = np.random.default_rng([self.options.seed, 1000 + self.done])
        numbers = self.numbers(seen, stage.batch)
        cases = [self.data.cases[n] for n in numbers]
        if stage.name == "texts":
            return self.objective.of_texts(cases, random)
        if stage.box:
            batch = self.data.boxes(numbers, stage.box, random).to(self.device)
            v, patches = self.model.img_encoder(batch.volumes, batch.patches)
            return self.objective.of_boxes(v, patches, batch.marked, cases)
        batch = self.data.whole(numbers, random).to(self.device)
        v, patches = self.model.img_encoder(batch.volumes)
        terms = self.objective.of_volumes(v, patches, batch.marked, cases)
        if stage.name == "alignment":
            if step == 0:
                fill_bank(self.model, self.data, self.objective, random)
            terms |= self.objective.of_both(v, cases, random, ramp)
        return terms

    def step(self, stage: Stage, step: int, seen: int) -> None:
        ramp = min(1.0, step / (RAMP * stage.steps))
        terms = self.terms(stage, step, seen, ramp)
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
                group["lr"] = group["top"] * stage.pace(step)
            optimizer.step()
        for name, term in terms.items():
            count, value = self.sums.get(name, (0, 0.0))
            self.sums[name] = (count + 1, value + float(term.detach()))
        self.done += 1
        if stage.reports(step):
            self.report(stage, step + 1)

    def report(self, stage: Stage, step: int) -> None:
        row = {"stage": stage.name, "step": self.done}
        row |= {name: value / count for name, (count, value) in self.sums.items()}
        self.sums = {}
        text = f"{stage.name} {step} of {stage.steps}, {self.seconds:.0f} s: "
        text += " ".join(f"{name} {row[name]:.3f}" for name in WEIGHTS if name in row)
        if stage.name != "texts":
            figures = validate(self.model, self.heads, self.check, self.objective)
            row |= {name: figures[name] for name in FIGURES}
            text += " | " + ", ".join(f"{name} {figures[name]:.3f}" for name in FIGURES)
            if self.options.verbose:
                each = zip(LABELS, figures["areas"], figures["head areas"])
                text += "\n   " + ", ".join(f"{name[:14]} {a:.2f}/{b:.2f}" for name, a, b in each)
        say(text)
        self.rows.append(row)
        self.save()


def keep(path: Path, value: dict) -> None:
    """Writes beside and renames, so that no half file is left."""
    draft = path.with_suffix(".draft")
    torch.save(value, draft)
    draft.rename(path)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--out", required=True, metavar="DIR", help="where checkpoint, vocabulary and curve go")
    add(
        "--phantoms", metavar="DIR", help="where the phantoms are kept (default: phantoms in --out)"
    )
    add("--count", type=int, default=10000, metavar="N", help="phantoms (default %(default)s)")
    add(
        "--share",
        type=float,
        default=1.0,
        metavar="F",
        help="share of the steps of each stage, such as 0.1 for a trial (default 1)",
    )
    add("--seed", type=int, default=1, help="of weights, order and texts (default %(default)s)")
    add("--verbose", action="store_true", help="show each abnormality's AUROC at each validation")
    options = parser.parse_args()
    if options.count < 100 or options.seed < 0 or not 0.01 <= options.share <= 10:
        parser.error("count must be at least 100, seed not negative, share from 0.01 to 10")
    Run(options).train()
    return 0


if __name__ == "__main__":
    sys.exit(main())
