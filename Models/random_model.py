"""Writes a model directory of the published size with random weights, for measuring time and memory where
the published weights are not at hand. Needs Python 3.11 and NumPy.

    python3 Models/random_model.py --out .build/bench-model
    python3 Models/random_model.py --family hlip --out .build/bench-hlip

Its scores mean nothing, and every answer of the service says so. About 800 MB as F32, 400 MB as F16.
"""

import argparse
import json
import math
import sys

import numpy as np

import layout
import model_config
import model_directory
import options
import safetensors_io
import selftest
from families import brgsa, hlip
from number_formats import checked
from refusal import Refusal

SEED = 2501
WORDS = 30522
PUBLISHED = layout.Dimensions(
    embedding=768, bank=2048, vision_depth=12, vision_hidden=3072, patch=(16, 16, 8),
    position_rows=1 + 14**3, text_depth=12, text_hidden=3072, vocabulary=WORDS, positions=512,
    token_types=2,
)  # fmt: skip


def vocabulary():
    """The special tokens, single characters, some words of the demonstration, and fillers."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "_", *letters]
    words += ["##" + letter for letter in letters]
    words += "there is are no lung nodule pleural effusion heart".split()
    words += [f"[unused{number}]" for number in range(WORDS - len(words))]
    return "".join(word + "\n" for word in words).encode()


def values(name, shape, generator):
    """Spreads that keep activations in the range of a trained model's."""
    if "norm" in name.lower():
        return np.full(shape, 1.0 if name.endswith("weight") else 0.0, np.float32)
    spread = 0.5 / math.sqrt(math.prod(shape[1:])) if len(shape) > 1 else 0.02
    if name.endswith(("pos_embed", "posemb", "cls_token")) or "embeddings" in name:
        spread = 0.5
    return generator.standard_normal(shape, np.float32) * np.float32(spread)


class RandomSource:
    """A checkpoint of random tensors, in the form of checkpoint.py's sources."""

    def __init__(self, shapes):
        self.shapes = shapes
        self._generator = np.random.default_rng(SEED)

    def read(self, name):
        if name == "logit_scale":
            return np.float32(math.log(1 / 0.07))
        return values(name, self.shapes[name], self._generator)


def conversion(family):
    """A random checkpoint of the family's published size, as its converter reads it."""
    if family == "hlip":
        source = RandomSource(hlip.published_shapes())
        return hlip.Conversion(source, options_of("hlip")), (None, None)
    source = RandomSource(layout.wanted(PUBLISHED))
    return brgsa.Conversion(source, options_of("brgsa")), ("There is {term}", None)


def options_of(family):
    """What convert.py's command line would say without any flag."""
    return options.parser("").parse_args(["", "--vocab", "", "--out", "", "--family", family])


def write(out, family, number_format, force):
    source, templates = conversion(family)
    identity = model_config.Identity(f"{family}-base-random", "1", *templates, True, False)
    provenance = {
        "source": f"random, seed {SEED}", "source_sha256": "", "converter": "brgsa random_model 1",
        "dtype": number_format, "dropped_keys": [], "note": "",
    }  # fmt: skip
    config = source.config(identity, provenance)
    with model_directory.replacing(out, force) as fresh:
        model_directory.write_file(
            fresh / "config.json", (json.dumps(config, indent=2) + "\n").encode()
        )
        model_directory.write_file(fresh / "vocab.txt", vocabulary())
        safetensors_io.write(
            fresh / "model.safetensors",
            {name: (number_format, shape) for name, shape in source.shapes.items()},
            lambda name: checked(*source.values(name), number_format),
        )
        selftest.write(fresh, fresh / "selftest.safetensors")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="the model directory to write")
    parser.add_argument("--dtype", choices=("f32", "f16", "bf16"), default="f32")
    parser.add_argument("--force", action="store_true", help="replace DIR even if it is not empty")
    parser.add_argument(
        "--family", choices=("brgsa", "hlip"), default="brgsa", help="the kind of model"
    )
    arguments = parser.parse_args()
    try:
        write(arguments.out, arguments.family, arguments.dtype.upper(), arguments.force)
    except Refusal as refusal:
        print(f"random_model.py: {refusal}", file=sys.stderr)
        return refusal.status
    return 0


if __name__ == "__main__":
    sys.exit(main())
