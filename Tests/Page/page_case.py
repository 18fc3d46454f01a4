"""A service and a browser for the tests of the page."""

import json
import unittest
import urllib.request
from pathlib import Path

from browser import Browser
from service import ROOT, Service

SAMPLES = sorted((ROOT / "Models/phantom/samples/volumes").glob("*.nii.gz"))
REPORT = "FINDINGS: Pneumothorax on the right, 2.3 cm. No pleural effusion."
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
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
        self.browser.wait_text("#model-sentence", "brgsa-phantom")
        self.browser.wait(lambda: len(self.browser.all("#prompt-set option")) > 1, "the prompt sets")

    def order(self, sample=SAMPLES[0], prompts="", prompt_set="ct-rate-18"):
        """Chooses a file and prompts, and sends them."""
        self.wait_started()
        self.browser.type("#file", str(sample))
        self.browser.script("document.getElementById('prompt-set').value = arguments[0]", prompt_set)
        self.browser.type("#prompts", prompts)
        self.browser.click("#send")

    def wait_findings(self, count):
        self.browser.wait(lambda: len(self.browser.all("#findings tbody tr")) == count, f"{count} findings")

    def wait_slices(self):
        """Waits until each plane shows the wanted slice."""
        loaded = "return [...document.images].every(image => image.naturalWidth > 0)"
        self.browser.wait(lambda: self.browser.all("#planes") and self.browser.script(loaded), "pictures")
        self.browser.wait(lambda: not self.browser.all(".plane[aria-busy]"), "idle planes")

    def show_heat_map(self):
        self.browser.click("[data-finding]")
        self.browser.wait_text("#heat-status", "Heat map of")

    def counters(self):
        """The number of the slice that each plane shows, from 1."""
        texts = [node.text for node in self.browser.all(".plane figcaption span")]
        return dict(zip(("axial", "coronal", "sagittal"), (int(text.split()[0]) for text in texts)))

    def diagnosis(self):
        """The diagnosis that is shown, from the service."""
        self.browser.wait(lambda: "#dx_" in self.browser.driver.current_url, "the address of the diagnosis")
        return json.loads(self.get("/v1/diagnoses/" + self.browser.driver.current_url.partition("#")[2]))
