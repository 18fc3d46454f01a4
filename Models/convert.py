"""Turns a trained checkpoint into a model directory for brgsa. Needs Python 3.11 and NumPy, nothing else.

  python3 Models/convert.py best.ckpt --vocab vocab.txt --out model
  python3 Models/convert.py vit_base_chestct_h2_token2744.pt --family hlip --vocab vocab.txt --out hlip

The checkpoint is a file of torch.save (such as PyTorch Lightning's best.ckpt), or the same tensors as
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
Licenses differ: the directory records what is known of the weights and their training data, and the service
shows it. BrgSA's published weights were trained on data for non-commercial research. README.md says where
weights are.
"""

import hashlib
import json
import sys
from pathlib import Path

import model_config
import model_directory
import safetensors_io
import selftest
from architecture import architecture
from checkpoint import open_checkpoint
from families import brgsa, hlip
from families.provenance import statements
from number_formats import checked
from options import identity_of, parser
from refusal import CANNOT_CREATE, NO_INPUT, Refusal
from wordpiece import Vocabulary

PROGRESS_EVERY = 50  # tensors
FAMILIES = {"brgsa": brgsa.Conversion, "hlip": hlip.Conversion}


def say(text):
    print(text, file=sys.stderr, flush=True)


def read_vocabulary(path, rows, table):
    """The file's bytes, checked against the rows of the word embedding `table`."""
    try:
        data = Path(path).read_bytes()
    except OSError as problem:
        raise Refusal(f"{path}: {problem.strerror}", NO_INPUT) from None
    count = len(Vocabulary(data))
    if count != rows:
        raise Refusal(f"vocab.txt has {count} tokens, but {table} has {rows} rows")
    return data


def printable(text):
    """Any file name as text that JSON and a terminal can bear."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def write_weights(path, conversion, number_format):
    """model.safetensors, one tensor in memory at a time."""
    done, shapes = 0, conversion.shapes

    def bits(name):
        nonlocal done
        done += 1
        if done % PROGRESS_EVERY == 0:
            say(f"  {done} of {len(shapes)} tensors")
        full, values = conversion.values(name)
        if values.dtype.kind != "f":
            raise Refusal(f"{full}: wanted floating-point numbers, found {values.dtype}")
        return checked(full, values, number_format)

    safetensors_io.write(
        path, {name: (number_format, shape) for name, shape in shapes.items()}, bits
    )


def convert(options):
    identity = identity_of(options)
    origin = statements(options.family, options)
    model_directory.check_free(options.out, options.force)
    say(f"reading {options.checkpoint}")
    conversion = FAMILIES[options.family](open_checkpoint(options.checkpoint), options)
    vocabulary = read_vocabulary(options.vocab, conversion.vocabulary, conversion.vocabulary_table)
    number_format = options.dtype.upper()
    provenance = {
        "source": printable(Path(options.checkpoint).name),
        "source_sha256": model_directory.sha256(options.checkpoint),
        **origin,
        "vocabulary_sha256": hashlib.sha256(vocabulary).hexdigest(),
        "converter": model_config.CONVERTER,
        "dtype": number_format,
        "dropped_keys": sorted(conversion.unused + conversion.unknown),
        "note": options.note,
    }
    config = conversion.config(identity, provenance)
    with model_directory.replacing(options.out, options.force) as fresh:
        text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
        model_directory.write_file(fresh / "config.json", text.encode())
        model_directory.write_file(fresh / "vocab.txt", vocabulary)
        say(f"writing {len(conversion.shapes)} tensors as {number_format}")
        write_weights(fresh / "model.safetensors", conversion, number_format)
        say("computing the self-test")
        selftest.write(fresh, fresh / "selftest.safetensors")
    summarise(options, config, conversion)


def summarise(options, config, conversion):
    parts, recipe = architecture(config), config["recipe"]
    provenance = config["provenance"]
    print(f"read      {options.checkpoint}  sha256 {provenance['source_sha256']}")
    print(f"kept      {len(conversion.shapes)} tensors as {provenance['dtype']}")
    for title, keys in (
        ("used by training only", conversion.unused),
        ("not known to this converter", conversion.unknown),
    ):
        for key in keys:
            print(f"dropped   {key}  ({title})")
    bank = parts["bank"]
    print(
        f"model     {config['name']} {config['version']}: {parts['embedding']} channels, "
        + (f"{bank} bank rows" if bank else "no bank")
        + (", RANDOM WEIGHTS: its scores mean nothing" if config["random_weights"] else "")
    )
    for part in ("vision", "text"):
        print(
            f"{part:<9} "
            + ", ".join(
                f"{member.replace('_', ' ')} {value}" for member, value in parts[part].items()
            )
        )
    print(
        f"recipe    {recipe['shape']} voxels of {recipe['spacing_mm']} mm, {recipe['orientation']}"
        + (", whole HU" if recipe["integer_hu"] else "")
    )
    for title, member in (("license", "license"), ("trained", "training_data")):
        print(f"{title:<9} {provenance[member]}")
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
