"""The numbers of a converted model: how they are rounded, and the stored example."""

import unittest

import numpy as np
from fake_checkpoint import weights
from test_convert import Converting

import safetensors_io
import selftest
from brgsa_numpy import Model


class Rounding(Converting):
    def test_stored_formats_are_the_nearest_numbers(self):
        for flag, number_format, half_step in (("f16", "F16", 2.0**-11), ("bf16", "BF16", 2.0**-8)):
            self.converted("--force", "--dtype", flag)
            file = safetensors_io.File(self.out / "model.safetensors")
            for name, (found, _) in file.layout.items():
                self.assertEqual(found, number_format)
                exact = weights()["gloria." + name].astype(float)
                error = np.abs(file.read(name) - exact)
                # Below 2⁻¹⁴ F16 numbers lie 2⁻²⁴ apart.
                np.testing.assert_array_less(error, np.abs(exact) * half_step + 2.0**-25 + 1e-12)


class SelfTest(Converting):
    def test_it_is_what_the_stored_weights_give(self):
        for flag in ("f32", "f16", "bf16"):
            self.converted("--force", "--dtype", flag)
            file = safetensors_io.File(self.out / "selftest.safetensors")
            model = Model(self.out)
            self.assertEqual(file.metadata, {"prompt": selftest.PROMPT, "format": selftest.FORMAT})
            v, _ = model.encode_volume(file.read("volume"))
            t = model.encode_text(selftest.PROMPT)
            for name, wanted in (
                ("volume_embedding", v),
                ("volume_bridged", model.bridge(v)),
                ("prompt_embedding", t),
                ("prompt_bridged", model.bridge(t)),
            ):
                np.testing.assert_array_equal(file.read(name), wanted.astype(np.float32))

    def test_its_shapes_and_tokens_are_those_of_the_format(self):
        self.converted()
        file = safetensors_io.File(self.out / "selftest.safetensors")
        self.assertEqual(file.layout["volume"], ("F32", (4, 4, 2)))
        self.assertEqual(file.layout["prompt_tokens"], ("I32", (6,)))
        self.assertEqual(file.read("prompt_tokens").tolist(), [2, 4, 5, 7, 8, 3])
        self.assertEqual(file.layout["volume_embedding"], ("F32", (4,)))

    def test_its_noise_is_spread_over_the_range_of_real_inputs(self):
        noise = selftest.noise((20, 10, 5))
        self.assertEqual(noise.shape, (20, 10, 5))
        self.assertGreaterEqual(noise.min(), np.float32((-1 - 0.4978) / 0.2449))
        self.assertLessEqual(noise.max(), np.float32((1 - 0.4978) / 0.2449))
        self.assertLess(abs(noise.mean() + 0.4978 / 0.2449), 0.3)
        self.assertEqual(len(np.unique(noise)), 1000)


if __name__ == "__main__":
    unittest.main()
