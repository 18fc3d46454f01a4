"""Tests of what both variants share, against small fakes of Orthanc and of the service.

    python3 -m unittest discover -s Docker/orthanc
"""

import gzip
import io
import json
import logging
import os
import sys
import tempfile
import threading
import types
import unittest
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import make_series  # noqa: E402
import poller  # noqa: E402
from brgsa_orthanc import structured_report  # noqa: E402
from brgsa_orthanc.archive import InnerOrthanc, NotFound, OrthancError  # noqa: E402
from brgsa_orthanc.diagnoser import origin  # noqa: E402
from brgsa_orthanc.endpoint import Endpoint, Unreachable  # noqa: E402
from brgsa_orthanc.series import CT_IMAGE_STORAGE, pack, read_series, unsuitable  # noqa: E402
from brgsa_orthanc.settings import Settings, SettingsError  # noqa: E402
from brgsa_orthanc.watcher import Watcher  # noqa: E402
from fakes import SERIES, FakeOrthanc, FakeService, diagnosis, end, served, with_no_headers  # noqa: E402


class Case(unittest.TestCase):
    """A poller between both fakes; only `work` of it is called, so nothing waits."""

    def setUp(self):
        self.orthanc = FakeOrthanc()
        self.service = FakeService()
        self.service_url = self.enterContext(served(self.service.answer))
        self.orthanc_url = self.enterContext(served(
            lambda method, path, _, body: with_no_headers(self.orthanc.answer(method, path, body))))
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.state = os.path.join(folder, "position")
        self.lines = io.StringIO()
        self.log = logging.getLogger(self.id())
        self.log.propagate = False
        self.log.setLevel(logging.INFO)
        self.log.addHandler(logging.StreamHandler(self.lines))
        self.watcher = self.start()

    def start(self, **variables):
        """Returns a new poller, as after a restart."""
        settings = Settings.read({
            "BRGSA_URL": self.service_url, "BRGSA_ORTHANC_URL": self.orthanc_url,
            "BRGSA_KEY": "k", "BRGSA_STATE": self.state, "BRGSA_START": "all", **variables})
        made = poller.make_diagnoser(settings, self.log)
        self.addCleanup(end, made.service.endpoint, made.orthanc.endpoint)
        return Watcher(settings, made, poller.PositionFile(self.state), self.log)

    def mark(self, name=SERIES):
        """Returns what is written at a series."""
        return json.loads(self.orthanc.metadata.get(name, b"{}"))


class FollowingTests(Case):

    def test_a_series_gets_one_report_however_often_it_is_told(self):
        self.orthanc.add()
        for _ in range(3):
            self.assertEqual(self.watcher.work(), 0)
            self.orthanc.change("StableSeries", SERIES)
        self.assertEqual(len(self.orthanc.reports), 1)
        self.assertEqual(len(self.service.posts), 1)
        self.assertEqual(self.mark()["state"], "done")
        self.assertEqual(self.service.authorizations, {"Bearer k"})

    def test_its_own_report_triggers_nothing(self):
        self.orthanc.add()
        self.watcher.work()
        self.watcher.work()
        self.assertIn("5e51e5bb-report", self.orthanc.series)
        self.assertEqual(len(self.service.posts), 1)

    def test_a_restart_goes_on_where_it_was(self):
        self.orthanc.add()
        self.watcher.work()
        self.orthanc.add("another")
        again = self.start()
        again.work()
        self.assertEqual(len(self.service.posts), 2)
        self.assertEqual(poller.PositionFile(self.state).load(), len(self.orthanc.log) - 3)
        again.work()
        self.assertEqual(poller.PositionFile(self.state).load(), len(self.orthanc.log))

    def test_a_first_start_passes_over_what_was_there_unless_all_is_wanted(self):
        self.orthanc.add()
        watcher = self.start(BRGSA_START="now")
        watcher.work()
        self.assertEqual(self.service.posts, [])
        self.orthanc.change("StableSeries", SERIES)
        watcher.work()
        self.assertEqual(len(self.service.posts), 1)

    def test_a_series_waits_until_it_is_stable_even_without_being_told(self):
        self.orthanc.add(is_stable=False)
        self.watcher.work()
        self.assertEqual(self.service.posts, [])
        self.assertEqual(poller.PositionFile(self.state).load(), 0)
        self.orthanc.series[SERIES]["stable"] = True
        self.start().work()
        self.assertEqual(len(self.service.posts), 1)

    def test_images_that_come_late_make_a_second_report(self):
        self.orthanc.add()
        self.watcher.work()
        self.orthanc.series[SERIES]["images"].append("1.2.99")
        self.orthanc.change("StableSeries", SERIES)
        self.watcher.work()
        self.assertEqual(len(self.orthanc.reports), 2)

    def test_an_outage_of_the_service_loses_nothing(self):
        self.orthanc.add()
        nowhere = self.start(BRGSA_URL="http://127.0.0.1:9")
        self.assertEqual([nowhere.work() for _ in range(8)], [5, 10, 20, 40, 80, 160, 300, 300])
        self.assertIn("the service is not reached: Connection refused", self.lines.getvalue())
        self.assertEqual(self.start().work(), 0)
        self.assertEqual(len(self.orthanc.reports), 1)

    def test_an_outage_of_orthanc_loses_nothing(self):
        self.orthanc.add()
        for path in ("/changes", f"/series/{SERIES}/instances", "/tools/create-dicom",
                     f"/series/{SERIES}/metadata/4510", f"/instances/{SERIES}@1.2.7/file"):
            with self.subTest(path):
                self.orthanc.broken = {path}
                self.assertEqual(self.start().work(), 5)
        self.orthanc.broken = set()
        self.watcher.work()
        self.assertEqual(len(self.orthanc.reports), 1)
        self.assertEqual(len(set(self.service.posts)), 1)

    def test_a_series_that_always_fails_does_not_keep_others_from_it(self):
        self.orthanc.add()
        self.orthanc.add("another")
        self.orthanc.broken = {f"/series/{SERIES}/instances"}
        for _ in range(3):
            self.watcher.work()
        self.assertEqual(self.mark("another")["state"], "done")
        self.assertEqual(poller.PositionFile(self.state).load(), 0)

    def test_a_deleted_series_is_forgotten(self):
        self.orthanc.add()
        del self.orthanc.series[SERIES]
        self.watcher.work()
        self.assertEqual(self.watcher.waiting, {})

    def test_a_new_orthanc_is_read_from_its_first_change(self):
        poller.PositionFile(self.state).save(1000)
        self.orthanc.add()
        self.watcher.work()
        self.assertEqual(len(self.service.posts), 1)

    def test_log_lines_have_no_identifiers(self):
        self.orthanc.add()
        self.service.refusals = [(503, "queue-full"), (422, "mixed-series")]
        self.watcher.work()
        self.watcher.work()
        for word in ("Doe", "4711", "1.2.", SERIES):
            self.assertNotIn(word, self.lines.getvalue())


class RefusalTests(Case):

    def test_a_refused_series_is_marked_and_not_sent_again(self):
        for status, code in [(400, "zip-corrupt"), (413, "body-too-large"), (422, "mixed-series"),
                             (415, "container-unsupported")]:
            with self.subTest(code):
                self.orthanc.add(code)
                self.service.posts.clear()
                self.service.refusals = [(status, code)]
                self.watcher.work()
                self.orthanc.change("StableSeries", code)
                self.watcher.work()
                self.assertEqual(len(self.service.posts), 1)
                self.assertEqual(self.mark(code)["state"], "refused")
                self.assertEqual(self.mark(code)["code"], code)

    def test_what_passes_is_tried_again_with_the_same_key_and_body(self):
        self.orthanc.add()
        answers = [(429, "rate-limited"), (503, "queue-full"), (500, "internal"),
                   (408, "upload-timeout"), (507, "storage-full"), (401, "missing-credentials"),
                   (403, "insufficient-scope"), (404, "not-found"), (422, "unknown-prompt-set"),
                   (415, "unsupported-media-type")]
        self.service.refusals = list(answers)
        for _ in answers:
            self.assertGreater(self.watcher.work(), 0)
        self.assertEqual(self.mark(), {})
        self.assertEqual(self.watcher.work(), 0)
        self.assertEqual(len(set(self.service.posts)), 1)
        self.assertEqual(len(self.orthanc.reports), 1)

    def test_retry_after_is_kept(self):
        self.orthanc.add()
        self.service.refusals = [(503, "queue-full", {"Retry-After": "77"})]
        self.assertEqual(self.watcher.work(), 77)

    def test_a_service_without_dcm2niix_refuses_no_series(self):
        self.orthanc.add()
        self.service.features = []
        self.service.refusals = [(415, "container-unsupported")]
        self.assertGreater(self.watcher.work(), 0)
        self.assertEqual(self.mark(), {})
        self.assertIn("dcm2niix", self.lines.getvalue())

    def test_a_job_that_fails_by_the_series_is_a_refusal(self):
        self.orthanc.add()
        self.service.outcomes = [failed(422, "series-inconsistent")]
        self.assertEqual(self.watcher.work(), 0)
        self.assertEqual(self.mark()["code"], "series-inconsistent")

    def test_a_job_that_fails_by_the_service_is_made_anew(self):
        self.orthanc.add()
        self.service.outcomes = [failed(500, "internal"), failed(503, "memory-pressure")]
        self.assertGreater(self.watcher.work(), 0)
        self.assertGreater(self.watcher.work(), 0)
        self.assertEqual(self.watcher.work(), 0)
        self.assertEqual(self.mark()["state"], "done")
        self.assertEqual(len({key for key, *_ in self.service.posts}), 3)

    def test_a_job_that_always_fails_is_a_refusal_in_the_end(self):
        self.orthanc.add()
        self.service.outcomes = [failed(500, "non-finite-result")] * 3
        self.assertEqual([self.watcher.work() for _ in range(3)], [5, 10, 0])
        self.assertEqual(self.mark()["code"], "non-finite-result")

    def test_a_cancelled_job_is_not_made_again(self):
        self.orthanc.add()
        self.service.outcomes = [{"status": "cancelled"}]
        self.watcher.work()
        self.assertEqual(self.mark()["code"], "cancelled")

    def test_a_foreign_location_is_not_followed(self):
        self.orthanc.add()
        self.service.outcomes = [{"status": "succeeded", "result": "http://elsewhere/v1/x"}]
        self.assertGreater(self.watcher.work(), 0)


def failed(status, code):
    """Returns a failed job."""
    return {"status": "failed", "problem": {"status": status, "code": code}}


class ReportTests(Case):

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

    def test_what_is_no_data_set_is_told(self):
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


class SeriesTests(Case):

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

    def test_what_is_no_ct_or_too_short_is_passed_over(self):
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


class PollerTests(Case):

    def test_series_that_are_named_are_dealt_with_again_without_a_second_report(self):
        self.orthanc.add()
        self.watcher.work()
        code = poller.deal_with([SERIES], self.watcher.diagnoser, self.log)
        self.assertEqual(code, 0)
        self.assertEqual(len(self.service.posts), 2)
        self.assertEqual(len(self.orthanc.reports), 1)
        self.assertIn("the report was there already", self.lines.getvalue())

    def test_a_broken_position_is_told(self):
        with open(self.state, "w", encoding="ascii") as file:
            file.write("x")
        with self.assertRaises(SettingsError):
            poller.PositionFile(self.state).load()

    def test_a_stop_ends_the_loop(self):
        self.service.outcomes = [{"status": "running"}]
        self.orthanc.add()
        thread = threading.Thread(target=self.watcher.run)
        thread.start()
        while not self.service.posts:
            pass
        self.watcher.stop()
        thread.join(5)
        self.assertFalse(thread.is_alive())
        self.assertEqual(poller.PositionFile(self.state).load(), 0)


class InnerOrthancTests(unittest.TestCase):

    def setUp(self):
        self.fake = FakeOrthanc()
        self.fake.add()
        self.orthanc = InnerOrthanc(types.SimpleNamespace(
            OrthancException=ModuleError,
            RestApiGet=lambda path: self.call("GET", path, None),
            RestApiPut=lambda path, body: self.call("PUT", path, body),
            RestApiPost=lambda path, body: self.call("POST", path, body)))

    def call(self, method, path, body):
        """Answers as Orthanc's module does."""
        status, answer = self.fake.answer(method, path, body)
        if status != 200:
            raise ModuleError(17 if status == 404 else 8, "words")
        return answer

    def test_it_reads_and_writes_like_the_remote_one(self):
        self.assertEqual(len(self.orthanc.instances(SERIES)), 20)
        self.assertIsNone(self.orthanc.metadata(SERIES, 4510))
        self.orthanc.set_metadata(SERIES, 4510, "ä")
        self.assertEqual(self.orthanc.metadata(SERIES, 4510), "ä")

    def test_its_errors_are_told_apart(self):
        with self.assertRaises(NotFound):
            self.orthanc.series("none")
        self.fake.broken = {"/changes"}
        with self.assertRaises(OrthancError):
            self.orthanc.changes(0)


class ModuleError(Exception):
    """What Orthanc's module raises."""


class EndpointTests(unittest.TestCase):

    def test_a_connection_that_went_stale_is_made_anew(self):
        with served(lambda *_: (200, {}, b"{}")) as url:
            endpoint = Endpoint(url)
            self.addCleanup(end, endpoint)
            endpoint.request("GET", "/")
            endpoint.connection.sock.shutdown(2)
            self.assertEqual(endpoint.request("GET", "/").status, 200)

    def test_a_prefix_of_the_url_is_kept(self):
        paths = []
        with served(lambda _, path, *__: (paths.append(path), (200, {}, b""))[1]) as url:
            endpoint = Endpoint(url + "/brgsa/")
            self.addCleanup(end, endpoint)
            endpoint.request("GET", "/v1/info")
        self.assertEqual(paths, ["/brgsa/v1/info"])

    def test_it_is_of_no_use_after_close(self):
        with served(lambda *_: (200, {}, b"")) as url:
            endpoint = Endpoint(url)
            endpoint.close()
            with self.assertRaises(Unreachable):
                endpoint.request("GET", "/")


class SettingsTests(unittest.TestCase):

    def test_defaults(self):
        settings = Settings.read({})
        self.assertEqual(settings.prompt_set, "ct-rate-18")
        self.assertEqual(settings.image_type, ("AXIAL",))
        self.assertIsNone(settings.authorization)

    def test_a_secret_comes_from_a_file(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("secret\n")
            file.flush()
            settings = Settings.read({"BRGSA_KEY_FILE": file.name})
        self.assertEqual(settings.authorization, "Bearer secret")

    def test_an_empty_filter_lets_everything_through(self):
        settings = Settings.read({"BRGSA_BODY_PART": "", "BRGSA_IMAGE_TYPE": ""})
        tags = {"00080016": CT_IMAGE_STORAGE, "00080008": "DERIVED", "00180015": "HEAD"}
        self.assertIsNone(unsuitable(tags, settings))

    def test_nonsense_is_refused_with_its_name(self):
        for name, value in [("BRGSA_MIN_SLICES", "-1"), ("BRGSA_URL", "localhost:8080"),
                            ("BRGSA_METADATA", "7"), ("BRGSA_START", "later"),
                            ("BRGSA_BODY_PART", "("), ("BRGSA_PROMPT_SET", "a b"),
                            ("BRGSA_KEY_FILE", "/nonexistent")]:
            with self.subTest(name), self.assertRaisesRegex(SettingsError, name):
                Settings.read({name: value})


class SeriesTests(unittest.TestCase):
    """The series that test.sh sends without one of the caller's."""

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


class AddressTests(unittest.TestCase):
    """Errors never show an address: it may hold a password."""

    def test_a_refused_address_is_not_repeated(self):
        for url in ("ftp://user:SECRET@host", "user:SECRET@host", "http://"):
            with self.assertRaises(ValueError) as caught:
                Endpoint(url)
            self.assertNotIn("SECRET", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
