"""Two volumes side by side."""

import gzip

import volumes
from browser import WIDE
from page_case import PageCase
from selenium.webdriver.common.keys import Keys
from worklist_case import PHONE, WorklistCase


class CompareCase(WorklistCase):
    def path(self):
        return f"/compare#current={self.ids['Anna']}&prior={self.ids['Berta']}"

    def setUp(self):
        PageCase.setUp(self)
        self.wait_sides()

    def wait_sides(self):
        loaded = "return [...document.querySelectorAll('.side-view img')].filter(image => image.naturalWidth).length"
        self.browser.wait(
            lambda: self.browser.script(loaded) == 2 and not self.browser.all(".side-view[aria-busy]"), "pictures"
        )

    def places(self):
        """The number of the slice on each side, from 1."""
        return [int(node.text.split()[0]) for node in self.browser.all(".side-view .slice .quiet")]

    def headings(self):
        return [node.text for node in self.browser.all(".side-view h2")]


class CompareTests(CompareCase):
    """Linked slices and the difference of findings."""

    def test_the_difference_of_findings_is_that_of_the_diagnoses(self):
        found = {}
        for name in ("Anna", "Berta"):
            entry = self.send("GET", f"/v1/diagnoses?volume_id={self.ids[name]}")["diagnoses"][0]
            findings = self.send("GET", f"/v1/diagnoses/{entry['id']}")["findings"]
            found[name] = {finding["label"]: finding for finding in findings}
        rows = [[cell.text for cell in row.find_elements("css selector", "th, td")] for row in self.browser.all("#difference tbody tr")]
        self.assertEqual({row[0] for row in rows}, set(found["Anna"]))
        changes = []
        for label, current, prior, difference, change in rows:
            anna, berta = found["Anna"][label], found["Berta"][label]
            number = lambda text: float(text.split()[0].replace("−", "-"))
            self.assertAlmostEqual(number(current), anna["score"], delta=6e-4)
            self.assertAlmostEqual(number(prior), berta["score"], delta=6e-4)
            self.assertAlmostEqual(number(difference), anna["score"] - berta["score"], delta=6e-4)
            self.assertEqual("above" in current, anna["positive"] is True)
            has_changed = None not in (anna["positive"], berta["positive"]) and anna["positive"] != berta["positive"]
            self.assertEqual(change.startswith("above only in"), has_changed, label)
            changes.append(has_changed)
        self.assertEqual(changes, sorted(changes, reverse=True))
        self.assertTrue(changes[0])
        self.browser.screenshot("compare", (1440, 900))
        self.browser.screenshot("compare-dark", (1440, 900), dark=True)
        self.browser.screenshot("compare-phone", PHONE)

    def test_both_sides_scroll_together_by_wheel_and_by_keyboard(self):
        start = self.places()
        self.browser.scroll_wheel(".side-view .picture", 3)
        self.assertEqual(self.places(), [place - 3 for place in start])
        self.browser.tab_to(".side-view + .side-view input")
        self.browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        self.assertEqual(self.places(), [place - 1 for place in start])
        self.browser.click("#linked")
        self.browser.scroll_wheel(".side-view + .side-view .picture", 4)
        self.assertEqual(self.places(), [start[0] - 1, start[1] - 5])
        self.browser.click("#linked")
        self.browser.scroll_wheel(".side-view .picture", -2)
        self.assertEqual(self.places(), [start[0] + 1, start[1] - 3])
        self.wait_sides()

    def test_sides_are_swapped_and_heat_maps_are_shown(self):
        self.assertEqual(self.headings(), ["Current: Anna", "Prior: Berta"])
        self.browser.click("#swap")
        self.assertEqual(self.headings(), ["Prior: Berta", "Current: Anna"])
        self.assertIn("#prior=", self.browser.driver.current_url)
        colours = """const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
            return [...document.querySelectorAll('.side-view img')].map(image => {
                if (!image.naturalWidth) return null; // It is being loaded.
                Object.assign(brush.canvas, { width: image.naturalWidth, height: image.naturalHeight });
                brush.drawImage(image, 0, 0);
                const { data } = brush.getImageData(0, 0, brush.canvas.width, brush.canvas.height);
                return data.some((value, index) => index % 4 === 0 && value !== data[index + 2]);
            })"""
        self.assertEqual(self.browser.script(colours), [False, False])
        self.browser.script(
            "const heat = document.getElementById('heat'); heat.selectedIndex = 1;"
            "heat.dispatchEvent(new Event('change'))"
        )
        self.browser.wait(lambda: self.browser.script(colours) == [True, True], "heat maps")
        self.assertIn("Each side has its own scale", self.browser.text("#heat-words"))

    def test_it_is_accessible_and_fits_narrow_windows(self):
        self.assert_accessible("compare")
        for node in self.browser.all("button, input, select, a, img"):
            self.assertTrue(node.accessible_name.strip(), node.get_attribute("outerHTML"))

    def test_a_wrong_address_says_what_to_do(self):
        self.browser.open(f"{self.origin}/compare#current=1")
        self.browser.wait_text("#problem", "Two volumes are needed")
        self.browser.screenshot("compare-error", WIDE)

    def test_the_worklist_and_searches_lead_here(self):
        self.browser.open(self.origin + "/worklist")
        self.wait_list(3)
        for name in ("Anna", "Berta"):
            self.browser.click(f"{self.row(name)} [data-select]")
        self.browser.click("#compare")
        self.wait_sides()
        self.assertEqual(self.headings(), ["Volume A: Anna", "Volume B: Berta"])
        self.assertNotIn("rior", self.browser.text("#comparison"))
        self.browser.open(f"{self.origin}/#{self.ids['Anna']}")
        self.wait_slices()
        self.browser.click("#search-fold summary")
        self.browser.click("#by-volume")
        self.browser.click("#search-button")
        self.browser.wait(lambda: len(self.browser.all("#hits .hit")) == 2, "cards")
        self.browser.click("#hits a")
        self.wait_sides()
        self.assertEqual(self.headings()[0], "Query: Anna")

    def test_only_volumes_of_one_patient_are_current_and_prior(self):
        pair = """return [{}, { tags: { patient: 'P1' } }, { accession: 'X' }].map(metadata => Object.keys(module.pairRoles(
            { id: '1', created_at: '2026-01-01', metadata }, { id: '2', created_at: '2026-01-02', metadata })).join(' '))"""
        self.assertEqual(self.module("app/elements.js", pair), ["a b", "current prior", "current prior"])


class ChosenDiagnosesTests(CompareCase):
    """Volumes with several diagnoses, and one without any."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prompts = {"volume_id": cls.ids["Anna"], "prompts": ["gas"]}
        cls.newest = cls.send("POST", "/v1/diagnoses", prompts)["id"]
        packed = gzip.compress(volumes.nifti(volumes.noise()))
        cls.bare = cls.send("POST", "/v1/volumes", packed, "application/octet-stream")["id"]

    def test_the_pair_has_the_most_findings_in_common_and_can_be_changed(self):
        self.browser.wait_text("#difference-words", "18 common findings")
        self.assertNotEqual(self.browser.attribute(".pick-diagnosis select", "value"), self.newest)
        self.browser.script(
            "const pick = document.querySelector('.pick-diagnosis select'); pick.value = arguments[0];"
            "pick.dispatchEvent(new Event('change'))",
            self.newest,
        )
        self.browser.wait_text("#difference-words", "0 common findings")
        self.assertIn(self.newest, self.browser.attribute(".side-view h2 a", "href"))
        self.assert_accessible("compare")

    def test_a_volume_without_a_diagnosis_leads_to_its_scoring(self):
        self.browser.open(f"{self.origin}/compare#a={self.bare}&b={self.ids['Berta']}")
        self.wait_sides()
        self.browser.wait_text("#difference-words", "Volume A: no diagnosis is stored")
        self.browser.click(".score-link")
        self.wait_started()
        self.browser.wait(lambda: self.browser.attribute("#stored", "value") == self.bare, "the volume")
        self.browser.click("#send")
        self.wait_findings(18)
