"""Which failures are retried, and which mark a series as refused."""

from tests.fakes import SERIES
from tests.poller_case import PollerCase


class RefusalTests(PollerCase):

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

    def test_temporary_failures_are_retried_with_the_same_key_and_body(self):
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

    def test_retry_after_is_obeyed(self):
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

    def test_a_job_that_the_series_fails_is_a_refusal(self):
        self.orthanc.add()
        self.service.outcomes = [failed(422, "series-inconsistent")]
        self.assertEqual(self.watcher.work(), 0)
        self.assertEqual(self.mark()["code"], "series-inconsistent")

    def test_a_job_that_the_service_fails_is_made_again(self):
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
