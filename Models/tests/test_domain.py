"""A model's domain: statistics by hand, then the bundled model on phantoms and on what is none."""

import hashlib
import json
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "training"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import domain  # noqa: E402
import phantoms  # noqa: E402
import safetensors_io  # noqa: E402
from brgsa_numpy import Model  # noqa: E402
from domain_of_phantoms import DOMAIN, LAYERS  # noqa: E402
from grid import CLIP, MEAN, STD, on_grid  # noqa: E402

BUNDLED = Path(__file__).resolve().parent.parent / "phantom"


class Statistics(unittest.TestCase):
    def test_with_all_axes_the_distance_is_mahalanobis(self):
        random = np.random.default_rng(1)
        rows = random.normal(size=(500, 6)) @ random.normal(size=(6, 6)) + random.normal(size=6)
        new = random.normal(size=(20, 6)) * 3
        found = domain.distances(domain.fitted(rows, 5), new)
        centred = new - rows.mean(0)
        wanted = np.einsum("ni,ij,nj->n", centred, np.linalg.inv(np.cov(rows.T)), centred)
        # the axes' variances are of the scaled rows; the last axis is the rest
        np.testing.assert_allclose(found, np.sqrt(wanted / 6), rtol=1e-3)

    def test_what_belongs_to_it_is_about_one_away(self):
        random = np.random.default_rng(2)
        rows = random.normal(size=(4000, 40)) * random.uniform(0.1, 9, 40)
        for axes in (1, 20, 39):
            found = domain.distances(domain.fitted(rows[:3000], axes), rows[3000:])
            self.assertLess(abs(np.median(found) - 1), 0.1, axes)

    def test_a_component_that_never_changes_is_no_fault(self):
        rows = np.random.default_rng(3).normal(size=(100, 5))
        rows[:, 2] = 7
        self.assertTrue(np.isfinite(domain.distances(domain.fitted(rows, 2), rows)).all())


class Directory(unittest.TestCase):
    def test_it_is_written_with_its_configuration_and_manifest(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "model"
            shutil.copytree(BUNDLED, copy, ignore=shutil.ignore_patterns("samples", "domain.*"))
            config = json.loads((copy / "config.json").read_text("utf-8"))
            del config["domain"]
            (copy / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
            before = {path.name for path in copy.iterdir()}
            rows = np.random.default_rng(4).normal(size=(500, 384))
            domain.write(copy, DOMAIN, domain.fitted(rows, DOMAIN["axes"]), 1.5)
            self.assertEqual({path.name for path in copy.iterdir()}, before | {domain.FILE})
            written = json.loads((copy / "config.json").read_text("utf-8"))
            self.assertEqual(written, config | {"domain": DOMAIN})
            lines = (copy / "SHA256SUMS").read_text().splitlines()
            self.assertEqual(len(lines), 5)
            for line in lines:
                digest, name = line.split("  ")
                found = hashlib.sha256((copy / name).read_bytes()).hexdigest()
                self.assertEqual(found, digest, name)


class Bundled(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = Model(BUNDLED)
        file = safetensors_io.File(BUNDLED / domain.FILE)
        cls.statistics = {name: np.array(file.read(name)) for name in file.layout}

    def distance(self, hu):
        volume = (np.clip(hu, -CLIP, CLIP) / 1000 - MEAN) / STD
        return domain.distances(self.statistics, self.model.profile(volume, LAYERS)[None])[0]

    def test_the_manifest_is_true(self):
        for line in (BUNDLED / "SHA256SUMS").read_text().splitlines():
            digest, name = line.split("  ")
            found = hashlib.sha256((BUNDLED / name).read_bytes()).hexdigest()
            self.assertEqual(found, digest, name)

    def test_phantoms_are_inside_and_all_else_is_not(self):
        limit = self.statistics["limit"][0]
        # Seed 13 plays no part anywhere else.
        drawn = [on_grid(phantoms.make(13, n)[1], margin=(0, 0, 0))[0] for n in range(20)]
        inside = [self.distance(hu) <= limit for hu in drawn]
        self.assertGreaterEqual(sum(inside), 19)
        random = np.random.default_rng(5)
        shape = drawn[0].shape
        for name, hu in (
            ("noise", random.normal(-300, 300, shape)),
            ("water", np.zeros(shape)),
            ("a phantom in strong noise", drawn[0] + random.normal(0, 100, shape)),
            ("a phantom upside down", drawn[0][:, :, ::-1]),
            ("a phantom that is smeared", (drawn[0] + np.roll(drawn[0], 4, 0)) / 2),
            ("a picture of 0 to 255", (np.clip(drawn[0], -1000, 400) + 1000) * 255 / 1400),
        ):
            self.assertGreater(self.distance(hu), limit, name)


if __name__ == "__main__":
    unittest.main()
