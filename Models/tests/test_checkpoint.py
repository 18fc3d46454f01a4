"""Tensors come out of a checkpoint with their values, whatever their storage; a file that lies is
refused by name.
"""

import tempfile
import unittest
import zipfile
from pathlib import Path

import numpy as np
from fake_checkpoint import (
    call,
    dictionary,
    legacy,
    name_of,
    number,
    pickle_of,
    tensor,
    text,
    tuple_of,
    write,
    write_zip,
)

import safetensors_io
from checkpoint import open_checkpoint
from refusal import NO_INPUT, Refusal


class Checkpoint(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "best.ckpt")

    def opened(self, views, entries, **options):
        """A checkpoint whose state_dict is {name: pickle}."""
        body = dictionary({"state_dict": dictionary(views)})
        write_zip(self.path, {"data.pkl": pickle_of(body)} | entries, **options)
        return open_checkpoint(self.path)

    def assert_refused(self, pattern, action, *arguments):
        with self.assertRaisesRegex(Refusal, pattern) as caught:
            action(*arguments)
        return caught.exception

    def test_storages_of_every_number_format_are_read(self):
        values = np.array([[0.5, -2.0], [3.0, 1024.0]])
        for kind in ("float64", "float32", "float16", "int64"):
            write(self.path, {"x": values.astype(kind)})
            read = open_checkpoint(self.path).read("x")
            self.assertEqual(read.dtype, kind)
            np.testing.assert_array_equal(read, values.astype(kind))
        write(self.path, {"x": values.astype(np.float32)}, bfloat16=True)
        np.testing.assert_array_equal(open_checkpoint(self.path).read("x"), values)

    def test_views_follow_their_offset_and_strides(self):
        storage = np.arange(12, dtype=np.float32)
        views = {
            "transposed": tensor("FloatStorage", "0", 12, 0, (4, 3), (1, 4)),
            "part": tensor("FloatStorage", "0", 12, 5, (2, 2), (4, 1)),
            "last": tensor("FloatStorage", "0", 12, 11, (1,), (1,)),
            "scalar": tensor("FloatStorage", "0", 12, 3, (), ()),
        }
        source = self.opened(views, {"data/0": storage.tobytes()})
        np.testing.assert_array_equal(source.read("transposed"), storage.reshape(3, 4).T)
        np.testing.assert_array_equal(source.read("part"), [[5, 6], [9, 10]])
        np.testing.assert_array_equal(source.read("last"), [11])
        self.assertEqual(float(source.read("scalar")), 3)
        self.assertEqual(source.shapes["transposed"], (4, 3))

    def test_parameters_ordered_dictionaries_and_bare_state_dicts_are_understood(self):
        view = tensor("FloatStorage", "0", 2, 0, (2,), (1,))
        parameter = call("torch._utils", "_rebuild_parameter", view, b"\x88", b"}")
        # OrderedDict(), filled, then BUILD with the _metadata that modules attach.
        ordered = call("collections", "OrderedDict")
        ordered += b"(" + text("x") + parameter + b"u" + dictionary({"_metadata": b"}"}) + b"b"
        for body in (ordered, dictionary({"state_dict": ordered})):
            data = np.array([1, 2], np.float32).tobytes()
            write_zip(self.path, {"data.pkl": pickle_of(body), "data/0": data})
            np.testing.assert_array_equal(open_checkpoint(self.path).read("x"), [1, 2])

    def test_big_endian_storages_are_turned(self):
        data = np.array([1, 2], ">f4").tobytes()
        view = {"x": tensor("FloatStorage", "0", 2, 0, (2,), (1,))}
        source = self.opened(view, {"data/0": data, "byteorder": b"big"})
        np.testing.assert_array_equal(source.read("x"), [1, 2])

    def test_views_that_leave_or_repeat_their_storage_are_refused_by_name(self):
        data = np.zeros(4, np.float32).tobytes()
        for shape, strides, offset in (
            ((5,), (1,), 0),
            ((4,), (1,), 1),
            ((2, 2), (3, 1), 0),
            ((1 << 20, 1 << 20), (0, 0), 0),
            ((8,), (0,), 0),
            ((0,), (1,), 0),
        ):
            view = {"x.weight": tensor("FloatStorage", "0", 4, offset, shape, strides)}
            source = self.opened(view, {"data/0": data})
            self.assert_refused(
                "x.weight: shape .* does not fit its storage", source.read, "x.weight"
            )

    def test_sizes_that_lie_are_refused(self):
        view = {"x": tensor("FloatStorage", "0", 4, 0, (4,), (1,))}
        for size in (15, 0):
            source = self.opened(view, {"data/0": bytes(size)})
            self.assert_refused(f"x: its storage has {size} bytes, not 16", source.read, "x")
        source = self.opened(view, {"data/0": bytes(17)})
        self.assert_refused("has 17 bytes, at most 16", source.read, "x")
        self.assert_refused("no entry 'data/0'", self.opened(view, {}).read, "x")

    def test_compressed_entries_are_refused_before_they_are_inflated(self):
        view = {"x": tensor("FloatStorage", "0", 4, 0, (4,), (1,))}
        with self.assertRaisesRegex(Refusal, "is compressed"):
            self.opened(view, {"data/0": bytes(1 << 24)}, compression=zipfile.ZIP_DEFLATED)

    def test_damaged_numbers_are_refused(self):
        source_view = {"x": tensor("FloatStorage", "0", 4, 0, (4,), (1,))}
        self.opened(source_view, {"data/0": b"0123456789abcdef"})
        data = self.path.read_bytes()
        self.path.write_bytes(data.replace(b"0123456789abcdef", b"0123456789abcdeX"))
        self.assert_refused("x: damaged zip: Bad CRC", open_checkpoint(self.path).read, "x")

    def test_a_zip_cut_anywhere_is_refused(self):
        write(self.path, {"x": np.ones(3, np.float32)})
        whole = self.path.read_bytes()
        for end in range(4, len(whole), 7):
            self.path.write_bytes(whole[:end])
            self.assert_refused("damaged zip|neither", open_checkpoint, self.path)

    def test_other_files_are_refused_with_the_reason(self):
        for data, pattern in (
            (legacy().read(), "format of before 1.6"),
            (b"", "neither a torch checkpoint"),
            (b"\x1f\x8b" + bytes(100), "neither a torch checkpoint"),
        ):
            self.path.write_bytes(data)
            self.assert_refused(pattern, open_checkpoint, self.path)
        write_zip(self.path, {"other.txt": b"x"})
        self.assert_refused("no data.pkl", open_checkpoint, self.path)
        write_zip(self.path, {"data.pkl": pickle_of(dictionary({"state_dict": number(1)}))})
        self.assert_refused("no state_dict", open_checkpoint, self.path)
        refusal = self.assert_refused("No such file", open_checkpoint, self.path.parent / "none")
        self.assertEqual(refusal.status, NO_INPUT)

    def test_things_that_are_no_tensor_have_no_shape(self):
        odd = {
            "wrong arguments": call("torch._utils", "_rebuild_tensor_v2", number(1)),
            "negative stride": tensor("FloatStorage", "0", 4, 0, (4,), (-1,)),
            "ranks that differ": tensor("FloatStorage", "0", 4, 0, (4,), (1, 1)),
            "unknown function": call("torch._utils", "_rebuild_qtensor", number(1)),
            "class": name_of("torch", "FloatStorage"),
            "tuple": tuple_of(number(1), text("x")),
        }
        good = {"x": tensor("FloatStorage", "0", 1, 0, (1,), (1,))}
        source = self.opened(odd | good, {"data/0": bytes(4)})
        self.assertEqual({name for name, shape in source.shapes.items() if shape is None}, set(odd))

    def test_an_unknown_storage_type_is_refused_only_when_it_is_needed(self):
        view = {"x": tensor("QInt8Storage", "0", 1, 0, (1,), (1,))}
        source = self.opened(view, {"data/0": bytes(1)})
        self.assert_refused("x: its storage type", source.read, "x")

    def test_safetensors_are_read_too(self):
        values = np.array([1.5, 2.5], np.float32)
        safetensors_io.write(self.path, {"x": ("F32", (2,))}, lambda _: values)
        np.testing.assert_array_equal(open_checkpoint(self.path).read("x"), values)


if __name__ == "__main__":
    unittest.main()
