"""Texts of others are text in every view, whatever they contain."""

import json
import tempfile
import urllib.request
from pathlib import Path

from page_case import SAMPLES, PageCase
from volumes import nifti, noise
from worklist_case import WorklistCase

# What would run sets `window.stained`; what would become an element has the attribute data-stain.
TEXTS = [
    "<img src=x onerror=window.stained=1 data-stain>",
    "\"><script data-stain>window.stained=1</script>",
    "' onfocus='window.stained=1' autofocus data-stain='",
    "</title></textarea></style></option><svg onload=window.stained=1 data-stain>",
    "javascript:window.stained=1//",
    "${window.stained=1} {{app}} {{constructor.constructor('window.stained=1')()}}",
    "&lt;b data-stain&gt; &#60;i data-stain&#62; %3Cu data-stain%3E",
    "<!--<a href='javascript:window.stained=1' data-stain>-->",
    "\u202egnp.exe \u200b\u2066 Z\u0351\u0357\u036b\u0310 胸 🫁",
    "W" * 200,
]  # fmt: skip


class HostileTextTests(WorklistCase):
    """Names, tags, accession numbers, labels, reports and the names of files."""

    @classmethod
    def setUpClass(cls):
        PageCase.setUpClass.__func__(cls)
        cls.ids = {}
        for number, text in enumerate(TEXTS):
            content = nifti(noise(number))
            volume = cls.send("POST", "/v1/volumes", content, "application/octet-stream")["id"]
            metadata = {"name": text, "tags": {"site": text}, "accession": text[:40] or None}
            cls.send("PUT", f"/v1/volumes/{volume}/metadata", metadata)
            prompts = [{"label": text, "text": "There is gas"}]
            cls.send("POST", "/v1/diagnoses", {"volume_id": volume, "prompts": prompts})
            cls.ids[text] = volume
        report = {"report": f"FINDINGS: Pneumothorax. {' '.join(TEXTS)}", "tags": {"site": TEXTS[0]}}
        cls.send("POST", "/v1/reports", {**report, "store_text": True})
        cls.send("PUT", "/v1/prompt-sets/hostile", {"prompts": TEXTS[:8]})

    def setUp(self):
        PageCase.setUp(self)

    def path(self):
        return "/worklist"

    def assert_text(self, *texts, where="body"):
        """The texts are shown as they are, and none of them did anything."""
        shown = self.browser.script("return document.querySelector(arguments[0]).textContent", where)
        for text in texts:
            self.assertIn(text, shown)
        self.assertIsNone(self.browser.script("return window.stained ?? null"))
        self.assertEqual(self.browser.script("return document.querySelectorAll('[data-stain]').length"), 0)
        overhang = "return document.documentElement.scrollWidth - innerWidth"
        for size in ((1440, 900), (390, 844)):
            self.browser.show(size)
            self.assertLessEqual(self.browser.script(overhang), 0, size)

    def test_in_the_worklist_and_its_dialogs(self):
        self.wait_list(len(TEXTS))
        self.assert_text(*TEXTS, where="#rows")
        self.assertEqual(
            self.browser.script("return [...document.querySelectorAll('.tags button')].map(node => node.dataset.tag)"),
            [f"site:{text}" for text in reversed(self.names_in_order())],
        )
        for text in TEXTS[:3]:
            row = f'[data-volume="{self.ids[text]}"]'
            self.browser.click(f"{row} [aria-expanded]")
            self.browser.wait(lambda: self.browser.all(f"{row} + .unfolded li"), "the history")
            self.browser.click(f"{row} .do button")
            self.browser.wait(lambda: self.browser.all("#edit-dialog"), "the dialog")
            self.assertEqual(self.browser.attribute("#edit-name", "value"), text)
            self.assert_text()
            self.browser.click("#edit-dialog button:not(.main)")
            self.browser.click(f"{row} .do button:last-child")
            self.browser.wait(lambda: self.browser.all("#remove-dialog"), "the dialog")
            self.assert_text(text, where="#remove-dialog")
            self.browser.click("#remove-dialog button:not(.main)")
        self.browser.screenshot("hostile", (1440, 900))

    def names_in_order(self):
        entries = self.send("GET", "/v1/worklist?order=oldest")["volumes"]
        return [entry["volume"]["metadata"]["name"] for entry in entries]

    def test_as_a_filter(self):
        self.wait_list(len(TEXTS))
        for text in (TEXTS[0], TEXTS[1], TEXTS[6]):
            self.filter(text=text, count=1)
            self.assert_text(text, where="#rows")
            self.filter(tag=f"site:{text}", count=1)
            self.assert_text(text, where="#rows")

    def test_in_a_result(self):
        for text in TEXTS:
            diagnosis = self.send("GET", f"/v1/diagnoses?volume_id={self.ids[text]}")["diagnoses"][0]["id"]
            self.browser.open(f"{self.origin}/#{diagnosis}")
            self.wait_findings(1)
            self.browser.script("for (const fold of document.querySelectorAll('details')) fold.open = true")
            self.assert_text(text, where="#findings")
            self.browser.wait_text("#provenance", "Volume")
            self.assert_text(text, where="#provenance")
            self.assert_text(text[:40], where="#stored")

    def test_in_the_page_of_a_diagnosis_that_the_api_serves(self):
        for text in TEXTS:
            diagnosis = self.send("GET", f"/v1/diagnoses?volume_id={self.ids[text]}")["diagnoses"][0]["id"]
            self.browser.open(f"{self.origin}/v1/diagnoses/{diagnosis}")
            self.assertEqual(self.browser.script("return document.contentType"), "text/html")
            self.assert_text(text)
            self.assertNotIn("unsafe-", self.policy(f"/v1/diagnoses/{diagnosis}"))
            border = "return getComputedStyle(document.querySelector('.notice')).borderTopStyle"
            self.assertEqual(self.browser.script(border), "solid", "the policy allows the page's own style")

    def test_in_cards_and_comparisons(self):
        self.browser.open(self.origin)
        self.wait_started()
        self.browser.click("#search-fold summary")
        self.browser.type("#query", "Pneumothorax.")
        self.browser.click("#search-button")
        self.browser.wait(lambda: len(self.browser.all("#hits li.hit")) == len(TEXTS), "cards")
        self.assert_text(*TEXTS, where="#hits")
        self.browser.click("[name=target][value=reports]")
        self.browser.click("#search-button")
        self.browser.wait(lambda: self.browser.all("#hits summary"), "the report")
        self.browser.click("#hits summary")
        self.assert_text(*TEXTS, where="#hits")
        for one, other in ((0, 1), (2, 3), (8, 9)):
            ids = f"query={self.ids[TEXTS[one]]}&hit={self.ids[TEXTS[other]]}"
            self.browser.open(f"{self.origin}/compare#{ids}")
            self.browser.wait(lambda: self.browser.all("#difference tbody tr"), "the difference")
            self.assert_text(TEXTS[one], TEXTS[other], where="#sides")
            self.assert_text(TEXTS[one], TEXTS[other], where="#difference")

    def test_in_prompt_sets_and_the_names_of_files(self):
        self.browser.open(self.origin)
        self.wait_started()
        self.browser.script("document.getElementById('prompt-set').value = 'hostile'")
        self.browser.click("#order summary")
        self.browser.wait(lambda: self.browser.all("#prompt-set-content li"), "the prompts")
        self.assert_text(*TEXTS[:8], where="#prompt-set-content")
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        names = ["<img src=x onerror=window.stained=1 data-stain>.nii.gz", "' onfocus='window.stained=1'.nii.gz"]
        for name, sample in zip(names, SAMPLES):
            (folder / name).write_bytes(sample.read_bytes())
        self.browser.type("#file", "\n".join(str(folder / name) for name in names))
        self.browser.type("#prompts", json.dumps(TEXTS[1]))
        self.browser.click("#keep-nothing")  # The other tests count volumes.
        self.browser.click("#send")
        self.browser.wait_text("#queue-status", "All 2 volumes done")
        self.assert_text(*names, where="#queue-items")
        self.assert_text(json.dumps(TEXTS[1]), where="#findings")

    def test_pages_allow_nothing_that_is_unsafe(self):
        for path in ("/", "/worklist", "/compare", "/docs"):
            policy = self.policy(path)
            self.assertNotIn("unsafe-", policy)
            self.assertIn("default-src 'none'", policy)
            self.assertIn("script-src 'self';", policy)

    def policy(self, path):
        request = urllib.request.Request(self.origin + path, headers={"Accept": "text/html"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.headers["Content-Security-Policy"]
