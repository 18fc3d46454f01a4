"""Checkpoints as torch.save writes them, put together by hand: the tests need neither torch nor
trust in it.
"""

import io
import sys
import zipfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import layout  # noqa: E402
from number_formats import bfloat16_bits  # noqa: E402

WORDS = "[PAD] [UNK] [CLS] [SEP] there is no pleural effusion lung ##s a b ##a ##b".split()
DIMENSIONS = layout.Dimensions(
    embedding=4,
    bank=3,
    vision_depth=1,
    vision_hidden=6,
    patch=(2, 2, 1),
    position_rows=1 + 8,
    text_depth=2,
    text_hidden=5,
    vocabulary=len(WORDS),
    positions=12,
    token_types=2,
)
# What the reference's config.json would say of it.
CONFIG = {
    "volume": [4, 4, 2],
    "spacing": [6.0, 6.0, 12.0],
    "base_volume": [4, 4, 2],
    "patch": [2, 2, 1],
    "dim": 4,
    "depth": 1,
    "heads": 2,
    "bank": 3,
    "text_depth": 2,
    "text_heads": 2,
    "tokens": 10,
    "last_layers": 2,
}
CLASSES = {
    "float32": "FloatStorage",
    "float16": "HalfStorage",
    "float64": "DoubleStorage",
    "int64": "LongStorage",
}


# ------------------------------------------------------------------------------- pieces of a pickle
def text(value):
    data = value.encode()
    return b"X" + len(data).to_bytes(4, "little") + data


def number(value):
    return b"J" + value.to_bytes(4, "little", signed=True)


def name_of(module, attribute):
    return f"c{module}\n{attribute}\n".encode()


def tuple_of(*parts):
    return b"(" + b"".join(parts) + b"t"


def dictionary(pairs):
    return b"}(" + b"".join(text(key) + value for key, value in pairs.items()) + b"u"


def call(module, attribute, *arguments):
    return name_of(module, attribute) + tuple_of(*arguments) + b"R"


def tensor(storage_class, key, count, offset, shape, strides):
    """A tensor as a view of a storage."""
    storage = tuple_of(
        text("storage"), name_of("torch", storage_class), text(key), text("cpu"), number(count)
    )
    return call(
        "torch._utils",
        "_rebuild_tensor_v2",
        storage + b"Q",
        number(offset),
        tuple_of(*map(number, shape)),
        tuple_of(*map(number, strides)),
        b"\x89",
        call("collections", "OrderedDict"),
    )


def pickle_of(body):
    return b"\x80\x02" + body + b"."


# -------------------------------------------------------------------------------------- whole files
def write_zip(path, entries, compression=zipfile.ZIP_STORED):
    """entries: {name below the archive's folder: bytes}."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr("best/" + name, data)


def write(path, arrays, extra=None, foreign=None, bfloat16=False):
    """A Lightning checkpoint of contiguous tensors {full name: array}.

    extra: more members of the state_dict, foreign: more members beside it, both as {name: pickle}.
    """
    entries, state = {}, {}
    for index, (name, array) in enumerate(arrays.items()):
        strides = [s // array.itemsize for s in np.asarray(array, order="C").strides]
        kind = "BFloat16Storage" if bfloat16 else CLASSES[array.dtype.name]
        state[name] = tensor(kind, str(index), array.size, 0, array.shape, strides)
        entries[f"data/{index}"] = (bfloat16_bits(array) if bfloat16 else array).tobytes()
    members = {"state_dict": dictionary(state | (extra or {}))} | (foreign or {})
    write_zip(path, {"data.pkl": pickle_of(dictionary(members)), "byteorder": b"little"} | entries)


def weights(seed=1):
    """{full name: float32 array} of a complete model with DIMENSIONS."""
    chance = np.random.RandomState(seed)
    return {
        layout.PREFIX + name: chance.normal(0, 0.5, shape).astype(np.float32)
        for name, shape in layout.wanted(DIMENSIONS).items()
    }


def unused():
    """What published checkpoints hold beside that."""
    names = (
        "text_encoder.model.pooler.dense.weight",
        "text_encoder.emb_local.bias",
        "img_encoder.local_embedder.weight",
    )
    return {layout.PREFIX + name: np.ones((2, 2), np.float32) for name in names}


def vocabulary():
    return ("\n".join(WORDS) + "\n").encode()


def legacy():
    """How a file of torch before 1.6 begins."""
    return io.BytesIO(bytes.fromhex("80028a0a6cfc9c46f9206aa850192e80024de903").ljust(400, b"."))
