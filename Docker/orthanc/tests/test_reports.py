"""The structured report that Orthanc gets."""

from brgsa_orthanc import structured_report
from brgsa_orthanc.diagnoser import origin
from tests.fakes import SERIES, diagnosis
from tests.poller_case import PollerCase


class ReportTests(PollerCase):

    def body(self):
        """Returns the body that made the report."""
        self.orthanc.add()
        self.watcher.work()
        (body,) = self.orthanc.reports.values()
        return body

    def test_patient_and_study_are_those_of_the_images(self):
        tags = self.body()["Tags"]
        self.assertEqual(tags["00100010"], "Doe^Jane")
        self.assertEqual(tags["0020000D"], "1.2.840.1")
        self.assertEqual(tags["00100040"], "")
        self.assertNotIn("Parent", self.body())

    def test_values_are_those_of_the_data_set(self):
        tags = self.body()["Tags"]
        self.assertEqual(tags["00181020"], "1\\\\3")
        self.assertEqual(tags["00200013"], "1")
        self.assertEqual(tags["00081111"], [])
        self.assertEqual(tags["0040A043"], [{"00080100": "126000"}])
        self.assertEqual(tags["0040A30A"], "-1.25e-05")
        self.assertEqual(tags["SpecificCharacterSet"], "ISO_IR 192")
        self.assertNotIn("00080005", tags)

    def test_times_are_those_of_the_images_zone(self):
        utc = {"00080201": "+0000", "00080023": "20261231", "00080033": "233000.123"}
        there = dict(utc)
        structured_report.keep_local_time(there, "+0130")
        self.assertEqual(
            there, {"00080201": "+0130", "00080023": "20270101", "00080033": "010000"})
        for nothing in (None, "", "Berlin"):
            here = dict(utc)
            structured_report.keep_local_time(here, nothing)
            self.assertNotIn("00080201", here)
        unsaid = {"00080023": "20261231", "00080033": "233000"}
        structured_report.keep_local_time(unsaid, "+0130")
        self.assertEqual(unsaid, {"00080023": "20261231", "00080033": "233000"})
        with self.assertRaises(structured_report.ReportError):
            structured_report.keep_local_time({**utc, "00080023": "today"}, None)

    def test_every_image_is_evidence(self):
        (study,) = self.body()["Tags"]["0040A375"]
        (series,) = study["ReferencedSeriesSequence"]
        self.assertEqual(study["StudyInstanceUID"], "1.2.840.1")
        self.assertEqual(series["SeriesInstanceUID"], "1.2.840.2")
        self.assertEqual(len(series["ReferencedSOPSequence"]), 20)

    def test_another_model_or_prompt_makes_another_report(self):
        first = origin(diagnosis())
        self.assertEqual(first, origin({**diagnosis(), "id": "dx_2"}))
        for change in ({"model": {"sha256": "cd", "calibration": None}},
                       {"model": {"sha256": "ab", "calibration": {"sha256": "ef"}}},
                       {"findings": [{"label": "gas", "text": "There is no gas"}]}):
            with self.subTest(change):
                self.assertNotEqual(first, origin({**diagnosis(), **change}))

    def test_uids_are_the_same_each_time_and_are_valid(self):
        first = structured_report.uid("instance", "1.2.3")
        self.assertEqual(first, structured_report.uid("instance", "1.2.3"))
        self.assertNotEqual(first, structured_report.uid("series", "1.2.3"))
        self.assertRegex(first, r"^2\.25\.[1-9][0-9]{0,38}$")

    def test_a_body_that_is_not_a_data_set_is_an_error(self):
        for answer in ({}, [], [1], [{"00080016": "x"}],
                       [{"00080016": {"vr": "OB", "InlineBinary": ""}}]):
            with self.subTest(answer), self.assertRaises(structured_report.ReportError):
                structured_report.create_dicom_body(answer, {}, [], "1", "2")

    def test_uids_are_sent_only_if_wanted_and_keep_the_rest(self):
        self.body()
        self.assertEqual(self.service.metadata, {"tags": {"site": "A"}})
        self.orthanc.metadata.clear()
        self.orthanc.change("StableSeries", SERIES)
        self.start(BRGSA_SEND_UIDS="yes").work()
        self.assertEqual(self.service.metadata, {
            "tags": {"site": "A"}, "study_uid": "1.2.840.1", "series_uid": "1.2.840.2"})
        self.assertEqual(len(self.orthanc.reports), 1)
