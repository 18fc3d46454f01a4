"""The search in the archive."""

from page_case import REPORT, PageCase
from worklist_case import PHONE, WorklistCase


class SearchTests(WorklistCase):
    """By a report and by a volume. The hits are cards."""

    def path(self):
        return "/"

    def setUp(self):
        PageCase.setUp(self)
        self.wait_started()
        self.browser.click("#search-fold summary")

    def search(self, count):
        self.browser.click("#search-button")
        self.browser.wait(lambda: len(self.browser.all("#hits li.hit")) == count, f"{count} cards")

    def test_searches_the_archive_by_report_and_opens_what_it_found(self):
        self.browser.type("#query", REPORT)
        self.search(3)
        self.assertIn("There is pneumothorax on the right side.", self.browser.text("#search-status"))
        self.browser.click("#hits button")
        self.wait_findings(18)
        self.wait_slices()
        self.search(3)
        self.assertIn("the volume shown", self.browser.text("#hits"), "it is marked among the hits")
        self.browser.click("#by-volume")
        self.assertEqual(self.browser.all("#query, #query-label"), [], "a field that is not used")
        self.search(2)

    def test_a_card_shows_the_key_slice_the_score_and_what_is_known(self):
        self.send(
            "PUT", f"/v1/volumes/{self.ids['Berta']}/metadata", {"name": "Berta", "tags": {"site": "north"}}
        )
        self.browser.click("[name=by][value=text]")
        self.browser.type("#query", "lung mass")
        self.search(3)
        loaded = "return [...document.querySelectorAll('#hits img')].every(image => image.naturalWidth > 20)"
        self.browser.wait(lambda: self.browser.script(loaded), "key slices")
        hits = self.send("POST", "/v1/retrievals", {"query": {"text": "There is lung mass"}})["results"]
        cards = self.browser.all("#hits li.hit")
        for hit, card in zip(hits, cards):
            self.assertIn(f"{hit['score']:.3f}".replace("-", "−"), card.text)
            diagnosis = self.send("GET", f"/v1/diagnoses?volume_id={hit['volume_id']}")["diagnoses"][0]
            positive = [finding["label"] for finding in diagnosis["findings"] if finding["positive"]]
            shown = [node.text for node in card.find_elements("css selector", ".word")]
            self.assertEqual(shown, positive)
            alt = card.find_element("css selector", "img").get_attribute("alt")
            self.assertIn(positive[0] if positive else "Middle slice", alt)
        self.assertIn("site: north", self.browser.text("#hits"))
        self.browser.screenshot("cards", (1440, 900))
        self.browser.screenshot("cards-phone", PHONE)
        self.assert_accessible("cards")

    def test_one_click_finds_volumes_like_the_one_shown(self):
        self.browser.open(f"{self.origin}/#{self.ids['Berta']}")
        self.wait_slices()
        self.assertEqual(self.browser.all("#similar"), [], "without findings there are no actions")
        diagnosis = self.send("GET", f"/v1/diagnoses?volume_id={self.ids['Berta']}")["diagnoses"][0]["id"]
        self.browser.open(f"{self.origin}/#{diagnosis}")
        self.wait_slices()
        self.browser.click("#similar")
        self.browser.wait(lambda: len(self.browser.all("#hits li.hit")) == 2, "cards")
        self.assertNotIn("Berta", self.browser.text("#hits"))
        self.assertTrue(self.browser.text("#hits li").startswith("1. "))
        self.assertIn("2 other volumes compared", self.browser.text("#search-status"))
        self.assertEqual(self.browser.all("#query"), [])
        self.assertEqual(len(self.browser.all("#hits a")), 2, "both can be compared with it")

    def test_back_shows_what_was_before_a_search_and_before_an_opened_hit(self):
        start = self.browser.driver.current_url
        self.browser.type("#query", REPORT)
        self.search(3)
        self.browser.click("#hits button")
        self.wait_findings(18)
        opened = self.diagnosis()["id"]
        self.browser.driver.back()
        self.browser.wait(lambda: not self.browser.all("#results"), "the page before")
        self.assertEqual(len(self.browser.all("#hits li.hit")), 3)
        self.browser.driver.back()
        self.browser.wait(lambda: not self.browser.all("#hits li.hit"), "the page before the search")
        self.assertEqual(self.browser.driver.current_url, start)
        self.browser.driver.forward()
        self.browser.wait(lambda: len(self.browser.all("#hits li.hit")) == 3, "the search again")
        self.browser.driver.forward()
        self.wait_findings(18)
        self.assertTrue(self.browser.driver.current_url.endswith(opened))
        self.browser.driver.refresh()
        self.browser.wait(lambda: len(self.browser.all("#hits li.hit")) == 3, "the search after a reload")

    def test_reports_are_found_with_what_they_say(self):
        self.send("POST", "/v1/reports", {"report": REPORT, "tags": {"site": "south"}, "store_text": True})
        self.browser.click("[name=target][value=reports]")
        self.browser.type("#query", "Collapsed lung.")
        self.search(1)
        self.assertIn("There is pneumothorax on the right side.", self.browser.text("#hits .word"))
        self.assertIn("site: south", self.browser.text("#hits"))
        self.browser.click("#hits summary")
        self.assertIn("2.3 cm", self.browser.text("#hits .report"))
