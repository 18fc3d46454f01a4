"""Turns a trained BrgSA checkpoint into a model directory for brgsa. Needs Python 3.11 and NumPy,
nothing else.

  python3 Models/convert.py best.ckpt --vocab vocab.txt --out model

The checkpoint is a file of torch.save (PyTorch Lightning's best.ckpt), or the same tensors as
.safetensors. Nothing in it is executed: the configuration objects that real checkpoints carry are
skipped, whatever they are. The directory gets config.json, vocab.txt, model.safetensors,
selftest.safetensors and SHA256SUMS; the same input gives the same bytes. domain.py can add what data
the model was made for: then the service says yes or no of such volumes only.

Dimensions are read off the tensors. What no tensor tells (heads, volume, spacing) has the published
values as its default; a model of another size says them by flags, or by the config.json that the
reference wrote beside its checkpoint:

  python3 Models/convert.py tiny/best.ckpt --vocab tiny/vocab.txt \\
    --config tiny/config.json --out tiny-model --random-weights

Exit status: 0 done, 64 wrong call, 65 wrong checkpoint, vocabulary or configuration, 66 no such
file, 73 cannot write DIR.
The published weights were trained on data for non-commercial research: use the
directory for that only, and do not pass it on. README.md says where they are.
"""

import json
import sys
from pathlib import Path

import layout
import model_config
import model_directory
import safetensors_io
import selftest
from checkpoint import open_checkpoint
from number_formats import checked
from options import identity_of, parser
from refusal import CANNOT_CREATE, NO_INPUT, Refusal
from wordpiece import Vocabulary

PROGRESS_EVERY = 50  # tensors


def say(text):
    print(text, file=sys.stderr, flush=True)


def read_vocabulary(path, rows):
    """The file's bytes, checked against the word embedding's rows."""
    try:
        data = Path(path).read_bytes()
    except OSError as problem:
        raise Refusal(f"{path}: {problem.strerror}", NO_INPUT) from None
    count = len(Vocabulary(data))
    if count != rows:
        raise Refusal(f"vocab.txt has {count} tokens, but {layout.WORDS} has {rows} rows")
    return data


def printable(text):
    """Any file name as text that JSON and a terminal can bear."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def write_weights(path, source, names, shapes, number_format):
    """model.safetensors, one tensor in memory at a time."""
    done = 0

    def bits(name):
        nonlocal done
        done += 1
        if done % PROGRESS_EVERY == 0:
            say(f"  {done} of {len(shapes)} tensors")
        values = source.read(names.full(name))
        if values.dtype.kind != "f":
            raise Refusal(
                f"{names.full(name)}: wanted floating-point numbers, found {values.dtype}"
            )
        return checked(names.full(name), values, number_format)

    safetensors_io.write(
        path, {name: (number_format, shape) for name, shape in shapes.items()}, bits
    )


def convert(options):
    identity = identity_of(options)
    model_directory.check_free(options.out, options.force)
    reference = model_config.reference_config(options.config)
    say(f"reading {options.checkpoint}")
    source = open_checkpoint(options.checkpoint)
    names = layout.Names(source.shapes)
    dimensions = layout.dimensions(names)
    shapes = layout.wanted(dimensions)
    layout.check(names, shapes)
    settled = model_config.settle(dimensions, vars(options), reference)
    vocabulary = read_vocabulary(options.vocab, dimensions.vocabulary)
    unused, unknown = layout.dropped(names, shapes)
    number_format = options.dtype.upper()
    provenance = {
        "source": printable(Path(options.checkpoint).name),
        "source_sha256": model_directory.sha256(options.checkpoint),
        "converter": model_config.CONVERTER,
        "dtype": number_format,
        "dropped_keys": sorted(unused + unknown),
        "note": options.note,
    }
    config = model_config.members(dimensions, settled, identity, provenance)
    with model_directory.replacing(options.out, options.force) as fresh:
        text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
        model_directory.write_file(fresh / "config.json", text.encode())
        model_directory.write_file(fresh / "vocab.txt", vocabulary)
        say(f"writing {len(shapes)} tensors as {number_format}")
        write_weights(fresh / "model.safetensors", source, names, shapes, number_format)
        say("computing the self-test")
        selftest.write(fresh, fresh / "selftest.safetensors")
    summarise(options, config, shapes, unused, unknown)


def summarise(options, config, shapes, unused, unknown):
    d, recipe = config["dimensions"], config["recipe"]
    print(f"read      {options.checkpoint}  sha256 {config['provenance']['source_sha256']}")
    print(f"kept      {len(shapes)} tensors as {config['provenance']['dtype']}")
    for title, keys in (
        ("used by training only", unused),
        ("not known to this converter", unknown),
    ):
        for key in keys:
            print(f"dropped   {key}  ({title})")
    print(
        f"model     {config['name']} {config['version']}: "
        f"{d['embedding']} channels, {d['bank']} bank rows"
        + (", RANDOM WEIGHTS: its scores mean nothing" if config["random_weights"] else "")
    )
    for part in ("vision", "text"):
        print(
            f"{part:<9} "
            + ", ".join(f"{member.replace('_', ' ')} {value}" for member, value in d[part].items())
        )
    print(
        f"recipe    {recipe['shape']} voxels of {recipe['spacing_mm']} mm, {recipe['orientation']}"
        + (", whole HU" if recipe["integer_hu"] else "")
    )
    print(f"written   {options.out}")
    print((Path(options.out) / model_directory.MANIFEST).read_text(), end="")


def main(arguments=None):
    options = parser(__doc__).parse_args(arguments)
    try:
        convert(options)
    except Refusal as refusal:
        say(f"convert.py: {refusal}")
        return refusal.status
    except OSError as problem:
        say(f"convert.py: {problem.filename or options.out}: {problem.strerror}")
        return CANNOT_CREATE
    return 0


if __name__ == "__main__":
    sys.exit(main())
