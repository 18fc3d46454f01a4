"""A conversion of HLIP: the parts, the turned axes, refusals by name, and torch's numbers."""

import contextlib
import hashlib
import io
import json
import os
import tempfile
import unittest
from pathlib import Path

import numpy as np
from fake_checkpoint import WORDS, call, text, vocabulary, write

import brgsa_numpy
import convert
import safetensors_io
from families import hlip_prompts
from refusal import DATA, USAGE

FIXTURES = Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"
# Depth, height, width.
PATCH, GRID = (1, 2, 3), (2, 3, 1)
WIDTH, TEXT_WIDTH, SHARED, DEPTH = 6, 4, 3, 3
FLAGS = ["--volume", "3,6,2", "--spacing", "2,2,3", "--heads", "2", "--text-heads", "2"]


def shapes():
    """{name without prefix: shape} in the authors' layout, written apart from the converter."""
    told = {
        "visual.trunk.cls_token": (1, 1, WIDTH),
        "visual.trunk.spatial_posemb": (1, *GRID, WIDTH),
        "visual.trunk.patch_embed.proj.weight": (WIDTH, 1, *PATCH),
        "visual.trunk.patch_embed.proj.bias": (WIDTH,),
        "visual.head.proj.weight": (SHARED, WIDTH),
        "text.proj.weight": (SHARED, TEXT_WIDTH),
        "logit_scale": (),
    }

    def layer(name, *shape):
        told[name + ".weight"], told[name + ".bias"] = shape, shape[:1]

    layer("visual.trunk.norm", WIDTH)
    for number in range(DEPTH):
        block = f"visual.trunk.blocks.{number}."
        layer(block + "norm1", WIDTH)
        layer(block + "norm2", WIDTH)
        layer(block + "attn.qkv", 3 * WIDTH, WIDTH)
        layer(block + "attn.proj", WIDTH, WIDTH)
        layer(block + "mlp.fc1", 8, WIDTH)
        layer(block + "mlp.fc2", WIDTH, 8)
    bert = "text.transformer."
    for table, rows in (("word", len(WORDS)), ("position", 12), ("token_type", 2)):
        told[f"{bert}embeddings.{table}_embeddings.weight"] = (rows, TEXT_WIDTH)
    layer(bert + "embeddings.LayerNorm", TEXT_WIDTH)
    first = bert + "encoder.layer.0."
    for part in ("self.query", "self.key", "self.value", "output.dense"):
        layer(f"{first}attention.{part}", TEXT_WIDTH, TEXT_WIDTH)
    layer(first + "attention.output.LayerNorm", TEXT_WIDTH)
    layer(first + "intermediate.dense", 5, TEXT_WIDTH)
    layer(first + "output.dense", TEXT_WIDTH, 5)
    layer(first + "output.LayerNorm", TEXT_WIDTH)
    return told


def weights(prefix="module."):
    chance = np.random.RandomState(3)
    arrays = {
        prefix + name: np.asarray(chance.normal(0, 0.5, shape), np.float32)
        for name, shape in shapes().items()
    }
    arrays[prefix + "logit_scale"] = np.float32(np.log(20)).reshape(())
    return arrays


class ConvertingHLIP(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "model"
        (self.folder / "vocab.txt").write_bytes(vocabulary())
        self.write_checkpoint(weights())

    def write_checkpoint(self, arrays, **options):
        write(self.folder / "hlip.pt", arrays, **options)

    def convert(self, *flags):
        arguments = [str(self.folder / "hlip.pt"), "--family", "hlip", "--out", str(self.out)]
        arguments += ["--vocab", str(self.folder / "vocab.txt"), *FLAGS, *flags]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = convert.main(arguments)
            except SystemExit as end:
                status = end.code
        return status, out.getvalue(), err.getvalue()

    def converted(self, *flags):
        status, out, err = self.convert(*flags)
        self.assertEqual(status, 0, err)
        return json.loads((self.out / "config.json").read_text())

    def assert_refused(self, sentence, *flags, status=DATA):
        found, out, err = self.convert(*flags)
        self.assertEqual((found, out), (status, ""), err)
        self.assertIn(sentence, err)
        self.assertFalse(self.out.exists())


class Parts(ConvertingHLIP):
    def test_config_describes_the_parts(self):
        config = self.converted("--random-weights")
        self.assertEqual(config["format"], "brgsa-model/2")
        self.assertEqual((config["family"], config["name"]), ("hlip", "hlip"))
        self.assertEqual(config["embedding"], SHARED)
        self.assertEqual(config["vision"]["patch"], [3, 2, 1])
        self.assertEqual(config["vision"]["positions"], {"kind": "table", "grid": [1, 3, 2]})
        self.assertEqual(config["vision"]["partition"], {"axis": "z", "joined_blocks": [2]})
        self.assertEqual(config["text"]["max_tokens"], 12)
        self.assertEqual(config["score"]["kind"], "pair_softmax")
        self.assertAlmostEqual(config["score"]["scale"], 20, 5)
        self.assertEqual(config["recipe"]["resampling"], "torch")
        names = [own["name"] for own in config["prompts"]["sets"]]
        self.assertEqual(names, ["hlip-ct-rate-16", "hlip-ct-rate-16-organ"])

    def test_the_position_table_and_the_patch_kernel_are_turned_to_x_y_z(self):
        self.converted()
        file = safetensors_io.File(self.out / "model.safetensors")
        table = file.read("img_encoder.model.pos_embed")
        theirs = weights()["module.visual.trunk.spatial_posemb"]
        np.testing.assert_array_equal(table[0, 0], 0)
        kernel = file.read("img_encoder.model.patch_embed.proj.weight")
        their_kernel = weights()["module.visual.trunk.patch_embed.proj.weight"]
        depth, height, width = GRID
        for x, y, z in np.ndindex(width, height, depth):
            row = 1 + (x * height + y) * depth + z
            np.testing.assert_array_equal(table[0, row], theirs[0, z, y, x])
        np.testing.assert_array_equal(kernel[1, 0, 2, 1, 0], their_kernel[1, 0, 0, 1, 2])

    def test_the_prefix_may_be_missing(self):
        self.converted()
        first = (self.out / "model.safetensors").read_bytes()
        self.write_checkpoint(weights(prefix=""))
        self.converted("--force")
        self.assertEqual((self.out / "model.safetensors").read_bytes(), first)

    def test_provenance_is_filled_in_and_flags_replace_it(self):
        told = self.converted("--source-url", "https://example.org/w", "--license", "MIT")
        provenance = told["provenance"]
        self.assertEqual(provenance["source_url"], "https://example.org/w")
        self.assertEqual(provenance["license"], "MIT")
        self.assertEqual(provenance["training_data"], "CT-RATE")
        digest = hashlib.sha256((self.folder / "hlip.pt").read_bytes()).hexdigest()
        self.assertEqual(provenance["source_sha256"], digest)
        self.assertEqual(provenance["vocabulary_sha256"], hashlib.sha256(vocabulary()).hexdigest())

    def test_both_prompt_sets_have_sixteen_pairs(self):
        volume, organ = hlip_prompts.sets()
        self.assertEqual((len(volume["prompts"]), len(organ["prompts"])), (16, 16))
        nodule = {"label": "Lung nodule", "text": "The volume shows: Lung nodule."}
        self.assertIn(
            nodule | {"negative": "The volume shows: Not lung nodule."}, volume["prompts"]
        )
        nodule = {"label": "Lung nodule", "text": "The lung shows: Nodule."}
        self.assertIn(nodule | {"negative": "The lung shows: Not nodule."}, organ["prompts"])


class Refusals(ConvertingHLIP):
    def test_missing_extra_and_misshaped_keys_are_named(self):
        name = "module.visual.trunk.blocks.1.attn.proj.weight"
        arrays = weights()
        del arrays[name]
        self.write_checkpoint(arrays)
        self.assert_refused(f"missing key: {name}")
        self.write_checkpoint(weights() | {name: np.ones((2, 6), np.float32)})
        self.assert_refused(f"{name}: wanted shape [6, 6], found [2, 6]")
        extra = "module.visual.trunk.blocks.0.attn.q_norm.weight"
        self.write_checkpoint(weights() | {extra: np.ones(3, np.float32)})
        self.assert_refused(f"unknown key: {extra}")

    def test_the_text_encoders_unused_keys_are_dropped_and_listed(self):
        names = ["module.text.transformer.pooler.dense.bias"]
        names.insert(0, "module.text.transformer.embeddings.position_ids")
        self.write_checkpoint(weights() | {name: np.ones(4, np.float32) for name in names})
        self.assertEqual(self.converted()["provenance"]["dropped_keys"], names)

    def test_other_kinds_of_hlip_are_refused(self):
        several = {"module.visual.trunk.sequential_posemb": np.ones((1, 4, 6), np.float32)}
        self.write_checkpoint(weights() | several)
        self.assert_refused("several scans")
        adapted = (
            "module.text.transformer.encoder.layer.0.attention.self.query.lora_A.default.weight"
        )
        self.write_checkpoint(weights() | {adapted: np.ones((2, 4), np.float32)})
        self.assert_refused("merge the adapter")

    def test_wrong_statements_are_refused(self):
        self.assert_refused("--base-volume does not apply", "--base-volume", "3,6,2", status=USAGE)
        self.assert_refused("joined-blocks must be ascending", "--joined-blocks", "2,1")
        self.assert_refused("joined-blocks must be ascending", "--joined-blocks", "3")
        self.assert_refused("not a multiple of the patch", "--volume", "4,6,2")
        self.assert_refused("must start with https://", "--source-url", "example.org", status=USAGE)
        self.assert_refused("exactly once", "--negative-template", "Not it", status=USAGE)

    def test_a_foreign_object_is_not_executed(self):
        self.converted()
        plain = (self.out / "model.safetensors").read_bytes()
        here = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, here)
        canary = call("os", "system", text("touch executed"))
        self.write_checkpoint(weights(), foreign={"optimizer": canary})
        self.converted("--force")
        self.assertFalse((self.folder / "executed").exists())
        self.assertEqual((self.out / "model.safetensors").read_bytes(), plain)


class Goldens(unittest.TestCase):
    def setUp(self):
        self.model = brgsa_numpy.Model(FIXTURES / "tiny-hlip")
        self.file = safetensors_io.File(FIXTURES / "hlip-goldens.safetensors")

    def test_embeddings_equal_the_authors_code(self):
        for case in ("base", "resized"):
            found, _ = self.model.encode_volume(self.file.read(case + ".volume"))
            wanted = np.asarray(self.file.read(case + ".embedding"), np.float64)
            self.assertLess(np.abs(found - wanted).max(), 1e-6, case)

    def test_texts_and_scores_equal_the_authors_code(self):
        goldens = json.loads((FIXTURES / "hlip-goldens.json").read_text())
        for case in goldens["cases"]:
            self.assertEqual(self.model.tokens(case["text"]), case["tokens"])
            found = self.model.encode_tokens(case["tokens"])
            np.testing.assert_allclose(found, case["embedding"], rtol=0, atol=1e-6)
        volume, _ = self.model.encode_volume(self.file.read("base.volume"))
        for pair in goldens["pairs"]:
            stated, denied = (self.model.encode_text(pair[part]) for part in ("text", "negative"))
            self.assertAlmostEqual(self.model.pair_score(volume, stated, denied), pair["score"], 9)


if __name__ == "__main__":
    unittest.main()
