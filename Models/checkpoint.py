"""Opens a trained checkpoint and gives its tensors, one at a time, without executing anything that
lies in the file.

A torch checkpoint is a zip of stored (uncompressed) entries: `NAME/data.pkl` describes the tensors
as views of storages, `NAME/data/KEY` holds a storage's raw numbers. Source: torch/serialization.py
and torch/_utils.py of PyTorch.
"""

import math
import re
import struct
import zipfile
from dataclasses import dataclass

import numpy as np

import pickle_machine
import safetensors_io
from number_formats import float32_of_bfloat16
from refusal import NO_INPUT, Refusal

MAXIMUM_PICKLE_BYTES = 16 << 20
# What the zipfile module raises for damaged, encrypted or exotic files.
ZIP_PROBLEMS = (
    zipfile.BadZipFile,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
)
# How torch opened files before 1.6: a pickled magic number.
LEGACY_MAGIC = bytes.fromhex("80028a0a6cfc9c46f9206aa85019")
STORAGE_TYPES = {
    "DoubleStorage": "f8",
    "FloatStorage": "f4",
    "HalfStorage": "f2",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "i8",
    "IntStorage": "i4",
    "ShortStorage": "i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}


@dataclass(frozen=True)
class Storage:
    """A run of `count` numbers in the zip entry `data/key`. `type` is a NumPy type or "bfloat16";
    None: unknown to us.
    """

    type: str | None
    key: str
    count: int


@dataclass(frozen=True)
class View:
    """A tensor as a window on a storage; offset and strides count numbers, not bytes."""

    storage: Storage
    offset: int
    shape: tuple
    strides: tuple


def open_checkpoint(path):
    """A source of tensors: `.shapes` {name: shape, or None for other objects} and
    `.read(name)`. Refuses other files.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(16)
    except OSError as problem:
        raise Refusal(f"{path}: {problem.strerror}", NO_INPUT) from None
    if start.startswith(b"PK\x03\x04"):
        return TorchCheckpoint(path)
    if start.startswith(LEGACY_MAGIC):
        raise Refusal(
            f"{path}: this is torch's format of before 1.6, which cannot be read without "
            "executing it; load and save it again with a current torch on a machine that may be lost"
        )
    if start[8:9] == b"{":
        return SafetensorsCheckpoint(path)
    raise Refusal(f"{path}: neither a torch checkpoint (zip) nor a safetensors file")


class SafetensorsCheckpoint:
    """A checkpoint whose tensors were written as safetensors before, under the same names."""

    def __init__(self, path):
        self._file = safetensors_io.File(path)
        self.shapes = {name: shape for name, (_, shape) in self._file.layout.items()}

    def read(self, name):
        return self._file.read(name)


class TorchCheckpoint:
    """A checkpoint that torch.save wrote: either {"state_dict": {name: tensor}, …} or {name:
    tensor}.
    """

    def __init__(self, path):
        try:
            self._zip = zipfile.ZipFile(path)
            names = self._zip.namelist()
            if len(set(names)) != len(names):
                raise Refusal(f"{path}: two entries of the zip have the same name")
            pickles = [name for name in names if re.fullmatch(r"([^/]+/)?data\.pkl", name)]
            if len(pickles) != 1:
                raise Refusal(f"{path}: a zip, but not one that torch.save wrote (no data.pkl)")
            self._folder = pickles[0].removesuffix("data.pkl")
            top = pickle_machine.load(
                self._entry("data.pkl", MAXIMUM_PICKLE_BYTES), CONSTRUCTORS, _storage
            )
            order = (
                self._entry("byteorder", 16) if self._folder + "byteorder" in names else b"little"
            )
        except ZIP_PROBLEMS as problem:
            raise Refusal(f"{path}: damaged zip: {problem}") from None
        self._byte_order = ">" if order == b"big" else "<"
        state = top.get("state_dict", top) if isinstance(top, dict) else None
        if not isinstance(state, dict) or not any(
            isinstance(value, View) for value in state.values()
        ):
            raise Refusal(f"{path}: holds no state_dict with tensors")
        self._views = {str(name): value for name, value in state.items()}
        self.shapes = {
            name: view.shape if isinstance(view, View) else None
            for name, view in self._views.items()
        }

    def read(self, name):
        """The tensor's values, contiguous; bfloat16 as float32. Refuses a view that leaves its
        storage.
        """
        view = self._views[name]
        storage = view.storage
        if storage.type is None:
            raise Refusal(f"{name}: its storage type is not supported")
        kind = np.dtype("u2" if storage.type == "bfloat16" else storage.type).newbyteorder(
            self._byte_order
        )
        _check_window(name, view)
        try:
            data = self._entry("data/" + storage.key, storage.count * kind.itemsize)
        except ZIP_PROBLEMS as problem:
            raise Refusal(f"{name}: damaged zip: {problem}") from None
        if len(data) != storage.count * kind.itemsize:
            raise Refusal(
                f"{name}: its storage has {len(data)} bytes, not {storage.count * kind.itemsize}"
            )
        numbers = np.frombuffer(data, kind)[view.offset :]
        strides = tuple(stride * kind.itemsize for stride in view.strides)
        window = np.lib.stride_tricks.as_strided(numbers, view.shape, strides, writeable=False)
        values = np.array(window, dtype=kind.newbyteorder("="), order="C")
        return float32_of_bfloat16(values) if storage.type == "bfloat16" else values

    def _entry(self, name, limit):
        """One entry's bytes. Stored entries cannot be larger than the file, so no declared size can
        exhaust memory.
        """
        try:
            information = self._zip.getinfo(self._folder + name)
        except KeyError:
            raise Refusal(f"the checkpoint has no entry {name!a}") from None
        if (
            information.compress_type != zipfile.ZIP_STORED
            or information.compress_size != information.file_size
        ):
            raise Refusal(
                f"the checkpoint's entry {name!a} is compressed; torch.save never compresses"
            )
        if information.file_size > limit:
            raise Refusal(
                f"the checkpoint's entry {name!a} has {information.file_size} bytes, "
                f"at most {limit} are allowed"
            )
        return self._zip.read(information)


def _check_window(name, view):
    """Refuses a view that leaves its storage, or shows a number twice (an expanded tensor could be
    of any size).
    """
    count = math.prod(view.shape)
    last = view.offset + sum((n - 1) * stride for n, stride in zip(view.shape, view.strides))
    if count == 0 or count > view.storage.count or last >= view.storage.count:
        raise Refusal(
            f"{name}: shape {list(view.shape)} with strides {list(view.strides)} "
            f"from {view.offset} does not fit its storage of {view.storage.count} numbers"
        )


# ---------------------------- what our table of constructors puts in the place of torch's functions
def _storage(identity):
    """The meaning of a persistent id: ("storage", storage class, key, device, count)."""
    match identity:
        case ("storage", pickle_machine.Global(name=name), str(key), _, int(count)) if count >= 0:
            return Storage(STORAGE_TYPES.get(name), key, count)
    return pickle_machine.Inert()


def _view(arguments):
    """torch._utils._rebuild_tensor_v2(storage, offset, size, stride, …)."""
    match arguments:
        case (Storage() as storage, int(offset), tuple(shape), tuple(strides), *_):
            numbers = (offset, *shape, *strides)
            if len(shape) == len(strides) and all(type(n) is int and n >= 0 for n in numbers):
                return View(storage, offset, shape, strides)
    return pickle_machine.Inert()


def _first(arguments):
    """torch._utils._rebuild_parameter(tensor, …): the tensor."""
    return arguments[0] if arguments else pickle_machine.Inert()


def _dictionary(arguments):
    """collections.OrderedDict() or OrderedDict([[key, value], …])."""
    pairs = arguments[0] if arguments and isinstance(arguments[0], list) else []
    return {
        pair[0]: pair[1]
        for pair in pairs
        if isinstance(pair, (list, tuple)) and len(pair) == 2 and isinstance(pair[0], str)
    }


CONSTRUCTORS = {
    ("torch._utils", "_rebuild_tensor"): _view,
    ("torch._utils", "_rebuild_tensor_v2"): _view,
    ("torch._utils", "_rebuild_parameter"): _first,
    ("torch._utils", "_rebuild_parameter_with_state"): _first,
    ("collections", "OrderedDict"): _dictionary,
}
