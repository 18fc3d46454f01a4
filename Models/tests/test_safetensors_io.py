"""What is written is read back; a header that lies is refused."""

import json
import tempfile
import unittest
from pathlib import Path

import fake_checkpoint  # noqa: F401  (puts Models/ on the path)
import numpy as np

import safetensors_io
from number_formats import bfloat16_bits, float32_of_bfloat16, stored
from refusal import Refusal


class Safetensors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "x.safetensors")

    def test_every_format_survives_the_round_trip(self):
        values = {
            "a.F32": np.array([[1.5, -2.25, 3e38]], np.float32),
            "b.F16": np.array([1.5, 65504, 6e-8], np.float16),
            "c.BF16": np.array([1.5, -3.0, 3e38], np.float32),
            "d.I32": np.array([[-1], [2**31 - 1]], np.int32),
        }
        layout = {name: (name.split(".")[1], array.shape) for name, array in values.items()}
        safetensors_io.write(
            self.path, layout, lambda name: stored(values[name], layout[name][0]), {"k": "v"}
        )
        file = safetensors_io.File(self.path)
        self.assertEqual(file.layout, layout)
        self.assertEqual(file.metadata, {"k": "v"})
        for name in ("a.F32", "b.F16", "d.I32"):
            np.testing.assert_array_equal(file.read(name), values[name])
        np.testing.assert_array_equal(
            file.read("c.BF16"), float32_of_bfloat16(bfloat16_bits(values["c.BF16"]))
        )

    def test_the_bytes_are_those_of_the_format(self):
        safetensors_io.write(
            self.path,
            {"b": ("I32", (1,)), "a": ("I32", (2,))},
            lambda n: [5] if n == "b" else [1, 2],
        )
        data = self.path.read_bytes()
        length = int.from_bytes(data[:8], "little")
        self.assertEqual(length % 8, 0)
        self.assertEqual(
            json.loads(data[8 : 8 + length]),
            {
                "a": {"dtype": "I32", "shape": [2], "data_offsets": [0, 8]},
                "b": {"dtype": "I32", "shape": [1], "data_offsets": [8, 12]},
            },
        )
        self.assertEqual(data[8 + length :].hex(), "010000000200000005000000")

    def test_headers_that_lie_are_refused(self):
        good = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
        after = {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}
        lies = {
            "shape": {"a": good | {"shape": [3]}},
            "negative": {"a": good | {"shape": [-1, -2]}},
            "beyond the file": {"a": good | {"shape": [3], "data_offsets": [0, 12]}},
            "gap": {"a": good, "b": after | {"data_offsets": [12, 16]}},
            "overlap": {"a": good, "b": good},
            "too little": {"a": good | {"shape": [1], "data_offsets": [0, 4]}},
            "no offsets": {"a": {"dtype": "F32", "shape": [2]}},
            "odd offsets": {"a": good | {"data_offsets": [0, 4, 8]}},
            "number format that is a list": {"a": good | {"dtype": []}},
            "Boolean size": {"a": good | {"shape": [True, 2]}},
            "entry that is not an object": {"a": 1},
            "list": [good],
            "nothing": {},
        }
        for lie, header in lies.items():
            self.write_raw(json.dumps(header).encode(), bytes(8))
            with self.assertRaises(Refusal, msg=lie):
                safetensors_io.File(self.path)
        self.write_raw(json.dumps({"a": good}).encode(), bytes(8))
        safetensors_io.File(self.path)

    def test_damaged_headers_are_refused(self):
        entry = b'{"dtype":"F32","shape":[2],"data_offsets":[0,8]}'
        for header in (
            b"",
            b"{",
            b"\xff{}",
            b'{"a":' + entry + b',"a":' + entry + b"}",
            b"[" * 100_000,
        ):
            self.write_raw(header, bytes(8))
            with self.assertRaises(Refusal, msg=header[:20]):
                safetensors_io.File(self.path)
        for data in (b"", b"1234567", (1 << 62).to_bytes(8, "little") + b"{}"):
            self.path.write_bytes(data)
            with self.assertRaises(Refusal, msg=data):
                safetensors_io.File(self.path)

    def write_raw(self, header, data):
        self.path.write_bytes(len(header).to_bytes(8, "little") + header + data)


class Bfloat16(unittest.TestCase):
    def test_ties_go_to_even(self):
        for value, bits in (
            (1.0, 0x3F80),
            (1.0 + 2**-8, 0x3F80),
            (1.0 + 3 * 2**-8, 0x3F82),
            (1.0 + 2**-8 + 2**-20, 0x3F81),
            (-2.0, 0xC000),
            (0.0, 0x0000),
            (-0.0, 0x8000),
            (3.4e38, 0x7F80),
            (np.inf, 0x7F80),
        ):
            self.assertEqual(int(bfloat16_bits(np.array([value]))[0]), bits, value)

    def test_nan_stays_nan(self):
        pattern = np.array([0x7F800001, 0xFFFFFFFF], np.uint32).view(np.float32)
        self.assertTrue(np.isnan(float32_of_bfloat16(bfloat16_bits(pattern))).all())

    def test_every_bfloat16_comes_back(self):
        bits = np.arange(1 << 16, dtype=np.uint16)
        finite = bits[(bits & 0x7F80) != 0x7F80]
        np.testing.assert_array_equal(bfloat16_bits(float32_of_bfloat16(finite)), finite)


if __name__ == "__main__":
    unittest.main()
