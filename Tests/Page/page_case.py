"""A service and a browser for the tests of the page."""

import json
import tempfile
import unittest
import urllib.request
from pathlib import Path

from browser import Browser
from service import ROOT, Service

SAMPLES = sorted((ROOT / "Models/phantom/samples/volumes").glob("*.nii.gz"))
REPORT = "FINDINGS: Pneumothorax on the right, 2.3 cm. No pleural effusion."
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
VIEW = "viewer/volume-view.js"
OPTIONS = None  # Set by run.py.


class PageCase(unittest.TestCase):
    """A service and a browser for the tests of a class. Each test opens the page again."""

    flags = ("--persist", "full")
    refused_requests = False  # Whether the tests expect refusals, which the console logs.

    @classmethod
    def setUpClass(cls):
        cls.service = Service(OPTIONS, *cls.service_flags())
        cls.service.start_ready()
        cls.addClassCleanup(cls.service.__exit__)
        cls.addClassCleanup(cls.service.stop)
        cls.origin = f"http://127.0.0.1:{cls.service.port}"
        cls.browser = Browser(OPTIONS.screenshots)
        cls.addClassCleanup(cls.browser.quit)

    @classmethod
    def service_flags(cls):
        return cls.flags

    def setUp(self):
        self.browser.show()
        self.browser.open(self.origin + self.path())

    def path(self):
        return "/"

    def tearDown(self):
        self.assertEqual(self.browser.foreign_requests(self.origin), [])
        self.assertEqual(self.browser.console_errors(self.refused_requests), [])

    def get(self, path):
        with urllib.request.urlopen(self.origin + path, timeout=60) as answer:
            return answer.read()

    # Steps that several tests take

    def wait_started(self):
        # The sentence is not shown beside a result.
        sentence = "return document.getElementById('model-sentence').textContent"
        self.browser.wait(lambda: "brgsa-phantom" in self.browser.script(sentence), "the model")
        self.browser.wait(
            lambda: self.browser.script("return document.querySelectorAll('#prompt-set option').length > 1"),
            "the prompt sets",
        )

    def order(self, sample=SAMPLES[0], prompts="", prompt_set="ct-rate-18"):
        """Chooses a file and prompts, and sends them."""
        self.wait_started()
        self.browser.script("document.getElementById('order-fold').open = true")
        self.browser.type("#file", str(sample))
        self.browser.script("document.getElementById('prompt-set').value = arguments[0]", prompt_set)
        self.browser.type("#prompts", prompts)
        self.browser.click("#send")

    def volume_file(self, content, name="volume.nii"):
        """A file with this content, until the test ends."""
        path = Path(self.enterContext(tempfile.TemporaryDirectory())) / name
        path.write_bytes(content)
        return path

    def wait_findings(self, count):
        number = "return document.querySelectorAll('.finding').length"
        self.browser.wait(lambda: self.browser.script(number) == count, f"{count} findings")

    def wait_volume(self):
        """Waits until the viewer shows the file."""
        self.browser.wait(lambda: self.browser.all("#stage:not([aria-busy])"), "the viewer")
        self.browser.wait_text("#reading", "HU")

    def open_stored(self):
        """Opens the shown volume again, as one that only the service has: as slices."""
        volume = self.diagnosis()["volume"]["id"]
        self.browser.open(f"{self.origin}/#{volume}")
        self.wait_started()
        self.wait_slices()

    def wait_slices(self):
        """Waits until each plane of the service's slices shows the wanted one."""
        loaded = "return [...document.querySelectorAll('#planes img')].every(image => image.naturalWidth > 0)"
        self.browser.wait(lambda: self.browser.all("#planes") and self.browser.script(loaded), "pictures")
        self.browser.wait(lambda: not self.browser.all(".plane[aria-busy]"), "idle planes")

    def show_heat_map(self):
        self.browser.click("[data-finding]")
        self.browser.wait_text("#heat-status", "Heat map of")

    def counters(self):
        """The number of the slice that each plane shows, from 1."""
        texts = [node.text for node in self.browser.all(".plane figcaption span, .slice .quiet")]
        return dict(zip(("axial", "coronal", "sagittal"), (int(text.split()[0]) for text in texts)))

    def diagnosis(self):
        """The diagnosis that is shown, from the service."""
        self.browser.wait(lambda: "#dx_" in self.browser.driver.current_url, "the address of the diagnosis")
        return json.loads(self.get("/v1/diagnoses/" + self.browser.driver.current_url.partition("#")[2]))

    def module(self, path, code, *arguments):
        """Runs code with the exports of one of the page's modules as `module`, and `args`; its result."""
        return self.browser.async_script(
            """const args = [...arguments], done = args.pop(), path = args.shift();
            const main = document.querySelector('script[type=module]').src;
            import(main.replace(/[a-z]+\\/[\\w-]+\\.js$/, path)).then(async module => { %s })
                .then(result => done({ result }), error => done({ error: String(error) }));"""
            % code,
            path,
            *arguments,
        )
