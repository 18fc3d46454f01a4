"""Debian's Chromium, headless, and what a person does in it."""

import json
import os
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

WAIT_SECONDS = 60
MOST_TABS = 200
CHANGED = [StaleElementReferenceException]  # The page changed while it was looked at: look again.
WIDE, NARROW = (1400, 900), (360, 740)


class Browser:
    """One window of a browser of its own, without any profile."""

    def __init__(self, screenshots):
        self.screenshots = screenshots
        self.downloads = Path(tempfile.mkdtemp(prefix="brgsa-page-"))
        self.driver = webdriver.Chrome(_options(), webdriver.ChromeService("/usr/bin/chromedriver"))
        self._command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))
        self.show()

    def quit(self):
        self.driver.quit()

    def open(self, address):
        self.driver.get("about:blank")
        self._logs("browser"), self._logs("performance")
        self.driver.get(address)

    # What a person sees

    def show(self, size=WIDE, dark=False, medium="screen"):
        """Shows the page in a window of this size, in the light or in the dark, on screen or as printed."""
        width, height = size
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._command("Emulation.setDeviceMetricsOverride", **metrics)
        self._command("Emulation.setEmulatedMedia", media=medium, features=[scheme])

    def screenshot(self, name, size=WIDE, dark=False, medium="screen", is_whole=True):
        """A picture of the whole page, or of the window, as PNG. The window is as before afterwards."""
        if not self.screenshots:
            return
        self.show(size, dark, medium)
        if is_whole:
            self.show((size[0], self.script("return document.documentElement.scrollHeight")), dark, medium)
        self.script("scrollTo(0, 0)")
        time.sleep(0.3)  # For the pictures of the page to be drawn at the new size.
        self.driver.save_screenshot(str(self.screenshots / f"{name}.png"))
        self.show()

    def find(self, css):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css):
        return [node for node in self.driver.find_elements(By.CSS_SELECTOR, css) if node.is_displayed()]

    def text(self, css):
        return self.find(css).text

    def attribute(self, css, name):
        return self.find(css).get_attribute(name)

    def script(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def async_script(self, code, *arguments):
        """Runs code that calls its last argument with {result} or {error}."""
        self.driver.set_script_timeout(WAIT_SECONDS)
        answer = self.driver.execute_async_script(code, *arguments)
        assert "error" not in answer, answer["error"]
        return answer.get("result")

    def wait(self, question, what):
        """The first answer that is true."""
        return WebDriverWait(self.driver, WAIT_SECONDS, 0.05, CHANGED).until(lambda _: question(), what)

    def wait_text(self, css, part):
        self.wait(lambda: part in self.text(css), f"“{part}” in {css}")

    # What a person does

    def click(self, css):
        self.find(css).click()

    def type(self, css, text):
        self.find(css).send_keys(text)

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def tab_to(self, css):
        """Presses Tab until the element has the focus, and demands that the focus can be seen."""
        for _ in range(MOST_TABS):
            self.press(Keys.TAB)
            if self.script("return document.activeElement.matches(arguments[0])", css):
                style = self.script("return getComputedStyle(document.activeElement).outlineStyle")
                assert style != "none", f"{css} has the focus, but nobody sees it"
                return
        raise AssertionError(f"{css} cannot be reached with Tab")

    def scroll_wheel(self, css, steps):
        """Turns the mouse wheel over an element; upwards if `steps` is negative."""
        origin = webdriver.common.actions.wheel_input.ScrollOrigin.from_element(self.find(css))
        for _ in range(abs(steps)):
            ActionChains(self.driver).scroll_from_origin(origin, 0, 100 if steps > 0 else -100).perform()

    def click_at(self, css, right, below):
        """Clicks into an element at shares of its width and height."""
        node = self.find(css)
        x, y = (right - 0.5) * node.size["width"], (below - 0.5) * node.size["height"]
        ActionChains(self.driver).move_to_element_with_offset(node, int(x), int(y)).click().perform()

    def drag_over(self, css, start, end):
        """Drags the mouse over an element, between shares of its width and height."""
        node = self.find(css)
        width, height = node.size["width"], node.size["height"]
        (x, y), (right, below) = (
            (int((share[0] - 0.5) * width), int((share[1] - 0.5) * height)) for share in (start, end)
        )
        actions = ActionChains(self.driver).move_to_element_with_offset(node, x, y).click_and_hold()
        actions.move_by_offset((right - x) // 2, (below - y) // 2)
        actions.move_by_offset(right - x - (right - x) // 2, below - y - (below - y) // 2).release().perform()

    def downloaded(self, ending):
        """The bytes of the file with this ending, as soon as it is there."""
        return self.wait(lambda: next(self.downloads.glob(f"*{ending}"), None), ending).read_bytes()

    # What happens beneath

    def slow_network(self, bytes_per_second):
        """For uploads that can be watched; 0 is any speed."""
        speed = bytes_per_second or -1
        self._command("Network.enable")
        self._command(
            "Network.emulateNetworkConditions",
            offline=False,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=speed,
        )

    def block(self, *patterns):
        self._command("Network.enable")
        self._command("Network.setBlockedURLs", urls=list(patterns))

    def without_webgl(self, is_missing=True):
        """Makes pages that are opened from now on find no WebGL2."""
        if is_missing:
            code = """const real = HTMLCanvasElement.prototype.getContext;
                HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
                    return kind === 'webgl2' ? null : real.call(this, kind, ...more);
                };"""
            self.script_id = self._command("Page.addScriptToEvaluateOnNewDocument", source=code)["identifier"]
        else:
            self._command("Page.removeScriptToEvaluateOnNewDocument", identifier=self.script_id)

    def console_errors(self, refused_requests=False):
        """Errors since the page was opened; with `refused_requests` without those that tell of an answer's status."""
        errors = [entry for entry in self._logs("browser") if entry["level"] == "SEVERE"]
        return [entry for entry in errors if not (refused_requests and entry["source"] == "network")]

    def foreign_requests(self, origin):
        """What was asked of anybody else since the page was opened."""
        events = (json.loads(entry["message"])["message"] for entry in self._logs("performance"))
        asked = [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]
        own = (urlsplit(origin).netloc, "")
        return [
            url for url in asked if urlsplit(url).netloc not in own and not url.startswith(f"blob:{origin}")
        ]

    def _logs(self, kind):
        return self.driver.get_log(kind)

    def _command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)


def _options():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    arguments = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's sandbox does not work for root.
    for argument in arguments:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return options
