"""The NumPy model: examples to check by hand, laws, then torch's numbers from Tests/Fixtures."""

import json
import math
import unittest
from pathlib import Path

import fake_checkpoint  # noqa: F401  (puts Models/ on the path)
import numpy as np

import brgsa_numpy as b
import safetensors_io

FIXTURES = Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"
# Goldens were computed in float64 and rounded once, to F32.
ROUNDING = 2.0**-23


class Functions(unittest.TestCase):
    def test_erf_is_that_of_the_mathematics_library(self):
        x = np.concatenate([np.linspace(-7, 7, 20_001), [0.0, 1e-300, 1e-9, 30, -30, 1e9]])
        exact = [math.erf(value) for value in x]
        self.assertLess(np.abs(b.erf(x) - exact).max(), 4e-16)

    def test_resizing_by_hand(self):
        two = np.array([0.0, 4.0])
        np.testing.assert_array_equal(b.resize_axis(two, 0, 4), [0, 1, 3, 4])
        np.testing.assert_array_equal(b.resize_axis(np.array([0.0, 2, 4, 6]), 0, 2), [1, 5])
        np.testing.assert_array_equal(b.resize_axis(two, 0, 1), [2])

    def test_resizing_keeps_constants_and_its_own_size(self):
        grid = np.arange(24.0).reshape(2, 3, 4, 1)
        np.testing.assert_array_equal(b.resize_grid(grid, (2, 3, 4)), grid)
        np.testing.assert_allclose(b.resize_grid(np.full((2, 3, 4, 2), 5.0), (7, 1, 5)), 5)

    def test_softmax_sums_to_one_and_bears_large_numbers(self):
        rows = b.softmax(np.array([[1e4, 0, -1e4], [1.0, 2, 3]]))
        np.testing.assert_allclose(rows.sum(1), 1)
        np.testing.assert_array_equal(rows[0], [1, 0, 0])

    def test_cosines_by_hand(self):
        self.assertEqual(b.cosine(np.array([3.0, 4]), np.array([4.0, 3])), 24 / 25)
        self.assertEqual(b.cosine(np.zeros(2), np.ones(2)), 0)


class Goldens(unittest.TestCase):
    def assert_equal_to_rounding(self, found, wanted, name):
        error = np.abs(found - wanted)
        self.assertLess((error / np.maximum(np.abs(wanted), 1)).max(), ROUNDING, name)

    def test_functions_equal_torch(self):
        file = safetensors_io.File(FIXTURES / "kernel-goldens.safetensors")
        cases = {name.rsplit(".", 1)[0] for name in file.layout}
        self.assertEqual(len(cases), 25)
        for case in sorted(cases):

            def of(part):
                return np.asarray(file.read(f"{case}.{part}"), dtype=np.float64)

            wanted = of("output")
            match case.split(".")[0]:
                case "gelu":
                    found = b.gelu(of("input"))
                case "layernorm":
                    found = b.layer_norm(of("input"), of("weight"), of("bias"), of("epsilon")[0])
                case "softmax":
                    found = b.softmax(of("input"))
                case "attention":
                    found = b.attention(of("query"), of("key"), of("value"), int(of("heads")[0]))
                case "resize":
                    found = b.resize_grid(of("input"), wanted.shape[:3])
                case "bridge":
                    found = b.softmax(of("bank") @ of("input")) @ of("bank")
            self.assert_equal_to_rounding(found, wanted, case)

    def test_the_tiny_model_equals_the_reference(self):
        model = b.Model(FIXTURES / "tiny-model")
        vision = safetensors_io.File(FIXTURES / "vision-goldens.safetensors")
        v, patches = model.encode_volume(vision.read("volume"))
        self.assert_equal_to_rounding(v, vision.read("volume_embedding"), "v")
        self.assert_equal_to_rounding(patches, vision.read("patch_embeddings"), "patches")
        self.assert_equal_to_rounding(model.bridge(v), vision.read("volume_bridged"), "bridged")
        names = {
            "score": "score",
            "direct": "v_t",
            "bridged": "vb_t",
            "direct_to_bridged_text": "v_tb",
            "bridged_to_bridged_text": "vb_tb",
        }
        for case in json.loads((FIXTURES / "text-goldens.json").read_text())["cases"]:
            t = model.encode_text(case["text"])
            self.assert_equal_to_rounding(t, np.array(case["embedding"]), case["text"])
            scores = model.scores(v, t)
            for ours, theirs in names.items():
                self.assertAlmostEqual(scores[theirs], case["scores"][ours], delta=1e-12)


if __name__ == "__main__":
    unittest.main()
