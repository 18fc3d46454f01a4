"""Several volumes at once, and names that try to be markup."""

import shutil

from page_case import SAMPLES, PageCase

HOSTILE = "<img src=x onerror=\"document.title='broken'\">"


class QueueTests(PageCase):
    """Several files become a queue with the progress of each."""

    refused_requests = True

    def add(self, *paths):
        self.wait_started()
        self.browser.type("#file", "\n".join(map(str, paths)))

    def test_scores_each_file_and_reports_the_failure_of_one(self):
        broken = self.volume_file(b"not a volume at all", "broken.nii")
        self.add(SAMPLES[0], broken, SAMPLES[2])
        self.browser.wait_text("#chosen", "3 volumes, scored one after the other")
        self.browser.click("#send")
        self.browser.wait_text("#queue-status", "All 3 volumes done; 1 failed.")
        rows = self.browser.all("#queue-items li")
        self.assertEqual(len(rows), 3)
        for row, name in zip(rows, (SAMPLES[0].name, "broken.nii", SAMPLES[2].name)):
            self.assertIn(name, row.text)
        self.assertIn("This is not a NIfTI file", rows[1].text)
        self.assertIn("Above the threshold: Lung opacity", rows[2].text)
        self.assertEqual(len(self.browser.all("#queue-items button")), 2)
        self.browser.screenshot("queue")
        self.browser.script("document.querySelectorAll('#queue-items button')[1].click()")
        self.browser.wait_text("#order-summary", SAMPLES[2].name)
        self.wait_volume()

    def test_the_progress_of_each_upload_is_shown(self):
        self.browser.slow_network(150_000)
        self.addCleanup(self.browser.slow_network, 0)
        self.add(SAMPLES[0], SAMPLES[1])
        self.browser.click("#send")
        progress = "return document.querySelector('#queue-items progress')?.value ?? 0"
        self.browser.wait(lambda: self.browser.script(progress) > 0.2, "a fifth of the upload")
        self.assertIn("Waiting", self.browser.all("#queue-items li")[1].text)
        self.browser.slow_network(0)
        self.browser.wait_text("#queue-status", "All 2 volumes done")

    def test_a_queue_can_be_stopped(self):
        self.browser.slow_network(100_000)
        self.addCleanup(self.browser.slow_network, 0)
        self.add(*SAMPLES)
        self.browser.click("#send")
        progress = "return document.querySelector('#queue-items progress')?.value ?? 0"
        self.browser.wait(lambda: self.browser.script(progress) > 0.1, "a tenth of the upload")
        self.browser.click("#queue-stop")
        self.browser.wait_text("#queue-status", "Stopped: 1 of 3 volumes done; 1 failed.")
        rows = [row.text for row in self.browser.all("#queue-items li")]
        self.assertIn("Cancelled", rows[0])
        self.assertIn("Not scored", rows[2])
        self.assertTrue(self.browser.find("#send").is_enabled())

    def test_a_folder_becomes_a_queue(self):
        folder = self.volume_file(b"", "nothing.txt").parent
        for sample in SAMPLES[:2]:
            shutil.copy(sample, folder)
        (folder / "nothing.txt").unlink()
        self.wait_started()
        self.browser.find("#folder").send_keys(str(folder))
        self.browser.wait_text("#chosen", "2 volumes, scored one after the other")
        self.browser.click("#send")
        self.browser.wait_text("#queue-status", "All 2 volumes done.")

    def test_names_prompts_and_labels_are_text(self):
        file = self.volume_file(b"", f"{HOSTILE[:40].replace('/', '')}.nii.gz".replace(" ", "_"))
        shutil.copy(SAMPLES[0], file)
        self.wait_started()
        self.order(file, f"{HOSTILE}\n<script>document.title='broken'</script> effusion", prompt_set="")
        self.wait_findings(2)
        self.wait_volume()
        self.assertIn("<img src=x", self.browser.script("return document.getElementById('findings').textContent"))
        self.assertIn("<img", self.browser.text("#order-summary"))
        self.browser.script("for (const fold of document.querySelectorAll('details')) fold.open = true")
        self.show_heat_map()
        self.browser.wait_text("#heat-status", "at its maximum")
        self.module("viewer/print.js", "await module.prepare()")
        self.assertEqual(self.browser.script("return document.querySelectorAll('main img[src=x], main script').length"), 0)
        self.assertNotEqual(self.browser.driver.title, "broken")
