"""The page in any window, for screen readers and with the keyboard."""

import unittest

import axe
from browser import NARROW, WIDE
from page_case import CONTRAST, REPORT, SAMPLES, PageCase
from selenium.webdriver.common.keys import Keys

PHONE = (390, 844)


class LegibilityTests(PageCase):
    """Windows, colours and names."""

    def show_all(self):
        """A result with a heat map, and all that can be unfolded."""
        self.order(SAMPLES[2], "Rib fracture")
        self.wait_findings(19)
        self.wait_volume()
        self.show_heat_map()
        self.browser.wait_text("#heat-status", "at its maximum")
        self.browser.script("for (const fold of document.querySelectorAll('details')) fold.open = true")
        self.browser.wait(lambda: self.browser.all("#calibration-content td"), "the thresholds")
        self.browser.wait(lambda: self.browser.all("#prompt-set-content li"), "the prompts")
        self.browser.script("scrollTo(0, 0)")

    def test_fits_narrow_windows_and_is_legible_in_the_light_and_in_the_dark(self):
        self.show_all()
        for size in (WIDE, (1000, 700), PHONE, NARROW):
            for dark in (False, True):
                with self.subTest(size=size, dark=dark):
                    self.browser.show(size, dark)
                    overhang = "return document.documentElement.scrollWidth - innerWidth"
                    self.assertLessEqual(self.browser.script(overhang), 0)
                    self.assertEqual(self.browser.script(CONTRAST), [])

    def test_states_for_screen_readers_have_values(self):
        self.show_all()
        empty = """return [...document.querySelectorAll('*')].flatMap(node => [...node.attributes])
            .filter(({ name, value }) => name.startsWith('aria-') && !value).map(({ name }) => name)"""
        self.assertEqual(self.browser.script(empty), [])

    def test_every_control_has_a_name(self):
        self.show_all()
        for node in self.browser.all("button, input, select, textarea, a, progress, canvas, summary"):
            self.assertTrue(node.accessible_name.strip(), node.get_attribute("outerHTML"))

    def test_pictures_of_the_page(self):
        """With --screenshots, for people to look at."""
        self.wait_started()
        self.browser.screenshot("start")
        self.browser.screenshot("start-dark", dark=True)
        self.browser.screenshot("start-phone", PHONE)
        self.order(SAMPLES[2], "Rib fracture")
        self.wait_findings(19)
        self.wait_volume()
        self.show_heat_map()
        self.browser.wait_text("#heat-status", "at its maximum")
        self.browser.screenshot("dark", (1440, 900), dark=True, is_whole=False)
        self.browser.screenshot("phone", PHONE)
        self.browser.screenshot("phone-dark", PHONE, dark=True)


@unittest.skipUnless(axe.SOURCE, "axe-playwright-python is not installed")
class AxeTests(LegibilityTests):
    """axe finds nothing wrong, in both colour schemes."""

    test_fits_narrow_windows_and_is_legible_in_the_light_and_in_the_dark = None
    test_states_for_screen_readers_have_values = test_every_control_has_a_name = None
    test_pictures_of_the_page = None

    def assert_accessible(self, name, medium="screen"):
        for size in (WIDE, PHONE):
            for dark in (False, True):
                with self.subTest(view=name, size=size, dark=dark):
                    self.browser.show(size, dark, medium)
                    self.assertEqual(axe.violations(self.browser), [])
        self.browser.show()

    def test_the_start(self):
        self.wait_started()
        self.assert_accessible("start")

    def test_a_result_with_all_details(self):
        self.show_all()
        self.assert_accessible("result")

    def test_slices_of_the_service_and_a_search(self):
        self.order()
        self.wait_findings(18)
        self.open_stored()
        self.browser.click("#search-fold summary")
        self.browser.type("#query", REPORT)
        self.browser.click("#search-button")
        self.browser.wait(lambda: self.browser.all("#hits li"), "hits")
        self.assert_accessible("stored")

    def test_a_problem(self):
        self.wait_started()
        self.browser.click("#send")
        self.browser.wait_text("#problem", "No volume is chosen")
        self.assert_accessible("problem")

    def test_a_queue(self):
        self.wait_started()
        self.browser.type("#file", "\n".join(str(sample) for sample in SAMPLES[:2]))
        self.browser.click("#send")
        self.browser.wait_text("#queue-status", "All 2 volumes done")
        self.wait_volume()
        self.assert_accessible("queue")

    def test_the_question_for_a_key(self):
        self.wait_started()
        self.browser.click("#key-button")
        self.browser.wait(lambda: self.browser.all("#key-dialog"), "the question for a key")
        self.assert_accessible("key")

    def test_a_print(self):
        self.order(SAMPLES[2], "Rib fracture")
        self.wait_findings(19)
        self.wait_volume()
        self.module("viewer/print.js", "await module.prepare(); dispatchEvent(new Event('beforeprint'))")
        self.assert_accessible("print", medium="print")

    def test_the_documentation(self):
        self.browser.open(self.origin + "/docs")
        self.browser.wait(lambda: self.browser.all(".operation"), "operations")
        self.assert_accessible("docs")


class KeyboardTests(PageCase):
    """Only the keyboard is used."""

    def test_everything_is_done_with_the_keyboard(self):
        browser = self.browser
        self.wait_started()
        browser.press(Keys.TAB, Keys.ENTER)  # The link that skips the head of the page.
        browser.tab_to("#file")
        browser.driver.switch_to.active_element.send_keys(
            str(SAMPLES[0])
        )  # What the system's dialog would do.
        browser.tab_to("#prompts")
        browser.press("rib fracture")
        browser.tab_to("#send")
        browser.press(Keys.ENTER)
        self.wait_findings(19)
        self.wait_volume()
        self.assertEqual(browser.driver.switch_to.active_element.get_attribute("id"), "result-heading")
        browser.tab_to("[data-finding]")
        browser.press(Keys.SPACE)
        browser.wait_text("#heat-status", "at its maximum")
        browser.tab_to("[data-window=bone]")
        browser.press(Keys.ENTER)
        self.assertEqual(browser.attribute("[data-window=bone]", "aria-pressed"), "true")
        browser.tab_to("#canvas")
        before = self.counters()["axial"]
        browser.press(Keys.ARROW_UP, Keys.ARROW_UP, Keys.ARROW_DOWN)
        self.assertEqual(self.counters()["axial"], before + 1)
        browser.tab_to("#slice-axial")
        browser.press(Keys.ARROW_RIGHT)
        self.assertEqual(self.counters()["axial"], before + 2)
        browser.tab_to("#heat-hide")
        browser.press(Keys.ENTER)
        browser.wait(lambda: not browser.all("#heat"), "no heat map")
        browser.screenshot("keyboard")
        self.search()

    def test_a_sample_is_scored_with_the_keyboard(self):
        self.wait_started()
        self.browser.tab_to("[data-sample]")
        self.browser.press(Keys.ENTER)
        self.wait_findings(18)
        self.wait_volume()

    def search(self):
        self.browser.tab_to("#search-fold summary")
        self.browser.press(Keys.ENTER)
        self.browser.tab_to("#query")
        self.browser.press(REPORT)
        self.browser.tab_to("#search-button")
        self.browser.press(Keys.ENTER)
        self.browser.wait(lambda: self.browser.all("#hits li"), "hits")
        self.browser.tab_to("#hits button")
        self.browser.press(Keys.ENTER)
        focused = "return document.activeElement.id"
        self.browser.wait(lambda: self.browser.script(focused) == "result-heading", "the result")
