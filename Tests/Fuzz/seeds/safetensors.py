"""Safetensors: 8 bytes of size, a JSON header, the tensors."""

import json
import struct


def tensors(entries, data, metadata=None, size=None):
    header = dict(entries)
    if metadata is not None:
        header["__metadata__"] = metadata
    text = header_text(header)
    return struct.pack("<Q", len(text) if size is None else size) + text + data


def header_text(header):
    return json.dumps(header, separators=(",", ":")).encode()


def entry(format, shape, start, end):
    return {"dtype": format, "shape": shape, "data_offsets": [start, end]}


def seeds():
    floats = struct.pack("<6f", *range(1, 7))
    matrix = {"a": entry("F32", [2, 3], 0, 24)}
    cases = {
        "matrix": tensors(matrix, floats, {"prompt": "There is {term}"}),
        "halves": tensors({"h": entry("F16", [4], 0, 8), "b": entry("BF16", [2, 2], 8, 16)},
                          struct.pack("<4e", 1, -2, 6e-8, 65504) + bytes.fromhex("803f00c001008040")),
        "integers": tensors({"i": entry("I32", [3], 0, 12)}, struct.pack("<3i", 1, -2, 3)),
        "scalar": tensors({"s": entry("F32", [], 0, 4), "n": entry("F32", [0, 5], 4, 4)},
                          struct.pack("<f", 1e-40)),
        "none": tensors({}, b""), "doubles": tensors({"d": entry("F64", [1], 0, 8)}, bytes(8)),
        "zero": tensors(matrix, bytes(24)), "nan": tensors(matrix, b"\xff" * 24),
        "hole": tensors({"a": entry("F32", [1], 4, 8)}, bytes(8)),
        "overlap": tensors({"a": entry("F32", [2], 0, 8), "b": entry("F32", [2], 4, 12)}, floats[:12]),
        "overflow": tensors({"a": entry("F32", [1 << 62, 1 << 62], 0, 24)}, floats),
        "wrapped": tensors({"a": entry("F32", [1 << 62, 4], 0, 0)}, b""),
        "negative": tensors({"a": entry("F32", [-1, -6], 0, 24)}, floats),
        "unknown": tensors({"a": entry("F8", [24], 0, 24)}, floats),
        "long-size": tensors(matrix, floats, size=1 << 63), "short": tensors(matrix, floats)[:-1],
        "metadata": tensors(matrix, floats, ["x"]), "list": struct.pack("<Q", 2) + b"[]",
        "zip": b"PK\3\4" + bytes(8), "pickle": b"\x80\x02" + bytes(8),
    }
    return cases
