"""The worklist: volumes, their diagnoses, and jobs."""

import json
import time
import urllib.request

from page_case import PageCase
from selenium.webdriver.common.keys import Keys
from volumes import nifti, noise
from worklist_case import PHONE, WorklistCase

SMALL = nifti(noise())


class WorklistTests(WorklistCase):
    """Tests that leave the list as it was."""

    def test_a_row_shows_the_picture_the_name_and_the_findings(self):
        loaded = "return [...document.querySelectorAll('img.thumbnail')].every(image => image.naturalWidth > 20)"
        self.browser.wait(lambda: self.browser.script(loaded), "pictures")
        diagnosis = self.send("GET", f"/v1/diagnoses?volume_id={self.ids['Berta']}")["diagnoses"][0]
        shown = self.browser.text(f"{self.row('Berta')} .what")
        positive = [finding["label"] for finding in diagnosis["findings"] if finding["positive"]]
        self.assertTrue(positive)
        for label in positive:
            self.assertIn(label, shown)
        self.assertIn(self.ids["Berta"][:15], self.browser.text(f"{self.row('Berta')} .id"))
        self.browser.screenshot("worklist", (1440, 900))
        self.browser.screenshot("worklist-dark", (1440, 900), dark=True)
        self.browser.screenshot("worklist-phone", PHONE)

    def test_a_row_opens_its_newest_diagnosis_and_the_back_button_returns(self):
        self.browser.click(f"{self.row('Berta')} .name")
        self.wait_findings(18)
        self.assertEqual(self.diagnosis()["volume"]["id"], self.ids["Berta"])
        self.browser.driver.back()
        self.wait_list(3)

    def test_filters_and_orders_are_in_the_address_and_the_back_button_undoes_them(self):
        self.filter(text="ANN", count=1)
        self.assertEqual(self.names(), ["Anna"])
        self.browser.driver.refresh()
        self.wait_list(1)
        self.assertEqual(self.browser.attribute("#text", "value"), "ANN")
        self.filter(text="nobody", count=0)
        self.browser.wait_text("#list-status", "No volume matches the filter.")
        self.browser.screenshot("worklist-empty")
        self.browser.driver.back()
        self.wait_list(1)
        self.browser.driver.back()
        self.wait_list(3)
        self.browser.script(
            "const order = document.getElementById('list-order'); order.value = 'name';"
            "order.dispatchEvent(new Event('change', { bubbles: true }))"
        )
        self.browser.wait(lambda: self.names()[:2] == ["Anna", "Berta"], "the order of names")

    def test_the_history_of_a_volume_is_unfolded_and_opens_again(self):
        self.send("POST", "/v1/diagnoses", {"volume_id": self.ids["Anna"], "prompts": ["gas"]})
        self.browser.driver.refresh()
        self.wait_list(3)
        button = f"{self.row('Anna')} [aria-expanded]"
        self.assertEqual(self.browser.text(button), "2 diagnoses")
        self.browser.click(button)
        self.browser.wait(lambda: len(self.browser.all(".history li")) == 2, "the history")
        self.browser.screenshot("worklist-history", (1440, 900))
        self.browser.click(button)
        self.assertEqual(self.browser.all(".history li"), [])
        self.browser.click(button)
        self.browser.wait(lambda: self.browser.all(".history a"), "the history")
        self.browser.click(".history li:last-child a")
        self.wait_findings(18)

    def test_deleting_asks_first(self):
        self.browser.click(f"{self.row('Anna')} .do button:last-child")
        self.browser.wait_text("#remove-dialog", "Delete 1 volume?")
        self.assertIn("Anna", self.browser.text("#remove-names"))
        self.assertIn("cannot be undone", self.browser.text("#remove-words"))
        self.browser.screenshot("worklist-delete", is_whole=False)
        self.browser.press(Keys.ESCAPE)
        self.assertEqual(self.browser.all("#remove-dialog"), [])
        self.assertEqual(len(self.names()), 3)

    def test_two_volumes_are_chosen_for_a_comparison(self):
        self.assertEqual(self.browser.all("#selection"), [])
        self.browser.click(f"{self.row('Anna')} [data-select]")
        self.assertFalse(self.browser.find("#compare").is_enabled())
        self.browser.click(f"{self.row('Berta')} [data-select]")
        self.assertEqual(self.browser.text("#selected"), "2 volumes selected.")
        self.assertTrue(self.browser.find("#compare").is_enabled())
        self.browser.click("#unselect")
        self.assertEqual(self.browser.all("#selection"), [])

    def test_it_fits_narrow_windows_and_is_accessible(self):
        self.browser.click(f"{self.row('Berta')} [aria-expanded]")
        self.browser.wait(lambda: self.browser.all(".history li"), "the history")
        self.browser.click(f"{self.row('Anna')} [data-select]")
        self.assert_accessible("worklist")
        self.browser.click(f"{self.row('Anna')} .do button")
        self.browser.wait(lambda: self.browser.all("#edit-dialog"), "the dialog")
        self.assert_accessible("edit")


class ChangeTests(WorklistCase):
    """Names, tags and deletions, with the keyboard only."""

    def test_1_a_volume_is_renamed_and_tagged_with_the_keyboard(self):
        self.browser.tab_to(f"{self.row(None)} .do button")
        self.browser.press(Keys.ENTER)
        self.browser.wait(lambda: self.browser.all("#edit-dialog"), "the dialog")
        self.browser.press("Carla")
        self.browser.tab_to("#edit-tags")
        self.browser.press("site: north", Keys.ENTER, "no colon")
        self.browser.tab_to("#edit-dialog button")
        self.browser.press(Keys.ENTER)
        self.browser.wait_text("#edit-dialog", "Tag 2 has no name or no value")
        self.browser.script("const tags = document.getElementById('edit-tags'); tags.value = tags.value.split('\\n')[0]")
        self.browser.tab_to("#edit-dialog button.main")
        self.browser.press(Keys.ENTER)
        self.browser.wait_text("#list-status", "Saved.")
        self.assertEqual(self.browser.script("return document.activeElement.id"), "volumes-heading")
        metadata = self.send("GET", f"/v1/volumes/{self.ids[None]}")["metadata"]
        self.assertEqual((metadata["name"], metadata["tags"]), ("Carla", {"site": "north"}))
        self.browser.tab_to("[data-tag]")
        self.browser.press(Keys.ENTER)
        self.wait_list(1)
        self.assertEqual(self.names(), ["Carla"])
        self.assertEqual(self.browser.attribute("#tag", "value"), "site:north")

    def test_2_volumes_are_deleted_with_the_keyboard(self):
        for name in ("Anna", "Berta"):
            self.browser.tab_to(f"{self.row(name)} [data-select]")
            self.browser.press(Keys.SPACE)
        self.browser.script("document.body.focus(); scrollTo(0, 0)")
        self.browser.tab_to("#delete-selected")
        self.browser.press(Keys.ENTER)
        self.browser.wait_text("#remove-dialog", "Delete 2 volumes?")
        self.browser.tab_to("#remove-dialog button.main")
        self.browser.press(Keys.ENTER)
        self.wait_list(1)
        self.browser.wait_text("#list-status", "2 volumes deleted.")
        self.assertEqual(len(self.send("GET", "/v1/volumes")["volumes"]), 1)
        self.ids.clear()

    def setUp(self):
        PageCase.setUp(self)
        self.browser.wait(lambda: self.browser.all("#rows .name"), "volumes")


class JobTests(WorklistCase):
    """The list of jobs."""

    def test_jobs_are_listed_with_their_outcome_and_cancelled(self):
        request = json.dumps({"volume_id": self.ids["Anna"], "prompts": ["gas"]}).encode()
        headers = {"Content-Type": "application/json", "Prefer": "respond-async"}
        asked = urllib.request.Request(self.origin + "/v1/diagnoses", request, headers)
        jobs = [json.loads(urllib.request.urlopen(asked, timeout=60).read())["id"] for _ in range(2)]
        self.browser.click("[data-view=jobs]")
        for job in jobs:
            self.browser.wait(
                lambda: self.browser.all(f'[data-job="{job}"][data-status="succeeded"]'), "the end of the job"
            )
        self.browser.wait_text("#jobs-status", "2 jobs shown; 0 not ended.")
        self.assert_accessible("jobs")
        self.browser.screenshot("jobs")
        self.browser.click("#job-list a")
        self.wait_findings(1)
        self.browser.driver.back()
        self.browser.wait(lambda: self.browser.all("#job-list li"), "the list of jobs")
        self.browser.driver.back()
        self.wait_list(3)

    def test_an_open_job_is_cancelled(self):
        """The service is made to wait by a page that says so: real jobs of this model end at once."""
        job = {
            "id": "job_" + 32 * "1", "status": "queued", "created_at": "2026-01-01T00:00:00Z", "ended_at": None,
            "position": 3, "eta_seconds": 12, "progress": 0, "result": None, "problem": None,
        }  # fmt: skip
        self.browser.script(
            """const job = arguments[0], real = fetch;
            window.cancelled = [];
            window.fetch = (address, options) => {
                const { pathname } = new URL(address);
                const answer = body => Promise.resolve(new Response(JSON.stringify(body)));
                if (pathname === '/v1/jobs') return answer({ jobs: [job], next_cursor: null });
                if (!pathname.startsWith('/v1/jobs/')) return real(address, options);
                window.cancelled.push([options.method, pathname]);
                job.status = 'cancelled';
                return answer(job);
            }""",
            job,
        )
        self.browser.tab_to("[data-view=jobs]")
        self.browser.press(Keys.ENTER)
        self.browser.wait_text("#job-list", "3 jobs before it, about 12 s to go")
        self.browser.tab_to("[data-cancel]")
        self.browser.press(Keys.ENTER)
        self.browser.wait_text("#job-list", "Cancelled")
        self.assertEqual(self.browser.script("return window.cancelled"), [["DELETE", f"/v1/jobs/{job['id']}"]])
        self.assertEqual(self.browser.script("return document.activeElement.id"), "jobs-heading")


class PagingTests(WorklistCase):
    """More volumes than one page shows."""

    count = 60

    @classmethod
    def setUpClass(cls):
        PageCase.setUpClass.__func__(cls)
        content = bytearray(SMALL)
        for number in range(cls.count):
            content[352:354] = number.to_bytes(2, "little")
            volume = cls.send("POST", "/v1/volumes", bytes(content), "application/octet-stream")["id"]
            cls.send("PUT", f"/v1/volumes/{volume}/metadata", {"name": f"CT {number:03}"})

    def setUp(self):
        PageCase.setUp(self)
        self.wait_list(25)

    def test_pages_follow_each_other_and_pictures_load_when_they_are_seen(self):
        loaded = "return [...document.querySelectorAll('img.thumbnail')].filter(image => image.naturalWidth).length"
        self.browser.wait(lambda: self.browser.script(loaded) > 5, "the first pictures")
        time.sleep(0.5)
        self.assertLess(self.browser.script(loaded), 25)
        seen = []
        for count, is_last in ((25, False), (25, False), (10, True)):
            self.wait_list(count)
            seen += self.names()
            self.assertEqual(self.browser.find("#next").is_enabled(), not is_last)
            if not is_last:
                self.browser.click("#next")
                first = seen[-count]
                self.browser.wait(lambda: self.names()[0] != first, "the next page")
                focused = "return document.activeElement.id"
                self.browser.wait(lambda: self.browser.script(focused) == "volumes-heading", "the top of the page")
        self.assertEqual(len(set(seen)), self.count)
        self.assertEqual(self.browser.text("#list-status"), "Volumes 51 to 60; these are the last.")
        self.browser.driver.back()
        self.wait_list(25)
        self.browser.wait(lambda: self.names() == seen[25:50], "the second page again")
        self.browser.click("#previous")
        self.browser.wait(lambda: self.names() == seen[:25], "the first page again")
