"""Faulty orders, unknown addresses and missing keys."""

import tempfile
from pathlib import Path

import page_case
from page_case import PageCase
from selenium.webdriver.common.keys import Keys
from service import ROOT, Service


class RefusedFileTests(PageCase):
    """Files and orders that the service refuses."""

    refused_requests = True

    def test_a_wrong_file_is_explained(self):
        self.order(sample=ROOT / "Makefile")
        self.browser.wait(lambda: self.browser.all("#problem .problem"), "a problem")
        self.assertIn("This is not a NIfTI file", self.browser.text("#problem"))
        self.assertTrue(self.browser.attribute("#problem a", "href").endswith("/problems/not-nifti"))
        self.assertRegex(self.browser.text("#problem dl"), r"Request\s[0-9a-f]{32}")
        self.assertEqual(self.browser.attribute("#problem .problem", "role"), "alert")
        self.assertTrue(self.browser.find("#send").is_enabled())
        self.browser.screenshot("problem")

    def test_an_order_without_volume_or_prompts_is_not_sent(self):
        self.wait_started()
        self.browser.click("#send")
        self.browser.wait_text("#problem", "No volume is chosen")
        self.order(prompt_set="")
        self.browser.wait_text("#problem", "No findings are named")

    def test_an_unknown_address_shows_why(self):
        self.browser.open(f"{self.origin}/#dx_{32 * '0'}")
        self.browser.wait_text("#problem", "not-found")


class KeyTests(PageCase):
    """A service that requires a key."""

    refused_requests = True

    @classmethod
    def service_flags(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        file = Path(folder) / "keys"
        cls.key = Service(page_case.OPTIONS).new_key(file)
        return (*cls.flags, "--keys-file", str(file))

    def setUp(self):
        super().setUp()
        self.browser.script("sessionStorage.clear()")
        self.browser.driver.refresh()

    def give(self, key):
        self.browser.wait(lambda: self.browser.all("#key-dialog"), "the question for a key")
        self.browser.find("#key").clear()
        self.browser.press(key, Keys.ENTER)

    def test_a_key_is_asked_for_used_and_forgotten(self):
        self.give("wrong")
        self.browser.wait(
            lambda: self.browser.all("#key-dialog") and not self.browser.attribute("#key", "value"),
            "the question again",
        )
        self.browser.screenshot("key")
        self.give(self.key)
        self.order()
        self.wait_findings(18)
        self.wait_volume()
        self.show_heat_map()
        self.browser.wait_text("#heat-status", "at its maximum")
        self.browser.click("#heat-download")
        self.assertEqual(self.browser.downloaded(".nii.gz")[:2], b"\x1f\x8b")
        self.assertEqual(self.browser.script("return [localStorage.length, document.cookie]"), [0, ""])
        self.browser.click("#key-button")
        self.browser.wait(lambda: self.browser.all("#key-dialog"), "the question for a key")
        self.assertEqual(self.browser.script("return sessionStorage.length"), 0)

    def test_the_worklist_sends_the_key_for_its_pictures_too(self):
        self.give(self.key)
        self.order()
        self.wait_findings(18)
        self.browser.script("sessionStorage.clear()")
        self.browser.open(self.origin + "/worklist")
        self.give(self.key)
        loaded = "return document.querySelector('img.thumbnail')?.naturalWidth"
        self.browser.wait(lambda: self.browser.script(loaded), "a picture")
        self.browser.click("#rows .name")
        self.wait_findings(18)

    def test_a_client_without_a_key_sees_what_is_missing(self):
        self.browser.wait(lambda: self.browser.all("#key-dialog"), "the question for a key")
        self.browser.press(Keys.ESCAPE)
        self.browser.wait_text("#problem", "missing-credentials")
        self.browser.click("#key-button")
        self.give(self.key)
        self.wait_started()
        self.assertEqual(self.browser.all("#problem .problem"), [])
