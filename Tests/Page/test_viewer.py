"""Slices of the service, and heat maps over them."""

import json

import volumes
from page_case import SAMPLES, PageCase

README = (1440, 900)  # The size of the picture in README.md.


class ViewerTests(PageCase):
    """Slices of a stored volume in three planes, and where a finding is."""

    def open_slices(self):
        self.order()
        self.wait_findings(18)
        self.diagnosis()
        self.browser.driver.refresh()  # Now the browser does not hold the file any more.
        self.wait_findings(18)
        self.wait_slices()

    def test_scrolls_slices_and_changes_their_window(self):
        self.open_slices()
        before = self.counters()
        self.browser.scroll_wheel(".plane:nth-child(1) .picture", -3)
        self.assertEqual(self.counters(), {**before, "axial": before["axial"] + 3})
        self.browser.scroll_wheel(".plane:nth-child(1) .picture", 1)
        self.assertEqual(self.counters(), {**before, "axial": before["axial"] + 2})
        source = self.browser.attribute(".plane img", "src")
        self.browser.click("#windows label:nth-child(3)")
        self.browser.wait(lambda: self.browser.attribute(".plane img", "src") != source, "another picture")
        self.assertIn("bone window", self.browser.attribute(".plane img", "alt"))

    def test_show_where_moves_the_crosshair_to_the_maximum(self):
        self.open_slices()
        self.show_heat_map()
        self.browser.wait_text("#heat-status", "at its maximum")
        finding = int(self.browser.attribute("[data-finding][aria-pressed=true]", "data-finding"))
        diagnosis = self.diagnosis()
        path = f"/v1/diagnoses/{diagnosis['id']}/heatmaps/{finding}.nii.gz"
        heat_map = volumes.HeatMap(self.get(path))
        grid = volumes.HeatMap(self.get(f"/v1/volumes/{diagnosis['volume']['id']}/grid.nii.gz"))
        place = heat_map.place(heat_map.maximum())
        names = ("sagittal", "coronal", "axial")
        expected = {
            name: round((place[axis] - grid.rows[axis][3]) / grid.rows[axis][axis]) + 1 for axis, name in enumerate(names)
        }
        self.assertEqual(self.counters(), expected)
        self.assertTrue(self.browser.all("#heat-relative .heat-legend"))
        self.browser.screenshot("slices-heat", (1440, 900))

    def test_a_click_moves_all_planes_to_its_place(self):
        self.open_slices()
        slices = json.loads(self.get("/v1/volumes/" + self.diagnosis()["volume"]["id"]))["slices"]
        self.browser.click_at(".plane:nth-child(2) .picture", 0.25, 0.25)
        shares = {plane: number / slices[plane]["count"] for plane, number in self.counters().items()}
        self.assertAlmostEqual(shares["sagittal"], 0.25, delta=0.03)
        self.assertAlmostEqual(shares["axial"], 0.75, delta=0.03, msg="the head is up")

    def test_pictures_have_the_proportions_of_the_body(self):
        self.open_slices()
        slices = json.loads(self.get("/v1/volumes/" + self.diagnosis()["volume"]["id"]))["slices"]
        for number, plane in enumerate(("axial", "coronal", "sagittal"), 1):
            size, of = self.browser.find(f".plane:nth-child({number}) .picture").size, slices[plane]
            wanted = of["width"] * of["pixel_mm"][0] / (of["height"] * of["pixel_mm"][1])
            self.assertAlmostEqual(size["width"] / size["height"], wanted, delta=0.02, msg=plane)

    def test_shows_where_a_finding_is_and_saves_the_heat_map(self):
        self.open_slices()
        source = self.browser.attribute(".plane img", "src")
        self.show_heat_map()
        self.browser.wait_text("#heat-status", "at its maximum")
        heat = self.browser.attribute(".plane img", "src")
        self.assertNotEqual(heat, source)
        self.assertEqual(self.browser.attribute("[data-finding]", "aria-pressed"), "true")
        self.browser.screenshot("stored")
        self.browser.click("#heat-download")
        self.assertEqual(self.browser.downloaded(".nii.gz")[:2], b"\x1f\x8b")
        self.browser.click("#heat-hide")
        self.browser.wait(lambda: self.browser.attribute(".plane img", "src") != heat, "the bare slice")
        self.assertEqual(self.browser.attribute("[data-finding]", "aria-pressed"), "false")

    def test_a_missing_heat_map_is_reported(self):
        self.open_slices()
        self.browser.block("*&finding=*")
        self.addCleanup(self.browser.block)
        self.browser.click("[data-finding]")
        self.browser.wait_text("#heat-status", "No heat map")
        self.browser.wait_text("#viewer-problem", "does not respond")
        self.browser.console_errors()  # They say that the slices were blocked.

    def test_shows_where_a_custom_prompt_is(self):
        prompts = ["Lung opacity", "Rib fracture", "Pneumothorax", "Pleural effusion"]
        self.order(SAMPLES[2], "\n".join(prompts), prompt_set="")
        self.wait_findings(len(prompts))
        self.wait_volume()
        self.show_heat_map()
        self.browser.wait_text("#heat-status", "at its maximum")
        self.assertIn(self.diagnosis()["findings"][0]["label"], self.browser.text("#heat-status"))
        self.browser.screenshot("readme", size=README, is_whole=False)
