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
    def test_reads_the_description_as_a_full_reader_does(self):
        text = self.get("/openapi.yaml").decode()
        read = self.module("docs/yaml.js", "return JSON.stringify(module.readYAML(args[0]))", text)
        self.assertEqual(json.loads(read), yaml.safe_load(text))

    def test_reads_what_the_description_does_not_use_yet(self):
        text = """# a comment
a: 'it''s'   # another
"b c": >
  folded
  text

  after a break
d:
- 1
- [x, "y, z", {k: -2.5e1}]
-   e: |-
      kept
        as it is
    f: {}
g: [one,
    two]
h: http://x/#y
i: plain text
   over two lines
j: ~
"""
        wanted = {
            "a": "it's",
            "b c": "folded text\nafter a break\n",
            "d": [1, ["x", "y, z", {"k": -25}], {"e": "kept\n  as it is", "f": {}}],
            "g": ["one", "two"],
            "h": "http://x/#y",
            "i": "plain text over two lines",
            "j": None,
        }
        read = self.module("docs/yaml.js", "return JSON.stringify(module.readYAML(args[0]))", text)
        self.assertEqual(json.loads(read), wanted)

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
