"""The phantoms: same seed same bytes, truth that shows, files that a reader takes."""

import csv
import gzip
import struct
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "training"))

import phantoms  # noqa: E402
import scanner  # noqa: E402
from abnormalities import ABNORMALITIES, PREVALENCE, draw_findings  # noqa: E402
from finding import LABELS, Patient  # noqa: E402
from grid import MARGIN, SHAPE, fit, on_grid, resample  # noqa: E402
from scanner import Scan, acquire, nifti  # noqa: E402

SOMEONE = Patient("male", "average", False, "", "", False)


def read(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """HU on axes L, P, S and the affine (R, A, S) of a NIfTI-1 file."""
    raw = gzip.decompress(data)
    shape = struct.unpack_from("<3h", raw, 42)
    affine = np.array(struct.unpack_from("<12f", raw, 280)).reshape(3, 4)
    values = np.frombuffer(raw, "<i2", offset=352).reshape(shape, order="F")
    order = np.argmax(np.abs(affine[:, :3]), 1)
    values = np.transpose(values, order)
    for axis in range(3):
        if affine[axis, order[axis]] * (-1 if axis < 2 else 1) < 0:
            values = np.flip(values, axis)
    return values, affine


class Phantoms(unittest.TestCase):
    def test_the_same_number_gives_the_same_phantom(self):
        (case, scan), (again, twin) = phantoms.make(5, 3), phantoms.make(5, 3)
        self.assertEqual(case, again)
        np.testing.assert_array_equal(scan.hu, twin.hu)
        self.assertNotEqual(phantoms.make(5, 4)[0], case)
        self.assertNotEqual(phantoms.make(6, 3)[0], case)

    def test_every_abnormality_changes_the_density_where_it_is_marked(self):
        self.assertEqual(set(ABNORMALITIES), set(LABELS))
        self.assertEqual(set(PREVALENCE), set(LABELS))
        with mock.patch.object(scanner, "expose", lambda hu, random: hu):  # no noise
            for label in LABELS:
                for number in range(3):
                    with self.subTest(label=label, number=number):
                        finding = ABNORMALITIES[label][0](np.random.default_rng([1, number]))
                        self.assertEqual(finding.label, label)
                        healthy = acquire(SOMEONE, [], np.random.default_rng(number))
                        ill = acquire(SOMEONE, [finding], np.random.default_rng(number))
                        marks = np.concatenate([m for name, m in ill.marks if name == label])
                        voxels = np.rint((marks - ill.origin) / ill.spacing).astype(int)
                        inside = ((voxels >= 0) & (voxels < ill.hu.shape)).all(1)
                        self.assertGreater(inside.mean(), 0.5)
                        there = tuple(voxels[inside].T)
                        change = np.abs(ill.hu[there].astype(float) - healthy.hu[there])
                        self.assertGreater(change.mean(), 25)

    def test_normal_and_ill_phantoms_come_in_the_stated_shares(self):
        drawn = [draw_findings(np.random.default_rng([8, n])) for n in range(4000)]
        ill = [findings for findings in drawn if findings]
        for label, share in PREVALENCE.items():
            found = sum(any(f.label == label for f in findings) for findings in drawn) / len(drawn)
            self.assertAlmostEqual(found, share * 0.94, delta=0.03, msg=label)
        self.assertGreater(len(drawn) - len(ill), 0.05 * len(drawn))

    def test_density_is_that_of_a_chest(self):
        _, scan = phantoms.make(11, 0)
        self.assertEqual(scan.hu.dtype, np.int16)
        self.assertGreater((scan.hu < -700).mean(), 0.2)
        self.assertGreater(((scan.hu > 0) & (scan.hu < 120)).mean(), 0.1)
        self.assertGreaterEqual(scan.hu.min(), -1024)
        self.assertLessEqual(scan.hu.max(), 3071)

    def test_voxels_come_back_from_the_file_in_any_stored_order(self):
        _, scan = phantoms.make(4, 1)
        orders = set()
        for number in range(24):
            values, affine = read(nifti(scan, np.random.default_rng(number)))
            np.testing.assert_array_equal(values, scan.hu)
            orders.add(tuple(np.sign(affine[:, :3]).astype(int).ravel()))
            corner = affine[:, 3] * [-1, -1, 1]
            far = scan.origin + scan.spacing * (np.array(scan.hu.shape) - 1)
            for axis in range(3):
                self.assertTrue(
                    np.isclose(corner[axis], scan.origin[axis], atol=1e-3)
                    or np.isclose(corner[axis], far[axis], atol=1e-3)
                )
        self.assertGreater(len(orders), 6)

    def test_the_command_writes_volumes_labels_and_reports(self):
        with tempfile.TemporaryDirectory() as folder:
            with mock.patch(
                "sys.argv",
                ["phantoms.py", "--seed", "3", "--count", "3", "--out", folder, "--processes", "1"],
            ):
                self.assertEqual(phantoms.main(), 0)
            out = Path(folder)
            self.assertFalse(list(out.glob("*.draft")))
            with open(out / "labels.csv", newline="") as file:
                labels = list(csv.DictReader(file))
            with open(out / "reports.csv", newline="") as file:
                texts = list(csv.DictReader(file))
            self.assertEqual(list(labels[0]), ["VolumeName", *LABELS])
            self.assertEqual(
                [row["VolumeName"] for row in labels], [row["VolumeName"] for row in texts]
            )
            for row in labels:
                self.assertTrue((out / "volumes" / row["VolumeName"]).stat().st_size > 10000)
            case, scan = phantoms.make(3, 1)
            self.assertEqual([int(labels[1][label]) for label in LABELS], case.present())
            values, _ = read((out / "volumes" / labels[1]["VolumeName"]).read_bytes())
            np.testing.assert_array_equal(values, scan.hu)
            self.assertTrue(
                all(texts[1][column] for column in ("Findings_EN", "Impressions_EN", "Summary"))
            )


class Grid(unittest.TestCase):
    def test_resampling_is_linear_from_the_first_voxel_and_zero_beyond_the_last(self):
        values = np.arange(10, dtype=np.float32)[:, None, None] + np.zeros((1, 2, 2), np.float32)
        out = resample(values, 0, 3.0, 4.0)[:, 0, 0]
        np.testing.assert_allclose(out[:7], np.arange(7) * 4 / 3, rtol=1e-6)
        self.assertEqual(len(out), 8)
        self.assertAlmostEqual(float(out[7]), 9.0, places=5)  # 9.33, before 9.5
        finer = resample(values[:5], 0, 3.0, 2.0)[:, 0, 0]
        self.assertEqual(len(finer), 8)  # the last at 7 * 2 / 3 = 4.67, beyond 4.5
        np.testing.assert_allclose(finer[:7], np.minimum(np.arange(7) * 2 / 3, 4), rtol=1e-6)
        self.assertEqual(finer[7], 0)

    def test_crop_and_pad_put_the_excess_where_the_service_puts_it(self):
        values = np.arange(5, dtype=np.float32)[:, None, None] + np.zeros((1, 4, 4), np.float32)
        cut, moved = fit(values, (2, 4, 7))
        self.assertEqual(moved, [-2, 0, 1])
        np.testing.assert_array_equal(cut[:, 0, 1], [2, 3])
        self.assertEqual(cut[0, 0, 0], -1024)
        self.assertEqual((cut[0, 0] == -1024).sum(), 3)

    def test_marks_follow_the_voxels(self):
        hu = np.full((80, 80, 60), -800, np.int16)
        hu[40:44, 30:34, 20:24] = 900
        origin, spacing = np.array([-150.0, -160, -140]), np.array([4.0, 4, 5])
        centre = origin + spacing * [41.5, 31.5, 21.5]
        values, marks = on_grid(Scan(hu, origin, spacing, [("Lung mass", centre[None])]))
        self.assertEqual(values.shape, tuple(n + 2 * m for n, m in zip(SHAPE, MARGIN)))
        place = np.rint(marks[0][1][0]).astype(int)
        self.assertGreater(values[tuple(place)], 500)


if __name__ == "__main__":
    unittest.main()
