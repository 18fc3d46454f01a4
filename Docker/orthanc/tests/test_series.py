"""Which series are sent, and as which bytes."""

import gzip
import unittest
import zipfile

import make_series
from brgsa_orthanc.series import CT_IMAGE_STORAGE, pack, read_series, unsuitable
from brgsa_orthanc.settings import Settings
from tests.fakes import SERIES
from tests.poller_case import PollerCase


class SeriesTests(PollerCase):

    def test_filters(self):
        settings = Settings.read({"BRGSA_DESCRIPTION": "lung|b60"})
        good = {"00080016": CT_IMAGE_STORAGE, "00080008": "DERIVED\\PRIMARY\\AXIAL",
                "0008103E": "Thorax B60f"}
        for change, reason in [
            ({}, None),
            ({"00080008": ""}, None),
            ({"00180015": "chest"}, None),
            ({"00180015": "HEAD"}, "body-part"),
            ({"00080008": "ORIGINAL\\PRIMARY\\LOCALIZER"}, "localizer"),
            ({"00080008": "DERIVED\\SECONDARY\\MPR"}, "image-type"),
            ({"00080016": "1.2.840.10008.5.1.4.1.1.7"}, "sop-class"),
            ({"0008103E": "Thorax I30f"}, "description"),
        ]:
            with self.subTest(change):
                self.assertEqual(unsuitable({**good, **change}, settings), reason)

    def test_a_series_that_is_not_ct_or_too_short_is_skipped(self):
        for name, count, modality, reason in [
            ("a", 20, "SR", "modality"), ("b", 19, "CT", "slices"), ("c", 20, "MR", "modality"),
        ]:
            with self.subTest(name):
                self.orthanc.add(name, count, modality)
                self.watcher.work()
                self.assertIn(f"series {name}: skipped ({reason})", self.lines.getvalue())
        self.assertEqual(self.service.posts, [])

    def test_the_zip_is_the_same_each_time_and_has_no_names(self):
        self.orthanc.add()
        orthanc = self.watcher.orthanc
        settings = self.watcher.settings
        series, _ = read_series(orthanc, SERIES, orthanc.series(SERIES), settings)
        first, digest = pack(orthanc, series)
        second, same = pack(orthanc, series)
        with first, second:
            self.assertEqual(first.read(0), b"")
            self.assertEqual(digest.digest(), same.digest())
            first.seek(0)
            with zipfile.ZipFile(first) as archive:
                self.assertEqual(len(archive.namelist()), 20)
                self.assertEqual(archive.namelist()[0], "00001.dcm")
                self.assertEqual(archive.read("00001.dcm"), b"DICM of 1.2.0")


class PhantomSeriesTests(unittest.TestCase):
    """The series that test.sh sends if the caller names none."""

    def test_it_is_the_whole_phantom(self):
        volume = gzip.decompress(make_series.PHANTOM.read_bytes())
        files = list(make_series.series())
        self.assertEqual(len(files), 65)
        self.assertTrue(all(file[128:132] == b"DICM" for file in files))
        size = 2 * 90 * 85
        self.assertEqual(b"".join(file[-size:] for file in files), volume[-65 * size:])

    def test_the_scripts_name_no_folder_of_one_machine(self):
        text = (make_series.ROOT / "Docker/orthanc/test.sh").read_text()
        default = [line for line in text.splitlines() if line.startswith("images=")]
        self.assertEqual(default, ["images=${2:-}"])
