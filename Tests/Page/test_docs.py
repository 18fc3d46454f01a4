"""The documentation at /docs."""

import json
import unittest

from browser import NARROW, WIDE
from page_case import CONTRAST, PageCase

try:
    import yaml
except ImportError:
    yaml = None


class DocumentationTests(PageCase):
    """/docs."""

    def path(self):
        return "/docs"

    def setUp(self):
        super().setUp()
        self.browser.wait(lambda: self.browser.all(".operation"), "operations")

    @unittest.skipUnless(yaml, "PyYAML is not installed")
    def test_the_json_says_what_the_yaml_says(self):
        self.assertEqual(json.loads(self.get("/openapi.json")), yaml.safe_load(self.get("/openapi.yaml")))

    def test_shows_every_operation_and_filters_them(self):
        text = self.get("/openapi.yaml").decode()
        count = text.count("operationId:")
        self.assertEqual(len(self.browser.all(".operation")), count)
        self.browser.screenshot("docs")
        self.browser.type("#filter", "prompt set")
        self.browser.wait(lambda: 0 < len(self.browser.all(".operation")) < count, "fewer operations")
        self.assertEqual(len(self.browser.all(".operation")), len(self.browser.all("#toc li")))

    def test_references_unfold_and_lead_on(self):
        self.browser.click("#createDiagnosis details summary")
        self.assertIn("pattern", self.browser.text("#createDiagnosis details[open]"))
        self.assertIn("curl", self.browser.text("#createDiagnosis > pre"))

    def test_fits_narrow_windows_and_is_legible_in_the_light_and_in_the_dark(self):
        for size in (WIDE, NARROW):
            for dark in (False, True):
                with self.subTest(size=size, dark=dark):
                    self.browser.show(size, dark)
                    self.assertLessEqual(
                        self.browser.script("return document.documentElement.scrollWidth - innerWidth"), 0
                    )
                    self.assertEqual(self.browser.script(CONTRAST), [])
        self.browser.screenshot("docs-narrow-dark", size=NARROW, dark=True)
