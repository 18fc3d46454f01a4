"""The search in the archive."""

from page_case import REPORT, PageCase


class SearchTests(PageCase):
    """By a report and by a volume."""

    def test_searches_the_archive_by_report_and_opens_what_it_found(self):
        self.order(prompts="gas", prompt_set="")
        self.wait_findings(1)
        self.browser.click("#search-fold summary")
        self.browser.type("#query", REPORT)
        self.browser.click("#search-button")
        self.browser.wait(lambda: self.browser.all("#hits li"), "hits")
        self.assertIn("There is pneumothorax on the right side.", self.browser.text("#search-status"))
        self.browser.click("#hits button")
        self.browser.wait_text("#result-heading", "Volume")
        self.wait_slices()
        self.browser.screenshot("search")
        self.browser.click("#by-volume")
        self.browser.click("#search-button")
        self.browser.wait(lambda: self.browser.all("#hits li"), "hits")
