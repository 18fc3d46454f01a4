"""The progress of an upload and of its job."""

from page_case import PageCase


class JobTests(PageCase):
    """Progress, cancellation, and lost events."""

    def test_shows_the_progress_of_an_upload_that_can_be_cancelled(self):
        self.browser.slow_network(100_000)
        self.addCleanup(self.browser.slow_network, 0)
        self.order()
        self.browser.wait_text("#stage-name", "Uploading")
        self.browser.wait(lambda: float(self.browser.attribute("#progress", "value") or 0) > 0.2, "a fifth")
        self.browser.screenshot("upload")
        self.browser.click("#cancel")
        self.browser.wait_text("#problem", "Cancelled")
        self.assertEqual(self.browser.all("#work"), [])

    def test_shows_the_place_and_the_time_of_a_job(self):
        self.wait_started()
        self.show_job(status="queued", position=3, eta_seconds=18)
        self.assertEqual(self.browser.text("#stage-detail"), "3 jobs before it, about 18 s to go")
        self.show_job(status="running", position=0, eta_seconds=9, progress=0.4)
        self.assertEqual(self.browser.attribute("#progress", "value"), "0.4")

    def show_job(self, **job):
        """Shows an invented job: real jobs of the small model end too soon to be seen."""
        code = "document.getElementById('work').hidden = false; module.showJob(args[0])"
        self.module("app/job.js", code, job)

    def test_polls_a_job_where_events_do_not_get_through(self):
        self.browser.block("*/events")
        self.addCleanup(self.browser.block)
        self.order(prompts="gas", prompt_set="")
        self.wait_findings(1)
        self.browser.console_errors()  # One error says that the events were blocked.
