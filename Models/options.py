"""The command line of convert.py."""

import argparse
import sys

from families import provenance
from model_config import Identity
from refusal import USAGE, Refusal


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def three(kind):
    """A reader of X,Y,Z."""

    def read(text):
        values = [kind(part) for part in text.split(",")]
        if len(values) != 3:
            raise ValueError
        return values

    read.__name__ = "three numbers X,Y,Z"
    return read


def numbers(text):
    """A list of whole numbers."""
    return [int(part) for part in text.split(",")]


def parser(description):
    """The command line; `description` is what --help shows first."""
    p = Parser(
        prog="convert.py",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument(
        "checkpoint", help="best.ckpt of torch.save, or a .safetensors file with the same keys"
    )
    p.add_argument(
        "--vocab",
        required=True,
        metavar="FILE",
        help="vocab.txt of the text encoder, one token a line",
    )
    p.add_argument(
        "--family",
        choices=tuple(provenance.KNOWN),
        default="brgsa",
        help="the kind of model in the checkpoint (default brgsa)",
    )
    p.add_argument("--out", required=True, metavar="DIR", help="the model directory to write")
    p.add_argument("--force", action="store_true", help="replace DIR even if it is not empty")
    p.add_argument(
        "--dtype",
        choices=("f32", "f16", "bf16"),
        default="f32",
        help="number format of the weights (default f32)",
    )
    p.add_argument(
        "--config",
        metavar="FILE",
        help="the reference's config.json; checked against the tensors and the flags",
    )
    p.add_argument("--name", help="the model's name (default: the family's)")
    p.add_argument("--version", default="1", help="the model's version (default 1)")
    p.add_argument(
        "--template",
        help='makes a term a sentence (default "There is {term}"; '
        'hlip: "The volume shows: {term}.")',
    )
    p.add_argument(
        "--negative-template",
        help="denies a term; only for families that score pairs "
        '(hlip: "The volume shows: Not {term}.")',
    )
    p.add_argument("--note", default="", help="a sentence that every response repeats")
    p.add_argument(
        "--random-weights",
        action="store_true",
        help="the weights are random: every answer will say so",
    )
    origin = p.add_argument_group(
        "where the weights come from (what is known of the family is the default)"
    )
    for member, text in (
        ("source_url", "where the checkpoint was downloaded"),
        ("license", "the license of the weights"),
        ("license_url", "where the license can be read"),
        ("training_data", "the data that the model was trained on"),
        ("training_data_license", "the license of these data"),
        ("intended_use", "what the model is meant for"),
    ):
        origin.add_argument("--" + member.replace("_", "-"), metavar="TEXT", help=text)
    shape = p.add_argument_group("what no tensor tells")
    shape.add_argument(
        "--heads", type=int, help="attention heads of the vision encoder (default channels / 64)"
    )
    shape.add_argument(
        "--text-heads", type=int, help="attention heads of the text encoder (default channels / 64)"
    )
    shape.add_argument(
        "--tokens",
        type=int,
        help="longest text in tokens (default 97, which is also the divisor of the mean; "
        "hlip: all positions)",
    )
    shape.add_argument(
        "--last-layers", type=int, help="text layers whose states are summed (default 4)"
    )
    shape.add_argument(
        "--volume",
        type=three(int),
        metavar="X,Y,Z",
        help="voxels of the model input (default 256,256,128; hlip: 336,336,112)",
    )
    shape.add_argument(
        "--spacing",
        type=three(float),
        metavar="X,Y,Z",
        help="millimetres a voxel (default 1.5,1.5,3; hlip: 1,1,3)",
    )
    shape.add_argument(
        "--base-volume",
        type=three(int),
        metavar="X,Y,Z",
        help="voxels that the position embedding was learnt on (default 224,224,112)",
    )
    shape.add_argument(
        "--joined-blocks",
        type=numbers,
        metavar="N,N,…",
        help="blocks that attend over the whole volume (only hlip; default every third: 2,5,8,11)",
    )
    shape.add_argument(
        "--integer-hu",
        action="store_true",
        help="truncate to whole HU after resampling, as CT-RATE's files were",
    )
    return p


def identity_of(options):
    """What the directory will say about itself, from the flags."""
    name = options.family if options.name is None else options.name
    for flag, value, shortest, longest in (
        ("name", name, 1, 100),
        ("version", options.version, 1, 100),
        ("template", options.template, 1, 200),
        ("negative-template", options.negative_template, 1, 200),
        ("note", options.note, 0, 500),
    ):
        if value is None:
            continue
        if not value.isprintable() or not shortest <= len(value) <= longest:
            raise Refusal(f"--{flag} must have {shortest} to {longest} printable characters", USAGE)
        if flag.endswith("template") and value.count("{term}") != 1:
            raise Refusal(f"--{flag} must contain {{term}} exactly once", USAGE)
    for member in ("negative_template", "joined_blocks"):
        if options.family == "brgsa" and getattr(options, member) is not None:
            flag = "--" + member.replace("_", "-")
            raise Refusal(f"{flag} does not apply to the family brgsa", USAGE)
    return Identity(
        name,
        options.version,
        options.template,
        options.negative_template,
        options.random_weights,
        options.integer_hu,
    )
