"""Writes and reads safetensors files: 8 bytes of header length, a JSON header, then the tensors'
bytes without gaps.

Source of the format: https://github.com/huggingface/safetensors#format
Tensors lie in the order of their names and the header has no optional blank but its padding to 8
bytes: the same tensors always give the same bytes.
"""

import json
import math
import os

import numpy as np

from number_formats import BITS, restored
from refusal import Refusal

# The format's own limit is 100 MB; this project's headers have about 60 KB.
MAXIMUM_HEADER_BYTES = 16 << 20


def write(path, layout, bits_of, metadata=None):
    """Writes one file, one tensor in memory at a time, and flushes it to the disk.

    layout: {name: (number format, shape)}. bits_of: function from a name to the array of its bits
    (see number_formats.stored). metadata: {string: string} or None.
    """
    header, offset = {}, 0
    if metadata:
        header["__metadata__"] = metadata
    for name in sorted(layout):
        number_format, shape = layout[name]
        end = offset + math.prod(shape) * np.dtype(BITS[number_format]).itemsize
        header[name] = {"dtype": number_format, "shape": list(shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in sorted(layout):
            number_format, shape = layout[name]
            file.write(
                np.ascontiguousarray(bits_of(name), dtype=BITS[number_format]).reshape(shape).data
            )
        file.flush()
        os.fsync(file.fileno())


class File:
    """An open safetensors file. `layout` is {name: (number format, shape)}, `metadata` {string:
    string}.
    """

    def __init__(self, path):
        self.layout, self.metadata, self._offsets = {}, {}, {}
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, MAXIMUM_HEADER_BYTES):
                raise Refusal(f"{path}: the safetensors header length is not true")
            header = _parsed(path, file.read(length))
        self.metadata = header.pop("__metadata__", {})
        if not header:
            raise Refusal(f"{path}: holds no tensor")
        self._bytes = (
            np.memmap(path, dtype=np.uint8, mode="r", offset=8 + length)
            if size > 8 + length
            else b""
        )
        self._place(path, header, size - 8 - length)

    def _place(self, path, header, available):
        """Checks that the tensors fill the data without gap or overlap, and notes where each one
        is.
        """
        reached = 0
        try:
            entries = sorted(
                (*entry["data_offsets"], name, entry["dtype"], tuple(entry["shape"]))
                for name, entry in header.items()
            )
        except (TypeError, KeyError):
            raise Refusal(f"{path}: the safetensors header is damaged") from None
        for entry in entries:
            whole = len(entry) == 5 and all(
                type(n) is int and n >= 0 for n in (*entry[:2], *entry[4])
            )
            if not whole or not isinstance(entry[3], str):
                raise Refusal(f"{path}: the safetensors header is damaged")
            start, end, name, number_format, shape = entry
            item = np.dtype(BITS[number_format]).itemsize if number_format in BITS else None
            if (
                start != reached
                or (item and end - start != math.prod(shape) * item)
                or end > available
            ):
                raise Refusal(f"{path}: {name}: wrong data offsets")
            self.layout[name], self._offsets[name], reached = (
                (number_format, shape),
                (start, end),
                end,
            )
        if reached != available:
            raise Refusal(f"{path}: the data has {available} bytes, the header speaks of {reached}")

    def read(self, name):
        """The tensor's values: bfloat16 as float32, others as stored, without a copy. Refuses
        formats it does not know.
        """
        number_format, shape = self.layout[name]
        if number_format not in BITS:
            raise Refusal(f"{name}: number format {number_format} is not supported")
        start, end = self._offsets[name]
        return restored(
            self._bytes[start:end].view(BITS[number_format]).reshape(shape), number_format
        )


def _parsed(path, text):
    """The header as a dictionary; a name that comes twice is refused (JSON readers differ in which
    one they take).
    """

    def without_duplicates(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name comes twice")
        return dict(pairs)

    try:
        header = json.loads(text.decode(), object_pairs_hook=without_duplicates)
    except (ValueError, RecursionError) as problem:
        raise Refusal(f"{path}: the safetensors header is damaged: {problem}") from None
    if not isinstance(header, dict):
        raise Refusal(f"{path}: the safetensors header is damaged")
    return header
