"""The result on paper."""

import base64
import json
import re

from browser import NARROW
from page_case import SAMPLES, PageCase


class PrintTests(PageCase):
    """One page that says what was scored, by which model, and what it is not."""

    def prepare(self):
        self.module("viewer/print.js", "await module.prepare(); dispatchEvent(new Event('beforeprint'))")

    def pages(self):
        """The number of pages of the print."""
        options = {"printBackground": True, "preferCSSPageSize": True}
        document = base64.b64decode(self.browser.driver.execute_cdp_cmd("Page.printToPDF", options)["data"])
        if self.browser.screenshots:
            (self.browser.screenshots / "print.pdf").write_bytes(document)
        return len(re.findall(rb"/Type\s*/Page\b", document))

    def test_a_result_is_one_page_with_facts_and_key_slices_and_no_controls(self):
        self.order(SAMPLES[2], "Rib fracture")
        self.wait_findings(19)
        self.wait_volume()
        positive = [finding["label"] for finding in self.diagnosis()["findings"] if finding["positive"]]
        self.prepare()
        self.browser.show((794, 1123), medium="print")
        captions = [node.text for node in self.browser.all("#key-slices figcaption")]
        self.assertEqual(len(captions), len(positive))
        for label, caption in zip(positive, captions):
            self.assertIn(label, caption)
            self.assertRegex(caption, r"axial slice \d+ of \d+")
        for css in ("#findings", "#provenance", "#caveat"):
            self.assertTrue(self.browser.all(css), css)
        self.assertIn("not for patients", self.browser.text("#caveat"))
        self.assertEqual(len(self.browser.all(".finding")), 19, "a print has all findings")
        self.assertIn(self.diagnosis()["id"], self.browser.text("#provenance"))
        top = "return document.querySelector(%s).getBoundingClientRect().top"
        notice, facts, findings = (
            self.browser.script(top % json.dumps(css)) for css in ("#caveat", "#provenance", "#findings")
        )
        self.assertLess(notice, facts)
        self.assertLess(facts, findings)
        for css in ("button", "input", "textarea", "select", "#canvas", "progress"):
            self.assertEqual(self.browser.all(css), [], css)
        self.assertEqual(self.pages(), 1)
        self.browser.screenshot("print", (794, 1123), medium="print")

    def test_a_print_by_the_browsers_menu_shows_what_the_viewer_shows(self):
        self.order(SAMPLES[2], "Rib fracture")
        self.wait_findings(19)
        self.wait_volume()
        self.browser.script("dispatchEvent(new Event('beforeprint'))")
        greys = self.browser.script(
            """const canvas = document.querySelector('#key-slices .snapshot canvas');
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return new Set(data).size;"""
        )
        self.assertGreater(greys, 20, "the picture is empty")
        caption = "return document.querySelector('.snapshot figcaption').textContent"
        self.assertIn("right is on the left", self.browser.script(caption))
        self.browser.show((794, 1123), medium="print")
        self.assertEqual(self.pages(), 1)
        self.browser.script("dispatchEvent(new Event('afterprint'))")
        self.assertEqual(self.browser.all(".snapshot"), [])

    def test_key_slices_show_the_maximum_in_colour(self):
        self.order(SAMPLES[2], "Rib fracture")
        self.wait_findings(19)
        self.wait_volume()
        self.prepare()
        colours = self.browser.script(
            """return [...document.querySelectorAll('#key-slices canvas')].map(canvas => {
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                let coloured = 0;
                for (let at = 0; at < data.length; at += 4) if (Math.abs(data[at] - data[at + 1]) > 10) coloured++;
                return coloured / (data.length / 4);
            })"""
        )
        self.assertGreaterEqual(len(colours), 2)
        for share in colours:
            self.assertGreater(share, 0, "no map")
            self.assertLess(share, 0.6, "the map covers everything")

    def test_a_stored_volume_prints_the_services_slices(self):
        self.order(SAMPLES[2], "Rib fracture")
        self.wait_findings(19)
        self.diagnosis()
        self.browser.driver.refresh()
        self.wait_findings(19)
        self.wait_slices()
        self.prepare()
        self.browser.show(NARROW, medium="print")
        self.assertTrue(self.browser.all("#key-slices img"))
        self.assertEqual(self.pages(), 1)
