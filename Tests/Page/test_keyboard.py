"""What a reader does, from the first upload to a comparison, with the keyboard only."""

from page_case import SAMPLES, PageCase
from selenium.webdriver.common.keys import Keys
from worklist_case import WorklistCase


class QueueKeyboardTests(PageCase):
    """A queue, the pickers and a print."""

    def test_a_queue_the_pickers_and_a_print(self):
        browser = self.browser
        self.wait_started()
        browser.tab_to("#file")
        paths = "\n".join(str(sample) for sample in SAMPLES[:2])
        browser.driver.switch_to.active_element.send_keys(paths)  # What the system's dialog would do.
        browser.tab_to(".content summary")
        browser.press(Keys.ENTER)
        browser.wait(lambda: browser.all("#prompt-set-content li"), "the prompts of the set")
        browser.tab_to("#calibration")
        browser.press(Keys.END)
        self.assertEqual(browser.attribute("#calibration", "value"), "none")
        browser.press(Keys.HOME)
        browser.tab_to("#send")
        browser.press(Keys.ENTER)
        browser.wait_text("#queue-status", "All 2 volumes done")
        browser.tab_to("#queue-items li + li button")
        browser.press(Keys.ENTER)
        browser.wait_text("#order-summary", SAMPLES[1].name)
        self.wait_volume()
        browser.script("window.printed = 0; window.print = () => window.printed++")
        browser.tab_to("#print")
        browser.press(Keys.ENTER)
        browser.wait(lambda: browser.script("return window.printed") == 1, "the dialog of the browser")


class ArchiveKeyboardTests(WorklistCase):
    """The worklist, its history, a search and a comparison."""

    def choose(self, css, key):
        """Changes a select. Chromium opens no menu for these keys."""
        self.browser.tab_to(css)
        self.browser.press(key)

    def test_a_volume_is_filtered_and_its_history_opened(self):
        browser = self.browser
        browser.press(Keys.TAB, Keys.ENTER)  # The link that skips the head of the page.
        self.assertEqual(browser.script("return document.activeElement.id"), "main")
        browser.tab_to("#text")
        browser.press("anna", Keys.ENTER)
        self.wait_list(1)
        browser.tab_to("[aria-expanded]")
        browser.press(Keys.ENTER)
        browser.wait(lambda: browser.all(".history a"), "the history")
        browser.tab_to(".history a")
        browser.press(Keys.ENTER)
        self.wait_findings(18)
        self.assertEqual(self.diagnosis()["volume"]["id"], self.ids["Anna"])

    def test_a_card_is_compared(self):
        browser = self.browser
        self.choose("#list-order", Keys.END)
        browser.wait(lambda: self.names()[0] == "Anna", "the order of names")
        browser.tab_to("#rows .name")
        browser.press(Keys.ENTER)
        self.wait_findings(18)
        browser.tab_to("#search-fold summary")
        browser.press(Keys.ENTER)
        browser.tab_to("[name=by]")
        browser.press(Keys.ARROW_UP)  # To the last of the choices: the volume shown.
        self.assertTrue(browser.find("#by-volume").is_selected())
        browser.tab_to("#search-button")
        browser.press(Keys.ENTER)
        browser.wait(lambda: len(browser.all("#hits li.hit")) == 2, "cards")
        browser.tab_to("#hits a")
        browser.press(Keys.ENTER)
        browser.wait(lambda: len(browser.all("#difference tbody tr")) == 18, "the difference of findings")
        self.choose("#plane", Keys.END)
        browser.wait_text(".side-view .slice", "of 44")
        self.choose("#heat", Keys.ARROW_DOWN)
        self.assertTrue(browser.attribute("#heat", "value"))
        browser.tab_to("#swap")
        browser.press(Keys.ENTER)
        self.assertTrue(browser.text(".side-view h2").startswith("Hit:"))
        browser.tab_to(".side-view h2 a")
        browser.press(Keys.ENTER)
        self.wait_findings(18)
