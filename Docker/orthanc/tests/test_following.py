"""Orthanc's changes are followed: one report for a series, whatever fails or restarts meanwhile."""

import threading

import poller
from brgsa_orthanc.settings import SettingsError
from tests.fakes import SERIES
from tests.poller_case import PollerCase


class FollowingTests(PollerCase):

    def test_a_series_gets_one_report_however_often_it_is_announced(self):
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

    def test_a_restart_continues_where_it_stopped(self):
        self.orthanc.add()
        self.watcher.work()
        self.orthanc.add("another")
        again = self.start()
        again.work()
        self.assertEqual(len(self.service.posts), 2)
        self.assertEqual(poller.PositionFile(self.state).load(), len(self.orthanc.log) - 3)
        again.work()
        self.assertEqual(poller.PositionFile(self.state).load(), len(self.orthanc.log))

    def test_a_first_start_skips_earlier_series_unless_all_are_wanted(self):
        self.orthanc.add()
        watcher = self.start(BRGSA_START="now")
        watcher.work()
        self.assertEqual(self.service.posts, [])
        self.orthanc.change("StableSeries", SERIES)
        watcher.work()
        self.assertEqual(len(self.service.posts), 1)

    def test_a_series_waits_until_it_is_stable_even_without_a_change(self):
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


class PollerTests(PollerCase):

    def test_named_series_are_processed_again_without_a_second_report(self):
        self.orthanc.add()
        self.watcher.work()
        code = poller.deal_with([SERIES], self.watcher.diagnoser, self.log)
        self.assertEqual(code, 0)
        self.assertEqual(len(self.service.posts), 2)
        self.assertEqual(len(self.orthanc.reports), 1)
        self.assertIn("the report was there already", self.lines.getvalue())

    def test_a_broken_position_is_an_error(self):
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
