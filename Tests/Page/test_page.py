"""The page at / and the documentation at /docs, in Debian's Chromium, headless, with a service of our own.

    python Tests/Page/test_page.py --brgsa .build/release/brgsa [--screenshots DIR] [-k PATTERN]

Needs the packages chromium and chromium-driver, and selenium of PyPI; with PyYAML the reader of /docs is compared
with it, too.
"""

import gzip
import json
import random
import signal
import struct
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Load"))

from selenium.webdriver.common.keys import Keys
from service import Service, parser

from browser import NARROW, WIDE, Browser

try:
    import yaml
except ImportError:
    yaml = None

SAMPLES = sorted((ROOT / "Models/phantom/samples/volumes").glob("*.nii.gz"))
NOTICE = "Not a medical device"
REPORT = "FINDINGS: Pneumothorax on the right, 2.3 cm. No pleural effusion."
OPTIONS = None  # Set by main().


def noise():
    """A NIfTI-1 file of 32 × 32 × 24 voxels of 10 mm, RAS, with chance between −1000 and 400 HU."""
    shape, header = (32, 32, 24), bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, *shape, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, 4, 16)
    struct.pack_into("<4f", header, 76, 1, 10, 10, 10)
    struct.pack_into("<3f", header, 108, 352, 1, 0)
    header[123] = 2
    struct.pack_into("<h", header, 254, 1)
    for axis in range(3):
        struct.pack_into("<f", header, 280 + 20 * axis, 10)
    header[344:348] = b"n+1\0"
    chance = random.Random(1)
    voxels = [chance.randint(-1000, 400) for _ in range(shape[0] * shape[1] * shape[2])]
    return bytes(header) + struct.pack(f"<{len(voxels)}h", *voxels)


class PageCase(unittest.TestCase):
    """A service and a browser for the tests of a class; each test opens the page anew."""

    flags = ("--persist", "full")
    refused_requests = False  # Whether answers that refuse, which the console tells of, are what is tested.

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
        """Until each plane shows what is wanted of it."""
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
        """The diagnosis that is shown, as the service tells it."""
        self.browser.wait(lambda: "#dx_" in self.browser.driver.current_url, "the address of the diagnosis")
        return json.loads(self.get("/v1/diagnoses/" + self.browser.driver.current_url.partition("#")[2]))


class OpenServiceTests(PageCase):
    """Without keys, with everything kept."""

    def test_says_what_it_is_before_anything_is_sent(self):
        self.wait_started()
        self.assertIn("drawings of chests", self.browser.text("#model-sentence"))
        self.assertIn(NOTICE, self.browser.text("#notice"))
        # What this model says of itself, before anything is asked of it.
        self.assertIn("not for patients", self.browser.text("#notice"))
        self.browser.screenshot("start")

    def test_goes_from_an_upload_to_ranked_findings(self):
        self.order(prompts="There is ground glass in the lung.\n?pneumothorax")
        self.wait_findings(20)
        diagnosis = self.diagnosis()
        self.assertEqual(self.shown_labels(), [finding["label"] for finding in diagnosis["findings"]])
        best = diagnosis["findings"][0]
        for value in (best["score"], best["components"]["direct"], best["components"]["bridged"]):
            self.assertIn(f"{value:.3f}".replace("-", "−"), self.browser.text("#findings tbody tr"))
        self.assertIn("There is pneumothorax", self.browser.text("#findings"))
        for fact in (
            diagnosis["id"],
            diagnosis["model"]["sha256"],
            diagnosis["model"]["recipe"],
            diagnosis["volume"]["id"],
        ):
            self.assertIn(fact, self.browser.text("#provenance"))
        self.assertEqual(self.browser.text("#notice"), diagnosis["notice"])
        self.assertNotIn("%", self.browser.text("#findings"))

    def shown_labels(self):
        return self.browser.script(
            "return [...document.querySelectorAll('#findings tbody th')].map(cell => cell.firstChild.data)"
        )

    def test_bars_are_as_long_as_the_scores_say(self):
        self.order()
        self.wait_findings(18)
        widths = self.browser.script(
            "return [...document.querySelectorAll('.bar.score')].map(bar => bar.getBoundingClientRect().width)"
        )
        scores = [abs(finding["score"]) for finding in self.diagnosis()["findings"]]
        scale = widths[0] / scores[0]
        for width, score in zip(widths, scores):
            self.assertAlmostEqual(width, max(2, score * scale), delta=1)

    def test_tells_how_far_an_upload_is_and_can_be_cancelled(self):
        self.browser.slow_network(100_000)
        self.addCleanup(self.browser.slow_network, 0)
        self.order()
        self.browser.wait_text("#stage", "Uploading")
        self.browser.wait(lambda: float(self.browser.attribute("#progress", "value") or 0) > 0.2, "a fifth")
        self.browser.screenshot("upload")
        self.browser.click("#cancel")
        self.browser.wait_text("#problem", "Cancelled")
        self.assertEqual(self.browser.all("#work"), [])

    def test_tells_place_and_time_of_a_job(self):
        self.wait_started()
        self.show_job(status="queued", position=3, eta_seconds=18)
        self.assertEqual(self.browser.text("#stage-detail"), "3 jobs before it, about 18 s to go")
        self.show_job(status="running", position=0, eta_seconds=9, progress=0.4)
        self.assertEqual(self.browser.attribute("#progress", "value"), "0.4")

    def show_job(self, **job):
        """Shows a made-up job: the real ones of the small model end before anybody looks."""
        self.browser.script("document.getElementById('work').hidden = false; showJob(arguments[0])", job)

    def test_asks_for_a_job_again_and_again_where_events_do_not_get_through(self):
        self.browser.block("*/events")
        self.addCleanup(self.browser.block)
        self.order(prompts="gas", prompt_set="")
        self.wait_findings(1)
        self.browser.console_errors()  # One tells that the events were blocked.

    def test_a_reload_shows_the_result_again(self):
        self.order(prompts="gas", prompt_set="")
        self.wait_findings(1)
        self.diagnosis()
        self.browser.driver.refresh()
        self.wait_findings(1)

    def test_scrolls_slices_and_changes_their_window(self):
        self.order()
        self.wait_slices()
        before = self.counters()
        self.browser.scroll_wheel(".plane:nth-child(1) .picture", -3)
        self.assertEqual(self.counters(), {**before, "axial": before["axial"] + 3})
        self.browser.scroll_wheel(".plane:nth-child(1) .picture", 1)
        self.assertEqual(self.counters(), {**before, "axial": before["axial"] + 2})
        source = self.browser.attribute(".plane img", "src")
        self.browser.click("#windows label:nth-child(3)")
        self.browser.wait(lambda: self.browser.attribute(".plane img", "src") != source, "another picture")
        self.assertIn("bone window", self.browser.attribute(".plane img", "alt"))

    def test_a_click_moves_all_planes_to_its_place(self):
        self.order()
        self.wait_slices()
        slices = json.loads(self.get("/v1/volumes/" + self.diagnosis()["volume"]["id"]))["slices"]
        self.browser.click_at(".plane:nth-child(2) .picture", 0.25, 0.25)
        shares = {plane: number / slices[plane]["count"] for plane, number in self.counters().items()}
        self.assertAlmostEqual(shares["sagittal"], 0.25, delta=0.03)
        self.assertAlmostEqual(shares["axial"], 0.75, delta=0.03, msg="the head is up")

    def test_pictures_have_the_proportions_of_the_body(self):
        self.order()
        self.wait_slices()
        slices = json.loads(self.get("/v1/volumes/" + self.diagnosis()["volume"]["id"]))["slices"]
        for number, plane in enumerate(("axial", "coronal", "sagittal"), 1):
            size, of = self.browser.find(f".plane:nth-child({number}) .picture").size, slices[plane]
            wanted = of["width"] * of["pixel_mm"][0] / (of["height"] * of["pixel_mm"][1])
            self.assertAlmostEqual(size["width"] / size["height"], wanted, delta=0.02, msg=plane)

    def test_shows_where_a_finding_is_and_saves_the_heat_map(self):
        self.order()
        self.wait_slices()
        source = self.browser.attribute(".plane img", "src")
        self.show_heat_map()
        self.assertNotEqual(self.browser.attribute(".plane img", "src"), source)
        self.assertEqual(self.browser.attribute("[data-finding]", "aria-pressed"), "true")
        self.take_screenshots()
        self.browser.click("#heat-download")
        self.assertEqual(self.browser.downloaded(".nii.gz")[:2], b"\x1f\x8b")
        self.browser.click("#heat-hide")
        self.browser.wait(lambda: self.browser.attribute(".plane img", "src") == source, "the bare slice")
        self.assertEqual(self.browser.attribute("[data-finding]", "aria-pressed"), "false")

    def take_screenshots(self):
        self.browser.screenshot("wide")
        self.browser.screenshot("dark", dark=True)
        self.browser.screenshot("narrow", size=NARROW)
        self.browser.screenshot("narrow-dark", size=NARROW, dark=True)
        self.browser.screenshot("print", size=(800, 1100), medium="print")

    def test_a_heat_map_that_cannot_be_had_is_said(self):
        self.order()
        self.wait_slices()
        self.browser.block("*&finding=*")
        self.addCleanup(self.browser.block)
        self.browser.click("[data-finding]")
        self.browser.wait_text("#heat-status", "No heat map")
        self.browser.wait_text("#viewer-problem", "does not respond")
        self.browser.console_errors()  # They tell that the slices were blocked.

    def test_warnings_about_the_volume_are_shown(self):
        self.order(sample=self.sample_without_orientation())
        self.wait_findings(18)
        self.browser.wait_text("#warnings", "orientation-assumed")
        warning = self.diagnosis()["volume"]["warnings"][0]
        self.assertIn(warning["detail"], self.browser.text("#warnings"))

    def sample_without_orientation(self):
        """A sample whose header says nothing of how the patient lay."""
        content = bytearray(gzip.decompress(SAMPLES[0].read_bytes()))
        content[252:256] = bytes(4)  # qform_code and sform_code of NIfTI-1
        file = Path(self.enterContext(tempfile.TemporaryDirectory())) / "volume.nii"
        file.write_bytes(content)
        return file

    def test_takes_what_is_dropped(self):
        self.wait_started()
        for count, told in ((1, "1 file, 1 KB"), (3, "3 files, 1 KB")):
            self.drop(count)
            self.browser.wait_text("#chosen", told)

    def drop(self, count):
        self.browser.script(
            """const dataTransfer = new DataTransfer();
            for (let number = 0; number < arguments[0]; number++) dataTransfer.items.add(new File(['x'], `${number}.nii`));
            document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));""",
            count,
        )

    def test_searches_the_archive_by_report_and_opens_what_it_found(self):
        self.order(prompts="gas", prompt_set="")
        self.wait_findings(1)
        self.browser.type("#query", REPORT)
        self.browser.click("#search-button")
        self.browser.wait(lambda: self.browser.all("#hits li"), "hits")
        self.assertIn("There is pneumothorax on the right side.", self.browser.text("#search-status"))
        self.browser.click("#hits button")
        self.browser.wait_text("#result-heading", "Volume")
        self.wait_slices()
        self.browser.screenshot("search")
        self.browser.click("#by-volume")
        self.browser.click("#search-button")
        self.browser.wait(lambda: self.browser.all("#hits li"), "hits")

    def test_scores_a_kept_volume_without_its_file(self):
        self.order(prompts="gas", prompt_set="")
        self.wait_findings(1)
        volume = self.diagnosis()["volume"]["id"]
        self.browser.open(f"{self.origin}/#{volume}")
        self.wait_started()
        self.browser.wait_text("#result-heading", "Volume")
        self.assertEqual(self.browser.attribute("#stored", "value"), volume)
        self.browser.click("#send")
        self.wait_findings(18)

    def test_says_of_another_body_that_it_is_outside_the_models_domain(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "noise.nii.gz"
            path.write_bytes(gzip.compress(noise()))
            self.order(path)
            self.wait_findings(18)
        self.assertIn("outside-domain", self.browser.text("#warnings"))
        self.assertEqual(self.browser.text("#findings").count("outside the model's domain"), 18)
        self.assertNotIn("above its threshold", self.browser.text("#findings"))
        self.browser.screenshot("outside-domain")

    def test_saves_the_result_as_a_table(self):
        self.order()
        self.wait_findings(18)
        self.browser.click("[data-ending=csv]")
        self.assertEqual(len(self.browser.downloaded(".csv").splitlines()), 19)

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
        contrast = (Path(__file__).parent / "contrast.js").read_text()
        for size in (WIDE, (1000, 700), NARROW):
            for dark in (False, True):
                with self.subTest(size=size, dark=dark):
                    self.browser.show(size, dark)
                    overhang = "return document.documentElement.scrollWidth - innerWidth"
                    self.assertLessEqual(self.browser.script(overhang), 0)
                    self.assertEqual(self.browser.script(contrast), [])

    def test_states_for_screen_readers_have_values(self):
        self.order()
        self.wait_slices()
        empty = """return [...document.querySelectorAll('*')].flatMap(node => [...node.attributes])
            .filter(({ name, value }) => name.startsWith('aria-') && !value).map(({ name }) => name)"""
        self.assertEqual(self.browser.script(empty), [])

    def test_everything_that_is_operated_has_a_name(self):
        self.order()
        self.wait_slices()
        for node in self.browser.all("button, input, select, textarea, a, progress"):
            self.assertTrue(node.accessible_name.strip(), node.get_attribute("outerHTML"))


class KeyboardTests(PageCase):
    """Nothing but keys."""

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
        """Tab goes round from the end of the page to its head."""
        self.browser.tab_to("#query")
        self.browser.press(REPORT)
        self.browser.tab_to("#search-button")
        self.browser.press(Keys.ENTER)
        self.browser.wait(lambda: self.browser.all("#hits li"), "hits")
        self.browser.tab_to("#hits button")
        self.browser.press(Keys.ENTER)
        self.browser.wait_text("#result-heading", "Volume")


class RefusedFileTests(PageCase):
    """What the service refuses."""

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
        cls.key = Service(OPTIONS).new_key(file)
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
        self.wait_slices()
        self.show_heat_map()
        self.browser.click("#heat-download")
        self.assertEqual(self.browser.downloaded(".nii.gz")[:2], b"\x1f\x8b")
        self.assertEqual(self.browser.script("return [localStorage.length, document.cookie]"), [0, ""])
        self.browser.click("#key-button")
        self.browser.wait(lambda: self.browser.all("#key-dialog"), "the question for a key")
        self.assertEqual(self.browser.script("return sessionStorage.length"), 0)

    def test_who_gives_no_key_is_told_what_is_missing(self):
        self.browser.wait(lambda: self.browser.all("#key-dialog"), "the question for a key")
        self.browser.press(Keys.ESCAPE)
        self.browser.wait_text("#problem", "missing-credentials")
        self.browser.click("#key-button")
        self.give(self.key)
        self.wait_started()
        self.assertEqual(self.browser.all("#problem .problem"), [])


class NoVoxelsTests(PageCase):
    """A service that keeps embeddings only, which is the standard."""

    flags = ()

    def test_says_how_slices_are_had(self):
        self.order()
        self.wait_findings(18)
        self.browser.wait_text("#no-slices", "--persist full")
        self.assertEqual(self.browser.all("[data-finding]"), [])
        self.browser.screenshot("no-slices")

    def test_a_file_of_which_nothing_is_kept_is_scored(self):
        self.wait_started()
        self.browser.click("#keep-nothing")
        self.order(sample=SAMPLES[1])
        self.wait_findings(18)
        self.assertNotIn("#dx_", self.browser.driver.current_url)


class DocumentationTests(PageCase):
    """/docs."""

    def path(self):
        return "/docs"

    def setUp(self):
        super().setUp()
        self.browser.wait(lambda: self.browser.all(".operation"), "operations")

    @unittest.skipUnless(yaml, "PyYAML is not installed")
    def test_reads_the_description_as_a_full_reader_does(self):
        text = self.get("/openapi.yaml").decode()
        read = self.browser.script("return JSON.stringify(readYAML(arguments[0]))", text)
        self.assertEqual(json.loads(read), yaml.safe_load(text))

    def test_reads_what_the_description_does_not_use_yet(self):
        text = """# a comment
a: 'it''s'   # another
"b c": >
  folded
  text

  after a break
d:
- 1
- [x, "y, z", {k: -2.5e1}]
-   e: |-
      kept
        as it is
    f: {}
g: [one,
    two]
h: http://x/#y
i: plain text
   over two lines
j: ~
"""
        wanted = {
            "a": "it's",
            "b c": "folded text\nafter a break\n",
            "d": [1, ["x", "y, z", {"k": -25}], {"e": "kept\n  as it is", "f": {}}],
            "g": ["one", "two"],
            "h": "http://x/#y",
            "i": "plain text over two lines",
            "j": None,
        }
        self.assertEqual(
            json.loads(self.browser.script("return JSON.stringify(readYAML(arguments[0]))", text)), wanted
        )

    def test_shows_every_operation_and_filters_them(self):
        text = self.get("/openapi.yaml").decode()
        count = text.count("operationId:")
        self.assertEqual(len(self.browser.all(".operation")), count)
        self.browser.screenshot("docs")
        self.browser.type("#filter", "prompt set")
        self.browser.wait(lambda: 0 < len(self.browser.all(".operation")) < count, "fewer operations")
        self.assertEqual(len(self.browser.all(".operation")), len(self.browser.all("#toc li")))

    def test_references_unfold_and_lead_on(self):
        self.browser.click("#createDiagnosis details summary")
        self.assertIn("pattern", self.browser.text("#createDiagnosis details[open]"))
        self.assertIn("curl", self.browser.text("#createDiagnosis > pre"))

    def test_fits_narrow_windows_and_is_legible_in_the_light_and_in_the_dark(self):
        contrast = (Path(__file__).parent / "contrast.js").read_text()
        for size in (WIDE, NARROW):
            for dark in (False, True):
                with self.subTest(size=size, dark=dark):
                    self.browser.show(size, dark)
                    self.assertLessEqual(
                        self.browser.script("return document.documentElement.scrollWidth - innerWidth"), 0
                    )
                    self.assertEqual(self.browser.script(contrast), [])
        self.browser.screenshot("docs-narrow-dark", size=NARROW, dark=True)


def main():
    global OPTIONS
    options = parser(__doc__)
    options.add_argument("--screenshots", type=Path, metavar="DIR", help="keep screenshots there")
    OPTIONS, rest = options.parse_known_args()
    if OPTIONS.screenshots:
        OPTIONS.screenshots.mkdir(parents=True, exist_ok=True)
    # So that a run that is told to end leaves no service and no browser behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
