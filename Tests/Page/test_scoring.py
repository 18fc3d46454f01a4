"""From a volume and prompts to ranked findings."""

import gzip
import json

import volumes
from page_case import SAMPLES, PageCase
from selenium.webdriver.common.keys import Keys

NOTICE = "Not a medical device"


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
        self.assertEqual(sorted(self.shown_labels()), sorted(f["label"] for f in diagnosis["findings"]))
        best = diagnosis["findings"][0]
        self.assertIn(f"{best['score']:.3f}".replace("-", "−"), self.browser.text(".finding .score"))
        self.assertNotIn("%", self.browser.text("#findings"))
        self.open_details(".finding")
        for value in (best["components"]["direct"], best["components"]["bridged"]):
            self.assertIn(f"{value:.3f}".replace("-", "−"), self.browser.text(".finding .facts"))
        self.browser.script("document.querySelector('.rest').open = true")
        asked = next(finding for finding in diagnosis["findings"] if finding["text"] == "There is pneumothorax")
        self.open_details(f"[data-label='{asked['label']}']")
        self.assertIn("There is pneumothorax", self.browser.text(f"[data-label='{asked['label']}'] .facts"))
        self.browser.click("#provenance-fold summary")
        for fact in (
            diagnosis["id"],
            diagnosis["model"]["sha256"],
            diagnosis["model"]["recipe"],
            diagnosis["volume"]["id"],
        ):
            self.assertIn(fact, self.browser.text("#provenance"))
        self.assertEqual(self.browser.all("#notice"), [], "the caveat says it")
        self.assertEqual(self.browser.text("#caveat"), diagnosis["notice"])

    def test_a_percentile_is_a_share_of_the_archive_and_not_a_number_of_volumes(self):
        self.wait_started()
        words = self.module(
            "app/findings.js",
            """const finding = { index: 0, rank: 1, label: 'Gas', text: 'Gas', score: 0.1, threshold: null, margin: null,
                positive: null, percentile: 0.8, components: { direct: 0.1, bridged: 0.1 }, decision: 'no-threshold' };
            module.showFindings([finding]);
            const box = document.querySelector('.more');
            box.open = true;
            box.dispatchEvent(new Event('toggle'));
            return box.textContent;""",
        )
        self.assertIn("80 % of the volumes then stored score lower", words)

    def open_details(self, css):
        self.browser.script("document.querySelector(arguments[0]).scrollIntoView()", css)
        self.browser.click(f"{css} .more summary")
        self.browser.wait(lambda: self.browser.all(f"{css} .facts"), "the details")

    def test_positives_come_first_and_the_rest_is_folded(self):
        self.order(SAMPLES[2], "Rib fracture")
        self.wait_findings(19)
        findings = self.diagnosis()["findings"]
        named = {True: [], False: [], None: []}
        for finding in findings:
            named[finding["positive"]].append(finding["label"])
        self.assertTrue(named[True] and named[False] and named[None], "the sample says nothing")
        self.assertEqual(self.shown_labels(), named[True] + named[None] + named[False])
        visible = [node.get_attribute("data-label") for node in self.browser.all(".finding")]
        self.assertEqual(visible, named[True] + named[None])
        self.assertFalse(self.browser.script("return document.getElementById('order-fold').open"))
        self.assertIn("19 findings scored", self.browser.text("#order-summary"))

    def test_positives_and_the_viewer_need_no_scrolling(self):
        self.browser.show((1440, 900))
        self.order(SAMPLES[2], "Rib fracture")
        self.wait_findings(19)
        self.wait_volume()
        self.browser.click("[data-finding]")
        self.browser.wait_text("#heat-status", "at its maximum")
        for css in (".finding.positive", "#canvas", "#slice-sliders", "#heat-scale", "#warnings, #caveat"):
            for node in self.browser.all(css):
                box = node.rect
                self.assertLessEqual(box["y"] + box["height"], 900, css)
                self.assertGreaterEqual(box["y"], 0, css)
        canvas, rail = self.browser.find("#canvas").rect, self.browser.find("#result").rect
        self.assertGreater(canvas["width"], 2 * rail["width"], "the viewer takes most of the width")
        self.assertLess(self.browser.find("#caveat").rect["y"], rail["y"])

    def test_a_sample_is_scored_with_one_click(self):
        self.wait_started()
        names = self.browser.script(
            "return [...document.querySelectorAll('[data-sample]')].map(button => button.dataset.sample)"
        )
        self.assertEqual(sorted(names), [sample.name for sample in SAMPLES])
        self.browser.click("[data-sample='phantom_4_00003.nii.gz']")
        self.wait_findings(19)
        self.wait_volume()
        self.assertIn("Rib fracture", [n.get_attribute("data-label") for n in self.browser.all(".positive")])

    def test_pickers_show_what_they_offer(self):
        self.wait_started()
        self.browser.click("#order .content summary")
        self.browser.wait_text("#prompt-set-content", "Hiatal hernia")
        self.assertEqual(len(self.browser.all("#prompt-set-content li")), 18)
        self.browser.script("document.getElementById('calibration-content').parentElement.open = true")
        self.browser.wait_text("#calibration-content", "Rib fracture")
        self.browser.script(
            "const c = document.getElementById('calibration'); c.value = 'none'; c.dispatchEvent(new Event('change'))"
        )
        self.browser.wait_text("#calibration-content", "no thresholds")
        self.order()
        self.wait_findings(18)
        self.assertEqual({finding["threshold"] for finding in self.diagnosis()["findings"]}, {None})

    def shown_labels(self):
        return self.browser.script(
            "return [...document.querySelectorAll('.finding')].map(row => row.dataset.label)"
        )

    def test_bars_are_as_long_as_the_scores_say(self):
        self.order()
        self.wait_findings(18)
        self.browser.script("document.querySelector('.rest').open = true")
        bars = self.browser.script(
            """return [...document.querySelectorAll('.finding')].map(row =>
                [row.dataset.label, row.querySelector('.bar').getBoundingClientRect().width])"""
        )
        scores = {finding["label"]: abs(finding["score"]) for finding in self.diagnosis()["findings"]}
        scale = bars[0][1] / scores[bars[0][0]]
        for label, width in bars:
            self.assertAlmostEqual(width, max(2, scores[label] * scale), delta=1, msg=label)

    def test_a_reload_shows_the_result_again(self):
        self.order(prompts="gas", prompt_set="")
        self.wait_findings(1)
        self.diagnosis()
        self.browser.driver.refresh()
        self.wait_findings(1)

    def test_back_shows_the_earlier_result_with_its_file(self):
        self.order(prompts="gas", prompt_set="")
        self.wait_findings(1)
        self.wait_volume()
        self.browser.script("document.getElementById('order').reset()")
        self.order(sample=SAMPLES[1])
        self.wait_findings(18)
        self.browser.driver.back()
        self.wait_findings(1)
        self.wait_volume()
        self.browser.driver.back()
        self.browser.wait(lambda: not self.browser.all("#results"), "the start")
        self.assertTrue(self.browser.all("#send"))

    def test_a_volume_is_named_where_its_result_is_shown(self):
        self.order(prompts="gas", prompt_set="", sample=SAMPLES[1])
        self.wait_findings(1)
        volume = self.diagnosis()["volume"]["id"]
        metadata = lambda: json.loads(self.get(f"/v1/volumes/{volume}"))["metadata"]
        self.browser.wait_text("#name-volume", "Name this volume…")
        self.browser.click("#name-volume")
        self.browser.wait(lambda: self.browser.all("#edit-name"), "the dialog")
        self.assertIn(volume[:15], self.browser.text("#edit-heading"))
        self.assertEqual(self.browser.attribute("#edit-name", "value"), SAMPLES[1].name)
        self.browser.press(Keys.ESCAPE)
        self.assertIsNone(metadata()["name"], "a suggestion is not stored")
        self.browser.click("#name-volume")
        self.browser.wait(lambda: self.browser.all("#edit-name"), "the dialog")
        self.browser.find("#edit-name").clear()
        self.browser.type("#edit-name", "Chest of Anna" + Keys.ENTER)
        self.browser.wait_text("#volume-name", "Chest of Anna")
        self.assertEqual(metadata()["name"], "Chest of Anna")
        self.assertIn("Chest of Anna", self.browser.text("#order-summary"))
        self.assertIn("Rename", self.browser.text("#name-volume"))

    def test_findings_are_filtered_by_their_label(self):
        self.order(SAMPLES[2], "Rib fracture")
        self.wait_findings(19)
        before = [node.get_attribute("data-label") for node in self.browser.all(".finding")]
        self.assertIn("threshold", self.browser.text("#bars-hint"))
        self.browser.type("#finding-filter", "hernia")
        found = [node.get_attribute("data-label") for node in self.browser.all(".finding")]
        self.assertEqual(found, ["Hiatal hernia"])
        self.browser.type("#finding-filter", Keys.BACKSPACE * 6)
        self.assertEqual([node.get_attribute("data-label") for node in self.browser.all(".finding")], before)

    def test_a_text_is_reported_when_it_is_chosen(self):
        self.wait_started()
        self.browser.type("#file", str(self.volume_file(b"Dear colleague, no CT is attached.", "letter.nii")))
        self.browser.wait_text("#problem", "This file is not a volume")
        self.assertIn("letter.nii", self.browser.text("#problem"))
        self.browser.script("document.getElementById('file').value = ''")
        self.browser.type("#file", str(SAMPLES[0]))
        self.browser.wait(lambda: not self.browser.all("#problem .problem"), "no problem with a volume")

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
        return self.volume_file(content)

    def test_takes_dropped_files(self):
        self.wait_started()
        for count, told in ((1, "0.nii, 1 KB"), (3, "3 files, 1 KB: 3 volumes")):
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
        self.order(self.volume_file(gzip.compress(volumes.nifti(volumes.noise())), "noise.nii.gz"))
        self.wait_findings(18)
        self.assertIn("outside-domain", self.browser.text("#warnings"))
        self.assertIn("no threshold applies: outside the model's domain", self.browser.text("#findings"))
        self.assertEqual(len(self.browser.all(".finding")), 18)
        self.assertEqual(self.browser.all(".positive"), [])
        self.browser.screenshot("outside-domain")

    def test_saves_the_result_as_a_table(self):
        self.order()
        self.wait_findings(18)
        self.browser.click("[data-ending=csv]")
        self.assertEqual(len(self.browser.downloaded(".csv").splitlines()), 19)


class NoVoxelsTests(PageCase):
    """A service that stores embeddings only, which is the default."""

    flags = ()

    def test_shows_what_was_uploaded_and_says_how_to_see_stored_volumes(self):
        self.order()
        self.wait_findings(18)
        self.wait_volume()
        self.show_heat_map()
        self.browser.wait_text("#heat-status", "at its maximum")
        self.diagnosis()
        self.browser.driver.refresh()
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
