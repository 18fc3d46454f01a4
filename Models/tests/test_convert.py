"""A conversion gives a whole, deterministic model directory, or a refusal that names what is wrong."""

import contextlib
import hashlib
import io
import json
import os
import tempfile
import unittest
from pathlib import Path

import numpy as np
from fake_checkpoint import (
    CONFIG,
    DIMENSIONS,
    WORDS,
    call,
    text,
    unused,
    vocabulary,
    weights,
    write,
)

import convert
import layout
import safetensors_io
import selftest
from refusal import CANNOT_CREATE, DATA, NO_INPUT, USAGE

FILES = {"config.json", "vocab.txt", "model.safetensors", "selftest.safetensors", "SHA256SUMS"}
QUERY = "text_encoder.model.encoder.layer.1.attention.self.query.weight"


class Converting(unittest.TestCase):
    """Gives each test a folder with a checkpoint, its vocabulary and its config."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "model"
        self.write_checkpoint(weights() | unused())
        (self.folder / "vocab.txt").write_bytes(vocabulary())
        self.write_config(CONFIG)

    def write_checkpoint(self, arrays, **options):
        write(self.folder / "best.ckpt", arrays, **options)

    def write_config(self, config):
        (self.folder / "config.json").write_text(json.dumps(config))

    def convert(self, *flags, config=True, checkpoint="best.ckpt"):
        """Runs the command; returns (exit status, stdout, stderr)."""
        arguments = [str(self.folder / checkpoint), "--vocab", str(self.folder / "vocab.txt")]
        arguments += ["--out", str(self.out), *flags]
        arguments += ["--config", str(self.folder / "config.json")] if config else []
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = convert.main(arguments)
            except SystemExit as end:
                status = end.code
        return status, out.getvalue(), err.getvalue()

    def converted(self, *flags, **options):
        status, out, err = self.convert(*flags, **options)
        self.assertEqual(status, 0, err)
        return out

    def assert_refused(self, sentence, *flags, status=DATA, **options):
        found, out, err = self.convert(*flags, **options)
        self.assertEqual(found, status, err)
        self.assertIn(sentence, err)
        self.assertNotIn("Traceback", err)
        self.assertEqual(out, "")
        self.assertFalse(self.out.exists())
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name.startswith(".")], [])

    def bytes_of(self, name):
        return (self.out / name).read_bytes()


class Directory(Converting):
    def test_it_holds_five_files_and_a_true_manifest(self):
        self.converted()
        self.assertEqual({path.name for path in self.out.iterdir()}, FILES)
        lines = self.bytes_of("SHA256SUMS").decode().splitlines()
        self.assertEqual([line[66:] for line in lines], sorted(FILES - {"SHA256SUMS"}))
        for line in lines:
            self.assertEqual(line[:64], hashlib.sha256(self.bytes_of(line[66:])).hexdigest())

    def test_the_vocabulary_is_copied_byte_for_byte(self):
        self.converted()
        self.assertEqual(self.bytes_of("vocab.txt"), vocabulary())

    def test_the_same_input_gives_the_same_bytes(self):
        self.converted()
        first = {name: self.bytes_of(name) for name in FILES}
        self.converted("--force")
        self.assertEqual({name: self.bytes_of(name) for name in FILES}, first)

    def test_weights_keep_their_values_under_the_checkpoints_names_without_the_prefix(self):
        self.converted()
        file = safetensors_io.File(self.out / "model.safetensors")
        self.assertEqual(set(file.layout), set(layout.wanted(DIMENSIONS)))
        for name, values in weights().items():
            np.testing.assert_array_equal(file.read(name.removeprefix("gloria.")), values)

    def test_config_says_what_tensors_and_flags_say(self):
        self.converted("--random-weights", "--name", "tiny", "--version", "2", "--integer-hu")
        config = json.loads(self.bytes_of("config.json"))
        provenance = config.pop("provenance")
        self.assertEqual(
            config,
            {
                "format": "brgsa-model/1",
                "name": "tiny",
                "version": "2",
                "random_weights": True,
                "dimensions": {
                    "embedding": 4,
                    "bank": 3,
                    "vision": {
                        "depth": 1,
                        "heads": 2,
                        "hidden": 6,
                        "patch": [2, 2, 1],
                        "position_grid": [2, 2, 2],
                    },
                    "text": {
                        "depth": 2,
                        "heads": 2,
                        "hidden": 5,
                        "vocabulary": len(WORDS),
                        "positions": 12,
                        "token_types": 2,
                        "max_tokens": 10,
                        "pooled_layers": 2,
                    },
                },
                "recipe": {
                    "version": 1,
                    "orientation": "LPS",
                    "spacing_mm": [6, 6, 12],
                    "shape": [4, 4, 2],
                    "outside_hu": 0,
                    "pad_hu": -1024,
                    "clip_hu": [-1000, 1000],
                    "divisor": 1000,
                    "mean": 0.4978,
                    "std": 0.2449,
                    "integer_hu": True,
                },
                "prompt_template": "There is {term}",
                "special_tokens": {
                    "padding": "[PAD]",
                    "unknown": "[UNK]",
                    "start": "[CLS]",
                    "end": "[SEP]",
                },
            },
        )
        checkpoint = (self.folder / "best.ckpt").read_bytes()
        self.assertEqual(provenance["source"], "best.ckpt")
        self.assertEqual(provenance["source_sha256"], hashlib.sha256(checkpoint).hexdigest())
        self.assertEqual(provenance["dtype"], "F32")
        self.assertEqual(provenance["dropped_keys"], sorted(unused()))

    def test_a_directory_with_something_in_it_is_left_alone(self):
        self.out.mkdir()
        (self.out / "mine").write_text("x")
        status, _, err = self.convert()
        self.assertEqual(status, CANNOT_CREATE)
        self.assertIn("is not empty", err)
        self.assertEqual([path.name for path in self.out.iterdir()], ["mine"])
        self.converted("--force")
        self.assertEqual({path.name for path in self.out.iterdir()}, FILES)
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name.startswith(".")], [])

    def test_an_empty_directory_is_filled(self):
        self.out.mkdir()
        self.converted()
        self.assertEqual({path.name for path in self.out.iterdir()}, FILES)

    def test_a_refused_conversion_leaves_an_old_directory_whole(self):
        self.converted()
        before = self.bytes_of("SHA256SUMS")
        self.write_checkpoint({**weights(), "gloria." + QUERY: np.zeros((4, 4), np.float32)})
        self.assertEqual(self.convert("--force")[0], DATA)
        self.assertEqual(self.bytes_of("SHA256SUMS"), before)
        self.assertEqual({path.name for path in self.out.iterdir()}, FILES)


class ForeignContent(Converting):
    def test_a_foreign_checkpoint_gives_the_same_weights_and_nothing_is_executed(self):
        self.converted()
        plain = self.bytes_of("model.safetensors")
        here = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, here)
        canary = call("io", "open", text("pickle-was-executed"), text("w"))
        configuration = b"comegaconf.dictconfig\nDictConfig\n)\x81" + b"}(X\x01\x00\x00\x00aNub"
        self.write_checkpoint(
            weights(),
            extra={"gloria.text_encoder.model.embeddings.position_ids": canary},
            foreign={"hyper_parameters": configuration, "callbacks": canary},
        )
        out = self.converted("--force")
        self.assertEqual(self.bytes_of("model.safetensors"), plain)
        self.assertFalse((self.folder / "pickle-was-executed").exists())
        self.assertIn("gloria.text_encoder.model.embeddings.position_ids", out)

    def test_dropped_keys_are_listed_with_their_reason(self):
        self.write_checkpoint(weights() | unused() | {"extra.weight": np.ones(1, np.float32)})
        out = self.converted()
        for name in unused():
            self.assertIn(f"dropped   {name}  (used by training only)", out)
        self.assertIn("dropped   extra.weight  (not known to this converter)", out)
        dropped = json.loads(self.bytes_of("config.json"))["provenance"]["dropped_keys"]
        self.assertEqual(dropped, sorted([*unused(), "extra.weight"]))

    def test_keys_that_a_terminal_would_obey_are_refused(self):
        for name in ("x\x1b[2J", "x\u202ey", "x\n"):
            self.write_checkpoint(weights() | {name: np.ones(1, np.float32)})
            self.assert_refused("a key of the checkpoint is not printable")

    def test_a_state_dict_without_the_prefix_is_taken_too(self):
        self.converted()
        plain = self.bytes_of("model.safetensors")
        bare = {name.removeprefix("gloria."): values for name, values in weights().items()}
        self.write_checkpoint(bare)
        self.converted("--force")
        self.assertEqual(self.bytes_of("model.safetensors"), plain)

    def test_safetensors_give_the_same_weights(self):
        self.converted()
        plain = self.bytes_of("model.safetensors")
        arrays = weights()
        shapes = {name: ("F32", values.shape) for name, values in arrays.items()}
        safetensors_io.write(self.folder / "best.safetensors", shapes, arrays.__getitem__)
        self.converted("--force", checkpoint="best.safetensors")
        self.assertEqual(self.bytes_of("model.safetensors"), plain)


class WrongWeights(Converting):
    def test_each_missing_key_is_named_in_full(self):
        for name in layout.wanted(DIMENSIONS):
            arrays = weights()
            del arrays["gloria." + name]
            self.write_checkpoint(arrays)
            self.assert_refused(f"missing key: gloria.{name}\n")

    def test_a_wrong_shape_names_key_wanted_and_found(self):
        self.write_checkpoint(weights() | {"gloria." + QUERY: np.ones((4, 5), np.float32)})
        self.assert_refused(f"gloria.{QUERY}: wanted shape [4, 4], found [4, 5]")
        self.write_checkpoint(weights() | {"gloria." + QUERY: np.ones((16,), np.float32)})
        self.assert_refused(f"gloria.{QUERY}: wanted 2 axes, found shape [16]")

    def test_values_that_are_not_finite_or_all_zero_are_refused_by_name(self):
        for bad in (np.nan, np.inf, -np.inf):
            values = np.ones((4, 4), np.float32)
            values[2, 3] = bad
            self.write_checkpoint(weights() | {"gloria." + QUERY: values})
            self.assert_refused(f"gloria.{QUERY}: holds values that are not finite")
        self.write_checkpoint(weights() | {"gloria." + QUERY: np.zeros((4, 4), np.float32)})
        self.assert_refused(f"gloria.{QUERY}: all values are zero")

    def test_biases_may_be_zero(self):
        bias = "gloria.img_encoder.global_embedder.bias"
        self.write_checkpoint(weights() | {bias: np.zeros(4, np.float32)})
        self.converted()

    def test_whole_numbers_are_no_weights(self):
        self.write_checkpoint(weights() | {"gloria." + QUERY: np.ones((4, 4), np.int64)})
        self.assert_refused(f"gloria.{QUERY}: wanted floating-point numbers, found int64")

    def test_what_does_not_fit_f16_is_refused_by_name(self):
        values = np.full((4, 4), 65520, np.float32)
        self.write_checkpoint(weights() | {"gloria." + QUERY: values})
        self.assert_refused(
            f"gloria.{QUERY}: largest value 65520 does not fit F16", "--dtype", "f16"
        )
        self.converted("--dtype", "bf16")


class Settings(Converting):
    def test_heads_that_contradict_each_other_are_refused(self):
        self.assert_refused("--heads says 1, but config member heads says 2", "--heads", "1")
        self.assert_refused("--text-heads says 4, but config", "--text-heads", "4")

    def test_heads_that_do_not_divide_the_channels_are_refused(self):
        for member in ("heads", "text_heads"):
            self.write_config(CONFIG | {member: 3})
            self.assert_refused(f"{member}: 4 channels cannot be divided among 3 heads")

    def test_heads_must_be_said_when_they_are_not_the_published_width(self):
        self.assert_refused("4 channels are not a multiple of 64: say --heads", config=False)

    def test_flags_say_what_a_config_would(self):
        self.converted()
        by_config = self.bytes_of("config.json")
        self.converted(
            *"--force --heads 2 --text-heads 2 --tokens 10 --last-layers 2".split(),
            *"--volume 4,4,2 --base-volume 4,4,2 --spacing 6,6,12".split(),
            config=False,
        )
        self.assertEqual(self.bytes_of("config.json"), by_config)

    def test_config_members_that_a_shape_tells_are_checked(self):
        for member in ("dim", "depth", "bank", "text_depth"):
            self.write_config(CONFIG | {member: 5})
            told = CONFIG[member]
            self.assert_refused(
                f"config member {member} is 5, but the checkpoint's tensors say {told}"
            )
        self.write_config(CONFIG | {"patch": [2, 1, 2]})
        self.assert_refused("config member patch is [2, 1, 2], but the checkpoint's tensors say")

    def test_other_wrong_settings_are_refused_by_name(self):
        for member, value, sentence in (
            ("volume", [4, 5, 2], "volume [4, 5, 2] is not a multiple of the patch [2, 2, 1]"),
            ("volume", [4, 4], "volume must be three whole numbers"),
            ("base_volume", [4, 4, 3], "has 2x2x3 patches"),
            ("spacing", [6, 0, 12], "spacing must be three positive numbers"),
            ("spacing", [6, float("nan"), 12], "spacing must be three positive numbers"),
            ("tokens", 13, "tokens must be 3 to 12"),
            ("tokens", 2, "tokens must be 3 to 12"),
            ("last_layers", 3, "last_layers must be at most the text encoder's 2 layers"),
            ("heads", True, "heads must be a whole number"),
            ("depht", 1, "unknown members ['depht']"),
        ):
            self.write_config(CONFIG | {member: value})
            self.assert_refused(sentence)

    def test_wrong_calls_have_their_own_status(self):
        self.assert_refused("--template must contain {term}", "--template", "x", status=USAGE)
        self.assert_refused("--name must have 1 to 100", "--name", "a\nb", status=USAGE)
        self.assert_refused("three numbers X,Y,Z", "--volume", "1,2", status=USAGE)
        self.assert_refused("No such file", checkpoint="none", status=NO_INPUT)

    def test_wrong_vocabularies_are_refused(self):
        for data, sentence in (
            (b"[PAD]\n", "vocab.txt: has no [UNK]"),
            (vocabulary() + b"one more\n", f"vocab.txt has {len(WORDS) + 1} tokens"),
            (vocabulary() + b"lung\n", f"vocab.txt: line {len(WORDS) + 1} repeats line 10: lung"),
            (vocabulary().replace(b"\n", b"\r\n"), "carriage return"),
            (vocabulary() + b"\n", f"vocab.txt: line {len(WORDS) + 1} is empty"),
            (b"\xff", "not UTF-8"),
        ):
            (self.folder / "vocab.txt").write_bytes(data)
            self.assert_refused(sentence)


if __name__ == "__main__":
    unittest.main()
