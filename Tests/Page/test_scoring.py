"""From a volume and prompts to ranked findings."""

import gzip
import random
import struct
import tempfile
from pathlib import Path

from page_case import SAMPLES, PageCase

NOTICE = "Not a medical device"


def noise():
    """A NIfTI-1 file of 32 × 32 × 24 voxels of 10 mm, RAS, with random values from −1000 to 400 HU."""
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


class ScoringTests(PageCase):
    """Without keys, with voxels stored."""

    def test_says_what_it_is_before_anything_is_sent(self):
        self.wait_started()
        self.assertIn("drawings of chests", self.browser.text("#model-sentence"))
        self.assertIn(NOTICE, self.browser.text("#notice"))
        # The notice of this model, before the first request.
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

    def test_a_reload_shows_the_result_again(self):
        self.order(prompts="gas", prompt_set="")
        self.wait_findings(1)
        self.diagnosis()
        self.browser.driver.refresh()
        self.wait_findings(1)

    def test_warnings_about_the_volume_are_shown(self):
        self.order(sample=self.sample_without_orientation())
        self.wait_findings(18)
        self.browser.wait_text("#warnings", "orientation-assumed")
        warning = self.diagnosis()["volume"]["warnings"][0]
        self.assertIn(warning["detail"], self.browser.text("#warnings"))

    def sample_without_orientation(self):
        """A sample whose header does not say how the patient lay."""
        content = bytearray(gzip.decompress(SAMPLES[0].read_bytes()))
        content[252:256] = bytes(4)  # qform_code and sform_code of NIfTI-1
        file = Path(self.enterContext(tempfile.TemporaryDirectory())) / "volume.nii"
        file.write_bytes(content)
        return file

    def test_takes_dropped_files(self):
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

    def test_scores_a_stored_volume_without_its_file(self):
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


class NoVoxelsTests(PageCase):
    """A service that stores embeddings only, which is the default."""

    flags = ()

    def test_says_how_to_get_slices(self):
        self.order()
        self.wait_findings(18)
        self.browser.wait_text("#no-slices", "--persist full")
        self.assertEqual(self.browser.all("[data-finding]"), [])
        self.browser.screenshot("no-slices")

    def test_a_file_that_is_not_stored_is_scored(self):
        self.wait_started()
        self.browser.click("#keep-nothing")
        self.order(sample=SAMPLES[1])
        self.wait_findings(18)
        self.assertNotIn("#dx_", self.browser.driver.current_url)
