"""The page in any window, on paper, for screen readers and with the keyboard."""

import json

from browser import NARROW, WIDE
from page_case import CONTRAST, REPORT, SAMPLES, PageCase
from selenium.webdriver.common.keys import Keys


class LegibilityTests(PageCase):
    """Windows, colours, paper and names."""

    def test_a_printed_result_has_facts_and_no_controls(self):
        self.order()
        self.wait_findings(18)
        self.browser.show(medium="print")
        for css in ("#findings table", "#provenance", "#notice"):
            self.assertTrue(self.browser.all(css), css)
        self.assertIn("not for patients", self.browser.text(".print-notice"))
        place = "return document.querySelector(%s).getBoundingClientRect().top"
        top, warnings, table = (
            self.browser.script(place % json.dumps(css))
            for css in (".print-notice", "#warnings", "#findings")
        )
        self.assertLess(top, warnings)
        self.assertLessEqual(warnings, table)
        for css in ("button", "input", "textarea", "select", ".picture"):
            self.assertEqual(self.browser.all(css), [], css)

    def test_fits_narrow_windows_and_is_legible_in_the_light_and_in_the_dark(self):
        self.order()
        self.wait_slices()
        for size in (WIDE, (1000, 700), NARROW):
            for dark in (False, True):
                with self.subTest(size=size, dark=dark):
                    self.browser.show(size, dark)
                    overhang = "return document.documentElement.scrollWidth - innerWidth"
                    self.assertLessEqual(self.browser.script(overhang), 0)
                    self.assertEqual(self.browser.script(CONTRAST), [])

    def test_states_for_screen_readers_have_values(self):
        self.order()
        self.wait_slices()
        empty = """return [...document.querySelectorAll('*')].flatMap(node => [...node.attributes])
            .filter(({ name, value }) => name.startsWith('aria-') && !value).map(({ name }) => name)"""
        self.assertEqual(self.browser.script(empty), [])

    def test_every_control_has_a_name(self):
        self.order()
        self.wait_slices()
        for node in self.browser.all("button, input, select, textarea, a, progress"):
            self.assertTrue(node.accessible_name.strip(), node.get_attribute("outerHTML"))


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
        self.wait_slices()
        self.assertEqual(browser.driver.switch_to.active_element.get_attribute("id"), "result-heading")
        browser.tab_to("[data-finding]")
        browser.press(Keys.SPACE)
        browser.wait_text("#heat-status", "Heat map of")
        self.move_slider()
        browser.press(Keys.HOME)
        self.search()

    def move_slider(self):
        self.browser.tab_to(".plane input")
        before = self.counters()["axial"]
        self.browser.press(Keys.ARROW_UP, Keys.ARROW_UP, Keys.ARROW_DOWN)
        self.assertEqual(self.counters()["axial"], before + 1)
        self.browser.press(Keys.PAGE_UP)
        self.assertGreater(self.counters()["axial"], before + 2)
        self.browser.screenshot("keyboard")

    def search(self):
        """Tab continues from the end of the page at its start."""
        self.browser.tab_to("#query")
        self.browser.press(REPORT)
        self.browser.tab_to("#search-button")
        self.browser.press(Keys.ENTER)
        self.browser.wait(lambda: self.browser.all("#hits li"), "hits")
        self.browser.tab_to("#hits button")
        self.browser.press(Keys.ENTER)
        self.browser.wait_text("#result-heading", "Volume")
