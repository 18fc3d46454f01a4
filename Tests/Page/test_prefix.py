"""The page below a prefix, and the time to its first paint."""

import json

from page_case import SAMPLES, PageCase
from prefix_proxy import PrefixProxy


class PrefixTests(PageCase):
    """A proxy serves the page below /hospital/brgsa/ and nothing else."""

    flags = (*PageCase.flags, "--trusted-proxies", "127.0.0.1")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxy = PrefixProxy(cls.service.port, "/hospital/brgsa/")
        cls.addClassCleanup(cls.proxy.stop)
        cls.origin = f"http://127.0.0.1:{cls.proxy.port}"

    def path(self):
        return "/hospital/brgsa/"

    def get(self, path):
        return super().get("/hospital/brgsa" + path)

    def test_everything_works_and_nothing_is_asked_for_elsewhere(self):
        self.order(SAMPLES[2])
        self.wait_findings(18)
        self.wait_volume()
        self.show_heat_map()
        self.browser.wait_text("#heat-status", "at its maximum")
        self.diagnosis()
        self.browser.driver.refresh()
        self.wait_findings(18)
        self.wait_slices()
        self.browser.click("nav [href=worklist]")
        loaded = "return document.querySelector('img.thumbnail')?.naturalWidth"
        self.browser.wait(lambda: self.browser.script(loaded), "the worklist with a picture")
        self.browser.click("#rows .name")
        self.wait_findings(18)
        volume = self.diagnosis()["volume"]["id"]
        self.browser.open(f"{self.origin}{self.path()}compare#current={volume}&prior={volume}")
        self.browser.wait(lambda: self.browser.all("#difference tbody tr"), "a comparison")
        self.browser.click("nav [href=docs]")
        self.browser.wait(lambda: self.browser.all(".operation"), "operations")
        self.assertIn(f"{self.origin}/hospital/brgsa/v1/info", self.browser.text("#getInfo pre"))
        self.browser.click("nav a")
        self.wait_started()
        self.assertEqual(json.loads(self.get("/openapi.json"))["servers"], [{"url": "/hospital/brgsa"}])
        self.assertEqual([path for path in self.proxy.strays if path != "/favicon.ico"], [])


class PaintTests(PageCase):
    """The page appears at once."""

    def test_the_page_is_small_and_compressed(self):
        self.wait_started()
        files = self.browser.script(
            """return performance.getEntriesByType('resource').filter(entry => entry.name.includes('/page/'))
                .map(entry => [entry.name, entry.encodedBodySize, entry.decodedBodySize])"""
        )
        self.assertGreater(len(files), 20)
        self.assertLess(sum(packed for _, packed, _ in files), 60_000)
        paint = self.browser.script(
            "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
        )
        print(f"first paint after {paint} ms, {sum(size for _, _, size in files)} bytes in {len(files)} files")
