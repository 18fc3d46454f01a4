"""A service with stored volumes, for the tests of the worklist, of comparisons and of searches."""

import json
import urllib.request

import axe
from page_case import CONTRAST, SAMPLES, PageCase
from selenium.webdriver.common.keys import Keys

PHONE = (390, 844)


class WorklistCase(PageCase):
    """A service with volumes that the tests of a class store first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ids = {name: cls.add(sample, name) for name, sample in zip(("Berta", "Anna", None), SAMPLES)}

    @classmethod
    def add(cls, sample, name, diagnoses=1, **metadata):
        """Stores and diagnoses a sample; its id."""
        volume = cls.send("POST", "/v1/volumes", sample.read_bytes(), "application/octet-stream")["id"]
        cls.send("PUT", f"/v1/volumes/{volume}/metadata", {"name": name, **metadata})
        for _ in range(diagnoses):
            cls.send("POST", "/v1/diagnoses", {"volume_id": volume, "prompt_set": "ct-rate-18"})
        return volume

    @classmethod
    def send(cls, method, path, body=None, media="application/json"):
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(cls.origin + path, content, {"Content-Type": media}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def path(self):
        return "/worklist"

    def setUp(self):
        super().setUp()
        self.wait_list(3)

    def names(self):
        return [node.text for node in self.browser.all("#rows .name")]

    def wait_list(self, count):
        self.browser.wait(
            lambda: not self.browser.all("#volumes[aria-busy]") and len(self.browser.all("#rows .name")) == count,
            f"{count} volumes",
        )

    def row(self, name):
        return f'[data-volume="{self.ids[name]}"]'

    def filter(self, text="", tag="", count=0):
        for field, value in (("#text", text), ("#tag", tag)):
            self.browser.find(field).clear()
            self.browser.type(field, value)
        self.browser.press(Keys.ENTER)
        self.wait_list(count)

    def assert_accessible(self, view):
        for size in ((1440, 900), PHONE):
            for dark in (False, True):
                with self.subTest(view=view, size=size, dark=dark):
                    self.browser.show(size, dark)
                    overhang = "return document.documentElement.scrollWidth - innerWidth"
                    self.assertLessEqual(self.browser.script(overhang), 0)
                    self.assertEqual(self.browser.script(CONTRAST), [])
                    if axe.SOURCE:
                        self.assertEqual(axe.violations(self.browser), [])
        self.browser.show()
