"""What the training feeds itself and how it goes on; only where there is PyTorch, which tests do not install."""

import importlib.util
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "training"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

if importlib.util.find_spec("torch"):
    import torch

    import dataset
    import network
    from finding import LABELS
    from muon import orthogonal
    from validation import auroc


@unittest.skipUnless(importlib.util.find_spec("torch"), "needs PyTorch")
class Training(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            quiet = lambda _: None  # noqa: E731
            cls.parts = dataset.shards(Path(folder), 5, 12, quiet)
            again = dataset.shards(Path(folder), 5, 12, quiet)
        np.testing.assert_array_equal(cls.parts[0].volumes, again[0].volumes)
        cls.sizes = network.Sizes()
        cls.data = dataset.Data(cls.parts, cls.sizes)

    def test_a_box_is_that_part_of_the_whole_volume(self):
        for number in range(12):
            box = self.data.boxes([number], (4, 3, 5), np.random.default_rng(number))
            # the same chance moves the whole volume alike
            whole = self.data.whole([number], np.random.default_rng(number))
            vit = network.ViT(self.sizes)
            torch.testing.assert_close(
                vit.cut(box.volumes), vit.cut(whole.volumes)[:, box.patches[0]]
            )
            torch.testing.assert_close(box.marked, whole.marked[:, box.patches[0]])

    def test_most_boxes_hold_a_mark_of_their_case(self):
        numbers = [n for n in range(12) if self.data.labels[n].any()]
        held = 0
        for seed in range(20):
            box = self.data.boxes(numbers, (4, 4, 4), np.random.default_rng(seed))
            inside = box.marked.amax(1)
            self.assertTrue((inside <= self.data.labels[numbers]).all())
            held += int(inside.any(1).sum())
        self.assertGreater(held, 0.75 * 20 * len(numbers))

    def test_the_vision_encoder_sees_boxes_and_whole_volumes(self):
        torch.manual_seed(0)
        encoder = network.ImageEncoder(self.sizes)
        box = self.data.boxes([1, 2], (4, 4, 4), np.random.default_rng(1))
        v, patches = encoder(box.volumes, box.patches)
        self.assertEqual(
            (tuple(v.shape), tuple(patches.shape)),
            ((2, self.sizes.channels), (2, 64, self.sizes.channels)),
        )
        whole = self.data.whole([1])
        everything = torch.arange(whole.marked.shape[1])[None]
        torch.testing.assert_close(encoder(whole.volumes)[0], encoder(whole.volumes, everything)[0])
        self.assertEqual(whole.marked.shape[2], len(LABELS))

    def test_orthogonal_keeps_directions_and_evens_lengths(self):
        torch.manual_seed(1)
        for shape in ((2, 30, 12), (2, 12, 30)):
            values = torch.linalg.svdvals(orthogonal(torch.randn(shape), rounds=9))
            self.assertTrue(((values > 0.6) & (values < 1.3)).all())

    def test_area_under_the_curve(self):
        self.assertEqual(auroc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])), 0.75)
        self.assertTrue(np.isnan(auroc(np.array([0.1, 0.4]), np.array([0, 0]))))


if __name__ == "__main__":
    unittest.main()
